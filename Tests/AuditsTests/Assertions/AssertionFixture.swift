import Audits
import Compute
import Environments
import Rewards

/// A world of three named numbers and two actions, of which a reward reads what is seen and done.
enum AssertionFixture {
  static let specification: EnvironmentSpecification = {
    var specification = EnvironmentSpecification(
      id: "test/Ladder-v0", summary: "A ladder", observationSpace: Box(low: [0, -1, 0], high: [1, 1, 1]),
      observationNames: ["height", "speed upwards", "water"], actionSpace: .discrete(names: ["climb", "wait"]),
      maximumEpisodeSteps: 10, canTerminate: false, source: "this test")
    specification.actionNames = []
    return specification
  }()

  static func features() throws -> ReadFeatures {
    try ReadFeatures(try TransitionEncoding(RewardInputs(), specification: specification), specification: specification)
  }

  /// 2 height − speed + 0.5 water, and 1 for climbing.
  static func linear() throws -> BoundedNetwork {
    try BoundedNetwork(
      Network(NetworkShape(inputs: 5, hidden: [], outputs: 1), parameters: [2, -1, 0.5, 1, 0, 0]), weights: [1])
  }

  /// Two episodes of three steps.
  static let rows = AssertionRows(
    "visited",
    rows: [
      0, 0, 0, 1, 0, 0.2, 0.1, 0, 1, 0, 0.4, 0.1, 1, 0, 1,
      0, 0, 1, 0, 1, 0.1, 0.3, 1, 0, 1, 0.9, 0.5, 1, 1, 0,
    ], width: 5, starts: [0, 3])

  static func check(_ reward: BoundedNetwork, nodes: Int = 1000, trials: Int = 2000) throws -> AssertionCheck {
    let features = try features()
    return AssertionCheck(
      reward, domain: AssertionDomain(features, seen: [rows]), sets: [rows], trials: trials, nodes: nodes,
      random: RandomSource(seed: 1))
  }

  static func result(_ line: String, _ reward: BoundedNetwork, nodes: Int = 1000) throws -> AssertionResult {
    try check(reward, nodes: nodes).result(of: AssertionFile.read(line, name: "test", features: features())[0])
  }
}
