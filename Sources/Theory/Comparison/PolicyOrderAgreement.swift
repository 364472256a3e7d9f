import Compute
import Environments
import Rewards

/// How often two rewards put two deterministic policies in the same order: over all pairs where the world is small
/// enough to list its policies, else over random independent pairs.
public struct PolicyOrderAgreement: Sendable, Hashable, Codable {
  /// Pairs that both rewards order, and order alike.
  public let agreeing: Int
  /// Pairs that both rewards order, but oppositely.
  public let opposed: Int
  /// Pairs that one reward orders and the other finds equal.
  public let tiedByOne: Int
  /// Pairs that both find equal.
  public let tiedByBoth: Int
  /// Whether all pairs of deterministic policies were looked at.
  public let isExhaustive: Bool

  /// All pairs of policies that were looked at.
  public var pairs: Int { agreeing + opposed + tiedByOne + tiedByBoth }
  /// The share of pairs on which the rewards do not contradict each other in any way.
  public var share: Double { pairs > 0 ? Double(agreeing + tiedByBoth) / Double(pairs) : 1 }
  /// Clopper and Pearson's, for a random sample.
  public var interval: Interval? {
    isExhaustive || pairs == 0 ? nil : Statistics.proportionInterval(successes: agreeing + tiedByBoth, of: pairs)
  }

  /// Up to this many deterministic policies are listed.
  public static let listLimit = 512

  /// - `sample`: how many random pairs, where policies are too many to list.
  public init(
    _ mdp: TabularMDP, _ first: RewardTable, _ second: RewardTable, sample: Int = 400, random: RandomSource
  ) throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    self.init(
      space.world, try space.canonical(first), try space.canonical(second), sample: sample, random: random)
  }

  /// - Parameter part: which of the random pairs are drawn, all if nil; parts add up to the whole.
  init(
    _ world: ReachableStates, _ first: CanonicalReward, _ second: CanonicalReward, sample: Int, part: Range<Int>? = nil,
    random: RandomSource
  ) {
    let planner = ExactPlanner(world: world)
    let (directions, slacks) = (
      [first.direction.values, second.direction.values],
      [first, second].map { 2 * planner.returnRounding(noise: $0.direction.noise) }
    )
    func returns(_ actions: [Int]) -> (Double, Double) {
      var policy = [Double](repeating: 0, count: world.rowCount)
      for (state, action) in actions.enumerated() { policy[state * world.actionCount + action] = 1 }
      let evaluator = PolicyEvaluator(world, policy: policy)
      return (planner.mean(evaluator.values(directions[0])), planner.mean(evaluator.values(directions[1])))
    }
    var counts = (agreeing: 0, opposed: 0, one: 0, both: 0)
    func judge(_ a: (Double, Double), _ b: (Double, Double)) {
      func order(_ x: Double, _ y: Double, _ slack: Double) -> Int { abs(x - y) <= slack ? 0 : x < y ? -1 : 1 }
      switch (order(a.0, b.0, slacks[0]), order(a.1, b.1, slacks[1])) {
      case (0, 0): counts.both += 1
      case (0, _), (_, 0): counts.one += 1
      case (let x, let y) where x == y: counts.agreeing += 1
      default: counts.opposed += 1
      }
    }
    var policies = 1.0
    for _ in 0..<world.liveCount where policies <= Double(Self.listLimit) { policies *= Double(world.actionCount) }
    isExhaustive = policies <= Double(Self.listLimit)
    if isExhaustive {
      var all: [(Double, Double)] = []
      for number in 0..<Int(policies) {
        var rest = number
        all.append(
          returns(
            (0..<world.liveCount).map { _ in
              defer { rest /= world.actionCount }
              return rest % world.actionCount
            }))
      }
      for i in all.indices { for j in 0..<i { judge(all[j], all[i]) } }
    } else {
      for pair in part ?? 0..<max(0, sample) {
        var stream = random.stream("comparison/policy-order", pair)
        let drawn = (0..<2).map { _ in (0..<world.liveCount).map { _ in stream.below(world.actionCount) } }
        judge(returns(drawn[0]), returns(drawn[1]))
      }
    }
    (agreeing, opposed, tiedByOne, tiedByBoth) = (counts.agreeing, counts.opposed, counts.one, counts.both)
  }

  /// What parts of a random sample come to.
  init(adding parts: [PolicyOrderAgreement]) {
    agreeing = parts.reduce(0) { $0 + $1.agreeing }
    opposed = parts.reduce(0) { $0 + $1.opposed }
    tiedByOne = parts.reduce(0) { $0 + $1.tiedByOne }
    tiedByBoth = parts.reduce(0) { $0 + $1.tiedByBoth }
    isExhaustive = parts.contains { $0.isExhaustive }
  }
}
