import Agents
import Compute
import Environments
import PactolusTesting
import Testing

@Suite("SAC, TD3 and DQN learn")
struct OffPolicyLearningTests {
  /// The mean return of the most probable actions after some iterations of a small learner.
  private func trained<E: Environment>(
    _ kind: LearnerKind, in world: E, iterations: Int, configure: (inout LearnerSections) -> Void
  ) throws -> Double {
    var sections = LearnerRegistry([kind]).sections
    configure(&sections)
    let learner = try kind.make(sections, world.specification, random: RandomSource(seed: 11))
    let batch = Batch(world, count: learner.slots, random: RandomSource(seed: 12))
    for index in 0..<iterations {
      _ = try learner.iterate(batch, reward: nil, progress: Double(index) / Double(iterations), recorder: nil)
    }
    let results = try evaluate(
      learner.policy, in: EnvironmentEntry(world), episodes: 64, random: RandomSource(seed: 13))
    return Statistics.mean(results.map(\.trueReturn))
  }

  /// What standing still earns: the mean of |place| is 0.75 at each of the seven steps. Staying in the middle earns 7.
  private static let idle = 0.25 * 7

  @Test("to walk to the middle of a strip: SAC")
  func sac() throws {
    let earned = try trained(.sac, in: Strip(), iterations: 6) {
      $0[SACSettings.self].hidden = [32, 32]
      $0[SACSettings.self].batchSize = 64
      $0[SACSettings.self].learningRate = 3e-3
    }
    #expect(earned > 3 * Self.idle, "\(earned)")
  }

  @Test("to walk to the middle of a strip: TD3")
  func td3() throws {
    let earned = try trained(.td3, in: Strip(), iterations: 6) {
      $0[TD3Settings.self].hidden = [32, 32]
      $0[TD3Settings.self].batchSize = 64
      $0[TD3Settings.self].learningRate = 3e-3
    }
    #expect(earned > 3 * Self.idle, "\(earned)")
  }

  /// The extensions of DQN that a test switches on.
  private enum Extension: CaseIterable { case double, duelling, severalSteps, prioritized }

  @Test(
    "to walk to the middle of a strip: DQN, plain and with each of its extensions",
    arguments: [[]] + Extension.allCases.map { [$0] } + [Extension.allCases])
  private func dqn(extensions: [Extension]) throws {
    let earned = try trained(.dqn, in: DiscreteStrip(), iterations: 16) {
      $0[DQNSettings.self].hidden = [32, 32]
      $0[DQNSettings.self].learningRate = 1e-3
      $0[DQNSettings.self].stepsPerUpdate = 1
      $0[DQNSettings.self].targetInterval = 100
      $0[DQNSettings.self].explorationShare = 0.5
      $0[DQNSettings.self].double = extensions.contains(.double)
      $0[DQNSettings.self].duelling = extensions.contains(.duelling)
      $0[DQNSettings.self].returnSteps = extensions.contains(.severalSteps) ? 3 : 1
      $0[DQNSettings.self].priorityExponent = extensions.contains(.prioritized) ? 0.6 : 0
    }
    // In steps of one half the middle is missed by a quarter on average.
    #expect(earned > 2.3 * Self.idle, "\(earned)")
  }
}
