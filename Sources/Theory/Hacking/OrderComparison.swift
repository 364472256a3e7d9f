import Compute

/// Two orders of the same policies, compared: can the one be hacked with respect to the other?
///
/// A pair of rewards is *hackable* on a set of policies if some change of policy raises the one and lowers the other.
/// Everything here depends on the two weak orders alone; all of it takes O(n log n).
///
/// Source: Skalse, Howe, Krasheninnikov, Krueger, "Defining and characterizing reward hacking", NeurIPS 2022.
public struct OrderComparison: Sendable {
  /// The order by the truth.
  public let truth: ReturnOrder
  /// The order by the proxy.
  public let proxy: ReturnOrder

  /// Compares two orders.
  ///
  /// - Precondition: both are orders of the same policies.
  public init(_ truth: ReturnOrder, _ proxy: ReturnOrder) {
    precondition(truth.ranks.count == proxy.ranks.count, "two orders of the same policies")
    self.truth = truth
    self.proxy = proxy
  }

  /// How the proxy's order stands to the true one.
  public enum Relation: String, Sendable, Codable, Hashable {
    /// One of the two, or both, are the same for all policies: nothing to hack.
    case trivial
    /// The same strict order.
    case equivalent
    /// The proxy ties some policies that truly differ, and does not contradict the truth otherwise.
    case proxySimplifiesTruth
    /// The proxy tells some policies apart that are truly equal, and does not contradict the truth otherwise.
    case truthSimplifiesProxy
    /// Each ties some policies that the other tells apart; never do they contradict each other.
    case unhackable
    /// Some change of policy is for the better by the proxy and truly for the worse.
    case hackable
  }

  /// How the proxy's order stands to the true one.
  public var relation: Relation {
    if truth.isTrivial || proxy.isTrivial { return .trivial }
    if witness != nil { return .hackable }
    if truth.ranks == proxy.ranks { return .equivalent }
    if Self.simplifies(proxy, truth) { return .proxySimplifiesTruth }
    if Self.simplifies(truth, proxy) { return .truthSimplifiesProxy }
    return .unhackable
  }

  /// Whether two policies are in opposite order.
  public var isHackable: Bool { witness != nil }

  /// Going from `before` to `after` looks better to the proxy and is truly worse.
  public struct Witness: Sendable, Hashable, Codable {
    /// The number of the policy left.
    public var before: Int
    /// The number of the policy that the proxy ranks higher although it is truly worse.
    public var after: Int
    /// By how much true return falls.
    public var trueLoss: WideNumber
    /// By how much the proxy's return rises.
    public var proxyGain: WideNumber
    /// The fall as a share of the range of true returns.
    public var trueShare: Double
    /// The rise as a share of the range of the proxy's returns.
    public var proxyShare: Double
  }

  /// Of all changes for the better by the proxy, the one that truly loses most; nil if none loses.
  ///
  /// Policies are scanned from the proxy's worst to its best; the truly best of strictly lower level is all that needs
  /// remembering.
  public var witness: Witness? {
    var best: Int?
    var found: (before: Int, after: Int, loss: Double)?
    for level in proxy.levels {
      if let before = best {
        for after in level where truth.ranks[after] < truth.ranks[before] {
          let loss = truth.unitReturns[before] - truth.unitReturns[after]
          if loss > found?.loss ?? 0 { found = (before, after, loss) }
        }
      }
      for policy in level where best.map({ truth.unitReturns[policy] > truth.unitReturns[$0] }) ?? true {
        best = policy
      }
    }
    return found.map { before, after, loss in
      let gain = proxy.unitReturns[after] - proxy.unitReturns[before]
      return Witness(
        before: before, after: after, trueLoss: WideNumber(loss, exponent: truth.exponent),
        proxyGain: WideNumber(gain, exponent: proxy.exponent), trueShare: loss / truth.unitRange,
        proxyShare: gain / proxy.unitRange)
    }
  }

  /// How many unordered pairs of policies the two orders put in opposite order, of all n(n−1)/2.
  public var invertedPairs: Int {
    // Sorted by true rank, then by the proxy's (so that true ties do not count), an inversion is an earlier
    // policy of higher proxy rank: counted with a Fenwick tree over ranks.
    let sorted = truth.ranks.indices.sorted { (truth.ranks[$0], proxy.ranks[$0]) < (truth.ranks[$1], proxy.ranks[$1]) }
    var tree = [Int](repeating: 0, count: proxy.levels.count + 1)
    var inversions = 0
    for (seen, policy) in sorted.enumerated() {
      var notHigher = 0
      var index = proxy.ranks[policy] + 1
      while index > 0 {
        notHigher += tree[index]
        index &= index - 1
      }
      inversions += seen - notHigher
      index = proxy.ranks[policy] + 1
      while index < tree.count {
        tree[index] += 1
        index += index & -index
      }
    }
    return inversions
  }

  /// How many pairs of policies there are.
  public var pairCount: Int { truth.ranks.count * (truth.ranks.count - 1) / 2 }

  /// Whether `simple` is a simplification of `full`: it keeps every tie, reverses nothing, and ties at least one pair
  /// that `full` tells apart. Every trivial order simplifies every other.
  public static func simplifies(_ simple: ReturnOrder, _ full: ReturnOrder) -> Bool {
    precondition(simple.ranks.count == full.ranks.count, "two orders of the same policies")
    var last = -1
    var merges = false
    for level in full.levels {
      guard let rank = level.first.map({ simple.ranks[$0] }), rank >= last else { return false }
      guard level.allSatisfy({ simple.ranks[$0] == rank }) else { return false }
      merges = merges || rank == last
      last = rank
    }
    return merges
  }
}
