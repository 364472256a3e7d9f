import Agents
import Compute
import Environments
import PactolusTesting
import Rewards
import Testing

@Suite("Model-predictive control", .serialized)
struct MPCTests {
  private static func small(_ settings: inout MPCSettings) {
    (settings.stepsPerRollout, settings.randomSteps, settings.stepsPerUpdate) = (40, 30, 10)
    (settings.gradientSteps, settings.batchSize, settings.bufferSize) = (5, 16, 100)
    (settings.members, settings.hidden) = (2, [8])
    (settings.horizon, settings.population, settings.elites, settings.rounds) = (5, 8, 3, 2)
  }

  @Test(
    "keeps the contract of learners, with discrete and continuous actions, in one environment and in three",
    arguments: ["pactolus/CartPole-v1", "pactolus/Pendulum-v1"], [1, 3])
  func contract(id: String, environments: Int) throws {
    try expectContract(of: .mpc, in: EnvironmentRegistry.standard.entry(id)) {
      Self.small(&$0[MPCSettings.self])
      $0[MPCSettings.self].environments = environments
      if environments == 3 {
        $0[MPCSettings.self].bufferSize = 300
        ($0[MPCSettings.self].replanEvery, $0[MPCSettings.self].hold) = (3, 2)
      }
    }
  }

  /// Standing still earns 1.75, staying in the middle of the strip 7. Fixed seeds: it never fails by chance.
  @Test("learns to walk to the middle of a strip from 500 steps, and turns round when the reward does")
  func learns() throws {
    var sections = LearnerRegistry([.mpc]).sections
    var settings = MPCSettings()
    Self.small(&settings)
    (settings.stepsPerRollout, settings.randomSteps, settings.stepsPerUpdate) = (250, 200, 50)
    (settings.gradientSteps, settings.batchSize, settings.bufferSize) = (200, 64, 2000)
    (settings.hidden, settings.learningRate) = ([32], 3e-3)
    (settings.horizon, settings.population, settings.elites, settings.rounds) = (4, 24, 4, 3)
    sections[MPCSettings.self] = settings
    let world = Strip()
    let learner = try LearnerKind.mpc.make(sections, world.specification, random: RandomSource(seed: 11))
    let batch = Batch(world, count: 1, random: RandomSource(seed: 12))
    func earned() throws -> Double {
      Statistics.mean(
        try evaluate(learner.policy, in: EnvironmentEntry(world), episodes: 32, random: RandomSource(seed: 13)).map(
          \.trueReturn))
    }
    var report = try learner.iterate(batch, reward: nil, progress: 0, recorder: nil)
    report = try learner.iterate(batch, reward: nil, progress: 0.5, recorder: nil)
    let taught = try earned()
    #expect(taught > 5, "\(taught)")
    let error = try #require(report.scalars["mpc/held_out_error"])
    #expect(error < 0.5)
    // The opposite reward: what is remembered is judged again, and the edge, where the episode ends, is sought.
    report = try learner.iterate(batch, reward: Opposite(), progress: 0.75, recorder: nil)
    let turned = try earned()
    #expect(turned < 2, "\(turned)")
  }

  private final class Opposite: TransitionReward {
    let version: UInt64 = 7
    func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
      for row in 0..<transitions.count { rewards[row] = transitions.withNextObservation(row) { abs($0[0]) } }
    }
  }

  @Test("settings that cannot work are refused by name, and worlds that it cannot plan in with another learner")
  func refusals() {
    func refuse(_ name: String, _ change: (inout MPCSettings) -> Void) {
      var settings = MPCSettings()
      change(&settings)
      let error = #expect(throws: InputError.self, "\(name)") { try settings.validate() }
      #expect(error?.place == "mpc.\(name)")
    }
    refuse("elites") { ($0.elites, $0.population) = (9, 8) }
    refuse("horizon") { $0.horizon = 0 }
    refuse("heldOutShare") { $0.heldOutShare = 1 }
    refuse("randomShare") { $0.randomShare = -1 }
    refuse("members") { $0.members = 0 }
    var specification = Strip().specification
    specification.actionSpace = .continuous(Box(low: [-.infinity], high: [1]))
    let error = #expect(throws: InputError.self) {
      _ = try LearnerKind.mpc.make(LearnerRegistry([.mpc]).sections, specification, random: RandomSource(seed: 1))
    }
    #expect(error?.place == "run.learner" && error?.remedy?.contains("ppo") == true)
  }
}
