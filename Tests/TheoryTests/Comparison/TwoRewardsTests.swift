import Compute
import Environments
import Rewards
import Testing
import Theory

private func twoStates() throws -> TabularMDP {
  try TabularMDP(
    stateCount: 2, actionCount: 2, rowStarts: [0, 1, 2, 3, 4], successors: [0, 1, 0, 1],
    probabilities: [1, 1, 1, 1], rewards: [0, 0, 0, 0], start: [0.5, 0.5], isTerminal: [false, false], discount: 0.5)
}

private func table(_ axes: RewardTable.Axes, _ values: [Double]) throws -> RewardTable {
  try RewardTable(states: 2, actions: 2, axes: axes, values: values)
}

@Suite("What two rewards differ in")
struct TwoRewardsTests {
  @Test("worst-case regret in the world of two states, by hand, with witnesses that show it")
  func byHand() throws {
    let mdp = try twoStates()
    let r1 = try table(.stateAction, [0, 1, 0, 1])
    let r2 = try table(.state, [0, 1])
    let r4 = try table(.stateAction, [0, 1, 0, 0])
    let there = try WorstCaseRegret(mdp, truth: r1, proxy: r4)
    #expect(abs((there.value ?? .nan) - 0.75) < 1e-9)
    #expect(abs((try WorstCaseRegret(mdp, truth: r4, proxy: r1).value ?? .nan) - 1) < 1e-9)
    #expect(try WorstCaseRegret(mdp, truth: r1, proxy: r2).value == 0)
    let left = mdp.expectedReturn(of: there.left, rewards: r1.expected(in: mdp))
    let taken = mdp.expectedReturn(of: there.taken, rewards: r1.expected(in: mdp))
    #expect(abs(left - taken - 0.75 * 2) < 1e-9)
    #expect(
      mdp.expectedReturn(of: there.taken, rewards: r4.expected(in: mdp))
        >= mdp.expectedReturn(of: there.left, rewards: r4.expected(in: mdp)) - 1e-9)
  }

  @Test("policies that are best for one reward: lucky and unlucky among ties")
  func ties() throws {
    let mdp = try twoStates()
    // Under R4 the best is to take 1 in state 0 and 0 in state 1; under R1 that earns 1 of 0 … 2.
    let regret = try OptimalPolicyRegret(
      mdp, truth: table(.stateAction, [0, 1, 0, 1]), proxy: table(.stateAction, [0, 1, 0, 0]))
    #expect(abs((regret.worst ?? .nan) - 0.5) < 1e-9 && abs((regret.best ?? .nan) - 0.5) < 1e-9)
    // Nothing matters to a constant reward, so its best policies are all there are.
    let any = try OptimalPolicyRegret(
      mdp, truth: table(.stateAction, [0, 1, 0, 1]), proxy: table(.state, [1, 1]))
    #expect(any.worst == 1 && any.best == 0)
  }

  @Test("equivalent rewards: every finding holds, and says by what they differ")
  func equivalent() throws {
    let mdp = try twoStates()
    let r1 = try table(.stateAction, [0, 1, 0, 1])
    let cases: [(RewardTable, TwoRewards.Equivalence)] = [
      (r1.scaled(by: 3), .scaling), (r1.scaled(by: 2).shaped(by: [1, -2], discount: 0.5), .shaping),
      (try table(.transition, [0, 1, 0, 1, 0, 1, 0, 1]), .redistribution),
    ]
    for (other, equivalence) in cases {
      let two = try TwoRewards(mdp, ("a", r1), ("b", other), random: RandomSource(seed: 0))
      #expect(two.equivalence == equivalence)
      #expect(two.findings.filter { $0.bearing == .trust }.allSatisfy { $0.verdict == .holds })
      #expect(two.agreement.share == 1 && two.agreement.isExhaustive)
      #expect(two.worstCase.forward?.value == 0 && two.worstCase.backward?.value == 0)
    }
  }

  @Test("rewards that differ: the order fails, and so do the bounds on loss")
  func different() throws {
    let mdp = try twoStates()
    let two = try TwoRewards(
      mdp, ("a", table(.stateAction, [0, 1, 0, 1])), ("b", table(.stateAction, [0, 1, 0, 0])),
      random: RandomSource(seed: 0))
    #expect(two.equivalence == nil)
    let verdicts = Dictionary(uniqueKeysWithValues: two.findings.map { ($0.id, $0.verdict) })
    #expect(verdicts["comparison/same-order"] == .fails)
    #expect(verdicts["comparison/worst-case-regret/forward"] == .fails)
    #expect(verdicts["comparison/optimal-policy/forward"] == .fails)
  }

  @Test("trivial rewards get a verdict that says so, and no number is undefined")
  func trivial() throws {
    let mdp = try twoStates()
    let constant = try table(.state, [2, 2])
    let r1 = try table(.stateAction, [0, 1, 0, 1])
    let both = try TwoRewards(mdp, ("a", constant), ("b", constant.scaled(by: -1)), random: RandomSource(seed: 0))
    #expect(both.equivalence == .bothTrivial)
    #expect(both.findings.first { $0.id == "comparison/same-order" }?.verdict == .holds)
    let one = try TwoRewards(mdp, ("a", constant), ("b", r1), random: RandomSource(seed: 0))
    let order = try #require(one.findings.first { $0.id == "comparison/same-order" })
    #expect(order.verdict == .fails && order.reason.contains("no direction"))
    #expect(one.worstCase.forward?.value == nil && one.worstCase.backward?.value == 1)
    for finding in both.findings + one.findings {
      #expect(finding.evidence.allSatisfy { $0.value.isFinite }, "\(finding.id)")
    }
  }

  @Test("on random worlds: 0 ≤ regret of best policies ≤ worst case ≤ 1, and 0 exactly for distance 0")
  func random() throws {
    let source = RandomSource(seed: 8)
    for index in 0..<150 {
      var random = source.stream("pair", index)
      let mdp = try RandomWorlds.sparse(
        states: 3, actions: 2, branching: 3, discount: 0.9, random: source.stream("world", index))
      let rewards = try (0..<2).map { _ in
        try RewardTable(expected: (0..<6).map { _ in random.normal() }, in: mdp)
      }
      let worst = try #require(try WorstCaseRegret(mdp, truth: rewards[0], proxy: rewards[1]).value)
      let best = try #require(try OptimalPolicyRegret(mdp, truth: rewards[0], proxy: rewards[1]).worst)
      #expect(best <= worst + 1e-7 && worst <= 1 && best >= 0)
      let opposite = try WorstCaseRegret(mdp, truth: rewards[0], proxy: rewards[0].scaled(by: -2)).value
      #expect(abs((opposite ?? .nan) - 1) < 1e-7)
      let shaped = rewards[0].scaled(by: 3.7).shaped(by: (0..<3).map { _ in random.normal() }, discount: 0.9)
      #expect(try WorstCaseRegret(mdp, truth: rewards[0], proxy: shaped).value ?? .nan < 1e-6)
    }
  }

  @Test("a matrix is symmetric, and names the rewards that have no preference")
  func matrix() throws {
    let mdp = try twoStates()
    let rewards = [
      ("a", try table(.stateAction, [0, 1, 0, 1])), ("b", try table(.state, [1, 0])), ("c", try table(.state, [1, 1])),
    ].map { (name: $0.0, table: $0.1) }
    let matrix = try RewardMatrix(mdp, rewards)
    #expect(abs(matrix.values[0][1] - 2) < 1e-9 && matrix.values[1][0] == matrix.values[0][1])
    #expect(matrix.trivial == ["c"] && abs(matrix.values[2][0] - 1) < 1e-12)
    let regrets = try RewardMatrix.worstCaseRegrets(mdp, rewards)
    #expect(abs(regrets.values[0][1] - 1) < 1e-9 && regrets.values[2][0] == 0)
  }
}
