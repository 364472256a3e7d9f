import Compute
import Environments
import Rewards
import Testing

/// Two states, two actions, action a leads to state a, γ = ½, uniform start: small enough for every number by hand.
private func twoStates() throws -> TabularMDP {
  try TabularMDP(
    stateCount: 2, actionCount: 2, rowStarts: [0, 1, 2, 3, 4], successors: [0, 1, 0, 1],
    probabilities: [1, 1, 1, 1], rewards: [0, 0, 0, 0], start: [0.5, 0.5], isTerminal: [false, false], discount: 0.5)
}

private func table(_ axes: RewardTable.Axes, _ values: [Double]) throws -> RewardTable {
  try RewardTable(states: 2, actions: 2, axes: axes, values: values)
}

@Suite("Distances in the world of two states")
struct TwoStateTests {
  let mdp: TabularMDP
  /// Paid for action 1; for arriving in state 1; for being there; for being in state 0; for action 1 in state 0.
  let r1: RewardTable
  let r1Next: RewardTable
  let r2: RewardTable
  let r3: RewardTable
  let r4: RewardTable

  init() throws {
    mdp = try twoStates()
    r1 = try table(.stateAction, [0, 1, 0, 1])
    r1Next = try table(.transition, [0, 1, 0, 1, 0, 1, 0, 1])
    r2 = try table(.state, [0, 1])
    r3 = try table(.state, [1, 0])
    r4 = try table(.stateAction, [0, 1, 0, 0])
  }

  private func near(_ value: Double?, _ expected: Double, _ tolerance: Double = 5e-5) -> Bool {
    abs((value ?? .nan) - expected) <= tolerance
  }

  @Test("VAL is the advantage of the uniform policy, by hand")
  func canonical() throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    func expect(_ reward: RewardTable, _ values: [Double]) throws {
      #expect(zip(try space.canonical(reward).ownValues, values).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    try expect(r1, [-0.5, 0.5, -0.5, 0.5])
    try expect(r2, [-0.25, 0.25, -0.25, 0.25])
    try expect(r4, [-0.375, 0.375, 0.125, -0.125])
  }

  @Test("STARC distances by hand")
  func starc() throws {
    let space = try RewardSpace(mdp, .valueAdjusted)
    #expect(near(try space.distance(r1, r2).value, 0, 1e-12))
    #expect(near(try space.distance(r1, r1Next).value, 0, 1e-12))
    #expect(near(try space.distance(r1, r4).value, 1.0515))
    #expect(near(try space.distance(r1, r3).value, 2, 1e-12))
    #expect(near(try space.distance(r1, r4, comparison: .angle).value, 1.107149, 1e-6))
    #expect(near(try space.distance(r1, r4, normalization: .l1, comparison: .norm(.l1)).value, 1, 1e-12))
    #expect(near(try space.distance(r3, r4, normalization: .l1, comparison: .norm(.l1)).value, 1.5, 1e-12))
  }

  @Test("the minimal L2 reward and its angle, by hand")
  func minimal() throws {
    let space = try RewardSpace(mdp, .minimal(.l2))
    let canonical = try space.canonical(r4).ownValues
    #expect(zip(canonical, [-0.4, 0.3, 0.2, -0.1]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(near(try space.distance(r1, r4).value, 1.0879))
    #expect(near(try space.distance(r1, r4, comparison: .angle).value * 180 / .pi, 65.905, 5e-4))
  }

  @Test("levelling the potential alone does not see through redistribution")
  func valuePotential() throws {
    let space = try RewardSpace(mdp, .valuePotential(nil))
    #expect(near(try space.distance(r1, r1Next).value, 1.4142))
    #expect(!RewardMetric(.valuePotential(nil), .l2, .norm(.l2)).isSTARC)
  }

  @Test("EPIC and DARD by hand, over all transitions and over possible ones")
  func pearson() throws {
    let all = try PearsonDistance(mdp, .epic, coverage: .product)
    #expect(near(try all.distance(r1, r1Next).value, 0.7071))
    #expect(near(try all.distance(r1, r4).value, 0.4082))
    #expect(near(try all.distance(r1, r4).correlation, 2.0 / 3))
    #expect(try all.distance(r1, r4).infeasibleShare == 0.5)
    for transform in PearsonDistance.Transform.allCases {
      let possible = try PearsonDistance(mdp, transform, coverage: .feasible)
      #expect(near(try possible.distance(r1, r1Next).value, 0, 1e-9))
      #expect(near(try possible.distance(r1, r4).value, 0.5257))
      #expect(near(try possible.distance(r1, r3).value, 1, 1e-9))
    }
  }

  @Test("EPIC can be made small for opposite rewards by what cannot happen; STARC cannot")
  func unsound() throws {
    let epic = try PearsonDistance(mdp, .epic, coverage: .product)
    let space = try RewardSpace(mdp, .valueAdjusted)
    for (size, expected) in [(1.0, 0.5774), (10, 0.0705), (100, 0.0071)] {
      func pattern(_ sign: Double) throws -> RewardTable {
        var values: [Double] = []
        for s in 0..<2 {
          for a in 0..<2 {
            for next in 0..<2 {
              let noise = next == a ? 0 : (s + next).isMultiple(of: 2) ? size : -size
              values.append(noise + sign * (a == 1 ? 1 : 0))
            }
          }
        }
        return try table(.transition, values)
      }
      #expect(near(try epic.distance(pattern(1), pattern(-1)).value, expected))
      #expect(near(try space.distance(pattern(1), pattern(-1)).value, 2, 1e-12))
    }
  }

  @Test("a constant reward has no correlation and no direction, and is told so instead of divided by")
  func trivial() throws {
    let constant = try table(.stateAction, [3, 3, 3, 3])
    let space = try RewardSpace(mdp, .valueAdjusted)
    let one = try space.distance(constant, r1)
    #expect(one.degeneracy == .firstTrivial && near(one.value, 1, 1e-12))
    let both = try space.distance(constant, constant.scaled(by: -2))
    #expect(both.degeneracy == .bothTrivial && both.value == 0)
    #expect(try space.distance(r1, constant, comparison: .angle).degeneracy == .secondTrivial)
    #expect(try PearsonDistance(mdp, .epic).distance(constant, r1).value == nil)
    #expect(try PearsonDistance(mdp, .dard).distance(r1, constant).correlation == nil)
  }

  @Test("bad input: a discount of 1, another world's reward, a weight of nought, an unknown metric")
  func refuses() throws {
    expectProblem("discount below 1") { _ = try RewardSpace(mdp.with(rewards: [0, 0, 0, 0], discount: 1)) }
    expectProblem("the reward is for 3 states") {
      _ = try RewardSpace(mdp).canonical(RewardTable(states: 3, actions: 2, axes: .state, values: [0, 0, 0]))
    }
    expectProblem("state 1, action 0: the weight is 0.0") {
      _ = try RewardSpace(mdp, .minimal(.weightedL2([1, 1, 0, 1])))
    }
    expectProblem("did you mean VAL") { _ = try RewardMetric(named: "VALL-2-2") }
    expectProblem("unknown norm '3'") { _ = try RewardMetric(named: "VAL-3-2") }
    #expect(try RewardMetric(named: "VAL-2-2") == .standard)
    #expect(RewardMetric.standard.description == "VAL-2-2")
  }
}
