import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("Figures of audits by hand")
struct ByHandTests {
  private func table(_ values: [Double]) throws -> RewardTable {
    try RewardTable(states: 2, actions: 2, axes: .stateAction, values: values)
  }

  @Test("pairs of the two-state world's four policies, counted: R1 is 0, 1, 1, 2 on them, R4 0, 0, 1, ½")
  func pairs() throws {
    let mdp = try PaperWorlds.twoStates()
    let found = try PolicyOrderAgreement(
      mdp, table(PaperWorlds.r1), table(PaperWorlds.r4), random: RandomSource(seed: 1))
    #expect(found.agreeing == 3 && found.opposed == 1 && found.tiedByOne == 2 && found.tiedByBoth == 0)
    #expect(found.pairs == 6 && found.share == 0.5 && found.isExhaustive && found.interval == nil)
    let same = try PolicyOrderAgreement(
      mdp, table(PaperWorlds.r1), table(PaperWorlds.r1), random: RandomSource(seed: 1))
    #expect(same.agreeing == 5 && same.tiedByBoth == 1 && same.share == 1)
  }

  @Test("up to 512 policies are listed, one more action in one state is sampled", arguments: [(9, true), (10, false)])
  func listing(states: Int, isExhaustive: Bool) throws {
    let mdp = try RandomWorlds.sparse(
      states: states, actions: 2, branching: states, discount: 0.5, random: RandomSource(seed: 2).stream("world"))
    let reward = try RewardTable(expected: mdp.rewards, in: mdp)
    let found = try PolicyOrderAgreement(
      mdp, reward, reward.scaled(by: -1), sample: 40, random: RandomSource(seed: 3))
    #expect(found.isExhaustive == isExhaustive)
    #expect(found.pairs == (isExhaustive ? 512 * 511 / 2 : 40))
    #expect(found.opposed + found.tiedByBoth == found.pairs)
    #expect((found.interval == nil) == isExhaustive)
  }

  @Test("what planning with a learned reward loses: by R4 instead of R1 one of two")
  func recovered() throws {
    let mdp = try PaperWorlds.twoStates()
    let half = try RecoveredReward(mdp, learned: table(PaperWorlds.r4), truth: table(PaperWorlds.r1))
    #expect(abs((half.regret ?? -1) - 0.5) < 1e-12 && !half.isDegenerate)
    let all = try RecoveredReward(mdp, learned: table([1, 0, 1, 0]), truth: table(PaperWorlds.r1))
    #expect(abs((all.regret ?? -1) - 1) < 1e-12 && abs(all.distance - 2) < 1e-9)
    #expect(all.finding(acceptable: 1).verdict == .holds && all.finding(acceptable: 0.999).verdict == .fails)
    let none = try RecoveredReward(mdp, learned: table(PaperWorlds.r1), truth: table([3, 3, 3, 3]))
    #expect(none.regret == nil && none.isDegenerate && none.finding().verdict == .notMeasurable)
  }

  @Test("a share's interval: Student's t over sums by world")
  func shares() throws {
    let study = try GoodhartStudy(worldsPerFamily: 3, points: 5, random: RandomSource(seed: 5))
    for family in [nil, .grid, .tree] as [GoodhartStudy.Family?] {
      let records = study.records.filter { family == nil || $0.family == family }
      let values = records.map { $0.highest - $0.end }
      let mean = Statistics.mean(values)
      var sums: [String: Double] = [:]
      for (record, value) in zip(records, values) {
        sums["\(record.family) \(record.world)", default: 0] += value - mean
      }
      let worlds = Double(sums.count)
      let squares = sums.values.reduce(0) { $0 + $1 * $1 }
      let error = (squares * worlds / (worlds - 1)).squareRoot() / Double(values.count)
      let half = SpecialFunctions.studentQuantile(0.975, degrees: worlds - 1) * error
      let found = study.lostWithoutStopping(family)
      #expect(abs(found.value - mean) < 1e-12 && found.count == values.count)
      #expect(abs(found.interval.lower - (mean - half)) < 1e-9 && abs(found.interval.upper - (mean + half)) < 1e-9)
      #expect(found.interval.level == 0.95)
      let falls = records.count { $0.causalEntropyDrop < -1e-9 }
      #expect(abs(study.shareThatFalls(family).value - Double(falls) / Double(records.count)) < 1e-12)
      let boltzmann = records.count { $0.boltzmannDrop < -1e-9 }
      #expect(abs(study.shareThatFallsBoltzmann(family).value - Double(boltzmann) / Double(records.count)) < 1e-12)
    }
  }

  @Test("counts that rewards on states, actions and transitions weigh: of an occupancy and of a trajectory")
  func counts() throws {
    let mdp = try TabularMDP(states: 2, actions: 2, transitions: [0.25, 0.75, 1, 0, 0, 1, 0.5, 0.5], discount: 0.5)
    let occupancy = [1.0, 2, 0, 4]
    #expect(RewardDomain(.stateAction).counts(ofOccupancy: occupancy, in: mdp) == occupancy)
    #expect(RewardDomain(.state).counts(ofOccupancy: occupancy, in: mdp) == [3, 4])
    #expect(RewardDomain(.transition).counts(ofOccupancy: occupancy, in: mdp) == [0.25, 0.75, 2, 0, 0, 0, 2, 2])
    let path = StateActionPath(states: [0, 1, 1, 0], actions: [0, 0, 1])
    #expect(RewardDomain(.state).counts(of: path, discount: 0.5, in: mdp) == [1, 0.75])
    #expect(RewardDomain(.stateAction).counts(of: path, discount: 0.5, in: mdp) == [1, 0, 0.5, 0.25])
    #expect(RewardDomain(.transition).counts(of: path, discount: 0.5, in: mdp) == [0, 1, 0, 0, 0, 0.5, 0.25, 0])
    for (axes, width) in [(RewardTable.Axes.state, 2), (.stateAction, 4), (.transition, 8)] {
      #expect(RewardDomain(axes).width(in: mdp) == width)
    }
  }

  @Test("orders from returns: gaps at, below and above the tolerance")
  func tolerance() {
    #expect(ReturnOrder([0, 1, 2.5], absoluteTolerance: 1).levels == [[0, 1], [2]])
    #expect(ReturnOrder([0, 1, 2], absoluteTolerance: 1).levels == [[0, 1, 2]])
    #expect(ReturnOrder([0, 1, 2], absoluteTolerance: 0.999).isStrict)
    let order = ReturnOrder([4, 0, 1], absoluteTolerance: 0)
    #expect(order.ranks == [2, 0, 1] && order.smallestGap == 0.25 && order.range == 4)
    #expect(order.reversed.levels == [[0], [2], [1]] && order.reversed.smallestGap == 0.5)
    #expect(ReturnOrder([7], absoluteTolerance: 0).smallestGap == nil)
    #expect(ReturnOrder(levels: [[1, 0]]).isTrivial && !ReturnOrder(levels: [[1, 0]]).isStrict)
    #expect(ReturnOrder(levels: [[0]]).isStrict && ReturnOrder(levels: [[0]]).smallestGap == nil)
  }
}
