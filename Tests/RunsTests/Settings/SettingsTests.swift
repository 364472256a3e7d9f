import Agents
import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

/// The pendulum under a user's name, with three functions and a specification.
private struct Own: Environment {
  private let base = Pendulum()
  let specification: EnvironmentSpecification

  init() {
    var specification = Pendulum().specification
    specification.id = "own/Pendulum-v0"
    self.specification = specification
  }

  func reset(random: inout RandomStream) -> Pendulum.State { base.reset(random: &random) }
  func step(_ state: inout Pendulum.State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    base.step(&state, action, random: &random)
  }
  func observe(_ state: Pendulum.State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }
}

/// A section with a setting that came late: runs made before did as 1 says, new ones do as 5 says.
private struct GrownSettings: SettingsSection {
  var late = 5

  static let section = "grown"
  static let settings: [Setting<Self>] = [
    .integer("late", \.late, 1...9, "Something new.", "Pactolus").meaning(whereAbsent: .integer(1))
  ]
}

@Suite("Settings")
struct SettingsTests {
  private func error(_ body: () throws -> Void) -> InputError? {
    do {
      try body()
      return nil
    } catch {
      return error as? InputError
    }
  }

  private func resolve(_ yaml: String, flags: [String: String] = [:]) throws -> ResolvedSettings {
    try ResolvedSettings(file: SettingsFile(text: yaml, path: "my.yaml"), flags: flags)
  }

  @Test("every setting has a name of two words, a meaning, a source, and a default within its own limits")
  func tableIsWhole() throws {
    var names: Set<String> = []
    for description in SettingDescription.all {
      #expect(names.insert(description.name).inserted, "\(description.name) stands twice")
      #expect(description.name.split(separator: ".").count == 2)
      #expect(description.meaning.hasSuffix("."))
      #expect(!description.source.isEmpty)
      let text = description.defaultValue.description
      #expect(try description.parse(text, at: "default") == description.defaultValue, "\(description.name): \(text)")
    }
  }

  @Test("every preset's values are usable")
  func presets() throws {
    for name in SettingsPreset.choices() {
      _ = try ResolvedSettings(flags: ["run.preset": name])
    }
    for entry in EnvironmentRegistry.standard.entries {
      let settings = try ResolvedSettings(environment: entry.specification.id).settings
      #expect(SettingsPreset.used(by: settings) == entry.preset)
      if let preset = entry.preset { #expect(preset.name == entry.specification.id) }
    }
  }

  @Test("a source has presets for its worlds, usable without making them: Atari's for pixels and for memory")
  func sourcePresets() throws {
    var registry = EnvironmentRegistry.standard
    registry.add(AtariSource(interpreter: PythonInterpreter(path: "/nowhere/python")))
    for (id, hidden) in [("ale/Pong-v5", [512]), ("ale/Pong-v5:obs=ram,sticky=0", [128, 128])] {
      let resolved = try ResolvedSettings(environment: id, registry: registry)
      #expect(resolved.settings.ppo.hidden == hidden && resolved.origin(of: "ppo.hidden") == .preset(id))
      #expect(resolved.settings.ppo.normalizeObservations == (hidden.count == 2))
    }
    let bits = try ResolvedSettings(environment: "ale/Pong-v5:obs=bits", registry: registry).settings
    #expect(bits.run.learner == "dqn" && bits.learners[DQNSettings.self].returnSteps == 3)
  }

  @Test("a source's worlds carry the preset that their source has for them, and a run can be made with it")
  func sourceEntries() throws {
    for source in EnvironmentRegistry.standard.sources {
      guard case .ready = source.availability, let id = source.listing.first?.id else { continue }
      let entry = try source.entry(id)
      #expect(entry.preset == source.preset(for: id), "\(id)")
      guard entry.preset != nil else { continue }
      try withTemporaryDirectory { parent in
        _ = try LearnRun.create(directory: parent + "/run", settings: ResolvedSettings(environment: id))
      }
    }
  }

  @Test("where episodes end early, the preset asks about segments that go beyond their end")
  func absorbing() throws {
    for entry in EnvironmentRegistry.standard.entries where entry.specification.canTerminate {
      let settings = try ResolvedSettings(environment: entry.specification.id).settings
      #expect(settings.feedback.absorbing, "\(entry.specification.id)")
    }
  }

  @Test("a new run has five members and asks as it does now; one that does not say goes on with one and asks as it did")
  func grownDefaults() throws {
    let new = try ResolvedSettings(flags: ["run.preset": "none"]).settings
    #expect(new.reward.members == 5 && new.feedback.absorbing && new.feedback.decidable)
    let old = try ResolvedSettings(
      ofRun: SettingsFile(text: "run.environment: pactolus/CartPole-v1\n", path: "old.yaml"))
    #expect(old.settings.reward.members == 1 && !old.settings.feedback.absorbing && !old.settings.feedback.decidable)
    let record = LearnSettings().completed(["run.environment": "pactolus/CartPole-v1"])
    #expect(record["reward.members"] == "1" && record["feedback.absorbing"] == "false")
  }

  @Test("a run can be made in every environment with its preset, or with the defaults where it has none")
  func environments() throws {
    for entry in EnvironmentRegistry.standard.entries {
      let id = entry.specification.id
      try withTemporaryDirectory { parent in
        let settings = try ResolvedSettings(environment: id)
        _ = try LearnRun.create(directory: parent + "/run", settings: settings)
        #expect(settings.settings.run.environment == id)
      }
    }
  }

  @Test("an environment of a user's registry brings its own preset; a misspelt setting in it is refused by its name")
  func ownPreset() throws {
    func registry(_ values: [String: String]) -> EnvironmentRegistry {
      let preset = SettingsPreset(name: "own/Pendulum-v0", summary: "", values: values)
      let named = SettingsPreset(name: "gentle", summary: "", values: ["ppo.epochs": "2"])
      return EnvironmentRegistry([EnvironmentEntry(Own(), preset: preset, namedPresets: [named])])
    }
    let good = registry(["ppo.epochs": "7"])
    let resolved = try ResolvedSettings(environment: "own/Pendulum-v0", registry: good)
    #expect(resolved.settings.ppo.epochs == 7 && resolved.origin(of: "ppo.epochs") == .preset("own/Pendulum-v0"))
    #expect(SettingsPreset.chosen("gentle", for: "own/Pendulum-v0", in: good)?.values == ["ppo.epochs": "2"])
    #expect(try ResolvedSettings(environment: "own/Pendulum-v0").settings.ppo.epochs != 7, "not in the standard one")
    let refused = error {
      _ = try ResolvedSettings(environment: "own/Pendulum-v0", registry: registry(["ppo.epoch": "7"]))
    }
    #expect(refused?.place == "preset own/Pendulum-v0" && refused?.remedy?.contains("ppo.epochs") == true)
  }

  @Test("a user's named presets are chosen by run.preset, listed, and offered as near misses; a run keeps their values")
  func namedPresets() throws {
    var registry = EnvironmentRegistry.standard
    registry.add(SettingsPreset(name: "careful", summary: "", values: ["ppo.epochs": "3"]))
    registry.add(
      EnvironmentEntry(
        Own(), namedPresets: [SettingsPreset(name: "gentle", summary: "", values: ["ppo.epochs": "2"])]))
    for (name, epochs) in [("careful", 3), ("gentle", 2)] {
      let resolved = try ResolvedSettings(flags: ["run.preset": name], registry: registry)
      #expect(resolved.settings.ppo.epochs == epochs && resolved.origin(of: "ppo.epochs") == .preset(name))
      // The values are in the run's file: it goes on where nobody knows the preset any more.
      let file = try SettingsFile(text: resolved.yaml(header: "a run"), path: "settings.yaml")
      #expect(try ResolvedSettings(ofRun: file).settings == resolved.settings)
      #expect(error { _ = try ResolvedSettings(flags: ["run.preset": name]) } != nil, "not in the standard one")
    }
    let misspelt = error { _ = try ResolvedSettings(flags: ["run.preset": "carefull"], registry: registry) }
    #expect(misspelt?.remedy?.contains("careful") == true && misspelt?.problem.hasPrefix("run.preset") == true)
    let listed = LearnSettings().descriptions(in: registry).first { $0.name == "run.preset" }?.allowed ?? ""
    #expect(["auto", "none", "tutorial5", "careful", "gentle"].allSatisfy(listed.contains), "\(listed)")

    registry.add(SettingsPreset(name: "careful", summary: "", values: ["ppo.epochs": "5"]))
    #expect(registry.namedPresets.count { $0.name == "careful" } == 1)
    #expect(try ResolvedSettings(flags: ["run.preset": "careful"], registry: registry).settings.ppo.epochs == 5)
  }

  @Test("the settings file of a run reads back as the same settings")
  func roundTrip() throws {
    let resolved = try ResolvedSettings(
      environment: "pactolus/CartPole-v1",
      flags: [
        "ppo.learningRate": "3e-4", "ppo.hidden": "8, 16, 8", "ppo.targetKL": "0.03", "feedback.memory": "77",
        "person.kind": "mistake", "run.seed": "9007199254740993", "run.preset": "none",
      ])
    let again = try ResolvedSettings(file: SettingsFile(text: resolved.yaml(header: "a\nb"), path: "settings.yaml"))
    #expect(again.settings == resolved.settings)
    #expect(again.settings.run.seed == 9_007_199_254_740_993)
    #expect(again.settings.ppo.hidden == [8, 16, 8])
  }

  @Test("nested and dotted keys mean the same")
  func nesting() throws {
    let nested = try resolve("ppo:\n  epochs: 4\n  hidden: [8, 8]\nrun:\n  seed: 3\n")
    let dotted = try resolve("ppo.epochs: 4\nppo.hidden: [8, 8]\nrun.seed: 3\n")
    #expect(nested.settings == dotted.settings)
    #expect(nested.settings.ppo.epochs == 4)
    #expect(nested.origin(of: "ppo.hidden") == .file("my.yaml", line: 3))
  }

  @Test("defaults, then the preset, then the file, then flags; each value says where it came from")
  func layers() throws {
    let resolved = try resolve(
      "run.environment: pactolus/Pendulum-v1\nppo.epochs: 7\nppo.clipRange: 0.3\n", flags: ["ppo.clipRange": "0.4"])
    #expect(resolved.settings.ppo.epochs == 7)
    #expect(resolved.settings.ppo.clipRange == 0.4)
    #expect(resolved.settings.ppo.stepsPerRollout == 256)
    #expect(resolved.origin(of: "ppo.valueCoefficient") == .standard)
    #expect(resolved.origin(of: "ppo.stepsPerRollout") == .preset("pactolus/Pendulum-v1"))
    #expect(resolved.origin(of: "ppo.epochs").description == "my.yaml:2")
    #expect(resolved.origin(of: "ppo.clipRange") == .flag)
  }

  @Test("an empty file changes nothing", arguments: ["", "# only a comment\n", "---\n"])
  func empty(yaml: String) throws {
    #expect(try resolve(yaml).settings == ResolvedSettings().settings)
  }

  @Test("a misspelt setting is refused with near misses, the file and the line")
  func misspelt() {
    let found = error { _ = try resolve("run.seed: 1\nppo:\n  learningrat: 1e-3\n") }
    #expect(found?.problem == "unknown setting 'ppo.learningrat'")
    #expect(found?.place == "my.yaml:3")
    #expect(found?.remedy?.contains("ppo.learningRate") == true)
  }

  @Test("a misspelt word of a choice is refused with near misses")
  func misspeltChoice() {
    let found = error { _ = try resolve("person.kind: bolzmann\n") }
    #expect(found?.place == "my.yaml:1")
    #expect(found?.description.contains("boltzmann") == true)
  }

  @Test(
    "a value outside its limits is refused, with the limits",
    arguments: [
      ("ppo.epochs", "0"), ("ppo.epochs", "many"), ("ppo.epochs", "2.5"), ("ppo.discount", "1.5"),
      ("ppo.discount", "nan"), ("ppo.discount", "inf"), ("ppo.hidden", "[8, x]"), ("ppo.hidden", "[8, 0]"),
      ("ppo.normalizeRewards", "maybe"), ("run.seed", "-1"), ("run.environment", ""), ("ppo.learningRate", ""),
      ("run.seed", "99999999999999999999"),
    ])
  func outside(name: String, value: String) {
    let found = error { _ = try ResolvedSettings(flags: [name: value]) }
    #expect(found?.place == "--\(name)")
    #expect(found?.remedy?.hasPrefix("use ") == true)
  }

  @Test("a setting given twice is refused with both lines, in any spelling")
  func twice() {
    let found = error { _ = try resolve("ppo.epochs: 4\nppo:\n  epochs: 5\n") }
    #expect(found?.place == "my.yaml:3")
    #expect(found?.remedy?.contains("line 1") == true)
    #expect(error { _ = try resolve("run.seed: 4\nrun.seed: 5\n") }?.place?.hasPrefix("my.yaml:") == true)
  }

  @Test(
    "malformed YAML is refused with its line",
    arguments: [
      ("a: [1, 2\nb: 3\n", 2), ("run:\n  seed: 1\n seed: 2\n", 3), ("- 1\n- 2\n", 1), ("just words\n", 1),
      ("run.seed: \"1\n", 2), ("run: {seed: {x: &a 1}, environment: *a}\n", 1),
    ])
  func malformed(yaml: String, line: Int) {
    let found = error { _ = try resolve(yaml) }
    #expect(found != nil)
    #expect(found?.place?.hasPrefix("my.yaml:") == true, "\(String(describing: found))")
  }

  @Test("a settings file that is missing or not text is refused with its name")
  func unreadable() throws {
    #expect(error { _ = try SettingsFile(path: "/nowhere/at/all.yaml") }?.place == "/nowhere/at/all.yaml")
    try withTemporaryDirectory { directory in
      try write([0xFF, 0xFE, 0x00], to: directory + "/x.yaml")
      #expect(error { _ = try SettingsFile(path: directory + "/x.yaml") }?.problem.contains("not text") == true)
    }
  }

  @Test("settings that contradict each other are refused at the place that set them")
  func contradictions() {
    let found = error { _ = try resolve("feedback.selection: disagreement-logit\nreward.members: 1\n") }
    #expect(found?.place == "my.yaml:1")
    #expect(found?.problem.hasPrefix("feedback.selection: ") == true)
    #expect(error { _ = try ResolvedSettings(flags: ["feedback.comparisons": "5"]) }?.place?.isEmpty == false)
  }

  @Test("a section written before a setting existed is read, and the setting has its default")
  func grown() throws {
    var settings = PPOSettings()
    settings.epochs = 4
    settings.learningRate = 0.0003
    settings.targetKL = 0.25
    let encoder = JSONEncoder()
    #expect(try JSONDecoder().decode(PPOSettings.self, from: encoder.encode(settings)) == settings)
    let former = try JSONDecoder().decode(
      PPOSettings.self, from: Data(#"{"epochs":4,"hidden":[8],"targetKL":null}"#.utf8))
    var expected = PPOSettings()
    (expected.epochs, expected.hidden) = (4, [8])
    #expect(former == expected)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(PPOSettings.self, from: Data(#"{"epochs":"four"}"#.utf8))
    }
  }

  @Test("a run made before a setting existed has what it did then, or else the default; a former name counts")
  func completed() throws {
    let learners = LearnerRegistry([.ppo, LearnerKind(GrownSettings.self) { _, _, _ in throw InputError("not made") }])
    let settings = LearnSettings(learners: learners)
    var stored = settings.values
    stored["feedback.segmentLength"] = nil
    stored["feedback.fragmentLength"] = "17"
    stored["ppo.epochs"] = nil
    stored["grown.late"] = nil
    let completed = settings.completed(stored)
    #expect(completed["feedback.segmentLength"] == "17" && completed["feedback.fragmentLength"] == nil)
    #expect(completed["ppo.epochs"] == "\(PPOSettings().epochs)")
    #expect(completed["grown.late"] == "1" && settings.values["grown.late"] == "5")
    #expect(Set(completed.keys) == Set(settings.values.keys))
  }

  @Test("numbers may be written with underscores and exponents")
  func spellings() throws {
    let settings = try ResolvedSettings(flags: ["run.steps": "2e5", "feedback.comparisons": "1_000"]).settings
    #expect(settings.run.steps == 200_000)
    #expect(settings.feedback.comparisons == 1000)
  }
}
