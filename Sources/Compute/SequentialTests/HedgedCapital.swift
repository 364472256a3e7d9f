import Foundation

/// Capital of one who bets both ways that the mean of numbers in 0 … 1 is not what is claimed.
///
/// ```swift
/// var capital = HedgedCapital(mean: 0.4)
/// for x in values { capital.observe(x) }
/// capital.logarithm >= log(20)      // at any time: the mean is not 0.4, wrong in at most 5 % of sequences
/// ```
///
/// Half of the stake bets that the mean is larger, half that it is smaller, each against odds that are fair if the claim is
/// right. The numbers need not be independent: it is enough that each has the claimed mean given the past. The value is
/// the larger of the halves, at most their sum. Bets are the predictable plug-in bets of Waudby-Smith and Ramdas 2024
/// ("Estimating means of bounded random variables by betting"), cut at half of what would risk ruin.
public struct HedgedCapital: Sendable, Hashable, Codable {
  /// The mean that is doubted, strictly between 0 and 1.
  public let mean: Double
  private var bet: PredictableBet
  private var (up, down) = (0.0, 0.0)

  /// A stake of 1 before the first number.
  ///
  /// - Parameters:
  ///   - mean: what is doubted, strictly between 0 and 1.
  ///   - error: the α for which the bets are sized; validity does not depend on it.
  public init(mean: Double, error: Double = 0.05) {
    precondition(mean > 0 && mean < 1, "a mean that can be doubted lies strictly between 0 and 1")
    self.mean = mean
    bet = PredictableBet(error: error)
  }

  /// The ln of the capital.
  public var logarithm: Double { Swift.max(up, down) - log(2) }

  /// Takes the next number, in 0 … 1. Constant time.
  public mutating func observe(_ x: Double) {
    (up, down) = bet.settled(x, mean, up, down)
    bet.observe(x)
  }
}

/// All means that betting has not refuted yet: a confidence sequence for the mean of numbers in 0 … 1.
///
/// At every length of the sequence at once it holds the mean in at least `level` of all sequences. Nothing that was
/// refuted once stays so: intervals may grow again.
public struct BoundedMeanSequence: Sendable, Hashable, Codable {
  /// The share of sequences in which it is right throughout.
  public let level: Double
  /// How many numbers it has seen.
  public private(set) var count = 0
  private var bet: PredictableBet
  private var (up, down): ([Double], [Double])

  /// - Parameters:
  ///   - level: of confidence, strictly between 0 and 1.
  ///   - points: how many means are bet against, evenly over 0 … 1; a number costs time in proportion.
  public init(level: Double = 0.95, points: Int = 2000) {
    Statistics.checkLevel(level)
    precondition(points > 0, "a grid has points")
    self.level = level
    bet = PredictableBet(error: 1 - level)
    up = [Double](repeating: 0, count: points)
    down = up
  }

  /// Takes the next number, in 0 … 1.
  public mutating func observe(_ x: Double) {
    for point in up.indices {
      (up[point], down[point]) = bet.settled(x, mean(point), up[point], down[point])
    }
    bet.observe(x)
    count += 1
  }

  /// From the smallest to the largest mean of the grid that is not refuted; where all are, the one with least against it.
  public var interval: Interval {
    let limit = log(2) - log1p(-level)
    let kept = up.indices.filter { max(up[$0], down[$0]) < limit }
    let least = up.indices.min { max(up[$0], down[$0]) < max(up[$1], down[$1]) } ?? 0
    return Interval(lower: mean(kept.first ?? least), upper: mean(kept.last ?? least), level: level)
  }

  private func mean(_ point: Int) -> Double { (Double(point) + 0.5) / Double(up.count) }
}

/// How much is bet on the next number: known before it.
private struct PredictableBet: Sendable, Hashable, Codable {
  private let logRatio: Double
  private var (count, sum, squares) = (0.0, 0.5, 0.25)

  init(error: Double) {
    precondition(error > 0 && error < 1, "an error rate lies strictly between 0 and 1")
    logRatio = log(2 / error)
  }

  /// Of the capital, before it is cut for a mean: √(2 ln(2/α) / (σ̂² t ln(1 + t))), where t σ̂² is the sum of squares.
  private var size: Double { (2 * logRatio / (squares * log1p(count + 1))).squareRoot() }

  /// The ln of both halves after this number.
  func settled(_ x: Double, _ mean: Double, _ up: Double, _ down: Double) -> (Double, Double) {
    precondition(x >= 0 && x <= 1, "numbers that are bet on lie in 0 … 1")
    return (
      up + log1p(min(size, 0.5 / mean) * (x - mean)), down + log1p(-min(size, 0.5 / (1 - mean)) * (x - mean))
    )
  }

  mutating func observe(_ x: Double) {
    count += 1
    sum += x
    let mean = sum / (count + 1)
    squares += (x - mean) * (x - mean)
  }
}
