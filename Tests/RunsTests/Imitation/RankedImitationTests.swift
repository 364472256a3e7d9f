import Agents
import Compute
import Environments
import Feedback
import Foundation
import Runs
import Testing

@Suite("Imitation, from demonstrations to policy", .serialized)
struct RankedImitationTests {
  private let entry: EnvironmentEntry
  private var ppo = PPOSettings()

  init() throws {
    entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    (ppo.environments, ppo.stepsPerRollout) = (4, 64)
  }

  private func demonstrations(_ seed: UInt64) throws -> [Trajectory] {
    try TrainedExpert(
      entry, ppo: ppo, steps: 1024, episodes: 4, checkpoints: 4, random: RandomSource(seed: seed)
    ).demonstrations
  }

  @Test("every method is a function of its seed, whatever the number of threads", arguments: ImitationMethod.allCases)
  func threads(method: ImitationMethod) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let shown = try demonstrations(1)
    var imitation = Imitation(method, entry: entry, ppo: ppo, steps: 512, random: RandomSource(seed: 2))
    imitation.rounds = 2
    let pushes = Expert { _, rows in [Float](repeating: 0.5, count: rows) }
    let policies = try [1, 2, 4].map { count in
      ThreadPool.shared.threadCount = count
      return try #require(try imitation.learn(from: shown, expert: pushes).policy as? Policy)
    }
    #expect(policies[0] == policies[1] && policies[1] == policies[2])
  }

  @Test("an expert with checkpoints demonstrates from each, and the last is what a shorter request gets too")
  func checkpoints() throws {
    let many = try TrainedExpert(
      entry, ppo: ppo, steps: 1024, episodes: 6, checkpoints: 3, random: RandomSource(seed: 3))
    let one = try TrainedExpert(entry, ppo: ppo, steps: 1024, episodes: 1, random: RandomSource(seed: 3))
    #expect(many.demonstrations.count == 6)
    #expect(try #require(many.policy as? Policy) == #require(one.policy as? Policy))
  }

  @Test(
    "another learner demonstrates and imitates, wherever an agent is trained; AIRL refuses one without probabilities")
  func anotherLearner() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Delivery-v0")
    let learner = TabularQLearner.kind.factory(LearnerRegistry([TabularQLearner.kind]).sections)
    let expert = try TrainedExpert(
      entry, learner: learner, steps: 800, episodes: 4, checkpoints: 2, random: RandomSource(seed: 6))
    #expect(expert.policy is TablePolicy && expert.demonstrations.count == 4)
    let asked = Expert(expert.policy, in: entry.specification)
    for method in ImitationMethod.allCases {
      func learn() throws -> Imitation.Learned {
        var imitation = Imitation(method, entry: entry, learner: learner, steps: 400, random: RandomSource(seed: 7))
        imitation.rounds = 2
        return try imitation.learn(from: expert.demonstrations, expert: asked)
      }
      if method == .airl {
        #expect(throws: InputError.self) { try learn() }
        continue
      }
      let learned = try learn()
      #expect((learned.policy is TablePolicy) == method.trainsAgent, "\(method)")
      #expect(
        try evaluate(learned.policy, in: entry, episodes: 3, random: RandomSource(seed: 8)).count == 3, "\(method)")
    }
  }

  @Test("steps are rounded up to whole rollouts, by every method that trains an agent")
  func steps() throws {
    let shown = try demonstrations(4)
    for method in [ImitationMethod.gail, .airl, .trex, .drex] {
      let imitation = Imitation(method, entry: entry, ppo: ppo, steps: 100, random: RandomSource(seed: 5))
      let rollout = try LearnerFactory.ppo(ppo).make(entry.specification, random: RandomSource(seed: 1)).rolloutSize
      #expect(try imitation.learn(from: shown).steps == (99 / rollout + 1) * rollout, "\(method)")
    }
  }

  @Test("DAgger without anybody to ask, and noise of one level, are refused")
  func refused() throws {
    let shown = try demonstrations(4)
    let source = RandomSource(seed: 5)
    #expect(throws: InputError.self) {
      try Imitation(.dagger, entry: entry, ppo: ppo, steps: 512, random: source).learn(from: shown)
    }
    var settings = RankedImitationSettings(ppo: ppo, steps: 512)
    settings.noiseLevels = [0.5, 0.5]
    #expect(throws: InputError.self) {
      try RankedImitation.drex(shown, settings: settings, entry: entry, random: source)
    }
  }
}
