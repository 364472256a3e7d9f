import Compute
import Environments
import Feedback
import Testing

@Suite("A linear reward from comparisons of segments")
struct LinearSegmentRewardTests {
  /// Two observed numbers and an action that is always 2.
  private static func clip(_ rows: [[Float]]) -> Trajectory {
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: (rows + [[9, 9]]).flatMap { $0 },
      actions: rows.map { _ in 2 }, rewards: rows.map { _ in 0 }, terminated: false, truncated: false, start: nil)
  }

  private static let first: [[[Float]]] = [
    [[0, 1], [1, 0]], [[2, 1], [0, 0]], [[1, 1], [1, 3]], [[0, 0], [0, 2]], [[3, 1], [1, 1]], [[0, 1], [2, 2]],
  ]
  private static let second: [[[Float]]] = [
    [[1, 1], [2, 0]], [[0, 1], [0, 2]], [[2, 0], [3, 1]], [[1, 0], [1, 1]], [[0, 2], [1, 0]], [[1, 2], [1, 1]],
  ]
  private static let rewards = LinearSegmentReward(
    zip(first, second).map { Comparison(first: clip($0), second: clip($1)) }, preferences: [1, 0, 1, 0.5, 0, 0.5])

  // The right values are SciPy 1.11's: minimize(Σ log(1 + eᶻ) − y z + ‖w‖²/2, BFGS, gtol 1e-12), on means of steps in
  // units of the deviation over all steps.
  @Test("the weights are the minimum's, ties counting half, and a component that never changes is left out")
  func minimum() {
    let weights = Self.rewards.weights()
    for (ours, right) in zip(weights, [0.81874019, -0.33441228, 0]) { #expect(abs(ours - right) < 1e-7, "\(weights)") }
    let right = [0.71030894, 0.21308071, 0.87649853, 0.75057285, 0.20663533, 0.5]
    for index in right.indices {
      #expect(abs(Self.rewards.probabilityOfSecond(index, weights) - right[index]) < 1e-7)
    }
  }

  @Test("what is held out is not learned from")
  func heldOut() {
    let weights = Self.rewards.weights(without: [2])
    for (ours, right) in zip(weights, [0.75057839, -0.18437973, 0]) { #expect(abs(ours - right) < 1e-7, "\(weights)") }
    #expect(abs(Self.rewards.probabilityOfSecond(2, weights) - 0.82807613) < 1e-7)
  }
}
