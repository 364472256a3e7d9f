import Compute
import Findings

extension ProxyAgreement {
  /// Agreement on the agent's own episodes, and on a spread of policies from bad to good, the agent's among them.
  public struct Spread: Sendable, Hashable {
    /// On the agent's own episodes, which may all be equally good.
    public var own: ProxyAgreement
    /// On all of them.
    public var all: ProxyAgreement

    /// Agreement of one and the same reward model.
    public init(own: ProxyAgreement, all: ProxyAgreement) {
      self.own = own
      self.all = all
    }
  }

  /// The claim of ``finding(threshold:)`` about a spread of policies. Of several seeds, that with the least agreement
  /// decides; it is named.
  ///
  /// - Parameters:
  ///   - spreads: one for each seed, at least one.
  ///   - seeds: their names, index for index.
  public static func finding(ofSpreads spreads: [Spread], seeds: [UInt64]) -> Finding {
    precondition(!spreads.isEmpty && spreads.count == seeds.count, "one name for each seed, at least one")
    func rank(_ index: Int) -> Double { spreads[index].all.spearman ?? 0 }
    let least = spreads.indices.min { (rank($0), $0) < (rank($1), $1) } ?? 0
    var finding = spreads[least].all.finding()
    let whose = spreads.count > 1 ? " (seed \(seeds[least]), the least of \(spreads.count))" : ""
    finding.reason =
      finding.reason.hasSuffix(".") ? finding.reason.dropLast() + whose + "." : finding.reason + whose
    if let own = spreads[least].own.spearman {
      finding.evidence.append(
        Evidence(
          "rank correlation among the agent's own episodes", own, interval: spreads[least].own.spearmanInterval,
          count: spreads[least].own.episodes))
    }
    finding.assumptions = [
      "The episodes are the agent's, random play's, those of the agent before training and of the agent with random "
        + "actions in between: a spread from bad to good.",
      "Episodes of one policy are alike, so that the interval is somewhat too narrow.",
    ]
    return finding
  }
}
