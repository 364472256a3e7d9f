import Compute
import Environments
import Testing
import Theory

@Suite("How badly a proxy can be hacked by stochastic policies")
struct WorstLossTests {
  @Test("the two-state world: W(R1 | R4) is ¾, with a witness that the proxy does not think worse")
  func byHand() throws {
    let loss = try WorstLoss(truth: PaperWorlds.r1, proxy: PaperWorlds.r4, in: PaperWorlds.twoStates())
    let worst = try loss.betweenAnyTwo()
    #expect(abs(worst.normalised - 0.75) < 1e-8)
    #expect(abs(worst.trueLoss - 1.5) < 1e-8 && worst.proxyGain > -1e-8)
    for (value, want) in zip(worst.before, [0, 0.5, 0, 1.5]) { #expect(abs(value - want) < 1e-8) }
    let inversion = try #require(try loss.clearestInversion())
    #expect(inversion.trueLoss > 0.1 && inversion.proxyGain > 0.1)
  }

  @Test("there is a strict inversion exactly if the angle is not 0, and W is 0 exactly then")
  func agreesWithAngle() throws {
    var stream = RandomSource(seed: 15).stream("tests/worst-loss")
    var decided = 0
    for index in 0..<400 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let truth = PaperWorlds.reward(&stream, for: mdp)
      let isSame = stream.bernoulli(0.3)
      let proxy =
        isSame ? PaperWorlds.disguised(truth, mdp, &stream) : PaperWorlds.reward(&stream, for: mdp)
      let loss = try WorstLoss(truth: truth, proxy: proxy, in: mdp)
      let angle = try RewardAngle(truth, proxy, in: mdp)
      #expect(angle.firstIsTrivial == loss.truthIsTrivial)
      guard let degrees = angle.degrees else {
        #expect(try loss.clearestInversion() == nil)
        continue
      }
      decided += 1
      let inversion = try loss.clearestInversion()
      #expect((inversion == nil) == (degrees < 1e-3), "degrees \(degrees)")
      let worst = try loss.betweenAnyTwo().normalised
      #expect(worst >= -1e-8 && worst <= 1 + 1e-8)
      if isSame { #expect(worst < 1e-6) }
      if let inversion { #expect(worst >= inversion.normalised - 1e-7) }
    }
    #expect(decided > 100)
  }

  @Test("the worst loss grows with the radius, and the largest safe radius is where it reaches its target")
  func restricted() throws {
    let mdp = try PaperWorlds.twoStates()
    let loss = try WorstLoss(truth: PaperWorlds.r1, proxy: PaperWorlds.r4, in: mdp)
    let reference = mdp.occupancy(of: .uniform(stateCount: 2, actionCount: 2))
    var last = 0.0
    for radius in [0, 0.1, 0.3, 0.6, 1, 2] {
      let ball = OccupancyRestriction(reference: reference, radius: radius)
      let now = try loss.betweenAnyTwo(ball).normalised
      #expect(now >= last - 1e-9)
      #expect(try loss.against(reference: reference, ball).normalised <= now + 1e-8)
      last = now
    }
    #expect(abs(last - 0.75) < 1e-7)
    for target in [0.05, 0.2, 0.4] {
      for betweenAnyTwo in [true, false] {
        let safe = try loss.largestSafeRadius(target: target, reference: reference, betweenAnyTwo: betweenAnyTwo)
        #expect(safe.loss <= target + 1e-8)
        guard safe.radius < 2 else { continue }
        let ball = OccupancyRestriction(reference: reference, radius: safe.radius + 1e-4)
        let beyond =
          try betweenAnyTwo ? loss.betweenAnyTwo(ball) : loss.against(reference: reference, ball)
        #expect(beyond.normalised > target)
      }
    }
    // A box around the reference is a restriction as well; and a cap that no policy meets is an error.
    let box = try loss.betweenAnyTwo(OccupancyRestriction(reference: reference, box: 0.05)).normalised
    #expect(box > 0 && box < 0.75)
    #expect(throws: InputError.self) { try loss.betweenAnyTwo(OccupancyRestriction(leastTrueReturn: 3)) }
    #expect(try loss.betweenAnyTwo(OccupancyRestriction(leastTrueReturn: 2)).normalised < 1e-7)
  }

  @Test("opposite rewards: the angle is 180°, and everything can be lost")
  func opposite() throws {
    let mdp = try PaperWorlds.twoStates()
    let minus = PaperWorlds.r1.map { -$0 }
    #expect(try RewardAngle(PaperWorlds.r1, minus, in: mdp).degrees == 180)
    #expect(abs(try WorstLoss(truth: PaperWorlds.r1, proxy: minus, in: mdp).betweenAnyTwo().normalised - 1) < 1e-8)
  }
}
