import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("What a reward can say")
struct ExpressibilityTests {
  func policies(_ names: [String]) -> [TabularPolicy] {
    names.map { TabularPolicy(actions: $0.map { $0 == "1" ? 1 : 0 }, actionCount: 2) }
  }

  @Test("acceptable policies in the two-state world and in the chain: XOR cannot be said, the rest can")
  func acceptable() throws {
    for mdp in [try PaperWorlds.twoStates(), try PaperWorlds.chain()] {
      for areEqual in [true, false] {
        func result(_ names: [String]) throws -> Expressibility {
          try ExpressionTask.acceptable(policies(names), areEqual: areEqual).program(in: mdp).solve()
        }
        #expect(try !result(["01", "10"]).isExpressible)
        #expect(try !result(["00", "11"]).isExpressible)
        #expect(try result(["11"]).isExpressible)
        #expect(try result(["01", "11"]).isExpressible)
        #expect(try result(["00", "01", "10", "11"]).isExpressible)
      }
    }
  }

  @Test("the certificate of the two-state world: ¾ · 01 + ¼ · 10 = ½ · 00 + ½ · 11")
  func certificate() throws {
    let task = ExpressionTask.acceptable(policies(["01", "10"]), areEqual: false)
    guard case .impossible(let proof) = try task.program(in: PaperWorlds.twoStates()).solve() else {
      Issue.record("expressible")
      return
    }
    #expect(proof.residual < 1e-8)
    #expect(proof.text == "0.75 · 01 + 0.25 · 10 = 0.5 · 00 + 0.5 · 11")
  }

  @Test("verdicts on every set of acceptable policies agree with all deterministic policies listed")
  func exhaustive() throws {
    var stream = RandomSource(seed: 21).stream("tests/express")
    for index in 0..<40 {
      var mdp = try PaperWorlds.random(&stream, index: index)
      while mdp.actionCount != 2 || mdp.stateCount > 2 { mdp = try PaperWorlds.random(&stream, index: index) }
      let all = (0..<1 << mdp.stateCount).map { code in
        TabularPolicy(actions: (0..<mdp.stateCount).map { code >> $0 & 1 }, actionCount: 2)
      }
      let set = try PolicySet(all, in: mdp)
      for choice in 1..<1 << all.count {
        let chosen = all.indices.filter { choice >> $0 & 1 == 1 }
        let task = ExpressionTask.acceptable(chosen.map { all[$0] }, areEqual: false)
        let quick = try task.program(in: mdp).solve()
        // By definition: every chosen behaviour above every other one.
        var program = ExpressibilityProgram(width: 2 * mdp.stateCount)
        for row in 0..<set.count { _ = program.add(set.names[row], set.counts.row(row)) }
        let good = (0..<set.count).filter { row in
          chosen.contains { index in
            let occupancy = mdp.occupancy(of: all[index])
            return zip(occupancy, set.counts.row(row)).allSatisfy { abs($0 - $1) < 1e-9 }
          }
        }
        program.require(good, above: (0..<set.count).filter { !good.contains($0) })
        #expect(quick.isExpressible == (try program.solve().isExpressible))
      }
    }
  }

  @Test("a reward that is found says what was asked, by the margin it claims")
  func rewardHolds() throws {
    let mdp = try PaperWorlds.twoStates()
    let set = try PolicySet(everyDeterministicPolicyOf: mdp)
    let task = ExpressionTask.acceptable(policies(["11"]), areEqual: true)
    guard case .expressible(let weights, let margin) = try task.program(in: mdp).solve() else {
      Issue.record("impossible")
      return
    }
    let returns = set.returns(weights)
    #expect(returns[3] - returns[..<3].max()! >= margin - 1e-9 && margin > 0.1)
    #expect(weights.allSatisfy { abs($0) <= 1 + 1e-12 })
  }

  @Test("orders of policies, the fewest wishes to give up, and wishes that go round in a circle")
  func policyOrders() throws {
    let mdp = try PaperWorlds.twoStates()
    let named = policies(["00", "01", "10", "11"]).map { ExpressionTask.NamedPolicy($0, in: mdp) }
    func program(_ wishes: [ExpressionTask.Wish]) throws -> ExpressibilityProgram {
      try ExpressionTask.policyOrder(named, wishes).program(in: mdp)
    }
    #expect(try program([.init(1, .above, 0), .init(3, .above, 2)]).solve().isExpressible)
    let circle = try program([.init(1, .above, 0), .init(0, .above, 1)])
    guard case .impossible(let proof) = try circle.solve() else {
      Issue.record("a circle was expressible")
      return
    }
    #expect(proof.text.contains("circle"))
    #expect(try circle.fewestToDrop()?.count == 1)
    // 10 < 01 < 00 < 11 is none of the twelve.
    let chain = try program([.init(1, .above, 2), .init(0, .above, 1), .init(3, .above, 0)])
    #expect(try !chain.solve().isExpressible)
    #expect(try chain.fewestToDrop()?.count == 1)
    #expect(try program([.init(0, .equal, 1)]).solve().isExpressible)
  }

  @Test("orders of trajectories depend on what the reward may see")
  func trajectories() throws {
    let mdp = try TabularMDP(states: 2, actions: 1, transitions: [0.5, 0.5, 0, 1], discount: 0.9)
    let paths: [ExpressionTask.NamedPath] = [
      .init("stays", StateActionPath(states: [0, 0], actions: [0])),
      .init("goes", StateActionPath(states: [0, 1], actions: [0])),
    ]
    let task = ExpressionTask.trajectoryOrder(paths, [.init(1, .above, 0)], discount: nil)
    #expect(try task.program(in: mdp, domain: RewardDomain(.transition)).solve().isExpressible)
    #expect(try !task.program(in: mdp, domain: RewardDomain(.stateAction)).solve().isExpressible)
    let never = ExpressionTask.trajectoryOrder(
      [.init("back", StateActionPath(states: [1, 0], actions: [0]))], [], discount: nil)
    #expect(throws: InputError.self) { try never.program(in: mdp) }
  }

  @Test("the least of two returns is no reward's order: half of each would have to beat both")
  func maximin() throws {
    let returns = [[1.0, 0], [0, 1], [0.5, 0.5]]
    let scores = ObjectiveRule.maximin.scores(returns)
    #expect(scores == [0, 0, 0.5])
    var program = ExpressibilityProgram(width: 2)
    for (name, row) in zip(["A", "B", "C"], returns) { _ = program.add(name, row) }
    program.require(ReturnOrder(scores, absoluteTolerance: 1e-9))
    guard case .impossible(let proof) = try program.solve() else {
      Issue.record("expressible")
      return
    }
    #expect(proof.betterSide.map(\.name) == ["C"])
    #expect(proof.worseSide.map(\.weight) == [0.5, 0.5])
    #expect(ObjectiveRule.lexicographic.scores([[1, 0], [1, 2], [0, 9]]) == [3, 4, 2])
    #expect(ObjectiveRule.threshold(1).scores([[1, 0], [1, 2]]) == [1, 2])
  }

  @Test("aversion to risk turns an order of means round, and is no order of means of mixtures")
  func risk() throws {
    let gamble = [(value: 0.0, probability: 0.5), (value: 1.0, probability: 0.5)]
    let sure = [(value: 0.3, probability: 1.0)]
    #expect(RiskAttitude.neutral.score(gamble) == 0.5 && RiskAttitude.neutral.score(sure) == 0.3)
    #expect(RiskAttitude.squareRoot.score(gamble) == 0.5)
    #expect(abs(RiskAttitude.squareRoot.score(sure) - 0.5477) < 1e-4)
    // Two independent steps of 0 or 1 each: what counts is what is visited, so that "both or none by a coin" and "the
    // one or the other by a coin" are the same to every reward; to the root of the sum they are not.
    var program = ExpressibilityProgram(width: 2)
    let spread = program.add("both or none", [0.5, 0.5])
    let even = program.add("one or the other", [0.5, 0.5])
    let scores = [
      RiskAttitude.squareRoot.score([(0, 0.5), (2, 0.5)]), RiskAttitude.squareRoot.score([(1, 1)]),
    ]
    #expect(scores[spread] < scores[even])
    program.require(ReturnOrder(scores, absoluteTolerance: 1e-9))
    #expect(try !program.solve().isExpressible)
  }

  @Test("keeping a way back: one reward for two worlds that differ only in what is possible cannot say it")
  func modal() throws {
    // Action 0 stays, action 1 goes over; from state 1 action 1 leads back in the first world and nowhere in the other.
    let open = try TabularMDP(
      states: 2, actions: 2, transitions: [1, 0, 0, 1, 0, 1, 1, 0], start: [1, 0], discount: 0.9)
    let shut = try TabularMDP(
      states: 2, actions: 2, transitions: [1, 0, 0, 1, 0, 1, 0, 1], start: [1, 0], discount: 0.9)
    var program = ExpressibilityProgram(width: 4)
    let (stay, go) = (TabularPolicy(actions: [0, 0], actionCount: 2), TabularPolicy(actions: [1, 0], actionCount: 2))
    let goOpen = program.add("go, way back", open.occupancy(of: go))
    let stayOpen = program.add("stay, way back", open.occupancy(of: stay))
    let goShut = program.add("go, no way back", shut.occupancy(of: go))
    let stayShut = program.add("stay, no way back", shut.occupancy(of: stay))
    program.require(goOpen, .above, stayOpen)
    #expect(try program.solve().isExpressible)
    program.require(stayShut, .above, goShut)
    #expect(try !program.solve().isExpressible)
  }

  @Test("rewards on states cannot prefer one of two actions that lead to the same place; signs can matter")
  func domains() throws {
    let chain = try PaperWorlds.chain()
    let task = ExpressionTask.acceptable(policies(["11"]), areEqual: false)
    #expect(try task.program(in: chain).solve().isExpressible)
    #expect(try !task.program(in: chain, domain: RewardDomain(.state)).solve().isExpressible)
    // Doing less can only be better with negative rewards.
    var program = ExpressibilityProgram(width: 1)
    let (less, more) = (program.add("less", [1]), program.add("more", [2]))
    program.require(less, .above, more)
    #expect(try program.solve().isExpressible)
    program.isNonNegative = true
    guard case .impossible(let proof) = try program.solve() else {
      Issue.record("expressible")
      return
    }
    #expect(proof.residual < 1e-9)
  }
}
