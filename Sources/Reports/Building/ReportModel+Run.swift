import Agents
import Audits
import Compute
import Environments
import Runs

extension ReportModel {
  /// The report about one run, or about several seeds of one.
  ///
  /// ```swift
  /// let record = try RunRecord(directory: "runs/pendulum")
  /// let model = try ReportModel(records: [record], registry: .standard, written: "20 November 2026, 23:00 UTC")
  /// let html = ReportPage(model).html()
  /// ```
  ///
  /// - Parameters:
  ///   - records: runs with equal settings but for the seed; at least one.
  ///   - registry: to draw clips; without the run's environment in it there are no clips.
  ///   - written: the time of writing, as text; nil leaves it out.
  /// - Throws: `InputError` if `records` is empty or a ledger's segments cannot be read.
  public init(records: [RunRecord], registry: EnvironmentRegistry = .standard, written: String?) throws {
    guard let first = records.first else { throw InputError("a report needs at least one run") }
    let entry = try? registry.entry(first.environment)
    let runs = records.map { RunMeasurements($0, isStudy: records.count > 1) }
    let audit = RunFindings(records, entry: entry)
    let charts = RunCharts(runs: runs, records: records, findings: audit)
    var sections: [Section] = []
    if let returns = charts.returns() {
      sections.append(
        Section(
          id: "returns", title: "What the agent earns",
          text: Self.returnsText(records),
          charts: [returns], tables: records.count > 1 ? [Self.seedTable(records, audit.outcomes)] : []))
    }
    let pictures = [charts.accuracy(), charts.reliability(), charts.answers(), charts.alignment()].compactMap { $0 }
    if !pictures.isEmpty {
      sections.append(Section(id: "reward-model", title: "What the reward model knows", charts: pictures))
    }
    if let uncertainty = Self.uncertainty(records) { sections.append(uncertainty) }
    if let moved = Self.movers(records, registry: registry) { sections.append(moved) }
    if let means = Self.means(records) { sections.append(means) }
    if let entry {
      let groups = try RunClips(record: first, entry: entry).groups()
      if !groups.isEmpty {
        let whose = records.count > 1 ? " Clips are of seed \(first.seed)." : ""
        sections.append(
          Section(
            id: "clips", title: "What it likes, and what the agent does",
            text: "Looking is the one check that needs no statistics." + whose, clips: groups))
      }
    }
    // Clips have just played episodes again, so this knows of what they showed.
    let repeatability = try entry?.environment.tryRepeatability(random: RandomSource(seed: 0))
    self.init(
      kind: records.count > 1 ? .study : .run, title: first.environment,
      subtitle: Self.subtitle(records, entry: entry, repeatability),
      headline: audit.headline,
      facts: Self.facts(records, runs: runs, outcomes: audit.outcomes), sections: sections, findings: audit.findings,
      settings: Self.settings(first, isStudy: records.count > 1), provenance: Self.provenance(records, repeatability),
      written: written)
  }

  private static func returnsText(_ records: [RunRecord]) -> String {
    if records.contains(where: \.isPaidByTruth) {
      return
        "The true return is what the environment pays, and here the agent was paid just that; the predicted return is "
        + "what the learned reward would have paid, which had no part in its training."
    }
    return "The true return is what the environment pays, and the agent never saw it; the predicted return is what the "
      + "learned reward pays. If the predicted one goes on rising while the true one falls, the agent has learned to "
      + "please the reward model."
  }

  private static func subtitle(
    _ records: [RunRecord], entry: EnvironmentEntry?, _ repeatability: Repeatability?
  ) -> String {
    let answers = records[0].answerCount
    let people = records[0].questions.compactMap(\.given).first?.person ?? ""
    let who = people.hasPrefix("simulated/") ? "a simulated person (\(people.dropFirst(10)))" : "people"
    let agents = records.count == 1 ? "An agent" : "\(records.count) agents"
    let unfinished = records.count { $0.finished == nil }
    let state = unfinished == 0 ? "" : " Not finished yet: \(unfinished == 1 ? "a run is" : "some runs are") under way."
    let what =
      "\(NumberFormat.plain.text(Double(answers), digits: 9)) "
      + "\(records[0].hasOnlyComparisons ? "comparisons" : "answers")\(records.count == 1 ? "" : " each")"
    let how =
      records.contains(where: \.isPaidByTruth)
      ? "trained on the true reward; beside \(records.count == 1 ? "it a reward was" : "them rewards were") learned from "
      : "trained from "
    return
      "\(agents) \(how)\(what), answered by \(who).\(state)"
      + (repeatability?.caution.map { " The world is \($0)." } ?? "")
      + (entry.map { " The task: " + $0.specification.summary } ?? "")
  }

  private static func facts(
    _ records: [RunRecord], runs: [RunMeasurements], outcomes: TaskOutcomes
  ) -> [Fact] {
    var facts: [Fact] = []
    let bounds = outcomes.seeds.first?.bounds
    let means = runs.compactMap { $0.last.map { Statistics.mean($0.trueReturns) } }
    let episodes = runs.compactMap { $0.last?.trueReturns.count }.reduce(0, +)
    if means.count > 1 {
      facts.append(
        Fact(
          "True return", shown(means, within: bounds),
          note: "\(means.count) seeds, 95 % interval of the mean"))
    } else if let last = runs.first?.last {
      facts.append(
        Fact(
          "True return", shown(last.trueReturns, within: bounds),
          note: "\(episodes) episodes, 95 % interval of the mean"))
    }
    if let score = outcomes.seeds.compactMap(\.score).min() {
      facts.append(
        Fact(
          records.count > 1 ? "Worst seed" : "Of the way", NumberFormat.percent.text(score),
          note: "from random play (0 %) to \(outcomes.seeds.first?.reference?.source.words ?? "the best known") (100 %)"
        ))
    }
    let accuracy = HeldOutAccuracy(runs.flatMap(\.laterPredictions))
    if let interval = accuracy.interval {
      facts.append(
        Fact(
          "Unseen answers predicted", NumberFormat.percent.text(accuracy.value),
          note: "95 % interval \(NumberFormat.percent.text(interval.lower)) to "
            + NumberFormat.percent.text(interval.upper)
            + (accuracy.undecided == 0
              ? "" : "; \(accuracy.undecided) of \(accuracy.undecided + accuracy.count) it left undecided")))
    }
    let answered = records[0].comparisons.filter { $0.answer != nil && !$0.takenBack }
    let clear = answered.count { $0.answer == "first" || $0.answer == "second" }
    let winners = clear == answered.count ? "each named a winner" : "\(clear) named a winner"
    facts.append(
      Fact(
        "Answers", NumberFormat.plain.text(Double(records[0].answerCount), digits: 9),
        note: (records[0].hasOnlyComparisons ? winners : kinds(records[0]))
          + (records.count > 1 ? ", for each seed" : "")))
    // A round under way may have answers and no steps yet.
    if let last = records[0].iterations.last(where: { $0.agentSteps > 0 }) {
      facts.append(
        Fact(
          "Agent steps", NumberFormat.count.text(Double(last.agentSteps)),
          note: "\(NumberFormat.count.text(Double(last.allSteps))) with those taken to ask"))
    }
    return facts
  }

  /// "40 comparison, 39 rating".
  private static func kinds(_ record: RunRecord) -> String {
    record.answersByKind.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
  }

  /// The mean with its interval: "487 ± 12", or "336 [0, 500]" where the interval would reach beyond what is possible.
  private static func shown(_ values: [Double], within bounds: ClosedRange<Double>?) -> String {
    let mean = NumberFormat.plain.text(Statistics.mean(values))
    guard let open = Statistics.meanInterval(values) else { return mean }
    if let bounds, open.lower < bounds.lowerBound || open.upper > bounds.upperBound {
      let interval = open.within(bounds)
      return "\(mean) [\(NumberFormat.plain.text(interval.lower)), \(NumberFormat.plain.text(interval.upper))]"
    }
    return mean + " ± " + short(open.halfWidth)
  }

  private static func short(_ value: Double) -> String { NumberFormat.plain.text(value, digits: 2) }

  private static func seedTable(_ records: [RunRecord], _ outcomes: TaskOutcomes) -> Table {
    Table(
      caption: "Each seed", columns: ["Seed", "True return", "Of the way", "Episodes", "Answers", "State"],
      rows: zip(records, outcomes.seeds).map { record, outcome in
        let last = record.finalEvaluation ?? record.iterations.last { $0.evaluation != nil }?.evaluation
        let returns = last?.trueReturns ?? []
        return [
          String(record.seed), returns.isEmpty ? "–" : shown(returns, within: outcome.bounds),
          outcome.score.map { NumberFormat.percent.text($0) } ?? "–", String(returns.count),
          String(record.answerCount),
          record.finished == nil ? "not finished" : outcome.verdict == .fails ? "failed" : "finished",
        ]
      }, numeric: [0, 1, 2, 3, 4])
  }

  /// All settings in the order of the settings table, then those that it does not have, of a user's own learner, say; the
  /// origin tells those that differ from the default. Those of learners that the run does not use are left out.
  private static func settings(_ record: RunRecord, isStudy: Bool) -> [Setting] {
    let standard = LearnSettings().values
    let known = SettingDescription.all.map(\.name)
    let others = record.settings.keys.filter { standard[$0] == nil }.sorted()
    let idle = LearnerRegistry.standard.kinds.map(\.name).filter { $0 != record.settings["run.learner"] ?? "ppo" }
    return (known + others).compactMap { name in
      guard !idle.contains(where: { name.hasPrefix("\($0).") }) else { return nil }
      guard let value = record.settings[name] else { return nil }
      // The seeds of a study are listed under provenance.
      if isStudy, name == "run.seed" { return nil }
      return Setting(name, value, origin: value == standard[name] ? "default" : "this run")
    }
  }

  private static func provenance(_ records: [RunRecord], _ repeatability: Repeatability?) -> [Fact] {
    var facts = [
      Fact(
        records.count > 1 ? "Seeds" : "Seed", records.map { String($0.seed) }.joined(separator: ", "),
        note: "all randomness derives from it"),
      Fact("Arithmetic", records[0].arithmetic, note: arithmeticNote(repeatability)),
    ]
    if let fact = fact(repeatability) { facts.append(fact) }
    let first = records[0]
    for continued in first.continuations {
      facts.append(
        Fact(
          "Resumed", "no longer byte-exact from event \(continued.from) on",
          note: "the run went on with \(continued.arithmetic) arithmetic; every answer counts as before"))
    }
    if let finished = first.finished {
      facts.append(
        Fact(
          "Length",
          "\(finished.iterations) iterations, "
            + "\(NumberFormat.plain.text(Double(finished.allSteps), digits: 12)) environment steps"))
    }
    facts.append(Fact("Record", "ledger.sqlite", note: "everything shown here is computed from it"))
    return facts
  }

  private static func arithmeticNote(_ repeatability: Repeatability?) -> String {
    if case .broken = repeatability { return "runs in this world do not repeat, whatever the machine" }
    return "runs repeat bit for bit on machines that agree in it"
  }

  /// Nothing is said of worlds that repeat by construction.
  private static func fact(_ repeatability: Repeatability?) -> Fact? {
    switch repeatability {
    case nil, .exact: nil
    case .untried: Fact("Repeatability", "not tried")
    case .held: Fact("Repeatability", "held", note: "episodes that were played again showed the same; no proof")
    case .broken(let how): Fact("Repeatability", "not exact", note: how)
    }
  }
}
