import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The samples' log-probabilities are consistent.
  public static let kl = AuditCheck(
    id: "kl",
    title: "The samples' log-probabilities are consistent",
    problem: "The samples' log-probabilities are inconsistent",
    explanation:
      "Best-of-n moves at most ln n − (n − 1)/n nats from the base policy (equality without ties). From log-probabilities: the mean of log π − log π₀ over "
      + "the policy's own samples estimates the divergence and cannot be negative but for chance.",
    assumptions: "Prompts are independent; samples of one prompt come from one policy.",
    advice:
      "See that both log-probabilities are sums over the reply's own tokens, in nats, and that the samples were "
      + "drawn from that policy: pactolus audit --samples SAMPLES",
    source: "Stiennon et al. 2020; Beirami et al. 2024 (the formula is an upper bound)",
    needs: [.samples],
    run: PolicyDivergence.measure)
}

private enum PolicyDivergence {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let samples = try files.samples()
    guard !samples.logProbability.isEmpty, !samples.referenceLogProbability.isEmpty else {
      let largest = samples.prompt.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }.values.max()
      throw AuditGap.missing(
        "no log-probabilities of policy and reference",
        evidence: largest.map { [Evidence("KL of best of \($0), at most", BestOfN.divergence($0), unit: "nats")] } ?? []
      )
    }
    var sums = [Int32: (sum: Double, count: Int)]()
    for row in 0..<samples.count {
      let ratio = samples.logProbability[row] - samples.referenceLogProbability[row]
      guard ratio.isFinite else { continue }
      let old = sums[samples.prompt[row]] ?? (0, 0)
      sums[samples.prompt[row]] = (old.sum + ratio, old.count + 1)
    }
    let means = sums.keys.sorted().compactMap { key in sums[key].map { $0.sum / Double($0.count) } }
    guard means.count >= 5 else { throw AuditGap.missing("fewer than five prompts with log-probabilities") }
    return CheckOutcome(
      tests: [
        .normal(
          "minus the estimated KL", -Statistics.mean(means), error: max(1e-12, Statistics.standardError(means)),
          count: means.count, atMost: 0.01, unit: "nats")
      ],
      evidence: [
        Evidence(
          "estimated KL of policy from reference", Statistics.mean(means),
          interval: Statistics.meanInterval(means), count: means.count, unit: "nats")
      ])
  }
}
