import Audits
import Compute
import Reproductions
import Testing

@Suite("Studies of goals")
struct GoalStudyTests {
  @Test("the convex twin of CoinRun has the reference's weights and failures, from either start")
  func coinTwin() throws {
    let twin = CoinTwin()
    // Published (facts T8) to their own digits, and a separate computation's to all of its own.
    let published: [Double: (coin: Double, corner: Double, failure: Double)] = [
      0: (2.558582, 2.558582, 0.280894), 0.02: (4.154567, 0.503492, 9e-6), 0.1: (4.469200, 0.104599, 3e-6),
      0.5: (4.498713, 0.012624, 3e-6), 1: (4.447864, 0, 3e-6),
    ]
    for reference in CoinTwinStudy.references {
      let weights = try twin.trained(share: reference.share)
      #expect(abs(weights.coin - reference.coin) < 1e-8 && abs(weights.corner - reference.corner) < 1e-8)
      let centre = try twin.failure(weights, start: (3, 3))
      let far = try twin.failure(weights, start: (0, 0))
      #expect(abs(centre - reference.centre) < 1e-8 * max(0.1, reference.centre))
      #expect(abs(far - reference.far) < 1e-8 * max(0.1, reference.far))
      if let known = published[reference.share] {
        #expect(abs(weights.coin - known.coin) < 1e-6 && abs(weights.corner - known.corner) < 1e-6)
        #expect(abs(centre - known.failure) < 5.1e-7)
      }
    }
    #expect(try Reproduction.named("coin-twin").run(RandomSource(seed: 0)).agrees)
  }

  @Test("at the trained weights the loss has no slope, and its Hessian is the gradient's slope")
  func slope() throws {
    let twin = CoinTwin()
    let weights = try twin.trained(share: 0.1)
    #expect(twin.slope(weights, share: 0.1).gradient.allSatisfy { abs($0) < 1e-14 })
    // The Hessian is the slope of the gradient.
    let step = 1e-5
    let hessian = twin.slope(weights, share: 0.1).hessian
    for side in 0..<2 {
      let ends = [1.0, -1.0].map { sign in
        var moved = weights
        if side == 0 { moved.coin += sign * step } else { moved.corner += sign * step }
        return twin.slope(moved, share: 0.1).gradient
      }
      for row in 0..<2 { #expect(abs((ends[0][row] - ends[1][row]) / (2 * step) - hessian[row, side]) < 1e-8) }
    }
  }

  @Test("planted agents, devices and twins are told right")
  func agentsAndDevices() throws {
    // With a true rate of .97 for twins (194 of 200 measured) fewer than 25 of 32 come about once in 30,000.
    for (kinds, least) in [
      (PlantedBehavior.agents, 23), (PlantedBehavior.devices, 23), (PlantedBehavior.twins, 25),
    ] {
      let count = kinds.count == 8 ? 32 : 24
      let told = try AgentsAndDevicesStudy.told(kinds, count: count, random: RandomSource(seed: 11))
      #expect(told.count { $0.isRight } >= least, "\(kinds)")
    }
  }

  @Test("of agents and devices drawn from the two mixtures, as many are agents as the posterior says")
  func calibrated() throws {
    let told = try PriorDraws.told(count: 400, steps: 12, random: RandomSource(seed: 3))
    for (least, most) in [(0, 0.3), (0.3, 0.7), (0.7, 1)] {
      let bin = told.filter { $0.posterior >= least && ($0.posterior < most || most == 1) }
      let mean = Statistics.mean(bin.map(\.posterior))
      let share = Double(bin.count(where: \.isAgent)) / Double(bin.count)
      // Four standard errors: by chance one bin in 16,000 lies farther off.
      #expect(bin.count > 40)
      #expect(abs(share - mean) < 4 * (mean * (1 - mean) / Double(bin.count)).squareRoot())
    }
  }

  @Test("wrong goals, lacking skill and their twins get no wrong verdict", arguments: GoalVerdictStudy.Planted.allCases)
  func verdicts(planted: GoalVerdictStudy.Planted) throws {
    // Of 200 of each kind none was wrong: a true rate of 1.8 % at most, at which one of three is wrong in 5 % of tests.
    let verdicts = try GoalVerdictStudy.verdicts(planted, policies: 3, episodes: 100, random: RandomSource(seed: 2))
    #expect(verdicts.count { !planted.allows($0.kind) } <= 1)
    #expect(verdicts.contains { $0.kind != .unknown })
  }
}
