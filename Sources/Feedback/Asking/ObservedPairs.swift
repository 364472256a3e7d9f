import Compute
import Environments
import Rewards

/// Pairs of segments as points: what is observed in the first, step by step, then in the second, 0 beyond an end.
///
/// Source: B-Pref, Lee et al. 2021, arXiv 2111.03026, and its code: greedy k-centre by Euclidean distance, against
/// everything that was labelled before.
struct ObservedPairs {
  private let encoding: TransitionEncoding
  private let sampler: SegmentSampler

  /// - Throws: `InputError` if the reward does not see observations: then nothing is known of pairs asked about before.
  init(_ encoding: TransitionEncoding, _ sampler: SegmentSampler) throws {
    guard encoding.inputs.observation else {
      throw InputError(
        "the reward does not see observations, by which pairs are kept apart", at: "feedback.batch",
        remedy: "switch on reward.useObservation, or choose another batch, such as k-centre")
    }
    self.encoding = encoding
    self.sampler = sampler
  }

  private var half: Int { sampler.length * encoding.observationSize }

  /// The point of a pair that may be asked about.
  func point(_ pair: SegmentPair, of trajectories: [Trajectory]) throws -> [Float] {
    var point = [Float](repeating: 0, count: 2 * half)
    for (place, segment) in [pair.first, pair.second].enumerated() {
      let whole = trajectories[segment.trajectory]
      let steps = segment.steps(in: whole, length: sampler.length)
      let size = encoding.observationSize
      let values = whole.observations[steps.lowerBound * size..<steps.upperBound * size]
      point.replaceSubrange(place * half..<place * half + values.count, with: values)
    }
    return point
  }

  /// The points of all choices between two segments.
  func known(_ asked: ChoiceSet?) -> [[Float]] {
    guard let asked else { return [] }
    return (0..<asked.count).compactMap { choice in
      let options = asked.options(of: choice)
      guard options.count == 2, options.allSatisfy({ asked.optionCounts[$0] > 0 }) else { return nil }
      var point = [Float](repeating: 0, count: 2 * half)
      for (place, option) in options.enumerated() {
        for step in 0..<min(sampler.length, asked.optionCounts[option]) {
          let row = (asked.optionStarts[option] + step) * asked.encoding.width
          let target = place * half + step * encoding.observationSize
          // The observation comes first in a row.
          for index in 0..<encoding.observationSize { point[target + index] = asked.rows[row + index] }
        }
      }
      return point
    }
  }

  /// Each time the point farthest from all that are known or chosen; of equal ones the first.
  func farthest(_ count: Int, of points: [[Float]], from known: [[Float]]) -> [Int] {
    var nearest = points.map { point in known.reduce(Double.infinity) { min($0, Self.squaredDistance(point, $1)) } }
    var left = Set(points.indices)
    var chosen: [Int] = []
    while chosen.count < count, !left.isEmpty {
      var best = -1
      for index in points.indices where left.contains(index) && (best < 0 || nearest[index] > nearest[best]) {
        best = index
      }
      left.remove(best)
      chosen.append(best)
      for index in left { nearest[index] = min(nearest[index], Self.squaredDistance(points[index], points[best])) }
    }
    return chosen
  }

  private static func squaredDistance(_ a: [Float], _ b: [Float]) -> Double {
    var sum: Float = 0
    for index in a.indices { sum += (a[index] - b[index]) * (a[index] - b[index]) }
    return Double(sum)
  }
}
