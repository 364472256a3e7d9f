import Agents
import Compute
import Environments
import Rewards

/// What the tests of imitation act in and learn from.
enum Imitated {
  static let cartPole = "pactolus/CartPole-v1"

  static func entry(_ id: String = cartPole) throws -> EnvironmentEntry { try EnvironmentRegistry.standard.entry(id) }

  /// Keeps the pole up for all 500 steps: pushes to the side to which cart and pole are about to go.
  static func balance(_ observation: ArraySlice<Float>) -> Float {
    let at = observation.startIndex
    let lean = observation[at] * 0.1 + observation[at + 1] * 0.3 + observation[at + 2] * 3 + observation[at + 3]
    return lean > 0 ? 1 : 0
  }

  static var expert: Expert {
    Expert { observations, rows in (0..<rows).map { balance(observations[$0 * 4..<($0 + 1) * 4]) } }
  }

  /// Episodes of that rule.
  static func demonstrations(_ episodes: Int, seed: UInt64 = 1) throws -> [Trajectory] {
    let batch = try entry().makeBatch(count: episodes, random: RandomSource(seed: seed))
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    for _ in 0..<500 {
      let actions = (0..<episodes).map { balance(Array(batch.observations)[$0 * 4..<($0 + 1) * 4]) }
      batch.step(actions)
      recorder.record(batch, actions)
    }
    return recorder.take(includingPartial: false)
  }

  /// A made-up trajectory that fits the specification.
  static func noise(_ specification: EnvironmentSpecification, count: Int, random: inout RandomStream) -> Trajectory {
    let size = specification.observationSpace.count
    var actions: [Float] = []
    switch specification.actionSpace {
    case .discrete(let names): actions = (0..<count).map { _ in Float(random.below(names.count)) }
    case .continuous(let box): actions = (0..<count * box.count).map { _ in Float(random.normal()) }
    }
    return Trajectory(
      observationSize: size, actionRowSize: specification.actionSpace.rowSize,
      observations: (0..<(count + 1) * size).map { _ in Float(random.normal()) }, actions: actions,
      rewards: [Float](repeating: 0, count: count), terminated: true, truncated: false, start: nil)
  }
}
