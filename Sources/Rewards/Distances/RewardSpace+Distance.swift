import Compute
import Environments
import Foundation

/// A distance between two rewards, or why there is none.
public struct RewardDistance: Sendable, Hashable, Codable {
  /// The distance.
  public let value: Double
  /// By how much it may be off: what rounding can have done to the rewards' values and to all that was computed from
  /// them. A distance of no more than this is 0 but for rounding.
  public let rounding: Double
  /// Set where a reward is trivial, so that the value is a convention and not a measurement.
  public let degeneracy: Degeneracy?

  /// Whether it is 0 but for rounding.
  public var isZero: Bool { value <= rounding }

  package init(value: Double, rounding: Double, degeneracy: Degeneracy?) {
    self.value = value
    self.rounding = rounding
    self.degeneracy = degeneracy
  }

  /// Why a distance is a convention: which of the rewards is trivial.
  public enum Degeneracy: String, Sendable, Hashable, Codable {
    /// The first reward makes no difference between policies; it has no direction.
    case firstTrivial
    /// The second reward makes no difference between policies; it has no direction.
    case secondTrivial
    /// Neither does: they are equal, at distance 0.
    case bothTrivial
  }
}

extension RewardSpace {
  /// Makes both rewards canonical and compares them.
  public func distance(
    _ first: RewardTable, _ second: RewardTable, normalization: RewardNorm? = .l2,
    comparison: RewardComparison = .norm(.l2)
  ) throws -> RewardDistance {
    try distance(canonical(first), canonical(second), normalization: normalization, comparison: comparison)
  }

  /// Compares two canonical rewards. A trivial one is scaled to 0, so its distance from another is that one's norm, and
  /// two of them are at distance 0; an angle with one is a right angle by convention.
  public func distance(
    _ first: CanonicalReward, _ second: CanonicalReward, normalization: RewardNorm? = .l2,
    comparison: RewardComparison = .norm(.l2)
  ) -> RewardDistance {
    let (first, second) = alike(first, second)
    let degeneracy: RewardDistance.Degeneracy? =
      switch (first.isTrivial, second.isTrivial) {
      case (true, true): .bothTrivial
      case (true, false): .firstTrivial
      case (false, true): .secondTrivial
      case (false, false): nil
      }
    func factor(_ reward: CanonicalReward, _ norm: RewardNorm) -> Double {
      reward.isTrivial ? 0 : 1 / ownNorm(reward, norm)
    }
    let ones = [Double](repeating: 1, count: first.values.count)
    /// The norm of a vector of ones, by which an error of each value becomes one of the norm.
    func size(_ norm: RewardNorm) -> Double { first.isDense ? denseNorm(ones, norm) : rowNorm(ones, norm) }
    /// By how much a · reward may be off in a norm, if `a` is 1 over its `scale`.
    func off(_ reward: CanonicalReward, _ a: Double, _ norm: RewardNorm, scaledBy scale: RewardNorm?) -> Double {
      guard a > 0 else { return 0 }
      let length = a * ownNorm(reward, norm)
      let sums = (Double(reward.values.count).squareRoot() + 4) * Double.roundingUnit
      return a * reward.rounding * (size(norm) + (scale.map { length * size($0) } ?? 0)) + sums * length
    }
    /// The norm of a · first − b · second.
    func apart(_ a: Double, _ b: Double, _ norm: RewardNorm) -> Double {
      let difference = Vectors.combine(a, first.values, -b, second.values)
      return first.isDense ? denseNorm(difference, norm) : rowNorm(difference, norm)
    }
    switch comparison {
    case .norm(let norm):
      guard let normalization else {
        // Without a scale of their own, both in the unit of the larger one.
        let unit = max(first.exponent, second.exponent)
        let a = first.isTrivial ? 0 : 1.0.timesTwo(to: first.exponent - unit)
        let b = second.isTrivial ? 0 : 1.0.timesTwo(to: second.exponent - unit)
        let rounding = off(first, a, norm, scaledBy: nil) + off(second, b, norm, scaledBy: nil)
        return RewardDistance(
          value: apart(a, b, norm).timesTwo(to: unit), rounding: rounding.timesTwo(to: unit), degeneracy: degeneracy)
      }
      let (a, b) = (factor(first, normalization), factor(second, normalization))
      return RewardDistance(
        value: apart(a, b, norm),
        rounding: off(first, a, norm, scaledBy: normalization) + off(second, b, norm, scaledBy: normalization),
        degeneracy: degeneracy)
    case .angle:
      if let degeneracy {
        return RewardDistance(value: degeneracy == .bothTrivial ? 0 : .pi / 2, rounding: 0, degeneracy: degeneracy)
      }
      // By the chord, which is accurate for small angles; near π by the chord of the opposite.
      let (a, b) = (factor(first, .l2), factor(second, .l2))
      let chord = apart(a, b, .l2)
      // An arc is at most π/2 times its chord.
      let rounding = .pi / 2 * (off(first, a, .l2, scaledBy: .l2) + off(second, b, .l2, scaledBy: .l2))
      if chord <= 1.5 { return RewardDistance(value: 2 * asin(chord / 2), rounding: rounding, degeneracy: nil) }
      return RewardDistance(
        value: .pi - 2 * asin(min(1, apart(a, -b, .l2) / 2)), rounding: rounding, degeneracy: nil)
    }
  }

  /// The norm of a canonical reward as a function of (s, a, s′).
  public func norm(_ reward: CanonicalReward, _ norm: RewardNorm) -> Double {
    ownNorm(reward, norm).timesTwo(to: reward.exponent)
  }

  /// The same in the reward's own unit.
  private func ownNorm(_ reward: CanonicalReward, _ norm: RewardNorm) -> Double {
    reward.isDense ? denseNorm(reward.values, norm) : rowNorm(reward.values, norm)
  }

  private func rowNorm(_ values: [Double], _ norm: RewardNorm) -> Double {
    let share: (Int) -> Double = { row in minimal?.spread.factor(world, row: row, norm: norm) ?? 1 }
    // Where the next state does not matter, each value counts once for each of them.
    let repeats = minimal?.spread.isEven ?? true ? (norm.isWeighted ? 1 : Double(world.stateCount)) : 1
    switch norm.power {
    case nil:
      return values.indices.reduce(0) { max($0, abs(values[$1]) * share($1)) }
    case 1: return repeats * values.indices.reduce(0) { $0 + abs(values[$1]) * share($1) }
    default:
      if minimal?.spread.isEven ?? true { return (repeats * Vectors.wideDot(values, values)).squareRoot() }
      return values.indices.reduce(0) { $0 + values[$1] * values[$1] * share($1) }.squareRoot()
    }
  }

  private func denseNorm(_ values: [Double], _ norm: RewardNorm) -> Double {
    guard norm.isWeighted else {
      switch norm.power {
      case nil: return Vectors.largest(values)
      case 1: return values.reduce(0) { $0 + abs($1) }
      default: return Vectors.wideNorm(values)
      }
    }
    var sum = 0.0
    var largest = 0.0
    for row in 0..<world.rowCount {
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] {
        let value = abs(values[row * world.stateCount + world.successors[index]])
        largest = max(largest, value)
        sum += world.probabilities[index] * (norm == .weightedL1 ? value : value * value)
      }
    }
    return norm == .weightedMaximum ? largest : norm == .weightedL1 ? sum : sum.squareRoot()
  }

  /// Both with a value for each next state if either has one.
  private func alike(_ first: CanonicalReward, _ second: CanonicalReward) -> (CanonicalReward, CanonicalReward) {
    guard first.isDense != second.isDense else { return (first, second) }
    func dense(_ reward: CanonicalReward) -> CanonicalReward {
      guard !reward.isDense else { return reward }
      let count = world.stateCount
      var values = [Double](repeating: 0, count: reward.values.count * count)
      for row in reward.values.indices {
        for next in 0..<count { values[row * count + next] = reward.values[row] }
      }
      return CanonicalReward(
        isDense: true, values: values, scale: reward.scale, rounding: reward.rounding, exponent: reward.exponent)
    }
    return (dense(first), dense(second))
  }
}
