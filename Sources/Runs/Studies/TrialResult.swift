import Compute
import Findings

/// What a finished trial leaves in the study's table. Deterministic: times stand apart.
package struct TrialResult: Codable, Sendable, Hashable {
  /// True returns over fresh episodes, which no part of the run has seen.
  package var returns: ReturnSummary
  /// True returns over the run's own last episodes; nil for a policy at random.
  package var own: ReturnSummary?
  /// What the run's findings come to, in its own words; nil without a run.
  package var verdict: Finding.Verdict?
  package var headline: String?
  /// The ids of the findings that failed.
  package var failing: [String]?
  /// Answers that counted, the agent's steps and all steps.
  package var answers: Int?
  package var agentSteps: Int?
  package var allSteps: Int?

  /// A policy at random.
  init(random returns: [Double]) { self.returns = ReturnSummary(returns) }

  init(_ record: RunRecord, fresh: RunEvaluation) {
    returns = ReturnSummary(fresh.trueReturns)
    own = record.finalEvaluation.map { ReturnSummary($0.trueReturns) }
    let trust = TrustSummary(record.findings, headline: RunFindings.headline)
    (verdict, headline) = (trust.verdict, trust.headline)
    failing = record.findings.filter { $0.verdict == .fails && $0.bearing == .trust }.map(\.id)
    answers = record.answerCount
    agentSteps = record.finished?.agentSteps
    allSteps = record.finished?.allSteps
  }

  package init(
    returns: ReturnSummary, own: ReturnSummary? = nil, verdict: Finding.Verdict? = nil, headline: String? = nil
  ) {
    (self.returns, self.own, self.verdict, self.headline) = (returns, own, verdict, headline)
  }
}

/// The mean of some episodes' returns and how far they lie apart.
package struct ReturnSummary: Codable, Sendable, Hashable {
  package var episodes: Int
  package var mean: Double
  /// The standard deviation over episodes; 0 for a single one.
  package var deviation: Double

  package init(_ returns: [Double]) {
    self.init(
      episodes: returns.count, mean: Statistics.mean(returns),
      deviation: returns.count > 1 ? Statistics.standardDeviation(returns) : 0)
  }

  package init(episodes: Int, mean: Double, deviation: Double) {
    (self.episodes, self.mean, self.deviation) = (episodes, mean, deviation)
  }

  /// In another unit.
  func scaled(_ factor: Double) -> ReturnSummary {
    ReturnSummary(episodes: episodes, mean: mean * factor, deviation: deviation * factor)
  }

  /// The variance of the mean.
  var meanVariance: Double { deviation * deviation / Double(max(1, episodes)) }
}
