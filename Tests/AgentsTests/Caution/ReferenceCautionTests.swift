import Agents
import Compute
import Environments
import Testing

@Suite("Caution that keeps near a reference policy")
struct ReferenceCautionTests {
  @Test("a quantiliser of options, by hand: half of four is the two best; three tenths take the second best in part")
  func options() throws {
    let base = [0.25, 0.25, 0.25, 0.25]
    let half = try Quantilization(base: base, utilities: [1, 2, 3, 4], share: 0.5)
    #expect(half.probabilities == [0, 0, 0.5, 0.5] && half.utility == 3.5)
    #expect(half.costBound([0, 0, 0, 8]) == 4 && isNear(half.divergence, 0.6931471805599453))
    let part = try Quantilization(base: base, utilities: [1, 2, 3, 4], share: 0.3)
    #expect(isNear(part.probabilities[2], 1.0 / 6) && isNear(part.probabilities[3], 5.0 / 6))
    #expect(isNear(part.utility, 3.8333333333333335) && isNear(part.probabilities[3] * 8, 6.666666666666667))
    #expect(isNear(part.costBound([0, 0, 0, 8]), 6.666666666666667))
    #expect(abs(part.divergence - 0.9357) < 5e-5 && part.divergence < 1.2040)
    // All options alike: the base, whatever the order.
    #expect(try Quantilization(base: base, utilities: [1, 1, 1, 1], share: 1).probabilities == base)
    #expect(Quantilization.share(baseCost: 2, budget: 8) == 0.25 && Quantilization.share(baseCost: 0, budget: 8) == 0)
    #expect(Quantilization.share(baseCost: 2, budget: 1) == 1)
    for share in [0, -1, 1.5] {
      #expect(throws: InputError.self) { try Quantilization(base: base, utilities: [1, 2, 3, 4], share: share) }
    }
    #expect(throws: InputError.self) { try Quantilization(base: [1], utilities: [1, 2], share: 0.5) }
  }

  @Test("the same options as a world: both quantilisers find the same", arguments: [0.5, 0.3])
  func decision(share: Double) throws {
    let problem = try CautionProblem(
      CautionWorld.decision(4), rewards: [CautionWorld.options([1, 2, 3, 4])],
      reference: .uniform(stateCount: 2, actionCount: 4))
    let expected = try Quantilization(base: [1, 1, 1, 1], utilities: [1, 2, 3, 4], share: share)
    for choice in [
      try OccupancyQuantilizer(share: share).chosen(problem), try PolicyQuantilizer(share: share).chosen(problem),
    ] {
      #expect(isNear(choice.objective, expected.utility) && choice.gap < 1e-7)
      for action in 0..<4 { #expect(isNear(choice.policy.probabilities[action], expected.probabilities[action])) }
    }
  }

  @Test(
    "the quantiliser of occupancies: SciPy's linear programs, and no cost of a state and action above 1 ÷ q times",
    arguments: [
      (0.3, 8.409635575413036), (0.6, 6.814365522105516), (0.9, 4.056219532396127), (1, 3.117764477085827),
    ])
  func occupancies(share: Double, optimum: Double) throws {
    let problem = try CautionWorld.problem()
    let choice = try OccupancyQuantilizer(share: share).chosen(problem)
    #expect(isNear(choice.objective, optimum) && choice.gap < 1e-6, "\(choice.objective) \(choice.gap)")
    let base = problem.mdp.occupancy(of: CautionWorld.reference)
    // A cost of 1 for one action in one state: those are all costs' corners.
    for (row, visits) in choice.occupancy.enumerated() { #expect(visits <= base[row] / share + 1e-7) }
  }

  @Test(
    "the quantiliser of whole policies: NumPy, over all 243",
    arguments: [(0.1, 7.364084115795683, 7.185192075104353), (0.3, 6.227980878152298, 5.9792317000865705)])
  func policies(share: Double, utility: Double, cost: Double) throws {
    let problem = try CautionWorld.problem()
    let choice = try PolicyQuantilizer(share: share).chosen(problem)
    #expect(isNear(choice.objective, utility))
    let costs = product(choice.occupancy, CautionWorld.cost)
    #expect(isNear(costs, cost) && costs <= 8.712399831107962 / share)
    // Fewer promises leave more return: the occupancies' bound is against another base, so only the order in q is
    // fixed.
    #expect(try PolicyQuantilizer(share: share / 2).chosen(problem).objective > choice.objective)
  }

  @Test(
    "χ²: CVXPY's cone programs, also where the reference itself is best",
    arguments: [
      (0.02, 0.8862468146002365), (0.1, 0.768109314561663), (0.3, 0.5352054137186193), (2, 0.3117764477085704),
    ])
  func chiSquared(weight: Double, optimum: Double) throws {
    let choice = try ChiSquaredPenalty(.weight(weight)).chosen(CautionWorld.problem())
    #expect(isNear(choice.objective, optimum) && choice.gap < 1e-7, "\(choice.objective) \(choice.gap)")
  }

  @Test("χ² by a correlation of .7: the weight is σ √(1 − r²), and the promise is the third bound at that policy")
  func correlated() throws {
    let problem = try CautionWorld.problem()
    let choice = try ChiSquaredPenalty(.correlation(0.7)).chosen(problem)
    #expect(isNear(choice.objective, 0.390388574067361), "\(choice.objective)")
    let scale = { (occupancy: [Double]) in occupancy.map { $0 * 0.1 } }
    let reference = scale(problem.mdp.occupancy(of: CautionWorld.reference))
    let bounds = try CorrelatedProxy(
      reference: reference, policy: scale(choice.occupancy), proxy: problem.meanReward, correlation: 0.7)
    #expect(isNear(try #require(choice.promise).value, bounds.exact, 1e-9))
    #expect(bounds.exact >= bounds.simple && bounds.exact >= bounds.scaled)
    // At the optimum the gain is not negative: keeping to the reference gains nothing and risks nothing.
    #expect(bounds.scaled >= -1e-9)
  }

  @Test("the bounds by hand: four equal options")
  func bounds() throws {
    let reference = [0.25, 0.25, 0.25, 0.25]
    let (proxy, truth) = ([-1, 0, 0, 1.0], [-1, 0.5, 1, -0.5])
    let r = CorrelatedProxy.correlation(proxy, truth, under: reference)
    #expect(abs(r - 0.22361) < 5e-6)
    #expect(abs(CorrelatedProxy.deviation(of: proxy, under: reference) - 0.70711) < 5e-6)
    #expect(abs(CorrelatedProxy.deviation(of: truth, under: reference) - 0.79057) < 5e-6)
    let last = try CorrelatedProxy(reference: reference, policy: [0, 0, 0, 1], proxy: proxy, correlation: r)
    #expect(isNear(last.chiSquared, 3) && abs(last.proxyGain - 1.4142) < 5e-5)
    #expect(abs(last.simple + 1.3720) < 5e-5 && abs(last.scaled + 1.2253) < 5e-5 && abs(last.exact + 0.6585) < 5e-5)
    let mixed = try CorrelatedProxy(reference: reference, policy: [0.1, 0.2, 0.2, 0.5], proxy: proxy, correlation: r)
    #expect(isNear(mixed.chiSquared, 0.36) && abs(mixed.proxyGain - 0.5657) < 5e-5)
    #expect(abs(mixed.simple + 0.4583) < 5e-5 && abs(mixed.scaled + 0.0855) < 5e-5 && abs(mixed.exact + 0.0684) < 5e-5)
    // This truth's gains in its deviations lie above all three.
    #expect(-0.6325 > last.exact && -0.0632 > mixed.exact)
  }

  @Test(
    "the third bound is reached: of truths drawn with that correlation none is below, and one built for it is there")
  func reached() throws {
    let (reference, policy, proxy) = ([0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [1.0, -1, 0.5, 2])
    var stream = RandomSource(seed: 4).stream("truths")
    for _ in 0..<300 {
      let truth = (0..<4).map { _ in stream.normal() }
      let r = CorrelatedProxy.correlation(proxy, truth, under: reference)
      guard r > 0.01 else { continue }
      let bounds = try CorrelatedProxy(reference: reference, policy: policy, proxy: proxy, correlation: r)
      let gain = product(policy, truth) - product(reference, truth)
      #expect(gain / CorrelatedProxy.deviation(of: truth, under: reference) >= bounds.exact - 1e-9)
    }
    // r of the standardised proxy, and √(1 − r²) of what the density ratio holds beside it, the other way.
    let bounds = try CorrelatedProxy(reference: reference, policy: policy, proxy: proxy, correlation: 0.6)
    let mean = product(reference, proxy)
    let deviation = CorrelatedProxy.deviation(of: proxy, under: reference)
    let standard = proxy.map { ($0 - mean) / deviation }
    let rest = (0..<4).map { policy[$0] / reference[$0] - 1 - bounds.proxyGain * standard[$0] }
    let length = CorrelatedProxy.deviation(of: rest, under: reference)
    let truth = (0..<4).map { 0.6 * standard[$0] - 0.8 * rest[$0] / length }
    #expect(isNear(CorrelatedProxy.correlation(proxy, truth, under: reference), 0.6, 1e-9))
    let gain = product(policy, truth) - product(reference, truth)
    #expect(isNear(gain / CorrelatedProxy.deviation(of: truth, under: reference), bounds.exact, 1e-9))
  }

  @Test("a reference that never takes an action is refused, with the state and the action")
  func support() throws {
    let actions = TabularPolicy(
      probabilities: CautionWorld.reference.probabilities.enumerated().map { row, share in
        row == 7 ? 0 : row == 8 ? share + CautionWorld.reference.probabilities[7] : share
      }, actionCount: 3)
    let problem = try CautionProblem(CautionWorld.mdp(), rewards: CautionWorld.rewards, reference: actions)
    do {
      _ = try ChiSquaredPenalty(.weight(1)).chosen(problem)
      Issue.record("it was not refused")
    } catch let error as InputError {
      #expect(error.description.contains("state 2") && error.description.contains("action 1"))
    }
    #expect(throws: InputError.self) { try CorrelatedProxy.chiSquared([0.5, 0.5], against: [1, 0]) }
    #expect(throws: InputError.self) {
      try CorrelatedProxy(reference: [0.5, 0.5], policy: [1, 0], proxy: [3, 3], correlation: 0.5)
    }
    for r in [0, -0.5, 1.5] { #expect(throws: InputError.self) { try ChiSquaredPenalty(.correlation(r)) } }
    #expect(throws: InputError.self) { try ChiSquaredPenalty(.weight(-1)) }
  }

  @Test(
    "relative entropy: NumPy's soft sweeps",
    arguments: [
      (0.1, 8.106748512441865, 9.063509773500003, 9.567612610581278),
      (0.5, 5.818266005818735, 7.515591558054433, 3.3946511044713916),
      (2, 3.996651522565394, 4.8085320086148045, 0.40594024302470505),
    ])
  func relativeEntropy(weight: Double, optimum: Double, value: Double, divergence: Double) throws {
    let problem = try CautionWorld.problem()
    let choice = try RelativeEntropyPenalty(weight: weight).chosen(problem)
    #expect(isNear(choice.objective, optimum) && choice.gap < 1e-7)
    let mean = product(choice.returns, CautionWorld.weights)
    #expect(isNear(mean, value))
    let found = RelativeEntropyPenalty.divergence(choice.policy, from: CautionWorld.reference, in: problem.mdp)
    #expect(isNear(found, divergence))
    // The promise, for the cost that is worst: 1 where the policy is more often than the reference.
    let base = problem.mdp.occupancy(of: CautionWorld.reference)
    let more = 0.1 * zip(choice.occupancy, base).map { max(0, $0 - $1) }.reduce(0, +)
    #expect(more <= (try #require(choice.promise).value) + 1e-9)
  }

  @Test("what the reference does when all is over is no matter: χ² of a decision, by hand")
  func terminal() throws {
    let problem = try CautionProblem(
      CautionWorld.decision(2), rewards: [CautionWorld.options([1, 0])],
      reference: TabularPolicy(probabilities: [0.5, 0.5, 1, 0], actionCount: 2))
    // A tenth of the steps is the decision: with x the better option's share, χ² = .1 (2x − 1)² and the gain is
    // .1 (x − ½): all for √.1 weight < .05, nothing above.
    #expect(isNear(try ChiSquaredPenalty(.weight(0.1)).chosen(problem).policy.probabilities[0], 1))
    #expect(isNear(try ChiSquaredPenalty(.weight(0.2)).chosen(problem).policy.probabilities[0], 0.5, 1e-4))
  }

  @Test("relative entropy never takes what the reference never takes")
  func neverTaken() throws {
    let problem = try CautionProblem(
      CautionWorld.decision(3), rewards: [CautionWorld.options([100, 1, 0])],
      reference: TabularPolicy(probabilities: [0, 0.5, 0.5, 0.5, 0.5, 0], actionCount: 3))
    let choice = try RelativeEntropyPenalty(weight: 0.5).chosen(problem)
    #expect(choice.policy.probabilities[0] == 0)
    // Softmax of 2 and 0, by hand.
    #expect(isNear(choice.policy.probabilities[1], 0.8807970779778823, 1e-6))
    #expect(throws: InputError.self) { try RelativeEntropyPenalty(weight: 0) }
  }
}
