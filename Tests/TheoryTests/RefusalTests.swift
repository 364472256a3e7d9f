import Agents
import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing
import Theory

/// What is refused and what is just not, with the words that are said.
@Suite("Refusals of theory, word for word")
struct TheoryRefusalTests {
  private static func endless() throws -> TabularMDP { try SmallWorlds.twoStates(discount: 1) }

  @Test("audits")
  func audits() throws {
    let mdp = try SmallWorlds.twoStates()
    let four = [1.0, 2, 3, 4]
    var text = ""
    for angle in [-0.001, 0, Double.pi, 3.142] {
      text += Recorded.attempt("angle \(angle)") {
        try GoodhartAudit(mdp, truth: four, proxy: [0, 1, 0, 0], angle: angle, points: 2).stop
      }
    }
    for (truth, proxy) in [([1.0, 2], four), (four, [1, 2, 3, .nan]), (four, [1.0])] {
      text += Recorded.attempt("Goodhart \(truth) \(proxy)") { try GoodhartAudit(mdp, truth: truth, proxy: proxy).stop }
      text += Recorded.attempt("loss \(truth) \(proxy)") {
        proxy.contains(where: \.isNaN) ? 0 : try WorstLoss(truth: truth, proxy: proxy, in: mdp).trueReturnRange
      }
    }
    text += Recorded.attempt("Goodhart, undiscounted") {
      try GoodhartAudit(Self.endless(), truth: four, proxy: four).stop
    }
    text += Recorded.attempt("loss, undiscounted") {
      try WorstLoss(truth: four, proxy: four, in: Self.endless()).trueReturnRange
    }
    text += Recorded.attempt("a cap that nothing meets") {
      try WorstLoss(truth: four, proxy: four, in: mdp).betweenAnyTwo(OccupancyRestriction(leastTrueReturn: 99)).trueLoss
    }
    let large = try RandomWorlds.sparse(
      states: 2501, actions: 2, branching: 1, discount: 0.5, random: RandomSource(seed: 1).stream("large"))
    let whole = try large.with(rewards: large.rewards)
    text += Recorded.attempt("geometry of a large world") {
      let everywhere = try TabularMDP(
        stateCount: 2501, actionCount: 2, rowStarts: whole.rowStarts, successors: whole.successors,
        probabilities: whole.probabilities, rewards: whole.rewards,
        start: [Double](repeating: 1.0 / 2501, count: 2501), isTerminal: [Bool](repeating: false, count: 2501),
        discount: 0.5)
      return try OccupancyGeometry(everywhere).pairCount
    }
    let eight = [Double](repeating: 0.5, count: 8)
    for (reward, changed) in [
      ([1.0], nil), ([1, 2, 3, 4, 5, 6, 7, .nan], nil), (eight, try SmallWorlds.bandit(2)), (eight, mdp),
      (eight, try SmallWorlds.world([[[1, 0]], [[0, 1]]], start: [1, 0], discount: 0.5)),
    ] as [([Double], TabularMDP?)] {
      text += Recorded.attempt("identification of \(reward.count) numbers") {
        try Identification(mdp, reward: reward, source: DataSource(.qValues), changed: changed).dimension
      }
    }
    text += Recorded.attempt("identification, undiscounted") {
      try Identification(Self.endless(), reward: eight, source: DataSource(.qValues)).dimension
    }
    let coordinates = try RandomWorlds.sparse(
      states: 25, actions: 2, branching: 2, discount: 0.5, random: RandomSource(seed: 1).stream("large"))
    text += Recorded.attempt("identification of a large world") {
      try Identification(
        coordinates, reward: [Double](repeating: 0, count: 1250), source: DataSource(.reward)
      ).dimension
    }
    let dense = try RandomWorlds.sparse(
      states: 6, actions: 4, branching: 6, discount: 0.5, random: RandomSource(seed: 1).stream("dense"))
    var long = DataSource(.segmentReturns)
    long.length = 4
    text += Recorded.attempt("too many segments") {
      try Identification(dense, reward: [Double](repeating: 0, count: 144), source: long).dimension
    }
    for rewards in [[], [[1.0]], [four]] {
      text += Recorded.attempt("misspecification of \(rewards)") {
        try MisspecificationAudit(
          mdp, believed: BehaviorModel(.optimal), actual: BehaviorModel(.optimal), rewards: rewards
        ).theorem
      }
    }
    try Recorded.check(text, as: "refused-audits")
  }

  @Test("words for models of people and sources of data")
  func words() throws {
    var text = ""
    for model in [
      "optimal", "boltzmann", "mce", "boltzman", "", "boltzmann:", "boltzmann:temperature=0",
      "boltzmann:temperature=0.001",
      "boltzmann:temperature=-1", "boltzmann:temperature=inf", "boltzmann:temperature=2", "optimal:temperature=1",
      "mce:discount=0", "mce:discount=-0.1", "mce:discount=0.99", "mce:discount=1", "mce:slip=0", "mce:slip=1",
      "mce:slip=1.1",
      "mce:slip=-0.1", "mce:x=1", "mce:slip", "mce:slip=a", "mce:temperature=0.5,discount=0.25,slip=0.125",
      "mce:slip=1=2",
      "optimal:discount=0.5,slip=1",
    ] {
      text += Recorded.attempt(model) { try BehaviorModel(parsing: model) }
    }
    for source in [
      "boltzmann-policies", "lotteries:length=2", "segment-returns:length=0", "segment-returns:length=1",
      "segment-order:length=6", "segment-order:length=7", "segment-comparisons:length=x", "segment-comparisons:length",
      "segment-comparisons:start=same", "segment-order:start=same", "segment-order:start=any",
      "segment-comparisons:start=else",
      "q-values:temperature=unknown", "q-values:temperature=known", "mce-policy:temperature=unknown",
      "trajectory-comparisons:temperature=unknown,temperature=known", "mce-trajectories:temperature=hot", "reward:x=1",
      "reward:", "fragment-returns:length=2", "fragment-x", "boltzmann-trajectories:temperature=unknown",
    ] {
      text += Recorded.attempt(source) { try DataSource(parsing: source) }
    }
    try Recorded.check(text, as: "refused-words")
  }

  @Test("sets of policies and safe data")
  func policies() throws {
    let mdp = try SmallWorlds.twoStates()
    var text = ""
    for (names, counts) in [
      ([], []), (["a"], [[]]), (["a"], [[1], [2]]), (["a", "b"], [[1], [1, 2]]),
      (["a", "b"], [[1, 2], [1, .infinity]]),
      (["a", "b", "c", "d", "e"], [[1, 2], [1, 2], [1, 2 + 1e-12], [1, 2], [2, 1]]),
      (["a", "b", "c"], [[1, 2], [1, 2], [1, 2 - 1e-12]]), (["a", "b"], [[1, 0], [1, 1e-9]]),
    ] as [([String], [[Double]])] {
      text += Recorded.attempt("\(names)") {
        let set = try PolicySet(names: names, counts: counts)
        return "\(set.names) \(set.givenCount) \(set.firstGiven) \(set.count) \(set.columns)"
      }
    }
    text += Recorded.attempt("policies of another world") {
      try PolicySet([.uniform(stateCount: 3, actionCount: 2)], in: mdp).count
    }
    text += Recorded.attempt("policies of other actions") {
      try PolicySet([.uniform(stateCount: 2, actionCount: 3)], in: mdp).count
    }
    text += Recorded.attempt("undiscounted") {
      try PolicySet([.uniform(stateCount: 2, actionCount: 2)], in: Self.endless()).count
    }
    for limit in [3, 4] {
      text += Recorded.attempt("at most \(limit)") {
        try PolicySet(everyDeterministicPolicyOf: mdp, limit: limit).names
      }
    }
    text += PolicySet.name(of: .uniform(stateCount: 2, actionCount: 2)) + "\n"
    text += PolicySet.name(of: TabularPolicy(actions: [3, 9, 0], actionCount: 10)) + "\n"
    text += PolicySet.name(of: TabularPolicy(actions: [3, 10, 0], actionCount: 11)) + "\n"
    let set = try PolicySet(everyDeterministicPolicyOf: mdp)
    for limit in [10, 90, 91, 92] {
      text += Recorded.attempt("orders with \(limit) programs") {
        try RealisableOrders(of: set, limit: limit).all.count
      }
    }
    let one = try RealisableOrders(of: PolicySet(names: ["a"], counts: [[1]]))
    text += "\(one.all) \(one.pairCounts)\n"
    text += "\(try RealisableOrders(of: set).pairCounts)\n"

    for limit in [-1, 0, 1e-6, 1, 1.001, .nan] {
      text += Recorded.attempt("regret limit \(limit)") {
        try DataSafety(reward: [1, 0, 0, 1], in: mdp, regretLimit: limit).badPolicyCount
      }
      text += Recorded.attempt("regret limit \(limit) in contexts") {
        try BanditSafety([.init(weight: 1, rewards: [0, 1], coverage: [0.5, 0.5])], regretLimit: limit).margin()?.margin
          ?? -1
      }
    }
    text += Recorded.attempt("short reward") { try DataSafety(reward: [1], in: mdp, regretLimit: 0.5).badPolicyCount }
    text += Recorded.attempt("undiscounted") {
      try DataSafety(reward: [1, 0, 0, 1], in: Self.endless(), regretLimit: 0.5).badPolicyCount
    }
    text += Recorded.attempt("few features") {
      try DataSafety(reward: [1, 0, 0, 1], in: mdp, regretLimit: 0.5, rewardClass: Matrix([[1], [2]])).badPolicyCount
    }
    text += Recorded.attempt("nothing lifted") {
      try DataSafety(reward: [1, 0], lifted: [], regretLimit: 0.5).badPolicyCount
    }
    text += Recorded.attempt("lifted too short") {
      try DataSafety(reward: [1, 0], lifted: [LiftedPolicy("a", occupancy: [1], penalty: 0)], regretLimit: 0.5)
        .badPolicyCount
    }
    let safety = try DataSafety(reward: [1, 0, 0, 1], in: mdp, regretLimit: 0.5)
    for coverage in [
      [1.0], [0.5, 0.5, 0, -0.1], [1.1, 0, 0, 0], [0.5, 0.4, 0, 0], [0.5, 0.5 + 1e-8, 0, 0], [0.5, 0.5 + 1e-11, 0, 0],
      [0.25, .nan, 0, 0], [0, 1, 0, 0],
    ] {
      text += Recorded.attempt("coverage \(coverage)") { try safety.margin(coverage).margin }
    }
    for actions in [12, 13] {
      text += Recorded.attempt("\(actions) actions") {
        try LiftedPolicy.bandit(reference: [1] + [Double](repeating: 0, count: actions - 1), weight: 1).count
      }
    }
    for context in [
      BanditSafety.Context(weight: 1, rewards: [], coverage: []), .init(weight: 1, rewards: [1], coverage: [0.5, 0.5]),
      .init(weight: -0.1, rewards: [1], coverage: [1]), .init(weight: 0, rewards: [1], coverage: [0]),
      .init(weight: 1, rewards: [.nan], coverage: [1]), .init(weight: 1, rewards: [1], coverage: [-1]),
      .init(weight: 1, rewards: [1], coverage: [.infinity]),
    ] {
      text += Recorded.attempt("\(context)") { try BanditSafety([context], regretLimit: 0.5).contexts.count }
    }
    let contexts = (0..<3).map {
      BanditSafety.Context(weight: 1.0 / 3, rewards: [0, 1, 3 + Double($0)], coverage: [0.1, 0.1, 0.1])
    }
    for limit in 1...27 {
      text += Recorded.attempt("at most \(limit) partial choices") {
        try BanditSafety(contexts, regretLimit: 0.9).margin(limit: limit)?.actions ?? []
      }
    }
    for error in [-0.001, 0, .infinity, .nan] {
      text += Recorded.attempt("error \(error)") {
        try SafeDataAudit(
          reward: [1, 0, 0, 1], in: mdp, coverage: [0.25, 0.25, 0.25, 0.25], error: error, regretLimit: 0.5,
          seeksBestCoverage: false
        ).findings.count
      }
    }
    try Recorded.check(text, as: "refused-policies")
  }
}
