import Agents
import Compute
import Environments
import Testing

/// In worlds of every awkward kind: states that nothing reaches, ties, no discount at all, one very near 1.
@Suite("Caution's promises in awkward worlds")
struct CautionPropertyTests {
  private static func problem(_ seed: Int) throws -> CautionProblem {
    let world = try AssortedWorld.number(seed)
    var random = RandomSource(seed: UInt64(seed)).stream("caution")
    let rewards = (0..<3).map { _ in world.rewards.map { $0 + 0.5 * random.normal() } }
    let actions = world.mdp.actionCount
    let shares = world.rewards.indices.map { _ in 0.1 + random.uniform() }
    let reference = shares.indices.map { row in
      shares[row] / shares[row / actions * actions..<(row / actions + 1) * actions].reduce(0, +)
    }
    return try CautionProblem(
      world.mdp, rewards: rewards, weights: [0.5, 0.3, 0.2],
      reference: TabularPolicy(probabilities: reference, actionCount: actions))
  }

  private static func scale(_ problem: CautionProblem) -> Double {
    let most = problem.rewards.joined().reduce(0.0) { max($0, abs($1)) }
    return max(most, 1e-9) / (1 - problem.mdp.discount)
  }

  @Test(
    "no rule leaves more than a trace of its objective, as planning for its supporting reward shows", arguments: 0..<48)
  func gaps(seed: Int) throws {
    let problem = try Self.problem(seed)
    let rules: [any CautionRule] = [
      MeanReturn(), WorstCase(), WorstCase(from: .reference), try TailMean(share: 0.4),
      try MeanLessDeviation(deviations: 1), try OccupancyQuantilizer(share: 0.3), try ChiSquaredPenalty(.weight(0.3)),
      try ChiSquaredPenalty(.correlation(0.6)), try RelativeEntropyPenalty(weight: 0.5),
    ]
    for rule in rules {
      let choice = try rule.chosen(problem)
      // χ² counts reward by the step.
      let scale = Self.scale(problem) * (rule is ChiSquaredPenalty ? 1 - problem.mdp.discount : 1)
      #expect(choice.gap <= 1e-5 * scale, "\(rule.name): \(choice.gap)")
      #expect(choice.policy.probabilities.allSatisfy { $0 >= 0 })
      #expect(isNear(choice.occupancy.reduce(0, +) * (1 - problem.mdp.discount), 1, 1e-6))
    }
  }

  @Test(
    "the worst case is no more than the tail's mean, and that no more than the mean; each is best at its own",
    arguments: 0..<48)
  func order(seed: Int) throws {
    let problem = try Self.problem(seed)
    let slack = 1e-6 * Self.scale(problem)
    let share = 0.4
    let worst = try WorstCase().chosen(problem)
    let tail = try TailMean(share: share).chosen(problem)
    let mean = try MeanReturn().chosen(problem)
    #expect(worst.objective <= tail.objective + slack && tail.objective <= mean.objective + slack)
    #expect(try #require(mean.returns.min()) <= worst.objective + slack)
    #expect(TailMean.tail(mean.returns, weights: problem.weights, share: share) <= tail.objective + slack)
    // Cantelli's bound, for the distribution that the members are.
    let deviations = 1.0
    let careful = try MeanLessDeviation(deviations: deviations).chosen(problem)
    let promised = try #require(careful.promise).value
    let share2 = zip(careful.returns, problem.weights).reduce(0.0) { $1.0 >= promised - slack ? $0 + $1.1 : $0 }
    #expect(share2 >= 1 - 1 / (1 + deviations * deviations) - 1e-9)
  }

  @Test(
    "no action of a quantiliser is more often taken than its bound, and its return never below the reference's",
    arguments: 0..<48)
  func quantilised(seed: Int) throws {
    let problem = try Self.problem(seed)
    let base = problem.mdp.occupancy(of: try #require(problem.reference))
    let slack = 1e-6 / (1 - problem.mdp.discount)
    var last = product(base, problem.meanReward)
    for share in [1, 0.5, 0.1] {
      let choice = try OccupancyQuantilizer(share: share).chosen(problem)
      for (visits, usual) in zip(choice.occupancy, base) { #expect(visits <= usual / share + slack) }
      #expect(choice.objective >= last - 1e-6 * Self.scale(problem))
      last = choice.objective
    }
  }
}
