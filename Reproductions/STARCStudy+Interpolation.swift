import Compute
import Environments
import Rewards

/// The points on the way from one canonical reward to another, and their distances from the first.
struct Interpolation {
  private let space: RewardSpace
  private let first: CanonicalReward
  private let second: CanonicalReward

  init(_ space: RewardSpace, _ first: CanonicalReward, _ second: CanonicalReward) {
    self.space = space
    self.first = first
    self.second = second
  }

  /// first + share · (second − first), in the first one's unit.
  func mixed(_ share: Double) -> CanonicalReward {
    var values = first.values
    let unit = 1.0.timesTwo(to: second.exponent - first.exponent)
    values.withUnsafeMutableBufferPointer { values in
      second.values.withUnsafeBufferPointer { second in
        for index in 0..<values.count { values[index] += share * (unit * second[index] - values[index]) }
      }
    }
    return CanonicalReward(
      isDense: first.isDense, values: values, scale: max(first.scale, unit * second.scale),
      rounding: (1 - share) * first.rounding + share * unit * second.rounding, exponent: first.exponent)
  }

  func distance(_ share: Double, _ norm: RewardNorm, _ comparison: RewardComparison) -> Double {
    space.distance(first, mixed(share), normalization: norm, comparison: comparison).value
  }
}
