import Agents
import Compute
import Environments
import PactolusTesting
import Testing

@Suite("Every learner keeps the contract", .serialized)
struct LearnerContractTests {
  private static func small(_ settings: inout PPOSettings) {
    settings.environments = 4
    settings.stepsPerRollout = 24
    settings.minibatchSize = 40
    settings.epochs = 2
    settings.hidden = [8]
    settings.learningRateSchedule = .linear
  }

  @Test("PPO, with discrete and continuous actions", arguments: ["pactolus/CartPole-v1", "pactolus/Pendulum-v1"])
  func registered(id: String) throws {
    try expectContract(of: .ppo, in: EnvironmentRegistry.standard.entry(id)) {
      Self.small(&$0[PPOSettings.self])
    }
  }

  @Test(
    "the registry holds no learner whose contract is not checked: see `OffPolicyContractTests` and `MPCTests` too"
  )
  func allChecked() {
    #expect(LearnerRegistry.standard.kinds.map(\.name) == ["ppo", "sac", "td3", "dqn", "mpc"])
  }

  @Test("PPO whose losses are no longer finite says so, with the setting to change")
  func divergence() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    var sections = LearnerRegistry.standard.sections
    Self.small(&sections[PPOSettings.self])
    sections[PPOSettings.self].learningRate = 10
    sections[PPOSettings.self].maximumGradientNorm = 1e9
    sections[PPOSettings.self].epochs = 50
    sections[PPOSettings.self].hidden = [Int](repeating: 8, count: 8)
    sections[PPOSettings.self].activation = .leakyReLU
    let learner = try LearnerKind.ppo.make(sections, entry.specification, random: RandomSource(seed: 5))
    let batch = entry.makeBatch(count: learner.slots, random: RandomSource(seed: 5))
    let error = #expect(throws: InputError.self) {
      for _ in 0..<20 { _ = try learner.iterate(batch, reward: nil, progress: 0, recorder: nil) }
    }
    #expect(error?.problem.contains("diverged") == true && error?.place == "ppo.learningRate")
  }

  @Test("PPO with normalised observations or features, or a limit on the divergence", arguments: 0..<3)
  func variants(variant: Int) throws {
    try expectContract(of: .ppo, in: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")) { sections in
      Self.small(&sections[PPOSettings.self])
      switch variant {
      case 0: sections[PPOSettings.self].normalizeObservations = true
      case 1: sections[PPOSettings.self].normalizeFeatures = true
      default: sections[PPOSettings.self].targetKL = 1e-4
      }
    }
  }
}
