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
    let referenceSteps = references.reduce(0) { $0 + $1.steps * $1.seeds.count }
    func steps(_ seeds: Int, _ share: Double) -> Double {
      Double(rows.reduce(0) { $0 + $1.steps(share) } * seeds + referenceSteps)
    }
    let reduction = file.budget.reduction(seeds: asked.count, form: form, steps: steps)
    self.init(
      name: file.name, about: file.about, form: form, number: number, text: file.text, axes: file.axes.map(\.name),
      rows: rows.map { $0.cut(to: reduction.share) }, references: references,
      seeds: Array(asked.prefix(reduction.seeds)),
      episodes: file.episodes, measures: file.measures, tables: file.tables, keepsRuns: file.keepsRuns,
      reduction: Self.words(
        reduction, asked: asked.count, limit: file.budget.limit(form),
        minutes: file.budget.minutes(steps(reduction.seeds, reduction.share))))
  }

  /// Every combination of one level of each axis; the last axis varies fastest.
  private static func combinations(_ axes: [[StudyAxis.Level]]) -> [[StudyAxis.Level]] {
    axes.reduce([[]]) { combinations, levels in combinations.flatMap { head in levels.map { head + [$0] } } }
  }

  private static func words(
    _ reduction: StudyBudget.Reduction, asked: Int, limit: Double?, minutes: Double
  ) -> String? {
    guard let limit, reduction.seeds < asked || reduction.share < 1 || minutes > limit else { return nil }
    func text(_ minutes: Double) -> String { SettingValue.number((minutes * 100).rounded() / 100).description }
    var words = "Reduced to fit \(text(limit)) minutes on two cores: \(reduction.seeds) of \(asked) seeds"
    if reduction.share < 1 {
      words += ", \(Int((reduction.share * 100).rounded())) % of the steps and iterations of every row"
    }
    return words + ". No row is left out; by estimate it takes \(text(minutes)) minutes."
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
    return StudyPlan.Row(levels: levels, settings: settings, rolloutSize: try rolloutSize(settings))
  }

  func reference(
    _ environment: String, _ base: [SettingsFile.Entry], seeds: Int
  ) throws -> StudyPlan.Reference {
    let own = ["run.environment": environment, "run.agentReward": RunSettings.AgentReward.truth.rawValue]
    let entries = base + own.keys.sorted().map { SettingsFile.Entry(name: $0, value: own[$0] ?? "", line: 1) }
    let settings = try checked(try resolved(entries), "the agent on the true reward in \(environment)")
    return StudyPlan.Reference(
      settings: settings, seeds: Array(0..<seeds),
      steps: settings.settings.run.agentSteps(inRolloutsOf: try rolloutSize(settings)))
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
      let entry = try LearnRun.check(settings.settings, registry, kinds)
      try LearnRun.checkKinds(settings.settings, entry, kinds)
      try LearnRun.checkLearner(
        settings.settings, entry, learners,
        try CautionReference(settings.settings.caution, in: entry, registry, learners),
        try CautionFallback(settings.settings.caution, in: entry, registry, learners))
      guard settings.settings.person.answering == .simulated else {
        throw InputError(
          "people cannot answer all the runs of a study", at: "person.answering", remedy: "use 'pactolus workbench'")
      }
      return settings
    } catch var error as InputError {
      // An unknown environment is named without a place.
      let place = error.place ?? "run.environment"
      if settings.settings.values[place] != nil {
        if error.place != nil { error.problem = "\(place): \(error.problem)" }
        let origin = settings.origin(of: place)
        if case .file = origin { error.place = origin.description } else { error.place = path }
      }
      if let name { error.problem = "\(name): \(error.problem)" }
      throw error
    }
  }

  private func rolloutSize(_ settings: ResolvedSettings) throws -> Int {
    try StudyPlan.rolloutSize(settings.settings, registry: registry, learners: learners)
  }
}

extension StudyPlan {
  /// Steps that the agent of these settings collects at once.
  fileprivate static func rolloutSize(
    _ settings: LearnSettings, registry: EnvironmentRegistry, learners: LearnerRegistry
  ) throws -> Int {
    let entry = try registry.entry(settings.run.environment)
    return try learners.kind(settings.run.learner).make(
      settings.learners, entry.specification, random: RandomSource(seed: 0)
    ).rolloutSize
  }
}

extension StudyPlan.Row {
  fileprivate init(levels: [String], settings: ResolvedSettings, rolloutSize: Int) {
    self.init(
      levels: levels, settings: settings, steps: settings.settings.run.agentSteps(inRolloutsOf: rolloutSize),
      rolloutSize: rolloutSize)
  }

  /// A share of the steps in that share of the iterations, so that each has as many as before.
  private func run(_ share: Double) -> RunSettings {
    var run = settings.settings.run
    guard share < 1 else { return run }
    run.iterations = max(1, Int((Double(run.iterations) * share).rounded()))
    run.steps = max(run.iterations, Int((Double(run.steps) * share).rounded()))
    return run
  }

  fileprivate func steps(_ share: Double) -> Int { run(share).agentSteps(inRolloutsOf: rolloutSize) }

  fileprivate func cut(to share: Double) -> StudyPlan.Row {
    guard share < 1 else { return self }
    var row = self
    let run = run(share)
    row.settings = settings.with(["run.iterations": .integer(run.iterations), "run.steps": .integer(run.steps)])
    row.steps = steps(share)
    return row
  }
}

extension StudyPlan {
  /// The same settings under several seeds: a study without axes, whose file says it all.
  package init(
    settings: ResolvedSettings, seeds: [Int], learners: LearnerRegistry = .standard,
    registry: EnvironmentRegistry = .standard
  ) throws {
    let run = settings.settings.run
    let rolloutSize = try Self.rolloutSize(settings.settings, registry: registry, learners: learners)
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
      rows: [Row(levels: [], settings: settings, rolloutSize: rolloutSize)],
      references: [], seeds: seeds, episodes: 100, measures: [.return, .headline, .answers, .steps], tables: [.rows],
      keepsRuns: true, reduction: nil)
  }
}
