import Agents
import Compute
import Environments
import Feedback

extension StudyPlan {
  /// The plan of a file.
  ///
  /// - Parameter number: where its seeds are drawn from; nil for those of tuning.
  /// - Throws: `InputError` with file and line for what cannot run, before anything does.
  package init(
    _ file: StudyFile, form: StudyForm = .full, number: Int? = nil, registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard
  ) throws {
    let maker = RowMaker(path: file.path, registry: registry, learners: learners, kinds: kinds)
    let asked = try file.seeds.seeds(drawnFrom: number, at: file.path)
    let combinations = Self.combinations(file.axes.map { $0.levels(in: registry) })
    let rows = try combinations.map { levels in
      try maker.row(levels.map(\.name), file.settings + levels.flatMap(\.settings))
    }
    var references: [Reference] = []
    if file.measures.contains(where: \.needsReferences) {
      for row in rows where !references.contains(where: { $0.environment == row.environment }) {
        references.append(try maker.reference(row.environment, file.settings, seeds: file.references))
      }
    }
    let reduction = file.budget.reduction(
      rowSteps: rows.reduce(0) { $0 + Double($1.steps) },
      referenceSteps: references.reduce(0) { $0 + Double($1.steps * $1.seeds.count) }, seeds: asked.count, form: form)
    self.init(
      name: file.name, about: file.about, form: form, number: number, text: file.text, axes: file.axes.map(\.name),
      rows: reduction.share == 1 ? rows : try rows.map { try maker.cut($0, to: reduction.share) },
      references: references, seeds: Array(asked.prefix(reduction.seeds)), episodes: file.episodes,
      measures: file.measures, tables: file.tables, keepsRuns: file.keepsRuns,
      reduction: Self.words(reduction, asked: asked.count, limit: form == .full ? file.budget.full : file.budget.quick))
  }

  /// Every combination of one level of each axis; the last axis varies fastest.
  private static func combinations(_ axes: [[StudyAxis.Level]]) -> [[StudyAxis.Level]] {
    axes.reduce([[]]) { combinations, levels in combinations.flatMap { head in levels.map { head + [$0] } } }
  }

  private static func words(_ reduction: StudyBudget.Reduction, asked: Int, limit: Double?) -> String? {
    guard let limit, reduction.seeds < asked || reduction.share < 1 || reduction.minutes > limit else { return nil }
    func text(_ minutes: Double) -> String { SettingValue.number((minutes * 10).rounded() / 10).description }
    var words = "Reduced to fit \(text(limit)) minutes on two cores: \(reduction.seeds) of \(asked) seeds"
    if reduction.share < 1 {
      words += ", \(Int((reduction.share * 100).rounded())) % of the steps and iterations of every row"
    }
    return words + ". No row is left out; by estimate it takes \(text(reduction.minutes)) minutes."
  }
}

/// Settings of rows, checked so far as can be without running them.
private struct RowMaker {
  let path: String
  let registry: EnvironmentRegistry
  let learners: LearnerRegistry
  let kinds: FeedbackRegistry

  func row(_ levels: [String], _ entries: [SettingsFile.Entry]) throws -> StudyPlan.Row {
    let name = levels.isEmpty ? nil : "row '\(levels.joined(separator: ", "))'"
    let settings = try checked(try resolved(entries), name)
    return StudyPlan.Row(levels: levels, settings: settings, steps: try steps(settings))
  }

  func reference(
    _ environment: String, _ base: [SettingsFile.Entry], seeds: Int
  ) throws -> StudyPlan.Reference {
    let own = ["run.environment": environment, "run.agentReward": RunSettings.AgentReward.truth.rawValue]
    let entries = base + own.keys.sorted().map { SettingsFile.Entry(name: $0, value: own[$0] ?? "", line: 1) }
    let settings = try checked(try resolved(entries), "the agent on the true reward in \(environment)")
    return StudyPlan.Reference(settings: settings, seeds: Array(0..<seeds), steps: try steps(settings))
  }

  /// The row with fewer steps in fewer iterations, so that each has as many as before.
  func cut(_ row: StudyPlan.Row, to share: Double) throws -> StudyPlan.Row {
    var row = row
    let run = row.settings.settings.run
    let iterations = max(1, Int((Double(run.iterations) * share).rounded()))
    let steps = max(iterations, Int((Double(run.steps) * share).rounded()))
    row.settings = row.settings.with(["run.iterations": .integer(iterations), "run.steps": .integer(steps)])
    row.steps = try self.steps(row.settings)
    return row
  }

  /// Settings from the file's lines, a later one winning; a share ("10 %") is one of what the setting would otherwise be.
  private func resolved(_ entries: [SettingsFile.Entry]) throws -> ResolvedSettings {
    func settings(_ entries: [SettingsFile.Entry]) throws -> ResolvedSettings {
      try ResolvedSettings(file: SettingsFile(entries, path: path), registry: registry, learners: learners)
    }
    var plain = entries.filter { Self.share($0.value) == nil }
    for entry in entries {
      guard let share = Self.share(entry.value) else { continue }
      let place = "\(path):\(entry.line)"
      let known = try settings(plain)
      let rows = known.settings.descriptions
      guard let description = SettingDescription.named(entry.name, among: rows) else {
        throw InputError.unknown("setting", entry.name, among: rows.map(\.name), at: place)
      }
      let text: String
      switch description.value(in: known.settings) {
      case .integer(let value): text = "\(Int((Double(value) * share).rounded()))"
      case .number(let value): text = SettingValue.number(value * share).description
      default:
        throw InputError(
          "\(entry.name): '\(entry.value)' is a share, and this setting is no number", at: place,
          remedy: "write the value itself")
      }
      _ = try description.parse(text, at: place)
      plain.append(SettingsFile.Entry(name: entry.name, value: text, line: entry.line))
    }
    return try settings(plain)
  }

  /// "10 %" as 0.1.
  private static func share(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let value = Double(text.dropLast().description.trimmingWhitespace), value.isFinite,
      value >= 0
    else { return nil }
    return value / 100
  }

  private func checked(_ settings: ResolvedSettings, _ name: String?) throws -> ResolvedSettings {
    do {
      _ = try LearnRun.check(settings.settings, registry, kinds)
      guard settings.settings.person.answering == .simulated else {
        throw InputError(
          "people cannot answer all the runs of a study", at: "person.answering", remedy: "use 'pactolus workbench'")
      }
      return settings
    } catch var error as InputError {
      if let place = error.place, settings.settings.values[place] != nil {
        error.problem = "\(place): \(error.problem)"
        let origin = settings.origin(of: place)
        if case .file = origin { error.place = origin.description } else { error.place = path }
      }
      if let name { error.problem = "\(name): \(error.problem)" }
      throw error
    }
  }

  private func steps(_ settings: ResolvedSettings) throws -> Int {
    let settings = settings.settings
    let entry = try registry.entry(settings.run.environment)
    let learner = try learners.kind(settings.run.learner).make(
      settings.learners, entry.specification, random: RandomSource(seed: 0))
    return settings.run.agentSteps(inRolloutsOf: learner.rolloutSize)
  }
}

extension StudyPlan {
  /// The same settings under several seeds: a study without axes, whose file says it all.
  package init(
    settings: ResolvedSettings, seeds: [Int], learners: LearnerRegistry = .standard,
    registry: EnvironmentRegistry = .standard
  ) throws {
    let run = settings.settings.run
    let entry = try registry.entry(run.environment)
    let learner = try learners.kind(run.learner).make(
      settings.settings.learners, entry.specification, random: RandomSource(seed: 0))
    let word = run.environment.split(separator: "/").last.map(String.init) ?? ""
    let letters = word.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    let name = letters.first?.isLetter == true ? letters : "seeds"
    let text = """
      # The same settings under several seeds, as 'pactolus learn --seeds' ran them; 'pactolus study run' runs them again.
      study: \(name)
      seeds: [\(seeds.map(String.init).joined(separator: ", "))]
      measure: [return, headline, answers, steps]
      minutes: {full: none}
      settings:

      """
    let lines = settings.yaml(header: "").split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("  seed:")
    }
    self.init(
      name: name, about: nil, form: .full, number: nil,
      text: text + lines.map { "  " + $0 + "\n" }.joined(), axes: [],
      rows: [Row(levels: [], settings: settings, steps: run.agentSteps(inRolloutsOf: learner.rolloutSize))],
      references: [], seeds: seeds, episodes: 100, measures: [.return, .headline, .answers, .steps], tables: [.rows],
      keepsRuns: true, reduction: nil)
  }
}
