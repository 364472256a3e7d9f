import Compute
import Environments
import Testing

/// Two states, two actions, action a leads to state a; γ = ½, uniform start.
private func twoStates() throws -> TabularMDP { try ShapedWorlds.twoStates().mdp }

private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite("Exact evaluation of policies")
struct EvaluationTests {
  @Test(
    "occupancies of the two-state world, by hand",
    arguments: [
      ([0, 0], [1.5, 0, 0.5, 0]), ([0, 1], [1, 0, 0, 1]), ([1, 0], [0, 1, 1, 0]), ([1, 1], [0, 0.5, 0, 1.5]),
    ])
  func occupancies(actions: [Int], expected: [Double]) throws {
    let mdp = try twoStates()
    #expect(near(mdp.occupancy(of: TabularPolicy(actions: actions, actionCount: 2)), expected))
  }

  @Test("returns of the two-state world, by hand")
  func returns() throws {
    let mdp = try twoStates()
    let policies = [[0, 0], [0, 1], [1, 0], [1, 1]].map { TabularPolicy(actions: $0, actionCount: 2) }
    func returns(_ rewards: [Double]) -> [Double] { policies.map { mdp.expectedReturn(of: $0, rewards: rewards) } }
    #expect(near(returns([0, 1, 0, 1]), [0, 1, 1, 2]))
    #expect(near(returns([0, 0, 1, 1]), [0.5, 1, 1, 1.5]))
    #expect(near(returns([0, 1, 0, 0]), [0, 0, 1, 0.5]))
  }

  @Test("¾ of one occupancy and ¼ of another are half of each of the other two")
  func identity() throws {
    let mdp = try twoStates()
    func occupancy(_ actions: [Int]) -> [Double] { mdp.occupancy(of: TabularPolicy(actions: actions, actionCount: 2)) }
    let left = zip(occupancy([0, 1]), occupancy([1, 0])).map { 0.75 * $0 + 0.25 * $1 }
    let right = zip(occupancy([0, 0]), occupancy([1, 1])).map { 0.5 * $0 + 0.5 * $1 }
    #expect(near(left, right))
  }

  @Test("occupancies sum to 1 ÷ (1 − γ), give the return, and give the policy back where it goes")
  func occupancyLaws() throws {
    for seed in 0..<50 {
      var random = RandomSource(seed: UInt64(seed)).stream("worlds")
      let mdp = try RandomWorlds.starc(
        states: 1 + random.below(12), actions: 1 + random.below(4), discount: random.uniform(0, 0.99), random: random)
      let raw = (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }
      let policy = mdp.policy(fromOccupancy: raw.map { max($0, 1e-3) })
      let occupancy = mdp.occupancy(of: policy)
      let total = occupancy.reduce(0, +)
      #expect(abs(total - 1 / (1 - mdp.discount)) < 1e-9 * total)
      let product = zip(occupancy, raw).reduce(0) { $0 + $1.0 * $1.1 }
      let value = mdp.expectedReturn(of: policy, rewards: raw)
      #expect(abs(product - value) < 1e-9 * max(1, abs(value)))
      #expect(near(mdp.policy(fromOccupancy: occupancy).probabilities, policy.probabilities, 1e-9))
      // Advantages average to nought under the policy itself.
      let advantages = mdp.advantages(of: policy, rewards: raw)
      for state in 0..<mdp.stateCount {
        let rows = state * mdp.actionCount..<(state + 1) * mdp.actionCount
        #expect(abs(rows.reduce(0) { $0 + policy.probabilities[$1] * advantages[$1] }) < 1e-9)
      }
    }
  }

  @Test("where a policy never goes, the policy of its occupancy takes every action alike")
  func unvisited() throws {
    let mdp = try ShapedWorlds.path(length: 4).mdp
    let left = TabularPolicy(actions: [0, 0, 0, 0], actionCount: 2)
    let back = mdp.policy(fromOccupancy: mdp.occupancy(of: left))
    #expect(back.probabilities == [1, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  }

  @Test("beyond the dense limit: the same values and visits as by LAPACK, for worlds that mix fast and slowly")
  func sparse() throws {
    let (fast, slow) = (
      try RandomWorlds.sparse(
        states: 700, actions: 2, branching: 3, discount: 0.99, random: RandomSource(seed: 1).stream("w")),
      try ShapedWorlds.grid(rows: 26, columns: 27, slip: 0.1, discount: 0.999).mdp
    )
    let deep = try ShapedWorlds.path(length: 800, discount: 0.9999).mdp
    for mdp in [fast, slow, deep] {
      #expect(mdp.stateCount > PolicyDynamics.denseLimit)
      var random = RandomSource(seed: 2).stream("rewards")
      let rewards = (0..<mdp.stateCount * mdp.actionCount).map { _ in random.normal() }
      for policy in [
        TabularPolicy.uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount),
        TabularPolicy(
          actions: (0..<mdp.stateCount).map { _ in random.below(mdp.actionCount) }, actionCount: mdp.actionCount),
      ] {
        // The equations themselves are the check: (I − γP) v = r, and the flow into each state is the flow out.
        let values = mdp.values(of: policy, rewards: rewards)
        let scale = values.reduce(1) { max($0, abs($1)) }
        let advantages = mdp.advantages(of: policy, rewards: rewards)
        for state in 0..<mdp.stateCount {
          let rows = state * mdp.actionCount..<(state + 1) * mdp.actionCount
          #expect(abs(rows.reduce(0) { $0 + policy.probabilities[$1] * advantages[$1] }) < 1e-9 * scale)
        }
        let occupancy = mdp.occupancy(of: policy)
        #expect(abs(occupancy.reduce(0, +) * (1 - mdp.discount) - 1) < 1e-9)
        let product = zip(occupancy, rewards).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - mdp.startMean(values)) < 1e-7 * scale)
      }
    }
  }

  @Test("a terminal state and the absorbing one made of it give the same values, with or without reward in it")
  func absorbing() throws {
    let mdp = try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: [0, 1, 3, 3, 3], successors: [0, 0, 1],
      probabilities: [1, 0.75, 0.25], rewards: [0, 1, 7, 7], start: [1, 0], isTerminal: [false, true], discount: 0.9)
    let endless = try mdp.absorbing()
    #expect(!endless.isTerminal.contains(true) && endless.rewards == [0, 1, 0, 0])
    let policy = TabularPolicy.uniform(stateCount: 2, actionCount: 2)
    #expect(near(mdp.values(of: policy, rewards: mdp.rewards), endless.values(of: policy, rewards: endless.rewards)))
    #expect(mdp.values(of: policy, rewards: mdp.rewards)[1] == 0)
    #expect(Array(mdp.occupancy(of: policy)[2...]) == [0, 0])
    #expect(abs(endless.occupancy(of: policy).reduce(0, +) - 10) < 1e-9)
    #expect(try endless.absorbing() == endless)
  }

  @Test("reachable are the states that some policy gets to, and not those that only lead there")
  func reachable() throws {
    // 0 → 1 → 1, and 2 → 0 which nothing leads to; a probability of exactly 0 leads nowhere.
    let mdp = try TabularMDP(
      stateCount: 3, actionCount: 1, rowStarts: [0, 2, 3, 4], successors: [1, 2, 1, 0], probabilities: [1, 0, 1, 1],
      rewards: [0, 0, 0], start: [1, 0, 0], isTerminal: [false, false, false], discount: 0.5)
    #expect(mdp.reachableStates == [true, true, false])
  }
}

@Suite("Worlds that are made")
struct MadeWorldTests {
  @Test("the grid's walls stop, its slip shares out, its rows are distributions")
  func grid() throws {
    let plain = try ShapedWorlds.grid(rows: 3, columns: 3)
    #expect(plain.stateNames[5] == "1,2" && plain.actionNames == ["stay", "up", "down", "left", "right"])
    #expect((0..<5).map { plain.mdp.successors[plain.mdp.transitions(5, $0).lowerBound] } == [5, 2, 8, 4, 5])
    let slippery = try ShapedWorlds.grid(rows: 3, columns: 3, slip: 0.5).mdp
    #expect(abs(slippery.denseTransitions[(4 * 5 + 1) * 9 + 1] - 0.6) < 1e-12)
  }

  @Test("discounts and slips are as documented unless told otherwise; intervals of returns are of 95 %")
  func defaults() throws {
    let stream = RandomSource(seed: 3).stream("w")
    let worlds: [(name: String, mdp: TabularMDP, discount: Double)] = [
      ("grid", try ShapedWorlds.grid(rows: 2, columns: 2).mdp, 0.99),
      ("cliff", try ShapedWorlds.cliff(rows: 2, columns: 3).mdp, 0.95),
      ("path", try ShapedWorlds.path(length: 3).mdp, 0.95),
      ("tree", try ShapedWorlds.tree(depth: 1, branching: 2).mdp, 0.95),
      ("two states", try ShapedWorlds.twoStates().mdp, 0.5),
      ("STARC's", try RandomWorlds.starc(states: 3, actions: 2, random: stream), 0.95),
      ("sparse", try RandomWorlds.sparse(states: 3, actions: 2, branching: 2, random: stream), 0.95),
    ]
    for (name, mdp, discount) in worlds {
      #expect(mdp.discount == discount, "\(name)")
      // Without a slip each move of a shaped world has one outcome.
      if name != "STARC's", name != "sparse" { #expect(mdp.probabilities.allSatisfy { $0 == 1 }, "\(name)") }
    }
    #expect(KnownReturns().meanInterval([1, 2, 4])?.level == 0.95)
  }

  @Test("the cliff: falling ends in the pit, the goal keeps, and nobody stands on the cliff")
  func cliff() throws {
    let made = try ShapedWorlds.cliff(rows: 3, columns: 4)
    let mdp = made.mdp
    #expect(mdp.stateCount == 11 && made.stateNames.suffix(3) == ["2,0", "2,3", "pit"])
    func next(_ state: Int, _ action: Int) -> Int { mdp.successors[mdp.transitions(state, action).lowerBound] }
    #expect(next(8, 4) == 10 && next(8, 1) == 4 && next(5, 2) == 10 && next(7, 2) == 9 && next(9, 3) == 9)
    #expect(next(4, 2) == 8 && next(10, 1) == 10)
  }

  @Test("the tree: node k's children are b·k + 1 …, leaves keep")
  func tree() throws {
    let made = try ShapedWorlds.tree(depth: 2, branching: 3)
    #expect(made.mdp.stateCount == 13 && made.stateNames[12] == "2.2" && made.stateNames[0] == "root")
    #expect(made.mdp.successors[made.mdp.transitions(3, 2).lowerBound] == 12)
    #expect(made.mdp.successors[made.mdp.transitions(12, 0).lowerBound] == 12)
    #expect(try ShapedWorlds.tree(depth: 0, branching: 1).mdp.stateCount == 1)
  }

  @Test("STARC's worlds: about as many likely successors as the normal law has above the threshold, none impossible")
  func starc() throws {
    let mdp = try RandomWorlds.starc(states: 32, actions: 4, random: RandomSource(seed: 3).stream("w"))
    let dense = mdp.denseTransitions
    let likely = dense.count { $0 > 1e-4 }
    // P(N > 1) = .1587 of 4,096 entries: 650 ± 3 · 23.
    #expect(abs(Double(likely) - 650) < 70)
    #expect(dense.allSatisfy { $0 > 0 })
    #expect(mdp.start.allSatisfy { $0 == 1.0 / 32 } && mdp.discount == 0.95)
    #expect(mdp == (try RandomWorlds.starc(states: 32, actions: 4, random: RandomSource(seed: 3).stream("w"))))
  }

  @Test("STARC's rewards: the shares of sparse and of shifted ones are those stated")
  func starcRewards() {
    var (sparse, constantPerState) = (0, 0)
    let draws = 400
    for seed in 0..<draws {
      let rewards = RandomWorlds.starcReward(
        states: 6, actions: 2, discount: 0.9, random: RandomSource(seed: UInt64(seed)).stream("r"))
      #expect(rewards.allSatisfy { $0.isFinite })
      // With no shaping a sparse reward has one value nearly everywhere.
      let distinct = Set(rewards.map { ($0 * 1e9).rounded() }).count
      if distinct <= 5 { sparse += 1 }
      if distinct > 60 { constantPerState += 1 }
    }
    // .2 · .5 are sparse and unshaped: 40 ± 3 · 6.
    #expect(abs(sparse - 40) < 20)
    #expect(constantPerState > draws / 2)
  }

  @Test("sparse worlds: each action has as many different successors as asked for")
  func sparse() throws {
    let mdp = try RandomWorlds.sparse(states: 9, actions: 2, branching: 4, random: RandomSource(seed: 0).stream("w"))
    for row in 0..<18 { #expect(Set(mdp.successors[row * 4..<row * 4 + 4]).count == 4) }
    let random = RandomSource(seed: 0).stream("w")
    #expect(throws: InputError.self) { try RandomWorlds.sparse(states: 3, actions: 1, branching: 4, random: random) }
    #expect(throws: InputError.self) { try RandomWorlds.starc(states: 0, actions: 1, random: random) }
    #expect(throws: InputError.self) { try ShapedWorlds.grid(rows: 0, columns: 3) }
    #expect(throws: InputError.self) { try ShapedWorlds.cliff(rows: 1, columns: 3) }
    #expect(throws: InputError.self) { try ShapedWorlds.path(length: 3, slip: 1.5) }
    #expect(throws: InputError.self) { try ShapedWorlds.tree(depth: 40, branching: 3) }
  }
}
