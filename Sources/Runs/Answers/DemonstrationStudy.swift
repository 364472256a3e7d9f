import Compute
import Feedback
import Findings
import Foundation

/// How far raters' comparisons of demonstrations agree with the demonstrations' score: Bradley and Terry's model with
/// an error rate, and ties where there are any.
public struct DemonstrationStudy: Codable, Sendable, Hashable {
  /// What was studied: the file's name.
  public let name: String
  /// How many answers there are.
  public let answers: Int
  /// Answers "equal", and pairs of the same score; neither has a winner that could agree.
  public let ties: Int
  /// See ``ties``.
  public let equalScores: Int
  /// Answers that name the demonstration of the higher score.
  public let agreeing: Int
  /// Answers that could agree.
  public let decided: Int
  /// Exact (Clopper–Pearson).
  public let agreementInterval: Interval?
  /// The share of answers given blindly, by the model; half of those are wrong.
  public let lapse: RatedPairs.Estimate
  /// Every demonstration.
  public let items: [Item]
  /// Spearman's rank correlation of the fitted and the true scores, with the bootstrap interval over answers.
  public let rankCorrelation: Double
  /// See ``rankCorrelation``.
  public let rankInterval: Interval?

  /// A demonstration: its score, and the answers about it.
  public struct Item: Codable, Sendable, Hashable {
    /// What the file calls it.
    public var name: String
    /// The score that the file gives it.
    public var score: Double
    /// The strength fitted to the answers.
    public var fitted: RatedPairs.Estimate
  }

  /// Fits the model to the answers.
  ///
  /// - Throws: `InputError` if there are too few answers to fit.
  public init(
    _ recorded: RankedDemonstrations, resamples: Int = 200, level: Double = 0.95, random: RandomSource
  ) throws {
    name = recorded.name
    answers = recorded.answers.count
    ties = recorded.answers.count { $0.preference == 0 }
    equalScores = recorded.answers.count { recorded.scores[$0.first] == recorded.scores[$0.second] }
    let decisive = recorded.answers.filter {
      $0.preference != 0 && recorded.scores[$0.first] != recorded.scores[$0.second]
    }
    agreeing = decisive.count { ($0.preference == 1) == (recorded.scores[$0.first] > recorded.scores[$0.second]) }
    decided = decisive.count
    agreementInterval = Statistics.proportionInterval(successes: agreeing, of: decided, level: level)
    let fit = try RatedPairs(recorded.answers, level: level)
    lapse = fit.people[0].lapse
    items = recorded.items.indices.map {
      Item(name: recorded.items[$0], score: recorded.scores[$0], fitted: fit.scores[$0])
    }
    rankCorrelation = Statistics.spearman(fit.scores.map(\.value), recorded.scores)
    let all = recorded.answers
    let scores = recorded.scores
    let replicates = Statistics.bootstrapReplicates(count: all.count, resamples: resamples, random: random) { counts in
      let drawn = counts.indices.flatMap { [RatedPairs.Answer](repeating: all[$0], count: Int(counts[$0])) }
      // A resample that cannot be fitted makes the interval nil rather than wrong.
      guard let fit = try? RatedPairs(drawn) else { return [.nan] }
      // A demonstration that no drawn answer is about keeps the prior's score.
      let fitted = scores.indices.map { $0 < fit.scores.count ? fit.scores[$0].value : 0 }
      return [Statistics.spearman(fitted, scores)]
    }
    rankInterval = Statistics.percentileInterval(replicates, column: 0, level: level)
  }

  /// What the answers tell about the people.
  public var findings: [Finding] {
    let verdict: Finding.Verdict =
      agreementInterval.map { $0.lower > 0.5 ? .holds : $0.upper <= 0.5 ? .fails : .unknown } ?? .unknown
    let shown = HumanAnswersReport.text(Double(agreeing) / Double(max(1, decided)), agreementInterval)
    return [
      Finding(
        id: "answers/\(name)/agrees-with-score",
        claim: "Raters of \(name) prefer the demonstration of higher score more often than not", verdict: verdict,
        reason: "\(agreeing) of \(decided) answers name the one of higher score: \(shown)",
        evidence: [
          Evidence(
            "agreement with the score", Double(agreeing) / Double(max(1, decided)), interval: agreementInterval,
            count: decided),
          Evidence("answers given blindly", lapse.value, interval: lapse.interval, count: answers),
          Evidence(
            "rank correlation of fitted and true scores", rankCorrelation, interval: rankInterval,
            count: items.count),
          Evidence("answers about equal scores, left out", Double(equalScores), count: answers),
        ],
        assumptions: ["Answers are independent; the files do not tell who gave which."],
        errorRate: "about 2.5 % on either side",
        source: "Clopper & Pearson 1934; Bradley & Terry 1952; data as in Brown et al. 2019 (T-REX)")
    ]
  }

  /// For a terminal.
  public var lines: [String] {
    [
      "\(name): \(answers) answers, \(ties) of them ties, \(equalScores) about equal scores",
      "  agreement with the score "
        + HumanAnswersReport.text(Double(agreeing) / Double(max(1, decided)), agreementInterval) + " of \(decided)",
      "  answers given blindly " + HumanAnswersReport.text(lapse.value, lapse.interval)
        + ", rank correlation with the score " + HumanAnswersReport.text(rankCorrelation, rankInterval),
    ]
  }
}
