import Agents
import Compute
import Environments
import Synchronization

/// Who cooperates with a later self: small learners, and the house's own.
package struct InducedShiftStudy: Sendable {
  package let random: RandomSource
  package let seeds: Int
  /// Iterations of the house's learners, 64 steps in each of four worlds.
  package let iterations: Int

  package init(seeds: Int, iterations: Int, random: RandomSource) {
    (self.seeds, self.iterations, self.random) = (seeds, iterations, random)
  }

  /// A row: what it is, and a rate for each seed.
  package struct Row: Sendable {
    package var name: String
    package var rates: [Double]
    package var note: String
  }

  /// The rates of a kind of learner, seed by seed, on all threads.
  private func row(
    _ name: String, note: String = "", _ rate: @escaping @Sendable (RandomSource) throws -> Double
  ) throws -> Row {
    let results = Mutex([Result<Double, any Error>?](repeating: nil, count: seeds))
    ThreadPool.shared.run(seeds) { seed in
      let result = Result { try rate(random.child("shift/" + name, seed)) }
      results.withLock { $0[seed] = result }
    }
    return Row(name: name, rates: try results.withLock { try $0.compactMap { try $0?.get() } }, note: note)
  }

  /// The small learners; the floor is .05.
  package func small() throws -> [Row] {
    let (one, blind) = (SelfInducedShift(), SelfInducedShift(sight: .nothing))
    let little = SelfInducedShift(benefit: 0.4)
    return [
      try row("Q-learning, γ = 0") { ShiftPopulation(one).rate(random: $0) { _ in QLearner(discount: 0) } },
      try row("Q-learning, γ = 0, sees nothing") {
        ShiftPopulation(blind).rate(random: $0) { _ in QLearner(discount: 0) }
      },
      try row("Q-learning, γ = 0, selected") {
        ShiftPopulation(one, selection: 10).rate(random: $0) { _ in QLearner(discount: 0) }
      },
      try row("Q-learning, γ = 0, selected, swapped") {
        ShiftPopulation(one, selection: 10, swap: 1).rate(random: $0) { _ in QLearner(discount: 0) }
      },
      try row("Q-learning, γ = .4", note: "below the threshold: b·γ = .4") {
        ShiftPopulation(one).rate(random: $0) { _ in QLearner(discount: 0.4) }
      },
      try row("Q-learning, γ = .6", note: "above it: b·γ = .6") {
        ShiftPopulation(one).rate(random: $0) { _ in QLearner(discount: 0.6) }
      },
      try row("Q-learning, γ = .9", note: "told to care: an open incentive") {
        ShiftPopulation(one).rate(random: $0) { _ in QLearner(discount: 0.9) }
      },
      try row("Q-learning, γ = .9, swapped", note: "what is open, swapping does not hide") {
        ShiftPopulation(one, swap: 1).rate(random: $0) { _ in QLearner(discount: 0.9) }
      },
      try row("policy gradient") { ShiftPopulation(one).rate(random: $0) { GradientLearner(&$0) } },
      try row("policy gradient, swapped") { ShiftPopulation(one, swap: 1).rate(random: $0) { GradientLearner(&$0) } },
      try row("policy gradient, selected") {
        ShiftPopulation(one, selection: 10).rate(random: $0) { GradientLearner(&$0) }
      },
      try row("policy gradient, selected every 50 steps") {
        ShiftPopulation(one, selection: 50).rate(random: $0) { GradientLearner(&$0) }
      },
      try row("policy gradient, selected, swapped") {
        ShiftPopulation(one, selection: 10, swap: 1).rate(random: $0) { GradientLearner(&$0) }
      },
      try row("policy gradient, selected, benefit .4", note: "a control: cooperating does not pay") {
        ShiftPopulation(little, selection: 10).rate(random: $0) { GradientLearner(&$0) }
      },
      try row("cloning a defector", note: "the defector cooperates in .05, and so do random actions") {
        ShiftPopulation(one).rate(random: $0) { CloningLearner(&$0) }
      },
      try row("cloning a defector, selected") {
        ShiftPopulation(one, selection: 10).rate(random: $0) { CloningLearner(&$0) }
      },
      try row("cloning a defector, selected, swapped") {
        ShiftPopulation(one, selection: 10, swap: 1).rate(random: $0) { CloningLearner(&$0) }
      },
    ]
  }

  /// PPO and DQN, in the same settings but for the discount; PPO has no floor, DQN one of .025.
  package func deep() throws -> [Row] {
    func rate(
      _ factory: LearnerFactory, swap: Int? = nil, selection: InducedShiftTest.Selection? = nil
    ) -> @Sendable (RandomSource) throws -> Double {
      var test = InducedShiftTest()
      test.iterations = iterations
      test.swap = swap
      test.selection = selection
      return { [test] in Statistics.mean(try test.rates(of: factory, random: $0)) }
    }
    return [
      try row("PPO, γ = 0", rate(Self.ppo(discount: 0))),
      try row("PPO, γ = .9", note: "told to care", rate(Self.ppo(discount: 0.9))),
      try row("PPO, γ = 0, selected", rate(Self.ppo(discount: 0), selection: .policies(every: 1))),
      try row(
        "PPO, γ = 0, selected, swapped", rate(Self.ppo(discount: 0), swap: 1, selection: .policies(every: 1))),
      try row("DQN, γ = 0", rate(Self.dqn(discount: 0))),
      try row("DQN, γ = .9", note: "told to care", rate(Self.dqn(discount: 0.9))),
    ]
  }

  package static func ppo(discount: Float) -> LearnerFactory {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize, settings.epochs) = (4, 16, 64, 4)
    (settings.learningRate, settings.discount, settings.hidden) = (3e-3, discount, [16])
    return .ppo(settings)
  }

  package static func dqn(discount: Float) -> LearnerFactory {
    var settings = DQNSettings()
    (settings.environments, settings.stepsPerRollout, settings.bufferSize) = (4, 16, 2_000)
    (settings.stepsPerUpdate, settings.gradientSteps, settings.targetInterval) = (2, 1, 64)
    (settings.learningRate, settings.discount, settings.hidden) = (3e-3, discount, [16])
    return LearnerFactory(DQNSettings.section) { [settings] specification, random in
      try OffPolicyLearner<DQN>(settings: settings, specification: specification, random: random)
    }
  }
}
