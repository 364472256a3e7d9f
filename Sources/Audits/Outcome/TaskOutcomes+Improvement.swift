import Compute
import Findings

extension TaskOutcomes {
  static let improvedID = "agent/improved"

  /// The claim that training made every agent better: than random play, and than it was before.
  public func improved() -> Finding {
    let verdicts = seeds.map(\.improvement)
    let verdict = Self.joint(verdicts)
    let hasScore = seeds.contains { $0.score != nil }
    func shown(_ outcome: TaskOutcome) -> String {
      let before = [("random play", outcome.random), ("before training", outcome.start)].filter { !$0.1.isEmpty }
      return "\(Numbers.plain(Statistics.mean(outcome.returns))) after "
        + before.map { "\(Numbers.plain(Statistics.mean($0.1))) (\($0.0))" }.joined(separator: " and ")
    }
    let named = zip(seeds, verdicts).filter { $0.1 == verdict }.map(\.0)
    let details = named.map { (seeds.count > 1 ? "seed \($0.seed) " : "it ") + "earns \(shown($0))" }
      .joined(separator: ", ")
    let reason =
      switch verdict {
      case .holds: "Training helped: \(details)."
      case .fails: "Training did not help: \(details)."
      case .notMeasurable: "It was good before it had learned anything, so there was nothing to gain: \(details)."
      case .unknown:
        seeds.contains { !$0.random.isEmpty && !$0.returns.isEmpty }
          ? "Not settled: \(details)." : "There is no measurement of random play and of the agent to compare."
      }
    return Finding(
      id: Self.improvedID, claim: "Training made the agent better than random play, and than it was before",
      verdict: verdict, bearing: hasScore || mayDiffer ? .advice : .trust, reason: reason,
      evidence: seeds.flatMap { outcome in
        outcome.gains.map { name, interval in
          Evidence(
            "gain over \(name)" + (seeds.count > 1 ? ", seed \(outcome.seed)" : ""),
            (interval.lower + interval.upper) / 2, interval: interval, count: outcome.returns.count)
        }
      },
      assumptions: ["Episodes are independent, and their mean returns are nearly normal."],
      errorRate:
        "“Holds” is wrong in at most 2.5 % of runs whose agent did not become better; “fails” in at most 2.5 % of "
        + "runs whose agent has come a tenth of the way to what can be earned.",
      source: "Welch 1947, unequal variances t-test")
  }
}

extension TaskOutcome {
  /// The gain over each baseline that was measured, with Welch's interval.
  var gains: [(name: String, interval: Interval)] {
    [("random play", random), ("the start of training", start)].compactMap { name, baseline in
      Statistics.differenceInterval(returns, baseline).map { (name, $0) }
    }
  }

  /// Whether training made the agent better; not measurable if it was as good as can be from the start.
  var improvement: Finding.Verdict {
    let gains = gains.map(\.interval)
    guard !gains.isEmpty else { return .unknown }
    if gains.allSatisfy({ $0.lower > 0 }) { return .holds }
    if let reference, verdict == .holds, !start.isEmpty {
      let before = TaskOutcome(seed: seed, returns: start, random: random, reference: reference, bounds: bounds)
      if before.verdict == .holds { return .notMeasurable }
    }
    // A tenth of the way is the least that counts as better; without a reference, anything.
    let least = reference.map { 0.1 * max(0, $0.value - Statistics.mean(random)) } ?? 0
    return gains.contains { $0.upper <= least } ? .fails : .unknown
  }
}
