import Compute
import Foundation

/// The best choice of all that are nowhere more than 1 ÷ q times as probable as under a base: its best share q, by
/// what is optimised, the last option in part (Taylor, "Quantilizers", 2016).
///
/// For every cost c ≥ 0, known or not: E c ≤ E_base c ÷ q; and no choice with that promise is better by the utility.
/// The base is the whole argument. If it does the harmful thing with probability p, this does it with up to p ÷ q.
///
/// ```swift
/// let choice = try Quantilization(base: [0.25, 0.25, 0.25, 0.25], utilities: [1, 2, 3, 4], share: 0.5)
/// choice.probabilities           // 0, 0, 0.5, 0.5
/// choice.costBound([0, 0, 0, 8]) // 4, and its cost is 4
/// ```
public struct Quantilization: Sendable, Hashable, Codable {
  /// q, above 0 and up to 1.
  public let share: Double
  /// Of each option under the base; sums to 1.
  public let base: [Double]
  /// Of each option as chosen; sums to 1.
  public let probabilities: [Double]
  /// The mean of what is optimised.
  public let utility: Double

  /// A choice among options, the best of which come first; equals share in the order given.
  ///
  /// - Throws: `InputError` for a share that is not above 0 and up to 1, or if sizes or numbers do not fit.
  public init(base: [Double], utilities: [Double], share: Double) throws {
    try Self.check(share)
    let total = base.reduce(0, +)
    guard base.count == utilities.count, base.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite,
      utilities.allSatisfy(\.isFinite)
    else { throw InputError("base and utilities need an entry for each option, finite, and a base that is not all 0") }
    self.share = share
    self.base = base.map { $0 / total }
    var chosen = [Double](repeating: 0, count: base.count)
    var rest = share
    for index in utilities.indices.sorted(by: { (utilities[$1], $0) < (utilities[$0], $1) }) where rest > 0 {
      let part = min(rest, self.base[index])
      chosen[index] = part / share
      rest -= part
    }
    let sum = chosen.reduce(0, +)
    probabilities = chosen.map { $0 / sum }
    utility = Vectors.dot(probabilities, utilities)
  }

  static func check(_ share: Double) throws {
    guard share > 0, share <= 1 else {
      throw InputError("the share of a quantiliser is \(share)", remedy: "give one above 0, up to 1")
    }
  }

  /// What any cost can come to at most, given that of each option: the base's mean ÷ q. A cost is never negative.
  public func costBound(_ costs: [Double]) -> Double { Vectors.dot(base, costs) / share }

  /// The least share whose bound keeps within a budget; 1 if even the base's own cost exceeds it.
  public static func share(baseCost: Double, budget: Double) -> Double {
    baseCost <= 0 ? 0 : min(1, baseCost / max(budget, .leastNormalMagnitude))
  }

  /// KL of the choice from the base, in nats: at most ln(1 ÷ q), and less only where an option is taken in part.
  public var divergence: Double {
    zip(probabilities, base).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
  }
}
