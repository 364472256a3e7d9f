import Audits
import Compute
import Findings

extension ReportModel {
  /// A page about what a log says of a policy that did not act in it.
  ///
  /// - Parameters:
  ///   - evaluation: all of its estimates.
  ///   - log: what the log is called.
  ///   - policy: what the policy is called.
  public init(_ evaluation: OffPolicyEvaluation, log: String, policy: String) {
    let believed = evaluation.believed
    let rows = evaluation.estimates.compactMap { estimate in
      estimate.value.map { IntervalList.Row(estimate.estimator.rawValue, $0, estimate.interval) }
    }
    let bounds =
      [IntervalList.Row("pdis, anytime", evaluation[.perDecision]?.value ?? evaluation.earned, evaluation.anytime)]
      + (evaluation.bernstein.map {
        [IntervalList.Row("pdis, Bernstein", evaluation[.perDecision]?.value ?? evaluation.earned, $0)]
      } ?? [])
    self.init(
      kind: .theory, title: "What \(policy) would have earned",
      subtitle: "\(Numbers.count(evaluation.episodes, "episode")) of \(log), of at most "
        + "\(Numbers.count(evaluation.horizon, "step")); discount \(Numbers.plain(evaluation.discount)).",
      headline: OffPolicyEvaluation.headline,
      facts: [
        Fact("Earned", Numbers.plain(evaluation.earned, evaluation.earnedInterval), note: "by who acted"),
        Fact(
          "Believed",
          believed.map { Numbers.plain($0.estimate.value ?? .nan, $0.estimate.interval) } ?? "nothing",
          note: believed.map { $0.estimate.estimator.name } ?? evaluation.refusal),
        Fact(
          "Effective size", Numbers.plain(evaluation.weights.effectiveSize), note: "of \(evaluation.episodes) episodes"),
      ],
      sections: [
        Section(
          id: "estimates", title: "Every estimate", text: evaluation.beliefText,
          tables: [evaluation.table],
          intervals: [
            IntervalList(
              title: "The estimates and their intervals", format: .plain, reference: evaluation.earned,
              referenceName: "what was earned", rows: rows + bounds)
          ])
      ],
      findings: evaluation.findings,
      provenance: [Fact("log", log), Fact("policy", policy)])
  }
}

extension OffPolicyEvaluation {
  /// Which estimate to believe, and why, a sentence.
  package var beliefText: String {
    guard let believed else { return "Believe none: \(refusal ?? "there is none")." }
    return "Believe \(believed.estimate.estimator.rawValue) (\(believed.estimate.estimator.name)): \(believed.reason)."
  }

  /// All estimates, a line for each; the intervals that are right for every sample size below.
  package var table: ReportModel.Table {
    let chosen = believed?.estimate.estimator
    func ends(_ interval: Interval?) -> String {
      interval.map { "[\(Numbers.plain($0.lower)), \(Numbers.plain($0.upper))]" } ?? "–"
    }
    var rows = estimates.map { estimate in
      [
        estimate.estimator.rawValue, estimate.value.map(Numbers.plain) ?? "undefined", ends(estimate.interval),
        ends(estimate.gainInterval), estimate.effectiveSize.map(Numbers.plain) ?? "–",
        estimate.estimator.name + (estimate.estimator == chosen ? " ← believed" : ""),
      ]
    }
    if let value = self[.perDecision]?.value {
      let size = Numbers.plain(weights.effectiveSize)
      rows.append(["pdis", Numbers.plain(value), ends(anytime), "–", size, "anytime-valid interval"])
      if let bernstein {
        rows.append(["pdis", Numbers.plain(value), ends(bernstein), "–", size, "empirical Bernstein interval"])
      }
    }
    let level = estimates.lazy.compactMap(\.interval?.level).first ?? anytime.level
    return ReportModel.Table(
      caption: "\(Numbers.percent(level)) intervals; “gain” is beyond the \(Numbers.plain(earned)) that was earned",
      columns: ["estimator", "value", "interval", "gain", "effective size", ""], rows: rows, numeric: [1, 2, 3, 4])
  }
}
