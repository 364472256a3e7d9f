import Compute
import Environments
import Rewards

/// A learned reward whose zero is what ordinary transitions are worth, and whose unit is its own deviation.
///
/// Comparisons settle neither, but an agent whose episodes end on success is paid for living on by a zero that is too
/// low for what is ordinary, and for ending by one that is too high.
final class ZeroedReward: TransitionReward {
  private let evaluator: RewardEvaluator
  private let zero: Float
  private let unit: Float

  /// - Parameters:
  ///   - ordinary: clips in which nothing special happens; the median of their transitions is the zero.
  ///   - special: the other clips that were judged; the deviation over both is the unit.
  init(
    _ evaluator: RewardEvaluator, ordinary: [Trajectory], special: [Trajectory],
    _ specification: EnvironmentSpecification
  ) {
    self.evaluator = evaluator
    func values(_ clips: [Trajectory]) -> [Double] {
      clips.flatMap { clip in
        clip.withTransitionRows(specification) { rows in
          var values = [Float](repeating: 0, count: rows.count)
          var span = values.mutableSpan
          evaluator.evaluate(rows, into: &span)
          return values.map { Double($0) }
        }
      }
    }
    let usual = values(ordinary)
    zero = Float(Statistics.median(usual))
    unit = Float(max(Statistics.standardDeviation(usual + values(special)), 1e-6))
  }

  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    evaluator.evaluate(transitions, into: &rewards)
    for row in 0..<transitions.count { rewards[row] = (rewards[row] - zero) / unit }
  }

  /// The reward of every (state, action) of a deterministic world, by what is seen before and after.
  func values(of world: TabularWorld, specification: EnvironmentSpecification) -> [Double] {
    let (mdp, size) = (world.mdp, world.observationSize)
    func row(_ state: Int) -> ArraySlice<Float> { world.observations[state * size..<(state + 1) * size] }
    return (0..<mdp.stateCount * mdp.actionCount).map { index in
      let state = index / mdp.actionCount
      guard !mdp.isTerminal[state] else { return 0 }
      let step = Trajectory(
        observationSize: size, actionRowSize: 1,
        observations: Array(row(state)) + Array(row(mdp.successors[mdp.rowStarts[index]])),
        actions: [Float(index % mdp.actionCount)], rewards: [0], terminated: false, truncated: false, start: nil)
      return step.withTransitionRows(specification) { rows in
        var value: [Float] = [0]
        var span = value.mutableSpan
        evaluate(rows, into: &span)
        return Double(value[0])
      }
    }
  }
}
