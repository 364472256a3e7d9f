import Environments
import Rewards

/// What each member of an ensemble makes of segments: the sum of its rewards, as a choice between them weighs it.
///
/// Every transition is judged once, when a segment of its trajectory is first asked about, however many segments it is
/// part of.
final class MemberValues {
  private let trajectories: [Trajectory]
  private let specification: EnvironmentSpecification
  private let evaluator: RewardEvaluator
  private let sampler: SegmentSampler
  private let settings: RewardTrainingSettings
  /// [members × count] for each trajectory; nil where no segment of it was asked about.
  private var rewards: [[Float]?]

  init(
    _ trajectories: [Trajectory], _ specification: EnvironmentSpecification, _ model: RewardModel,
    _ sampler: SegmentSampler, _ settings: RewardTrainingSettings
  ) {
    self.trajectories = trajectories
    self.specification = specification
    self.sampler = sampler
    self.settings = settings
    evaluator = RewardEvaluator(model)
    rewards = [[Float]?](repeating: nil, count: trajectories.count)
  }

  /// Each member's difference of logits, the first segment's less the second's.
  func differences(_ pair: SegmentPair) -> [Double] {
    (0..<evaluator.model.members).map { value(pair.first, $0).sum - value(pair.second, $0).sum }
  }

  /// Whether some member values the two differently, beyond rounding.
  func tells(_ pair: SegmentPair) -> Bool {
    (0..<evaluator.model.members).contains { member in
      let (first, second) = (value(pair.first, member), value(pair.second, member))
      // Sums of the same numbers in another order differ by less.
      return abs(first.sum - second.sum) > 1e-9 * (first.size + second.size)
    }
  }

  private func value(_ segment: SegmentReference, _ member: Int) -> (sum: Double, size: Double) {
    let trajectory = trajectories[segment.trajectory]
    let known = rewards[segment.trajectory] ?? memberRewards(of: trajectory)
    if rewards[segment.trajectory] == nil { rewards[segment.trajectory] = known }
    var power = 1 / settings.temperature
    var (sum, size) = (0.0, 0.0)
    for step in segment.steps(in: trajectory, length: sampler.length) {
      let part = power * Double(known[member * trajectory.count + step])
      sum += part
      size += abs(part)
      power *= settings.discount
    }
    return (sum, size)
  }

  private func memberRewards(of trajectory: Trajectory) -> [Float] {
    var rewards = [Float](repeating: 0, count: evaluator.model.members * trajectory.count)
    rewards.withUnsafeMutableBufferPointer { rewards in
      guard let start = rewards.baseAddress else { return }
      trajectory.withTransitionRows(specification) { evaluator.evaluateRaw($0, into: start) }
    }
    return rewards
  }
}
