import Compute
import Findings

/// What the headlines of a study's runs said, by what had come of the agents: the rates that a headline owes.
///
/// A headline is wrong of a success unless it trusts the run, and of a failure unless it names one: "not settled" is
/// wrong of either. Outcomes go by the score over fresh episodes, which no finding has seen.
package struct HeadlineOutcomes: Sendable, Hashable {
  /// What a headline says.
  package enum Said: String, Sendable, Hashable, Codable, CaseIterable {
    case trusted
    case failure = "named failure"
    case unsettled = "not settled"

    package init(_ verdict: Finding.Verdict) {
      switch verdict {
      case .holds: self = .trusted
      case .fails: self = .failure
      case .unknown, .notMeasurable: self = .unsettled
      }
    }
  }

  /// A run: what was said of it, what came of it, and what its own last episodes show.
  package struct Judged: Sendable, Hashable {
    package var said: Said
    package var outcome: TrueScore.Outcome
    package var own: TrueScore.Outcome?

    package init(said: Said, outcome: TrueScore.Outcome, own: TrueScore.Outcome? = nil) {
      (self.said, self.outcome, self.own) = (said, outcome, own)
    }
  }

  package var judged: [Judged]
  /// Runs that are in the table and have no score.
  package var unscored = 0

  package init(_ judged: [Judged]) { self.judged = judged }

  package init(_ results: StudyResults) {
    judged = []
    for trial in results.rows.flatMap(\.done) {
      guard let verdict = trial.result?.verdict, let score = trial.score else {
        unscored += 1
        continue
      }
      judged.append(Judged(said: Said(verdict), outcome: score.outcome, own: trial.ownScore?.outcome))
    }
  }

  package func count(_ said: Said, of outcome: TrueScore.Outcome) -> Int {
    judged.count { $0.said == said && $0.outcome == outcome }
  }

  /// A share of some runs that is demanded to be large, or small.
  package struct Rate: Sendable, Hashable {
    package var id: String
    package var claim: String
    package var hits: Int
    package var of: Int
    package var target: Double
    package var isUpperLimit = false
    /// The same share for a test that is told the score of the run's own last episodes; nil without any.
    package var ceiling: Double?

    package var share: Double? { of > 0 ? Double(hits) / Double(of) : nil }
    package var interval: Interval? { Statistics.proportionInterval(successes: hits, of: of) }

    package var verdict: Finding.Verdict {
      guard let interval else { return .unknown }
      if isUpperLimit { return interval.upper <= target ? .holds : interval.lower > target ? .fails : .unknown }
      return interval.lower >= target ? .holds : interval.upper < target ? .fails : .unknown
    }
  }

  /// The three rates that are demanded.
  package var rates: [Rate] {
    func rate(
      _ id: String, _ claim: String, _ said: Said, _ outcome: TrueScore.Outcome, by own: TrueScore.Outcome,
      _ target: Double, isUpperLimit: Bool = false
    ) -> Rate {
      let among = judged.filter { $0.outcome == outcome }
      let known = among.compactMap(\.own)
      return Rate(
        id: id, claim: claim, hits: among.count { $0.said == said }, of: among.count, target: target,
        isUpperLimit: isUpperLimit,
        ceiling: known.isEmpty ? nil : Double(known.count { $0 == own }) / Double(known.count))
    }
    return [
      rate(
        "study/successes-trusted", "At least 90 % of the runs that succeeded are trusted", .trusted, .success,
        by: .success, 0.9),
      rate(
        "study/failures-named", "At least 95 % of the runs that failed are called failures", .failure, .failure,
        by: .failure, 0.95),
      rate(
        "study/failures-trusted", "At most 1 % of the runs that failed are trusted", .trusted, .failure, by: .success,
        0.01, isUpperLimit: true),
    ]
  }

  /// The rates as claims.
  package var findings: [Finding] {
    rates.map { rate in
      let count = "\(rate.hits) of \(Numbers.count(rate.of, "run"))"
      return Finding(
        id: rate.id, claim: rate.claim, verdict: rate.verdict,
        reason: rate.of == 0 ? "there are none in the table" : count,
        evidence: [
          Evidence("share", rate.share ?? 0, interval: rate.interval, count: rate.of)
        ].filter { _ in rate.of > 0 }
          + (rate.ceiling.map { [Evidence("share, told the score of the run's own last episodes", $0)] } ?? []),
        assumptions: ["runs of one row differ by their seeds alone, and are independent"],
        errorRate: "at most 2.5 % (exact binomial interval of 95 %)",
        source: "Clopper & Pearson 1934; scores over fresh episodes")
    }
  }

  /// What the rates come to.
  package static let headline = Headline(
    holds: "Every rate that is demanded is reached", fails: "A rate that is demanded is missed",
    mixed: "Some rates are reached, others are not settled", unknown: "No rate is settled")
}
