import Compute
import Environments

/// Where a setting's value came from.
public enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
  case standard
  case preset(String)
  case file(String, line: Int)
  case flag

  public var description: String {
    switch self {
    case .standard: "default"
    case .preset(let name): "preset \(name)"
    case .file(let path, let line): "\(path):\(line)"
    case .flag: "flag"
    }
  }
}

/// Settings with the origin of each value: defaults, then the preset, then a file, then flags, the later winning.
///
/// ```swift
/// let resolved = try ResolvedSettings(
///   environment: "pactolus/Pendulum-v1", file: .init(path: "my.yaml"), flags: ["ppo.learningRate": "3e-4"])
/// resolved.settings.ppo.learningRate
/// ```
public struct ResolvedSettings: Sendable, Hashable {
  public private(set) var settings = LearnSettings()
  public private(set) var origins: [String: SettingOrigin] = [:]

  /// - Parameters:
  ///   - environment: as given on the command line; wins over file and flags. Nil if it is not.
  ///   - file: a settings file, read already.
  ///   - flags: values by setting name.
  ///   - registry: the environments whose presets count.
  /// - Throws: `InputError` that names the file and line, or the flag, with near misses for unknown names.
  public init(
    environment: String? = nil, file: SettingsFile? = nil, flags: [String: String] = [:],
    registry: EnvironmentRegistry = .standard
  ) throws {
    var given: [(name: String, text: String, origin: SettingOrigin)] = []
    for entry in file?.entries ?? [] {
      given.append((entry.name, entry.value, .file(file?.path ?? "", line: entry.line)))
    }
    for name in flags.keys.sorted() { given.append((name, flags[name] ?? "", .flag)) }
    if let environment { given.append(("run.environment", environment, .flag)) }

    // Names and values are checked before anything is applied, so that the first line at fault is the one reported.
    var parsed: [(SettingDescription, SettingValue, SettingOrigin)] = []
    for (name, text, origin) in given {
      let place = Self.place(origin, name)
      guard let description = SettingDescription.named(name) else {
        throw InputError.unknown("setting", name, among: SettingDescription.all.map(\.name), at: place)
      }
      parsed.append((description, try description.parse(text, at: place), origin))
    }

    func chosen(_ name: String, or standard: String) -> String {
      for (description, value, _) in parsed.reversed() where description.name == name { return value.description }
      return standard
    }
    let environment = chosen("run.environment", or: settings.run.environment)
    let preset = SettingsPreset.chosen(chosen("run.preset", or: settings.run.preset), for: environment, in: registry)
    if let preset {
      let place = "preset \(preset.name)"
      for (name, text) in preset.values.sorted(by: { $0.key < $1.key }) {
        guard let description = SettingDescription.named(name) else {
          throw InputError.unknown("setting", name, among: SettingDescription.all.map(\.name), at: place)
        }
        apply(description, try description.parse(text, at: place), .preset(preset.name))
      }
    }
    for (description, value, origin) in parsed { apply(description, value, origin) }
    try validate()
  }

  /// Where the value of a setting came from.
  public func origin(of name: String) -> SettingOrigin { origins[name] ?? .standard }

  /// The same with another seed, as a study gives to each of its runs.
  public func with(seed: Int) -> ResolvedSettings {
    var copy = self
    copy.settings.run.seed = seed
    copy.origins["run.seed"] = .flag
    return copy
  }

  private mutating func apply(_ description: SettingDescription, _ value: SettingValue, _ origin: SettingOrigin) {
    description.write(&settings, value)
    origins[description.name] = origin
  }

  private static func place(_ origin: SettingOrigin, _ name: String) -> String {
    if case .file = origin { return origin.description }
    return "--\(name)"
  }

  /// What no single setting's limits can say. The place is where the value at fault came from.
  private func validate() throws {
    do {
      try settings.validate()
    } catch var error as InputError {
      if let name = error.place, SettingDescription.named(name) != nil {
        error.problem = "\(name): \(error.problem)"
        error.place = origin(of: name).description
      }
      throw error
    }
  }
}

extension LearnSettings {
  /// Refuses combinations that cannot work.
  /// - Throws: `InputError` whose place is the name of a setting at fault.
  public func validate() throws {
    try ppo.validate()
    func require(_ holds: Bool, _ name: String, _ problem: String, _ remedy: String) throws {
      if !holds { throw InputError(problem, at: name, remedy: remedy) }
    }
    try require(
      reward.useObservation || reward.useAction || reward.useNextObservation || reward.useTermination,
      "reward.useObservation", "the reward would depend on nothing", "switch on at least one of reward.use…")
    try require(
      feedback.selection == .random || reward.members > 1, "feedback.selection",
      "one network cannot disagree with itself", "set reward.members to 3 or more, or feedback.selection to random")
    try require(
      !reward.adaptiveRegularization || (reward.heldOutShare > 0 && reward.weightDecay > 0),
      "reward.adaptiveRegularization", "it needs held-out answers and a weight decay to start from",
      "set reward.heldOutShare to 0.37 and reward.weightDecay above 0")
    try require(
      Double(feedback.comparisons) * feedback.initialShare >= 1, "feedback.initialShare",
      "the first round would ask nothing", "ask more comparisons, or a larger share of them first")
    try require(
      run.steps >= run.iterations, "run.steps", "there are more iterations than steps",
      "use fewer iterations or more steps")
    try require(
      (person.flawed ?? 0) <= person.count, "person.flawed", "more people have flaws than there are",
      "use at most person.count")
    try require(
      person.requiredAccuracy == nil || (person.count >= 3 && person.overlap > 0), "person.requiredAccuracy",
      "nothing tells who errs", "use person.count 3 or more, and a positive person.overlap")
    if person.kind != .rational && person.kind != .boltzmann {
      try require(
        person.flaws.sideBias == 0 && person.flaws.lengthBias == 0, "person.kind",
        "B-Pref's teachers have no biases of side or length", "use rational or boltzmann")
    }
  }

  /// Every value by its name, in the spelling of a settings file.
  public var values: [String: String] {
    Dictionary(uniqueKeysWithValues: SettingDescription.all.map { ($0.name, $0.value(in: self).description) })
  }
}
