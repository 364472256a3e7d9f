import Agents
import Compute
import Environments
import PactolusTesting
import Testing

@Suite("SAC, TD3 and DQN keep the contract of learners", .serialized)
struct OffPolicyContractTests {
  private func entry(_ id: String) throws -> EnvironmentEntry { try EnvironmentRegistry.standard.entry(id) }

  @Test("SAC, in one environment and in three, its temperature learned or given", arguments: [1, 3], [nil, 0.2])
  func sac(environments: Int, temperature: Float?) throws {
    try expectContract(of: .sac, in: entry("pactolus/Pendulum-v1")) {
      $0[SACSettings.self].environments = environments
      $0[SACSettings.self].stepsPerRollout = 70
      $0[SACSettings.self].randomSteps = 40
      $0[SACSettings.self].bufferSize = 300
      $0[SACSettings.self].batchSize = 24
      $0[SACSettings.self].hidden = [16, 8]
      $0[SACSettings.self].temperature = temperature
    }
  }

  @Test("SAC that begins by seeking new states")
  func pretraining() throws {
    try expectContract(of: .sac, in: entry("pactolus/Pendulum-v1")) {
      $0[SACSettings.self].stepsPerRollout = 70
      $0[SACSettings.self].randomSteps = 20
      // In the contract's snapshots it is under way in some, and over in others.
      $0[SACSettings.self].pretrainingSteps = 150
      $0[SACSettings.self].pretrainingUpdates = 5
      $0[SACSettings.self].bufferSize = 300
      $0[SACSettings.self].batchSize = 24
      $0[SACSettings.self].hidden = [16, 8]
    }
  }

  @Test("TD3", arguments: [1, 2])
  func td3(environments: Int) throws {
    try expectContract(of: .td3, in: entry("pactolus/Pendulum-v1")) {
      $0[TD3Settings.self].environments = environments
      $0[TD3Settings.self].stepsPerRollout = 70
      $0[TD3Settings.self].randomSteps = 40
      $0[TD3Settings.self].bufferSize = 200
      $0[TD3Settings.self].batchSize = 24
      $0[TD3Settings.self].hidden = [16, 8]
    }
  }

  @Test("DQN, plain and with all its extensions", arguments: [false, true], [1, 3])
  func dqn(extended: Bool, environments: Int) throws {
    try expectContract(of: .dqn, in: entry("pactolus/CartPole-v1")) {
      $0[DQNSettings.self].environments = environments
      $0[DQNSettings.self].stepsPerRollout = 70
      $0[DQNSettings.self].randomSteps = 40
      $0[DQNSettings.self].bufferSize = 200
      $0[DQNSettings.self].batchSize = 24
      $0[DQNSettings.self].stepsPerUpdate = 2
      $0[DQNSettings.self].targetInterval = 30
      $0[DQNSettings.self].hidden = [16, 8]
      if extended {
        $0[DQNSettings.self].double = true
        $0[DQNSettings.self].duelling = true
        $0[DQNSettings.self].returnSteps = 3
        $0[DQNSettings.self].priorityExponent = 0.6
      }
    }
  }

  @Test("a learner whose actions do not suit the environment says so, and names one that does")
  func unsuited() throws {
    let sections = LearnerRegistry.standard.sections
    for (kind, id) in [
      (LearnerKind.sac, "pactolus/CartPole-v1"), (.td3, "pactolus/CartPole-v1"), (.dqn, "pactolus/Pendulum-v1"),
    ] {
      let error = #expect(throws: InputError.self) {
        _ = try kind.make(sections, entry(id).specification, random: RandomSource(seed: 1))
      }
      #expect(error?.place == "run.learner" && error?.remedy?.contains("ppo") == true)
    }
  }

  @Test("settings that cannot work are refused by name")
  func refusals() {
    func refuse<Section: SettingsSection>(_ name: String, _ change: (inout Section) -> Void) {
      var section = Section()
      change(&section)
      let error = #expect(throws: InputError.self, "\(name)") { try section.validate() }
      #expect(error?.place == "\(Section.section).\(name)")
    }
    refuse("bufferSize") { (settings: inout SACSettings) in (settings.environments, settings.bufferSize) = (8, 7) }
    refuse("discount") { (settings: inout SACSettings) in settings.discount = 1.5 }
    refuse("targetShare") { (settings: inout SACSettings) in settings.targetShare = .nan }
    refuse("temperature") { (settings: inout SACSettings) in settings.temperature = -1 }
    refuse("lowestLogStandardDeviation") { (settings: inout SACSettings) in settings.lowestLogStandardDeviation = 3 }
    refuse("targetNoise") { (settings: inout TD3Settings) in settings.targetNoise = -1 }
    refuse("policyDelay") { (settings: inout TD3Settings) in settings.policyDelay = 0 }
    refuse("priorityExponent") { (settings: inout DQNSettings) in settings.priorityExponent = -1 }
    refuse("returnSteps") { (settings: inout DQNSettings) in settings.returnSteps = 0 }
    refuse("finalExploration") { (settings: inout DQNSettings) in settings.finalExploration = 2 }
  }
}
