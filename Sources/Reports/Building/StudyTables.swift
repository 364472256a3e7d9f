import Compute
import Findings
import Runs

/// A study's results as tables, the same for terminal, page and Markdown.
package struct StudyTables {
  let results: StudyResults

  package init(_ results: StudyResults) { self.results = results }

  /// The tables that the study's file asks for.
  package var tables: [ReportModel.Table] {
    results.tables.flatMap { kind in
      switch kind {
      case .rows: [rows()]
      case .outcomes: outcomes()
      }
    }
  }

  /// What stands beside every table: seeds, episodes, what was cut, what is missing.
  package var remarks: [String] {
    var remarks = [seedWords + ". Returns are means over \(results.episodes) fresh episodes of each finished agent."]
    if results.measures.contains(.score) {
      remarks.append(
        "Score: (return − random) ÷ (agent on the true reward − random), both with the study's base settings; "
          + "from \(Self.plain(TrueScore.success)) on a success, below \(Self.plain(TrueScore.failure)) a failure.")
    }
    if let reduction = results.status.reduction { remarks.append(reduction) }
    let missing = results.status.trials - results.status.entered
    if missing > 0 {
      remarks.append("\(Numbers.count(missing, "trial")) of \(results.status.trials) not in the table yet.")
    }
    return remarks
      + results.status.failures.map { "Ended with an error, and will be tried again: \($0.trial): \($0.reason)." }
  }

  private var seedWords: String {
    let count = Numbers.count(results.seeds.count, "seed")
    if let number = results.status.number { return "\(count) drawn from the number \(number)" }
    return results.seeds.count <= 8
      ? (results.seeds.count == 1 ? "Seed " : "Seeds ") + results.seeds.map(String.init).joined(separator: ", ")
      : "\(count) from \(results.seeds[0]) to \(results.seeds[results.seeds.count - 1])"
  }

  // MARK: A line for each row

  private func rows() -> ReportModel.Table {
    var columns = results.axes + ["seeds"]
    let first = results.axes.count
    for measure in results.measures {
      columns.append(Self.title(measure))
      if measure == .score { columns.append("≥ \(Self.plain(TrueScore.success))") }
    }
    let texts = results.rows.map { row in
      row.levels + [seeds(row)] + results.measures.flatMap { cells($0, row) }
    }
    let words = Set(columns.indices.filter { columns[$0] == Self.title(.headline) })
    return ReportModel.Table(
      caption: results.about ?? results.status.study, columns: columns, rows: texts,
      numeric: (first..<columns.count).filter { !words.contains($0) })
  }

  private static func title(_ measure: StudyMeasure) -> String {
    switch measure {
    case .return: "true return"
    case .score: "score"
    case .headline: "headline"
    case .random: "random policy"
    case .trueReward: "agent on the true reward"
    case .answers: "answers"
    case .steps: "agent's steps"
    case .seconds: "seconds"
    }
  }

  private func seeds(_ row: StudyResults.Row) -> String {
    let done = row.done.count
    return done == row.trials.count ? "\(done)" : "\(done) of \(row.trials.count)"
  }

  private func cells(_ measure: StudyMeasure, _ row: StudyResults.Row) -> [String] {
    let results = row.done.compactMap(\.result)
    switch measure {
    case .return: return [Self.overSeeds(results.map(\.returns.mean))]
    case .score: return scores(row)
    case .headline:
      return [headlines(results)]
    case .random: return [reference(row)?.random.map { Self.plain($0.mean) } ?? "–"]
    case .trueReward: return [reference(row)?.trueRewardMean.map(Self.plain) ?? "–"]
    case .answers: return [Self.span(results.compactMap(\.answers))]
    case .steps: return [Self.span(results.compactMap(\.agentSteps))]
    case .seconds:
      let seconds = row.done.compactMap(\.seconds)
      return [seconds.isEmpty ? "–" : Self.plain(Statistics.median(seconds))]
    }
  }

  /// "3 trusted, 1 not settled".
  private func headlines(_ results: [TrialResult]) -> String {
    var words: [String] = []
    for word in HeadlineOutcomes.Said.allCases {
      let count = results.count { result in
        guard let verdict = result.verdict else { return false }
        return HeadlineOutcomes.Said(verdict) == word
      }
      if count > 0 { words.append("\(count) \(word.rawValue)") }
    }
    return words.joined(separator: ", ")
  }

  private func scores(_ row: StudyResults.Row) -> [String] {
    let scores = row.done.compactMap(\.score)
    guard !scores.isEmpty else { return ["–", "–"] }
    let successes = scores.count { $0.outcome == .success }
    let text =
      scores.count == 1
      ? Numbers.plain(scores[0].value, scores[0].interval) : Self.overSeeds(scores.map(\.value))
    return [text, "\(successes) of \(row.done.count)"]
  }

  private func reference(_ row: StudyResults.Row) -> StudyResults.Reference? {
    results.references.first { $0.environment == row.environment }
  }

  /// Up to three seeds one by one, more as their mean with its interval.
  private static func overSeeds(_ values: [Double]) -> String {
    guard !values.isEmpty else { return "–" }
    if values.count <= 3 { return values.map(plain).joined(separator: "; ") }
    return Numbers.plain(Statistics.mean(values), Statistics.meanInterval(values))
  }

  private static func span(_ values: [Int]) -> String {
    guard let least = values.min(), let most = values.max() else { return "–" }
    func text(_ value: Int) -> String { NumberFormat.count.text(Double(value)) }
    return least == most ? text(least) : "\(text(least)) to \(text(most))"
  }

  private static func plain(_ value: Double) -> String { NumberFormat.plain.text(value) }

  // MARK: Headlines and what came of the runs

  private func outcomes() -> [ReportModel.Table] {
    let outcomes = HeadlineOutcomes(results)
    let titles: [(TrueScore.Outcome, String)] = [
      (.success, "succeeded (score ≥ \(Self.plain(TrueScore.success)))"), (.between, "between"),
      (.failure, "failed (score < \(Self.plain(TrueScore.failure)))"),
    ]
    let counts = HeadlineOutcomes.Said.allCases.map { said in
      [said.rawValue] + titles.map { "\(outcomes.count(said, of: $0.0))" }
    }
    let rates = outcomes.rates.map { rate in
      [
        rate.claim, "\(rate.hits) of \(rate.of)",
        rate.share.map { Numbers.percent($0, rate.interval) } ?? "–",
        rate.ceiling.map { Numbers.percent($0) } ?? "–", rate.verdict.word,
      ]
    }
    let left = outcomes.unscored == 0 ? "" : " \(Numbers.count(outcomes.unscored, "run")) without a score left out."
    return [
      ReportModel.Table(
        caption: "What the headline said, by what had come of the run." + left,
        columns: ["headline"] + titles.map(\.1), rows: counts, numeric: [1, 2, 3]),
      ReportModel.Table(
        caption:
          "The rates that are demanded. Ceiling: the rate of a test that is told the score of the run's own last "
          + "episodes.",
        columns: ["demanded", "runs", "rate [95 % interval]", "ceiling", "verdict"], rows: rates, numeric: [1, 2, 3]),
    ]
  }

  // MARK: Every trial

  /// A line for each trial that is in the table, for other programs: columns of names and plain numbers.
  package var csv: (header: [String], rows: [[String]]) {
    let header =
      results.axes + [
        "environment", "seed", "return", "return_deviation", "score", "score_lower", "score_upper", "own_score",
        "outcome",
        "verdict", "headline", "failing", "answers", "agent_steps", "all_steps", "seconds",
      ]
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
    let rows = results.rows.flatMap { row in
      row.done.compactMap { trial -> [String]? in
        guard let result = trial.result else { return nil }
        let score = trial.score
        return row.levels + [
          row.environment, "\(trial.seed)", text(result.returns.mean), text(result.returns.deviation),
          text(score?.value), text(score?.interval?.lower), text(score?.interval?.upper), text(trial.ownScore?.value),
          score?.outcome.rawValue ?? "", result.verdict?.rawValue ?? "", result.headline ?? "",
          (result.failing ?? []).joined(separator: " "), text(result.answers), text(result.agentSteps),
          text(result.allSteps), text(trial.seconds),
        ]
      }
    }
    return (header, rows)
  }
}
