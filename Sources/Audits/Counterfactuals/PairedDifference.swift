import Compute
import Findings

/// A mean difference of pairs that share their luck, with an interval.
///
/// The interval is Student's over the pairs: they are independent of each other, and what both arms have in common has gone.
/// Where a few pairs decide it is too narrow, which the pairs themselves show: most differences are then one and the same
/// number. So no verdict is given where fewer than ``fewest`` pairs, but some, differ from the commonest difference, nor of
/// fewer pairs than that.
public struct PairedDifference: Sendable, Hashable, Encodable {
  /// Of all pairs.
  public let mean: Double
  /// Of ``mean``; nil below two pairs.
  public let interval: Interval?
  /// How many pairs.
  public let pairs: Int
  /// How many of them differ from the commonest difference.
  public let uncommon: Int
  /// How many are above 0.
  public let above: Int
  /// How many are below 0.
  public let below: Int

  /// With fewer pairs that are not as most are, and some, nothing is decided.
  public static let fewest = 20

  /// - Parameters:
  ///   - differences: one for each pair; all finite.
  ///   - level: of the interval.
  /// - Complexity: O(n log n).
  public init(_ differences: [Double], level: Double = 0.95) {
    pairs = differences.count
    mean = differences.isEmpty ? 0 : Statistics.mean(differences)
    interval = Statistics.meanInterval(differences, level: level)
    above = differences.count { $0 > 0 }
    below = differences.count { $0 < 0 }
    var (longest, run) = (0, 0)
    let sorted = differences.sorted()
    // Sums of the same numbers in another order differ by rounding.
    let slack = 1e-9 * max(abs(sorted.first ?? 0), abs(sorted.last ?? 0))
    for (place, value) in sorted.enumerated() {
      run = place > 0 && value - sorted[place - 1] <= slack ? run + 1 : 1
      longest = max(longest, run)
    }
    uncommon = differences.count - longest
  }

  /// Whether a few pairs decide, or there are only a few.
  public var isDecidedByFew: Bool { uncommon < Self.fewest && (uncommon > 0 || pairs < Self.fewest) }

  /// Whether the mean is at most 0: holds, fails, or unknown.
  public var isAtMostZero: Finding.Verdict {
    guard !isDecidedByFew, let interval else { return .unknown }
    return interval.upper <= 0 ? .holds : interval.lower > 0 ? .fails : .unknown
  }
}
