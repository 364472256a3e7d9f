import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Learners, their settings and their beginnings")
struct LearnerTests {
  private func ppo(_ id: String = Imitated.cartPole, _ change: (inout PPOSettings) -> Void = { _ in }) throws -> PPO {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.hidden) = (2, 4, [4])
    change(&settings)
    return try PPO(settings: settings, specification: Imitated.entry(id).specification, random: RandomSource(seed: 1))
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test("a policy is taken over with its deviations and statistics, and nothing else of the agent changes")
  func adoption() throws {
    for (plain, normalized) in [(false, false), (true, false), (false, true)] {
      func change(_ settings: inout PPOSettings) {
        (settings.normalizeObservations, settings.normalizeFeatures) = (plain, normalized)
        settings.initialLogStandardDeviation = -0.5
      }
      let agent = try ppo("pactolus/Pendulum-v1", change)
      let other = try PPO(
        settings: agent.settings, specification: agent.specification, random: RandomSource(seed: 2))
      let batch = try Imitated.entry("pactolus/Pendulum-v1").makeBatch(count: 2, random: RandomSource(seed: 3))
      _ = other.iterate(batch)
      let before = agent.parameterVector
      try agent.adopt(other.policy)
      #expect(agent.policy == other.policy)
      #expect(agent.policy.normalizer?.count == (plain ? 10 : normalized ? 80 : nil))
      let count = agent.shapes.policy.parameterCount + 1
      #expect(agent.parameterVector[count...] == before[count...])
    }
  }

  @Test("a target of 0 lets a policy take its first step, which has not moved by then, and stops the update after it")
  func targetOfZero() throws {
    let agent = try ppo { ($0.targetKL, $0.epochs, $0.minibatchSize, $0.learningRate) = (0, 3, 8, 0.01) }
    // Of a network of zeros every probability is one half, and the divergence of what has not moved exactly 0.
    var level = agent.policy
    level.network.parameters = [Float](repeating: 0, count: level.network.parameters.count)
    try agent.adopt(level)
    let batch = try Imitated.entry().makeBatch(count: 2, random: RandomSource(seed: 3))
    let statistics = agent.iterate(batch)
    #expect(statistics.gradientSteps == 1 && statistics.stoppedEarly && statistics.approximateKL > 0)
    #expect(agent.policy != level)
  }

  @Test("a policy that does not fit is refused, and what would is said")
  func misfits() throws {
    let agent = try ppo()
    let fitting = "use hidden layers [4], tanh, for pactolus/CartPole-v1"
    let foreign = "a policy of another environment or shape cannot be taken over; " + fitting
    #expect(message { try agent.adopt(try ppo { $0.hidden = [5] }.policy) } == foreign)
    #expect(message { try agent.adopt(try ppo("pactolus/Pendulum-v1").policy) } == foreign)
    var renamed = agent.policy
    renamed.environment = "elsewhere"
    #expect(message { try agent.adopt(renamed) } == foreign)
    let normalizing = try ppo { $0.normalizeObservations = true }
    #expect(
      message { try agent.adopt(normalizing.policy) }
        == "the policy normalises its inputs and the agent does not")
    #expect(
      message { try normalizing.adopt(agent.policy) }
        == "the policy does not normalise its inputs and the agent does")
  }

  @Test("an agent begins as a clone made with its own shape and normalisation", arguments: 0..<3)
  func imitation(variant: Int) throws {
    let demonstrations = try Imitated.demonstrations(1).map { $0.segment(0..<60) }
    let rows = try DemonstrationRows(demonstrations, specification: Imitated.entry().specification)
    let agent = try ppo {
      $0.activation = .relu
      ($0.normalizeObservations, $0.normalizeFeatures) = (variant == 1, variant == 2)
    }
    try PPOLearner(agent).imitate(rows, random: RandomSource(seed: 4))
    var settings = CloningSettings()
    (settings.hidden, settings.activation, settings.normalizeInputs) = ([4], .relu, variant > 0)
    var cloning = BehavioralCloning(settings)
    let clone = try cloning.train(rows, random: RandomSource(seed: 4))
    #expect(agent.policy.network == clone.network)
    #expect(agent.policy.normalizer == clone.normalizer)
  }

  private final class Fixed: Learner {
    var slots: Int { 1 }
    var rolloutSize: Int { 1 }
    let policy: any ActingPolicy
    init(_ policy: any ActingPolicy) { self.policy = policy }
    func iterate(
      _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
    ) throws -> LearnerReport { LearnerReport(steps: 0, episodes: [], meanReward: 0, scalars: [:]) }
    func snapshot() throws -> AgentSnapshot { AgentSnapshot(tensors: [], state: Data()) }
    func restore(_ snapshot: AgentSnapshot) throws {}
  }

  @Test("a learner that cannot imitate says so")
  func cannotImitate() throws {
    let rows = try DemonstrationRows(Imitated.demonstrations(1), specification: Imitated.entry().specification)
    let learner = Fixed(try ppo().policy)
    #expect(
      message { try learner.imitate(rows, random: RandomSource(seed: 1)) }
        == "demonstrations.pretraining: this learner cannot begin from demonstrations; switch it off; "
        + "demonstrated segments are still compared with the agent's")
  }

  @Test("AIRL with a learner that tells no probabilities is refused, GAIL is not")
  func airlNeedsProbabilities() throws {
    struct Opaque: ActingPolicy {
      var policy: Policy
      func makeActor(count: Int) -> PolicyActor { policy.makeActor(count: count) }
    }
    let policy = Opaque(policy: try ppo().policy)
    let factory = LearnerFactory("fixed") { _, _ in Fixed(policy) }
    func made(_ method: AdversarialSettings.Method) throws {
      _ = try AdversarialImitation(
        Imitated.demonstrations(1), settings: AdversarialSettings(method), learner: factory, entry: Imitated.entry(),
        random: RandomSource(seed: 1))
    }
    #expect(message { try made(.gail) } == "accepted")
    #expect(
      message { try made(.airl) }
        == "run.learner: AIRL needs the probabilities of the agent's actions, and 'fixed' does not tell them; use ppo, "
        + "or GAIL")
  }

  @Test("sections are found by type and by name, replaced, and made where there is none")
  func sections() throws {
    let registry = LearnerRegistry([.ppo])
    #expect(registry.kinds.map(\.name) == ["ppo"])
    var sections = registry.sections
    #expect(sections.names == ["ppo"] && sections.all.count == 1)
    sections[PPOSettings.self].epochs = 3
    #expect(sections[PPOSettings.self].epochs == 3 && sections.names == ["ppo"])
    #expect((sections[section: "ppo"] as? PPOSettings)?.epochs == 3)
    #expect(sections[section: "other"] == nil)
    var none = LearnerRegistry([]).sections
    #expect(none.names.isEmpty && none[PPOSettings.self] == PPOSettings())
    var changed = PPOSettings()
    changed.epochs = 7
    none[PPOSettings.self] = changed
    #expect(none.names == ["ppo"] && none[PPOSettings.self].epochs == 7)
    #expect(message { _ = try registry.kind("pop") } == "run.learner: unknown learner 'pop'; did you mean ppo?")
    let factory = LearnerKind.ppo.factory(sections)
    let specification = try Imitated.entry().specification
    let learner = try #require(try factory.make(specification, random: RandomSource(seed: 1)) as? PPOLearner)
    #expect(factory.name == "ppo" && learner.ppo.settings.epochs == 3)
    #expect(learner.slots == 8 && learner.rolloutSize == 8 * 2048)
    #expect(LearnerFactory.ppo(PPOSettings()).name == "ppo")
  }

  @Test("statistics are finite unless one of their numbers is not")
  func finite() {
    #expect(PPOStatistics().isFinite)
    let fields: [WritableKeyPath<PPOStatistics, Double>] = [
      \.policyLoss, \.valueLoss, \.entropy, \.approximateKL, \.gradientNorm, \.meanReward,
    ]
    for field in fields {
      var statistics = PPOStatistics()
      statistics[keyPath: field] = .nan
      #expect(!statistics.isFinite)
    }
    for field in [\PPOStatistics.explainedVariance, \.standardDeviation] {
      var statistics = PPOStatistics()
      statistics[keyPath: field] = 0.5
      #expect(statistics.isFinite)
      statistics[keyPath: field] = -.infinity
      #expect(!statistics.isFinite)
    }
  }

  @Test("an action head is as wide as its actions, and keeps infinite bounds as the largest numbers")
  func heads() {
    let discrete = ActionHead(.discrete(names: ["a", "b", "c"]))
    #expect(discrete == .categorical(count: 3) && discrete.outputs == 3 && discrete.rowSize == 1)
    let box = ActionHead(.continuous(Box(low: [-.infinity, -2], high: [3, .infinity])))
    let largest = Float.greatestFiniteMagnitude
    #expect(box == .gaussian(low: [-largest, -2], high: [3, largest]))
    #expect(box.outputs == 2 && box.rowSize == 2)
  }
}

/// One of three logits that is far above the others: its exponential overflows unless the largest is taken off first.
@Suite("Logits far apart")
struct FarLogitTests {
  private let specification = Bandit(actions: 3).specification

  private func policy(_ top: Int) -> Policy {
    var network = Network(
      NetworkShape(inputs: 2, hidden: [], outputs: 3, activation: .tanh), initialization: .pyTorchDefault,
      random: RandomSource(seed: 1))
    network.parameters = [Float](repeating: 0, count: 6) + biases(top)
    return Policy(
      environment: specification.id, head: .categorical(count: 3), network: network, logStandardDeviations: [])
  }

  private func biases(_ top: Int) -> [Float] { (0..<3).map { $0 == top ? 200 : Float($0) } }

  @Test("are drawn, judged and differentiated without overflow", arguments: 0..<3)
  func far(top: Int) throws {
    let sampler = ActionSampler(.categorical(count: 3))
    var random = RandomSource(seed: 1).stream("test")
    var (action, stepped, logProbability): (Float, Float, Float) = (-1, -1, 1)
    sampler.sample(
      biases(top), logStandardDeviations: [0], rows: 1, actions: &action, steppedActions: &stepped,
      logProbabilities: &logProbability, random: &random)
    #expect(action == Float(top) && stepped == action && logProbability == 0)
    sampler.mode(biases(top), rows: 1, steppedActions: &stepped)
    #expect(stepped == Float(top))

    var judged: Float = 1
    policy(top).makeActor(count: 1).logProbabilities([1, 1], actions: [Float(top)], rows: 1, into: &judged)
    #expect(judged == 0)

    var settings = PPOSettings()
    (settings.hidden, settings.minibatchSize) = ([], 1)
    let ppo = try PPO(settings: settings, specification: specification, random: RandomSource(seed: 1))
    ppo.parameterVector = policy(top).network.parameters + [0, 0, 0]
    let loss = ppo.lossGradient(
      PPOMinibatch(
        rows: 1, inputs: [1, 1], actions: [Float(top)], oldLogProbabilities: [0], advantages: [2], returns: [0],
        oldValues: [0]))
    #expect(loss.policyLoss == -2 && abs(loss.entropy) < 1e-6 && loss.gradient.allSatisfy { abs($0) < 1e-6 })

    let rows = try DemonstrationRows(
      [
        Trajectory(
          observationSize: 2, actionRowSize: 1, observations: [1, 1, 1, 1], actions: [Float(top)], rewards: [0],
          terminated: true, truncated: false, start: nil)
      ], specification: specification)
    var gradients = [Float](repeating: 0, count: 9)
    let clone = CloningLoss(policy(top), capacity: 1, entropyWeight: 0.5)
    #expect(clone.evaluate(rows, [0], parameters: policy(top).network.parameters, gradients: &gradients) == 0)
    #expect(gradients.allSatisfy { abs($0) < 1e-6 })
  }
}
