import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("What imitation pays and measures")
struct ImitationValueTests {
  @Test(
    "GAIL pays log(1 + eᵘ), −log(1 + e⁻ᵘ) or u, AIRL its logit",
    arguments: ["gail-positive", "gail-negative", "gail-logit", "airl"])
  func pay(name: String) throws {
    var settings = AdversarialSettings(name == "airl" ? .airl : .gail)
    settings.pay = AdversarialSettings.Pay.allCases.first { name.hasSuffix($0.rawValue) } ?? .positive
    (settings.hidden, settings.batch, settings.learningRate) = ([5], 24, 0.05)
    var ppo = PPOSettings()
    (ppo.environments, ppo.stepsPerRollout, ppo.minibatchSize, ppo.epochs, ppo.hidden) = (2, 30, 30, 1, [4])
    let learner = try AdversarialImitation(
      Imitated.demonstrations(1), settings: settings, ppo: ppo, entry: Imitated.entry(), random: RandomSource(seed: 5))
    let before = try #require(learner.policy as? Policy)
    let told = try learner.iterate().meanReward
    let agent = try #require(learner.learner as? PPOLearner).ppo
    let rows = TransitionRows(
      count: 60, observations: agent.buffer.observations, actions: agent.buffer.steppedActions,
      nextObservations: agent.buffer.nextObservations, terminated: agent.buffer.terminated,
      specification: agent.specification)
    var probabilities = [Float](repeating: 0, count: 60)
    before.makeActor(count: 60).logProbabilities(
      agent.buffer.observations, actions: agent.buffer.actions, rows: 60, into: &probabilities)
    let encoded = learner.discriminator.encode(rows, logProbabilities: name == "airl" ? probabilities : nil)
    let paid = learner.discriminator.logits(encoded).map { logit -> Double in
      let u = Double(logit)
      switch name {
      case "gail-positive": return log(1 + exp(u))
      case "gail-negative": return -log(1 + exp(-u))
      default: return u
      }
    }
    #expect(abs(told - paid.reduce(0, +) / 60) < 1e-5)
    #expect(Statistics.variance(paid) > 1e-6)
  }

  @Test("the likelihood of many rows is the sum over them, however few are taken at once", arguments: [1, 3, 7, 20])
  func likelihood(capacity: Int) throws {
    for id in [Imitated.cartPole, "pactolus/Pendulum-v1"] {
      let specification = try Imitated.entry(id).specification
      var random = RandomSource(seed: 3).stream("likelihood")
      let rows = try DemonstrationRows(
        [Imitated.noise(specification, count: 20, random: &random)], specification: specification)
      let policy = try PPO(settings: PPOSettings(), specification: specification, random: RandomSource(seed: 1)).policy
      let loss = CloningLoss(policy, capacity: capacity, entropyWeight: 0.3)
      let parameters = policy.network.parameters + policy.logStandardDeviations
      let whole = loss.evaluate(rows, Array(0..<20), parameters: parameters)
      var probabilities = [Float](repeating: 0, count: 20)
      policy.makeActor(count: 20).logProbabilities(
        rows.observations, actions: rows.actions, rows: 20, into: &probabilities)
      #expect(abs(whole + probabilities.reduce(0) { $0 + Double($1) }) < 1e-4)
      #expect(loss.evaluate(rows, [], parameters: parameters) == 0)
    }
  }

  @Test("rows of demonstrations: all transitions in order, the last of a terminated one marked")
  func rows() throws {
    let specification = Bandit().specification
    func trajectory(_ values: [Float], terminated: Bool) -> Trajectory {
      Trajectory(
        observationSize: 2, actionRowSize: 1, observations: values.flatMap { [$0, -$0] },
        actions: values.dropLast().map { _ in 1 }, rewards: values.dropLast().map { _ in 0 }, terminated: terminated,
        truncated: !terminated, start: nil)
    }
    let rows = try DemonstrationRows(
      [trajectory([1, 2, 3], terminated: true), trajectory([4, 5], terminated: false)], specification: specification)
    #expect(rows.count == 3 && rows.actions == [1, 1, 1])
    #expect(rows.observations == [1, -1, 2, -2, 4, -4])
    #expect(rows.nextObservations == [2, -2, 3, -3, 5, -5])
    #expect(rows.terminated == [false, true, false])
  }
}
