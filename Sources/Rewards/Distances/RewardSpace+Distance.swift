import Compute
import Environments
import Foundation

/// A distance between two rewards, or why there is none.
public struct RewardDistance: Sendable, Hashable, Codable {
  /// The distance.
  public let value: Double
  /// Set where a reward is trivial, so that the value is a convention and not a measurement.
  public let degeneracy: Degeneracy?

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
      reward.isTrivial ? 0 : 1 / self.norm(reward, norm)
    }
    /// The norm of a · first − b · second.
    func apart(_ a: Double, _ b: Double, _ norm: RewardNorm) -> Double {
      let difference = Vectors.combine(a, first.values, -b, second.values)
      return first.isDense ? denseNorm(difference, norm) : rowNorm(difference, norm)
    }
    switch comparison {
    case .norm(let norm):
      let a = normalization.map { factor(first, $0) } ?? (first.isTrivial ? 0 : 1)
      let b = normalization.map { factor(second, $0) } ?? (second.isTrivial ? 0 : 1)
      return RewardDistance(value: apart(a, b, norm), degeneracy: degeneracy)
    case .angle:
      if let degeneracy {
        return RewardDistance(value: degeneracy == .bothTrivial ? 0 : .pi / 2, degeneracy: degeneracy)
      }
      // By the chord, which is accurate for small angles; near π by the chord of the opposite.
      let (a, b) = (factor(first, .l2), factor(second, .l2))
      let chord = apart(a, b, .l2)
      if chord <= 1.5 { return RewardDistance(value: 2 * asin(chord / 2), degeneracy: nil) }
      return RewardDistance(value: .pi - 2 * asin(apart(a, -b, .l2) / 2), degeneracy: nil)
    }
  }

  /// The norm of a canonical reward as a function of (s, a, s′).
  public func norm(_ reward: CanonicalReward, _ norm: RewardNorm) -> Double {
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
      return CanonicalReward(isDense: true, values: values, scale: reward.scale)
    }
    return (dense(first), dense(second))
  }
}
