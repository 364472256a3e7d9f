import Compute

/// Policies from worst to best: a weak order, the one thing about a reward that hackability depends on.
public struct ReturnOrder: Sendable, Hashable {
  /// What makes policies that were constructed to be equally good so: a share of the largest possible return, far above
  /// the rounding of the construction.
  static let constructionTolerance = 1e-9

  /// The policies of each level, the worst level first; within a level in their own order.
  public let levels: [[Int]]
  /// The level of each policy.
  public let ranks: [Int]
  /// What the order was made from; ranks where it was given as levels. Infinite where no double holds a return:
  /// ``wideReturns`` do.
  public var returns: [Double] { Vectors.timesTwo(unitReturns, to: exponent) }
  /// What the order was made from, whatever its size.
  public var wideReturns: [WideNumber] { unitReturns.map { WideNumber($0, exponent: exponent) } }
  /// The returns are these times 2^``exponent``.
  let unitReturns: [Double]
  let exponent: Int
  /// The smallest gap between neighbouring levels, as a share of the whole range; nil with fewer than two levels.
  public let smallestGap: Double?

  /// Sorts returns; those nearer to their neighbour than the tolerance share a level.
  public init(_ returns: [Double], absoluteTolerance: Double) {
    self.init(returns, exponent: 0, absoluteTolerance: absoluteTolerance)
  }

  init(_ returns: [Double], exponent: Int, absoluteTolerance: Double) {
    precondition(returns.allSatisfy(\.isFinite), "returns are finite")
    let sorted = returns.indices.sorted { (returns[$0], $0) < (returns[$1], $1) }
    var levels: [[Int]] = []
    var smallest = Double.infinity
    var last = -Double.infinity
    for policy in sorted {
      if levels.isEmpty || returns[policy] - last > absoluteTolerance {
        if !levels.isEmpty { smallest = min(smallest, returns[policy] - last) }
        levels.append([])
      }
      levels[levels.count - 1].append(policy)
      last = returns[policy]
    }
    unitReturns = returns
    self.exponent = exponent
    self.levels = levels.map { $0.sorted() }
    ranks = Self.ranks(levels, count: returns.count)
    let range = last - (sorted.first.map { returns[$0] } ?? last)
    smallestGap = levels.count < 2 ? nil : smallest / range
  }

  /// An order given by its levels, worst first, which hold each policy 0 ..< n once.
  public init(levels: [[Int]]) {
    let count = levels.reduce(0) { $0 + $1.count }
    ranks = Self.ranks(levels, count: count)
    self.levels = levels.map { $0.sorted() }
    unitReturns = ranks.map(Double.init)
    exponent = 0
    smallestGap = levels.count < 2 ? nil : 1 / Double(levels.count - 1)
  }

  /// All policies are equally good.
  public var isTrivial: Bool { levels.count < 2 }
  /// No two policies are equally good.
  public var isStrict: Bool { levels.count == ranks.count }
  /// The best return less the worst.
  public var range: Double { unitRange.timesTwo(to: exponent) }
  /// The same in the unit of ``unitReturns``.
  var unitRange: Double { (unitReturns.max() ?? 0) - (unitReturns.min() ?? 0) }

  /// Each return between 0, the worst, and 1, the best; all 0 if they are the same.
  public var shares: [Double] {
    let (least, range) = (unitReturns.min() ?? 0, unitRange)
    return unitReturns.map { isTrivial ? 0 : ($0 - least) / range }
  }

  /// The same policies the other way round.
  public var reversed: ReturnOrder { ReturnOrder(levels: levels.reversed()) }

  /// "00 < 01 = 10 < 11"
  public func text(_ names: [String]) -> String {
    levels.map { $0.map { names[$0] }.joined(separator: " = ") }.joined(separator: " < ")
  }

  /// Equal if every policy has the same rank in both.
  public static func == (a: Self, b: Self) -> Bool { a.ranks == b.ranks }
  /// By the ranks.
  public func hash(into hasher: inout Hasher) { hasher.combine(ranks) }

  private static func ranks(_ levels: [[Int]], count: Int) -> [Int] {
    var ranks = [Int](repeating: -1, count: count)
    for (rank, level) in levels.enumerated() {
      for policy in level {
        precondition(ranks.indices.contains(policy) && ranks[policy] < 0, "levels hold each policy exactly once")
        ranks[policy] = rank
      }
    }
    return ranks
  }
}
