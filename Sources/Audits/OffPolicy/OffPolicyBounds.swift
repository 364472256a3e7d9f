import Compute
import Foundation

/// Intervals for the mean of weighted rewards, per decision, that are right for every number of episodes, not only for
/// large ones.
///
/// Both need the ends of a reward. The anytime-valid one needs no largest weight: the lower end bets that the weighted
/// rewards, which are not negative, have a larger mean; the upper end is the lower one of what the rewards fall short of the
/// greatest, since weights average one. Sources: Maurer & Pontil 2009 (empirical Bernstein); Waudby-Smith, Wu, Ramdas,
/// Karampatziakis & Mineiro 2024, "Anytime-valid off-policy inference for contextual bandits".
public struct OffPolicyBounds: Sendable, Hashable {
  /// The least and the greatest reward of a step that there can be; with 0 among them if an episode is shorter than others.
  public let rewards: ClosedRange<Double>
  /// Of each episode Σ γᵗ w_t (r_t − least), in units in which the value lies in 0 … 1.
  private let above: [Double]
  /// Of each episode Σ γᵗ w_t (greatest − r_t), in the same units.
  private let below: [Double]
  private let horizon: Int
  private let discount: Double
  /// The worth of 0 and of 1 of those units.
  private let worth: ClosedRange<Double>

  /// - Parameters:
  ///   - log: episodes.
  ///   - given: the ends of a reward; those that were seen if nil, which is an assumption.
  /// - Throws: `InputError` if a reward lies outside.
  public init(_ log: LoggedEpisodes, rewards given: ClosedRange<Double>? = nil) throws {
    let seen = log.rewards.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
    // Ends are written with fewer digits than sums have.
    let slack = 1e-9 * max(1, abs(seen.0), abs(seen.1))
    if let given, !(given.lowerBound <= seen.0 + slack && seen.1 - slack <= given.upperBound) {
      throw InputError(
        "rewards lie between \(seen.0) and \(seen.1)", at: "rewards",
        remedy: "give ends that hold them, not \(given.lowerBound) and \(given.upperBound)")
    }
    var (least, greatest) = (min(given?.lowerBound ?? seen.0, seen.0), max(given?.upperBound ?? seen.1, seen.1))
    if (0..<log.count).contains(where: { log.steps($0).count < log.horizon }) {
      (least, greatest) = (min(least, 0), max(greatest, 0))
    }
    rewards = least...greatest
    (horizon, discount) = (log.horizon, log.discount)
    let steps = log.discountedSteps
    worth = least * steps...greatest * steps
    let unit = (greatest - least) * steps
    var (above, below) = ([Double](), [Double]())
    for episode in 0..<log.count {
      var (weight, factor, up, down) = (1.0, 1.0, 0.0, 0.0)
      for time in 0..<log.horizon {
        let step = log.starts[episode] + time
        let reward: Double
        if step < log.starts[episode + 1] {
          weight *= log.target[step] / log.behavior[step]
          reward = log.rewards[step]
        } else {
          reward = 0
        }
        up += factor * weight * (reward - least)
        down += factor * weight * (greatest - reward)
        factor *= log.discount
      }
      above.append(unit > 0 ? up / unit : 0)
      below.append(unit > 0 ? down / unit : 0)
    }
    (self.above, self.below) = (above, below)
  }

  /// Right at every number of episodes at once, in at least `level` of all logs: one may look after each episode.
  ///
  /// - Complexity: O(episodes), some forty times.
  public func anytime(level: Double = 0.95) -> Interval {
    let error = (1 - level) / 2
    return interval(
      lower: Self.bettingLower(above, error: error), upper: 1 - Self.bettingLower(below, error: error), level: level)
  }

  /// The empirical Bernstein interval; as wide as the largest weight that there can be.
  ///
  /// - Parameters:
  ///   - level: of confidence.
  ///   - largestRatio: the most that π(a|s) ÷ b(a|s) can be anywhere. It must be known, and not read off the log.
  /// - Returns: nil below two episodes, or if a ratio was larger.
  public func bernstein(level: Double = 0.95, largestRatio: Double) -> Interval? {
    let n = Double(above.count)
    guard above.count > 1, largestRatio > 0 else { return nil }
    var (weight, factor, bound, steps) = (1.0, 1.0, 0.0, 0.0)
    for _ in 0..<horizon {
      weight *= largestRatio
      bound += factor * weight
      steps += factor
      factor *= discount
    }
    bound /= steps
    guard above.allSatisfy({ $0 <= bound * (1 + 1e-12) }) else { return nil }
    // Each side may err in half of the cases, and of each side half is its variance's.
    let logarithm = log(4 / (1 - level))
    let mean = Statistics.mean(above)
    let reach =
      (2 * Statistics.variance(above) * logarithm / n).squareRoot() + 7 * bound * logarithm / (3 * (n - 1))
    return interval(lower: mean - reach, upper: mean + reach, level: level)
  }

  private func interval(lower: Double, upper: Double, level: Double) -> Interval {
    let (low, high) = (min(max(lower, 0), 1), min(max(upper, 0), 1))
    let width = worth.upperBound - worth.lowerBound
    return Interval(
      lower: worth.lowerBound + width * min(low, high), upper: worth.lowerBound + width * max(low, high), level: level)
  }

  /// The largest mean in 0 … 1 that is refuted by one who bets that numbers that are not negative have a larger one; 0 if
  /// none is.
  ///
  /// The capital falls as the mean in doubt grows, factor by factor, so bisection finds where it is 1 ÷ error. Bets are
  /// those of `HedgedCapital`: predictable, sized by the spread so far, cut at half of what would risk ruin.
  static func bettingLower(_ values: [Double], error: Double) -> Double {
    let limit = -log(error)
    var sizes: [Double] = []
    var (sum, squares) = (0.5, 0.25)
    for (index, value) in values.enumerated() {
      let count = Double(index + 1)
      sizes.append((2 * limit / (squares * log1p(count))).squareRoot())
      sum += value
      let mean = sum / (count + 1)
      squares += (value - mean) * (value - mean)
    }
    func capital(against mean: Double) -> Double {
      // The product of some factors at a time is taken before its logarithm.
      var (logarithm, product) = (0.0, 1.0)
      for index in values.indices {
        product *= 1 + min(sizes[index], 0.5 / mean) * (values[index] - mean)
        if product > 1e100 || product < 1e-100 {
          logarithm += log(product)
          product = 1
        }
      }
      return logarithm + log(product)
    }
    var (low, high) = (0.0, 1.0)
    guard capital(against: high) < limit else { return 1 }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if capital(against: middle) >= limit { low = middle } else { high = middle }
    }
    return low
  }
}
