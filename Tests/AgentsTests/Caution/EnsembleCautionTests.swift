import Agents
import Compute
import Environments
import Rewards
import Testing

@Suite("Caution over an ensemble of rewards")
struct EnsembleCautionTests {
  /// The rule's optimum as another program finds it, reached by the policy itself, and proved by planning.
  private func check(_ rule: some CautionRule, _ optimum: Double, gap: Double = 1e-7) throws {
    let problem = try CautionWorld.problem()
    let choice = try rule.chosen(problem)
    #expect(isNear(choice.objective, optimum), "\(rule.name): \(choice.objective)")
    #expect(choice.gap < gap, "\(rule.name): \(choice.gap)")
    for (reward, claimed) in zip(CautionWorld.rewards, choice.returns) {
      #expect(isNear(problem.mdp.expectedReturn(of: choice.policy, rewards: reward), claimed, 1e-9))
    }
    if !choice.mixture.isEmpty { #expect(isNear(choice.mixture.reduce(0, +), 1)) }
  }

  @Test("the mean: SciPy's linear program")
  func mean() throws { try check(MeanReturn(), 9.15781189609821) }

  @Test("the worst case, from nothing and from the reference: SciPy's linear programs")
  func worst() throws {
    try check(WorstCase(), 8.657654611024467)
    try check(WorstCase(from: .reference), 5.7040039753211245)
    try check(WorstCase(from: .returns([3.36676141, 2.73913235, 3.1278557, 3.23749067])), 5.7040039753, gap: 1e-6)
  }

  @Test(
    "the tail mean: SciPy's linear programs, from the worst case to the mean",
    arguments: [(0.1, 8.657654611024467), (0.25, 8.657654611024466), (0.5, 8.746908746745833), (1, 9.157811896098217)])
  func tail(share: Double, optimum: Double) throws {
    try check(TailMean(share: share), optimum)
    let choice = try TailMean(share: share).chosen(CautionWorld.problem())
    #expect(try #require(choice.promise).value <= choice.objective + 1e-7)
    // No member counts for more than the tail lets it.
    for (part, weight) in zip(choice.mixture, CautionWorld.weights) { #expect(part <= weight / share + 1e-7) }
  }

  @Test(
    "the mean less deviations: CVXPY's cone programs, also where the best has no deviation at all",
    arguments: [
      (0, 9.15781189609821), (0.5, 8.92749162580716), (1, 8.697171355517224), (3, 8.504698771821932),
      (20, 8.504698771821857),
    ]
  )
  func deviation(deviations: Double, optimum: Double) throws {
    // The gap is a share of the objective's scale, which the deviations make larger.
    try check(MeanLessDeviation(deviations: deviations), optimum, gap: 2e-6)
  }

  @Test("rewards a thousand times as large, or a millionth: the same policy's returns, as much larger")
  func scale() throws {
    for factor in [1e-6, 1e3] {
      let problem = try CautionProblem(
        CautionWorld.mdp(), rewards: CautionWorld.rewards.map { $0.map { $0 * factor } }, weights: CautionWorld.weights,
        reference: CautionWorld.reference)
      for (rule, optimum) in [
        (try MeanLessDeviation(deviations: 1) as any CautionRule, 8.697171355517224), (WorstCase(), 8.657654611024467),
        (try TailMean(share: 0.5), 8.746908746745833),
      ] {
        let choice = try rule.chosen(problem)
        #expect(isNear(choice.objective / factor, optimum, 1e-6), "\(rule.name)")
        #expect(choice.gap / factor < 1e-6)
      }
    }
  }

  @Test("the tail of values by hand: of 1, 2, 3, 4 with these weights the worst half is .1 of 1, .2 of 2 and .2 of 3")
  func tailByHand() {
    let tail = TailMean.tail([4, 3, 2, 1], weights: [0.4, 0.3, 0.2, 0.1], share: 0.5)
    #expect(isNear(tail, (0.1 + 0.4 + 0.6) / 0.5, 1e-12))
  }

  @Test("posterior sampling plays each reward's best policy as often as it weighs, and promises nothing")
  func sampling() throws {
    let problem = try CautionWorld.problem()
    let best = problem.rewards.map { problem.mdp.startMean(PolicyIteration.solve(problem.mdp, rewards: $0).values) }
    var counts = [Int](repeating: 0, count: 4)
    var stream = RandomSource(seed: 3).stream("draws")
    for _ in 0..<400 {
      let choice = try PosteriorSampling().choose(in: problem, random: &stream)
      let drawn = try #require(choice.mixture.firstIndex(of: 1))
      #expect(isNear(choice.returns[drawn], best[drawn]) && choice.promise == nil)
      counts[drawn] += 1
    }
    // Four binomials within 4.5 deviations: a false alarm in fewer than 3 of 100,000 seeds.
    for (count, weight) in zip(counts, CautionWorld.weights) {
      #expect(abs(Double(count) - 400 * weight) < 4.5 * (400 * weight * (1 - weight)).squareRoot())
    }
  }

  @Test("inverse reward design's lava: the mean takes the short way, the worst case the safe one")
  func lava() throws {
    // Dirt, grass, lava; what the two ways through a new world meet.
    let posterior = try ProxyRewardPosterior(
      candidates: [[1, 0, -5], [1, 0, 5], [0, 1, 0]], behaviors: [[1, 0, 0], [0, 1, 0]], written: 0)
    let problem = try CautionProblem(
      CautionWorld.decision(2), features: [[2, 0, 1], [1, 1, 0], [0, 0, 0], [0, 0, 0]], posterior: posterior)
    for (weight, expected) in zip(problem.weights, [0.4223, 0.4223, 0.1554]) { #expect(abs(weight - expected) < 5e-5) }
    let mean = try MeanReturn().chosen(problem)
    #expect(mean.policy.actions[0] == 0 && abs(mean.objective - 1.689) < 5e-4)
    let worst = try WorstCase().chosen(problem)
    #expect(worst.policy.actions[0] == 1 && isNear(worst.objective, 1))
    #expect(isNear(try #require(mean.returns.min()), -3))
    // Measured from the trained behaviour the zeros are 1, 1 and 0: a mixture guards better than either way. With x on
    // lava the three gains are −4x, 6x and 1 − x; the first is best at no lava, where it is 0.
    let measured = try WorstCase(from: .returns(posterior.trainedReturns())).chosen(problem)
    #expect(measured.policy.actions[0] == 1 && isNear(measured.objective, 0))
  }

  @Test("sizes, weights and worlds that do not fit are refused")
  func refusals() throws {
    let mdp = try CautionWorld.mdp()
    #expect(throws: InputError.self) { try CautionProblem(mdp, rewards: []) }
    #expect(throws: InputError.self) { try CautionProblem(mdp, rewards: [[1, 2]]) }
    #expect(throws: InputError.self) { try CautionProblem(mdp, rewards: CautionWorld.rewards, weights: [1, 1, 1]) }
    #expect(throws: InputError.self) { try CautionProblem(mdp, rewards: CautionWorld.rewards, weights: [0, 0, 0, 0]) }
    #expect(throws: InputError.self) { try CautionProblem(mdp, rewards: [CautionWorld.rewards[0].map { _ in .nan }]) }
    #expect(throws: InputError.self) {
      try CautionProblem(
        mdp, rewards: CautionWorld.rewards, reference: .uniform(stateCount: 4, actionCount: 3))
    }
    #expect(throws: InputError.self) {
      try CautionProblem(
        mdp, rewards: CautionWorld.rewards,
        reference: TabularPolicy(probabilities: [Double](repeating: 0.2, count: 15), actionCount: 3))
    }
    #expect(throws: InputError.self) {
      try CautionProblem(mdp.with(rewards: mdp.rewards, discount: 1), rewards: CautionWorld.rewards)
    }
    #expect(throws: InputError.self) { try TailMean(share: 0) }
    #expect(throws: InputError.self) { try TailMean(share: 1.1) }
    #expect(throws: InputError.self) { try MeanLessDeviation(deviations: -1) }
    #expect(throws: InputError.self) { try WorstCase(from: .returns([1])).chosen(CautionWorld.problem()) }
    let alone = try CautionProblem(mdp, rewards: CautionWorld.rewards)
    #expect(throws: InputError.self) { try WorstCase(from: .reference).chosen(alone) }
    #expect(throws: InputError.self) { try OccupancyQuantilizer(share: 0.5).chosen(alone) }
  }
}
