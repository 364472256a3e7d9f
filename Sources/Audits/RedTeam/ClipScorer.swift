import Compute
import Environments
import Rewards

/// What a reward says of a clip's steps, what is true, and what of it is in excess.
struct ScoredClip: Sendable, Hashable {
  /// One each for a step.
  var predicted: [Double]
  var truth: [Double]
  var excess: [Double]
}

/// Scores clips by reward and yardstick.
final class ClipScorer {
  let specification: EnvironmentSpecification
  private let reward: any TransitionReward
  let yardstick: any Yardstick

  init(_ specification: EnvironmentSpecification, reward: any TransitionReward, yardstick: any Yardstick) {
    (self.specification, self.reward, self.yardstick) = (specification, reward, yardstick)
  }

  func score(_ clip: Trajectory) -> ScoredClip {
    let predicted = ClipScorer.predicted(clip, specification, reward)
    var excess = predicted
    clip.withTransitionRows(specification) { rows in
      excess.withUnsafeMutableBufferPointer { excess in
        clip.rewards.withUnsafeBufferPointer { truth in
          guard let excess = excess.baseAddress, let truth = truth.baseAddress else { return }
          yardstick.excess(rows, rewards: excess, truth: truth)
        }
      }
    }
    return ScoredClip(
      predicted: predicted.map(Double.init), truth: clip.rewards.map(Double.init),
      excess: excess.map { $0.isFinite ? Double($0) : 0 })
  }

  package static func predicted(
    _ clip: Trajectory, _ specification: EnvironmentSpecification, _ reward: any TransitionReward
  ) -> [Float] {
    var predicted = [Float](repeating: 0, count: clip.count)
    predicted.withUnsafeMutableBufferPointer { predicted in
      guard let start = predicted.baseAddress else { return }
      clip.withTransitionRows(specification) { reward.evaluate($0, into: start) }
    }
    return predicted
  }
}

/// Sums over consecutive steps.
package enum Stretches {
  /// The consecutive steps with the largest sum, of the shortest such; at most `most` of them. Complexity: O(n · most).
  package static func best(_ values: [Double], atMost most: Int = .max) -> (range: Range<Int>, sum: Double) {
    var (range, largest) = (0..<0, 0.0)
    for first in values.indices {
      var sum = 0.0
      for end in first..<min(values.count, first &+ min(most, values.count)) {
        sum += values[end]
        if sum > largest { (range, largest) = (first..<end + 1, sum) }
      }
    }
    return (range, largest)
  }

  /// The fewest consecutive steps whose sum is at least this; nil if no steps reach it. Complexity: O(n²).
  package static func shortest(_ values: [Double], reaching least: Double) -> Range<Int>? {
    var best: Range<Int>?
    for first in values.indices {
      var sum = 0.0
      for end in first..<min(values.count, first + (best?.count ?? values.count + 1) - 1) {
        sum += values[end]
        if sum >= least {
          best = first..<end + 1
          break
        }
      }
    }
    return best
  }

  /// The largest sum of `length` consecutive steps; of fewer values their mean times the length.
  package static func largest(_ values: [Double], length: Int) -> Double {
    guard values.count > length else {
      return values.isEmpty ? 0 : Statistics.mean(values) * Double(length)
    }
    var sum = values[..<length].reduce(0, +)
    var largest = sum
    for end in length..<values.count {
      sum += values[end] - values[end - length]
      largest = max(largest, sum)
    }
    return largest
  }
}
