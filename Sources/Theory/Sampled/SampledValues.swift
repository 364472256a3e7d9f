import Compute
import Foundation

/// The canonical rewards of STARC over a sample, and what their fitted values leave of shaping.
package struct SampledValues {
  /// Whether each state has a value of its own.
  package let isExact: Bool
  /// One for each reward.
  package let advantages: [CanonicalRows]
  /// See ``SampledComparison/shapingLeft``.
  package let shapingLeft: [Double?]

  /// How many random potentials each reward is shaped by.
  static let potentials = 4

  package init(_ sample: WorldSample, _ rewards: [ComparedReward], random: RandomSource) throws {
    let features = StateFeatures(sample.walks.rows, random: random)
    isExact = features.isExact
    let drawn = [sample.outcomes.0, sample.outcomes.1].compactMap { $0 }
    let evaluators = rewards.map { $0.evaluator() }
    var walked = try evaluators.map { try $0.values(sample.walks.rows) }
    var paid = try evaluators.map { evaluator in try drawn.map { try evaluator.values($0.rows) } }
    // Shaping is linear, as is the fit: the potentials are fitted once beside the rewards.
    for number in 0..<Self.potentials {
      let potential = RandomPotential(sample.walks.rows, random: random, number)
      walked.append(potential.shaping(sample.walks.rows, sample.discount))
      paid.append(drawn.map { potential.shaping($0.rows, sample.discount) })
    }
    let all = try ValueFit(sample, features, rewards: walked).advantages(paid)
    advantages = Array(all.prefix(rewards.count))
    shapingLeft = rewards.indices.map { reward in
      let size = Statistics.variance(paid[reward][0]).squareRoot()
      let distances = (rewards.count..<all.count).map { shaping -> Double? in
        let own = Statistics.variance(paid[shaping][0]).squareRoot()
        let shaped = all[reward].plus(all[shaping], times: own > 0 ? size / own : 0)
        return SampledDistance(all[reward], shaped, of: sample, isCentred: false, greatest: 2).value
      }
      return distances.contains(nil) ? nil : distances.compactMap { $0 }.max()
    }
  }
}

extension CanonicalRows {
  /// The sum of the two, as far as ``SampledDistance``'s value depends on it.
  fileprivate func plus(_ other: CanonicalRows, times factor: Double) -> CanonicalRows {
    func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + factor * $1 } }
    return CanonicalRows(
      Values(sum(whole.first, other.whole.first), sum(whole.second, other.whole.second)),
      scale: max(scale, abs(factor) * other.scale))
  }
}

/// A random function of what is seen, of another family than the features of values: the sum of eight random ridges,
/// tanh(w · x + b) over the standardised observation.
private struct RandomPotential {
  private static let ridges = 8
  private let centres: [Double]
  private let scales: [Double]
  private let weights: [[Double]]
  private let offsets: [Double]
  private let heights: [Double]

  init(_ rows: SampledRows, random: RandomSource, _ number: Int) {
    let size = rows.specification.observationSpace.count
    let columns = (0..<size).map { component in
      (0..<rows.count).map { Double(rows.observations[$0 * size + component]) }
    }
    centres = columns.map(Statistics.mean)
    scales = columns.map { column in
      let deviation = Statistics.variance(column).squareRoot()
      return deviation > 0 ? 1 / deviation : 0
    }
    var stream = random.stream("potential", number)
    let slope = 1 / Double(size).squareRoot()
    weights = (0..<Self.ridges).map { _ in (0..<size).map { _ in slope * stream.normal() } }
    offsets = (0..<Self.ridges).map { _ in stream.normal() }
    heights = (0..<Self.ridges).map { _ in stream.normal() }
  }

  private func value(_ observation: ArraySlice<Float>) -> Double {
    let standard = observation.enumerated().map { (Double($0.element) - centres[$0.offset]) * scales[$0.offset] }
    return (0..<Self.ridges).reduce(0) { sum, ridge in
      sum + heights[ridge] * tanh(offsets[ridge] + zip(weights[ridge], standard).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  /// γΦ(s′) − Φ(s), where Φ is 0 once the episode is over.
  func shaping(_ rows: SampledRows, _ discount: Double) -> [Double] {
    (0..<rows.count).map { row in
      (rows.terminated[row] ? 0 : discount * value(rows.nextObservation(row))) - value(rows.observation(row))
    }
  }
}
