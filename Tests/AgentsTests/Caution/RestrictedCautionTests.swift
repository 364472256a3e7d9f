import Agents
import Compute
import Environments
import Testing

@Suite("Caution that restricts, penalises or waits")
struct RestrictedCautionTests {
  /// A ring of `count` states with the actions left, right and jump, the last of which leads into a pit that is never
  /// left from state 2 only, and stays otherwise.
  private func ring(_ count: Int) throws -> TabularMDP {
    var successors: [Int] = []
    for state in 0...count {
      successors +=
        state == count
        ? [count, count, count]
        : [(state + count - 1) % count, (state + 1) % count, state == 2 ? count : state]
    }
    return try TabularMDP(
      stateCount: count + 1, actionCount: 3, rowStarts: Array(0...3 * (count + 1)), successors: successors,
      probabilities: [Double](repeating: 1, count: successors.count),
      rewards: [Double](repeating: 0, count: successors.count), start: [1] + [Double](repeating: 0, count: count),
      isTerminal: [Bool](repeating: false, count: count + 1), discount: 0.9)
  }

  /// Pays for the jump into the pit, and a little for standing still.
  private func tempting(_ count: Int) -> [Double] {
    (0..<3 * (count + 1)).map { $0 == 8 ? 100 : $0 % 3 == 2 && $0 < 3 * count ? 0.1 : 0 }
  }

  @Test("the largest set that is safe: states that lead nowhere else go, those that never get home too")
  func largestSet() throws {
    let mdp = try ring(5)
    let all = [true, true, true, true, true, false]
    let allowed = try SafeExploration(MeanReturn(), safe: all).allowedActions(in: mdp)
    // All but the jump from state 2, and nothing in the pit.
    #expect(allowed.indices.filter { !allowed[$0] } == [8, 15, 16, 17])
    // The pit is safe, but from it nobody comes home.
    let everywhere = [Bool](repeating: true, count: 6)
    #expect(try SafeExploration(MeanReturn(), safe: everywhere).allowedActions(in: mdp).allSatisfy(\.self))
    let home = [true, false, false, false, false, false]
    #expect(try SafeExploration(MeanReturn(), safe: everywhere, home: home).allowedActions(in: mdp) == allowed)
  }

  @Test("safe exploration: what was tempting is never done, and what is left is done as well as can be")
  func exploration() throws {
    let problem = try CautionProblem(ring(5), rewards: [tempting(5)])
    let naive = try MeanReturn().chosen(problem)
    #expect(naive.occupancy.suffix(3).reduce(0, +) > 1)
    let rule = SafeExploration(MeanReturn(), safe: [true, true, true, true, true, false])
    let choice = try rule.chosen(problem)
    #expect(choice.occupancy[8] == 0 && choice.occupancy.suffix(3).allSatisfy { $0 == 0 })
    // Standing still for ever: .1 ÷ (1 − .9).
    #expect(isNear(choice.returns[0], 1) && choice.gap < 1e-9)
    #expect(throws: InputError.self) {
      try SafeExploration(MeanReturn(), safe: [false, true, true, true, true, false]).chosen(problem)
    }
    #expect(throws: InputError.self) { try SafeExploration(MeanReturn(), safe: [true]).chosen(problem) }
  }

  @Test("safe exploration with a rule that mixes: a reference keeps its share of what is forbidden within the set")
  func mixing() throws {
    let problem = try CautionProblem(
      ring(5), rewards: [tempting(5)], reference: .uniform(stateCount: 6, actionCount: 3))
    let rule = SafeExploration(
      try RelativeEntropyPenalty(weight: 1), safe: [true, true, true, true, true, false])
    let choice = try rule.chosen(problem)
    #expect(choice.occupancy.suffix(3).allSatisfy { $0 == 0 } && isNear(choice.occupancy.reduce(0, +), 10))
  }

  @Test("a fallback acts as is trusted where nobody judged, and the plan knows it")
  func fallback() throws {
    // Nobody judged state 2, which is where the tempting jump is; the trusted policy goes on to the right there.
    let problem = try CautionProblem(ring(5), rewards: [tempting(5)])
    let trusted = TabularPolicy(actions: [1, 1, 1, 1, 1, 1], actionCount: 3)
    let judged = [true, true, false, true, true, true]
    let rule = Fallback(MeanReturn(), judged: judged, trusted: trusted, strict: false)
    let choice = try rule.chosen(problem)
    #expect(choice.policy.actions[2] == 1 && choice.occupancy[8] == 0)
    #expect(isNear(choice.returns[0], 1), "it stands still at once: \(choice.returns)")
    #expect(isNear(try #require(choice.promise).value, 0, 1e-12))
    // A fallback that jumps is no help: nothing but the trusted policy decides there.
    let jumper = TabularPolicy(actions: [1, 1, 2, 1, 1, 1], actionCount: 3)
    let strict = try Fallback(MeanReturn(), judged: judged, trusted: jumper).chosen(problem)
    let trusting = try Fallback(MeanReturn(), judged: judged, trusted: jumper, strict: false).chosen(problem)
    #expect(strict.occupancy[8] == 0 && trusting.occupancy[8] > 0)
    #expect(throws: InputError.self) { try Fallback(MeanReturn(), judged: judged).chosen(problem) }
    #expect(throws: InputError.self) {
      try Fallback(MeanReturn(), judged: judged, trusted: .uniform(stateCount: 5, actionCount: 3)).chosen(problem)
    }
    #expect(throws: InputError.self) { try Fallback(MeanReturn(), judged: [true], trusted: trusted).chosen(problem) }
  }

  @Test(
    "side constraints: SciPy's linear programs",
    arguments: [(0.5, 6.444320161647022), (1, 6.875349995336692), (3, 8.599469330095378), (5, 9.157811896098224)])
  func constraints(budget: Double, optimum: Double) throws {
    let problem = try CautionWorld.problem()
    let rule = SideConstraints([.init("wear", cost: CautionWorld.cost, budget: budget)])
    let choice = try rule.chosen(problem)
    #expect(isNear(choice.objective, optimum) && choice.gap < 1e-7, "\(choice.objective) \(choice.gap)")
    let cost = product(choice.occupancy, CautionWorld.cost)
    #expect(cost <= budget + 1e-7)
  }

  @Test("a budget below what every policy costs is refused, with the least that is possible")
  func tight() throws {
    let problem = try CautionWorld.problem()
    let cost = CautionWorld.cost.map { $0 + 1 }
    do {
      _ = try SideConstraints([.init("wear", cost: cost, budget: 5)]).chosen(problem)
      Issue.record("it was not refused")
    } catch let error as InputError {
      #expect(error.description.contains("wear") && error.description.contains("10"))
    }
    #expect(throws: InputError.self) { try SideConstraints([.init("wear", cost: [1], budget: 5)]).chosen(problem) }
    // No limits: the mean.
    #expect(isNear(try SideConstraints([]).chosen(problem).objective, 9.15781189609821))
  }

  @Test("relative reachability: NumPy's sweeps")
  func reachability() throws {
    let mdp = try CautionWorld.mdp()
    let start = ImpactPenalty(.relativeReachability(discount: 0.9), from: .start, weight: 50)
    let penalties = try start.penalties(in: mdp)
    #expect(areNear(penalties, from: 0, [0.04930228, 0.04175764, 0.04244213]))
    #expect(areNear(penalties, from: 9, [0.04229511, 0.04291333, 0.04210285]))
    #expect(isNear(try start.chosen(CautionWorld.problem()).objective, -12.775396992958841))
    let still = try ImpactPenalty(.relativeReachability(discount: 0.9), from: .inaction(action: 0), weight: 1)
      .penalties(in: mdp)
    #expect(areNear(still, from: 0, [0.03966524, 0.04904967, 0.04365087]))
  }

  @Test("attainable utility: NumPy's sweeps; staying still is no impact")
  func attainable() throws {
    let mdp = try CautionWorld.mdp()
    let measure = ImpactPenalty.Measure.attainableUtility(rewards: [CautionWorld.rewards[1], CautionWorld.rewards[2]])
    let rule = ImpactPenalty(measure, from: .inaction(action: 0), weight: 0.5)
    let penalties = try rule.penalties(in: mdp)
    #expect(areNear(penalties, from: 3, [0, 1.5093809, 1.36917509]))
    for state in 0..<5 { #expect(penalties[3 * state] == 0) }
    #expect(isNear(try rule.chosen(CautionWorld.problem()).objective, 8.222797998464795))
    let start = try ImpactPenalty(measure, from: .start, weight: 1).penalties(in: mdp)
    #expect(areNear(start, from: 3, [0.41287233, 0.34871126, 0.43378878]))
    #expect(throws: InputError.self) {
      try ImpactPenalty(measure, from: .inaction(action: 3), weight: 1).penalties(in: mdp)
    }
    #expect(throws: InputError.self) {
      try ImpactPenalty(.relativeReachability(discount: 0), from: .start, weight: 1).penalties(in: mdp)
    }
    #expect(throws: InputError.self) {
      try ImpactPenalty(.attainableUtility(rewards: []), from: .start, weight: 1).penalties(in: mdp)
    }
    #expect(throws: InputError.self) {
      try ImpactPenalty(measure, from: .start, weight: -1).chosen(CautionWorld.problem())
    }
  }

  @Test("the pit is the impact: relative reachability keeps out of it, unless its weight is small")
  func pit() throws {
    let problem = try CautionProblem(ring(5), rewards: [tempting(5)])
    func jumps(_ weight: Double) throws -> Double {
      try ImpactPenalty(.relativeReachability(discount: 1), from: .start, weight: weight).chosen(problem).occupancy[8]
    }
    // In the pit five of six states are lost: 5 ÷ 6 a step for ever, .81 · 10 of them, against 81 for the jump.
    #expect(try jumps(10) > 0)
    #expect(try jumps(20) == 0)
  }

  @Test(
    "the sokoban of side effects: the short way puts the box in its corner; a penalty on what is lost takes the long way"
  )
  func sokoban() throws {
    let id = "safety/SideEffectsSokoban-v0:noops=true"
    let world = try #require(try SafetyGridworldSource().entry(id).tabular)
    let paid = world.rewards(weights: [0, 1])
    let problem = try CautionProblem(world.mdp.with(rewards: paid, discount: 0.95), rewards: [paid])
    func meant(_ rule: some CautionRule) throws -> Double {
      let policy = try rule.chosen(problem).policy
      return world.mdp.startMean(policy.values(in: world.mdp, steps: 100))
    }
    // Five steps and −10 for the corner; seven steps without: the numbers of the original's own rewards.
    #expect(try meant(MeanReturn()) == 35)
    let still = ImpactPenalty.Baseline.inaction(action: 4)
    #expect(try meant(ImpactPenalty(.relativeReachability(discount: 1), from: still, weight: 50)) == 43)
    // Too little of it, and the corner is worth two steps; too much, and nothing is ever pushed: 100 steps of staying.
    #expect(try meant(ImpactPenalty(.relativeReachability(discount: 1), from: still, weight: 1)) == 35)
    #expect(try meant(ImpactPenalty(.relativeReachability(discount: 1), from: still, weight: 1_000)) == 0)
    // The rewards of others: to be in a state, one for each.
    let others = (0..<world.mdp.stateCount).map { place in
      paid.indices.map { $0 / world.mdp.actionCount == place ? 1.0 : 0 }
    }
    #expect(try meant(ImpactPenalty(.attainableUtility(rewards: others), from: still, weight: 3)) == 43)
    #expect(try meant(ImpactPenalty(.attainableUtility(rewards: others), from: still, weight: 8)) == 0)
  }

  @Test("deference: the closed forms of a normal belief and a rational person")
  func rational() throws {
    for (mean, value) in [(0.5, 0.19780), (0, 0.39894), (-0.5, 0.19780), (2, 0.00849)] {
      let found = try Deference(mean: mean, deviation: 1, person: .rational)
      #expect(abs(found.value - value) < 5e-6, "\(mean): \(found.value)")
    }
    let discrete = try Deference(worths: [-1, 2], probabilities: [0.4, 0.6], person: .rational)
    #expect(isNear(discrete.value, 0.4, 1e-12) && isNear(discrete.acting, 0.8, 1e-12))
    // One sign only: the person would not decide otherwise.
    #expect(isNear(try Deference(worths: [1, 2], probabilities: [1, 1], person: .rational).value, 0, 1e-12))
  }

  @Test("deference: a person who errs may make waiting worth less than nothing; nought at |μ| = σ² ÷ 2β")
  func erring() throws {
    for (mean, temperature, value) in [(0.5, 1.0, 0.0), (0.5, 0.1, 0.19215), (2, 1, -0.19517)] {
      let found = try Deference(mean: mean, deviation: 1, person: .boltzmann(temperature: temperature))
      #expect(abs(found.value - value) < 5e-6, "\(mean), \(temperature): \(found.value)")
    }
    for (mean, deviation) in [(-1.3, 0.7), (0.2, 3), (4, 1.5)] {
      let temperature = deviation * deviation / (2 * abs(mean))
      let found = try Deference(mean: mean, deviation: deviation, person: .boltzmann(temperature: temperature))
      #expect(abs(found.value) < 1e-9, "\(mean), \(deviation): \(found.value)")
    }
    #expect(throws: InputError.self) { try Deference(mean: 0, deviation: 0, person: .rational) }
    #expect(throws: InputError.self) { try Deference(mean: 0, deviation: 1, person: .boltzmann(temperature: 0)) }
    #expect(throws: InputError.self) { try Deference(worths: [1], probabilities: [], person: .rational) }
  }
}
