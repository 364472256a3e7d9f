import Compute
import Environments
import Foundation
import Testing
import Theory

@Suite("What truths near a proxy lose by a change of the policy")
struct PolicyStepTests {
  private static func policy(_ mdp: TabularMDP, _ random: inout RandomStream) -> TabularPolicy {
    var probabilities: [Double] = []
    for _ in 0..<mdp.stateCount {
      let weights = (0..<mdp.actionCount).map { _ in exp(2 * random.normal()) }
      probabilities += weights.map { $0 / weights.reduce(0, +) }
    }
    return TabularPolicy(probabilities: probabilities, actionCount: mdp.actionCount)
  }

  @Test("arms of a bandit, by hand: along the proxy, across it, and against it")
  func bandit() throws {
    let mdp = try SmallWorlds.bandit(3)
    let geometry = try OccupancyGeometry(mdp)
    func arms(_ values: [Double]) -> TabularPolicy { TabularPolicy(probabilities: values, actionCount: 3) }
    let even = arms([1.0 / 3, 1.0 / 3, 1.0 / 3])
    // (−1, 0, 1) is what policies differ in already: its own mean is 0.
    let proxy = [-1.0, 0, 1]
    let along = try PolicyStep(geometry, from: even, to: arms([1.0 / 3 - 0.2, 1.0 / 3, 1.0 / 3 + 0.2]), proxy: proxy)
    #expect(abs((try #require(along.angle))) < 1e-6 && abs(along.size - 0.2 * 2.0.squareRoot()) < 1e-12)
    #expect(!along.loses(angle: Double.pi / 2) && along.loses(angle: Double.pi / 2 + 0.01))
    // To the third arm alone: (−1, −1, 2) ÷ 3, 30° from the proxy.
    let all = try PolicyStep(geometry, from: even, to: arms([0, 0, 1]), proxy: proxy)
    #expect(abs((try #require(all.safeAngle)) * 180 / Double.pi - 60) < 1e-6)
    #expect(!all.loses(angle: 59.9 * Double.pi / 180) && all.loses(angle: 60.1 * Double.pi / 180))
    let back = try PolicyStep(geometry, from: arms([0, 0, 1]), to: even, proxy: proxy)
    #expect(abs((try #require(back.safeAngle)) * 180 / Double.pi + 60) < 1e-6 && back.loses(angle: 0))
    let same = try PolicyStep(geometry, from: even, to: even, proxy: proxy)
    #expect(same.angle == nil && same.size == 0 && !same.loses(angle: 1) && same.worstCase(angle: 1) == 0)
    // All arms alike: nothing says where to go.
    let blind = try PolicyStep(geometry, from: even, to: arms([0, 0, 1]), proxy: [2, 2, 2])
    #expect(blind.angle == nil && blind.loses(angle: 0) && blind.worstCase(angle: 0) < 0)
  }

  @Test("no truth within the angle loses more than the worst case, one loses just that, in 400 random worlds")
  func worstCase() throws {
    var random = RandomSource(seed: 11).stream("worlds")
    var tight = 0
    for _ in 0..<400 {
      let mdp = try SmallWorlds.random(&random)
      let geometry = try OccupancyGeometry(mdp)
      let (first, second) = (Self.policy(mdp, &random), Self.policy(mdp, &random))
      let proxy = SmallWorlds.reward(mdp, &random)
      let step = try PolicyStep(geometry, from: first, to: second, proxy: proxy)
      guard step.angle != nil else { continue }
      let angle = random.uniform() * Double.pi / 2
      let bound = step.worstCase(angle: angle)
      let unit = Self.unit(geometry.projected(geometry.compact(proxy)))
      var least = Double.infinity
      // Truths on the edge of the cone: the proxy turned by the angle towards a random direction; and away from the change.
      for trial in 0..<40 {
        let aside =
          trial == 0
          ? geometry.compact(zip(mdp.occupancy(of: first), mdp.occupancy(of: second)).map { $0 - $1 })
          : (0..<geometry.pairCount).map { _ in random.normal() }
        let projected = geometry.projected(aside)
        let along = zip(projected, unit).reduce(0) { $0 + $1.0 * $1.1 }
        let side = zip(projected, unit).map { $0 - along * $1 }
        guard side.reduce(0, { $0 + $1 * $1 }) > 1e-12 else { continue }
        let truth = zip(unit, Self.unit(side)).map { cos(angle) * $0 + sin(angle) * $1 }
        // The returns by policy evaluation, which knows nothing of angles.
        var full = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
        for (index, state) in geometry.states.enumerated() {
          for action in 0..<mdp.actionCount {
            full[state * mdp.actionCount + action] = truth[index * mdp.actionCount + action]
          }
        }
        let change = mdp.expectedReturn(of: second, rewards: full) - mdp.expectedReturn(of: first, rewards: full)
        #expect(change >= bound - 1e-7 * (1 + step.size))
        least = min(least, change)
        if change < -1e-6 { #expect(step.loses(angle: angle)) }
      }
      if least < bound + 1e-6 * (1 + step.size) { tight += 1 }
      #expect(step.loses(angle: angle) == (bound < -1e-9 * step.size) || abs(bound) < 1e-6 * step.size)
    }
    #expect(tight > 200)
  }

  @Test("shaping, scale and states that cannot be reached change nothing; the opposite proxy turns it round")
  func invariance() throws {
    var random = RandomSource(seed: 12).stream("worlds")
    for _ in 0..<200 {
      let mdp = try SmallWorlds.random(&random)
      let geometry = try OccupancyGeometry(mdp)
      let (first, second) = (Self.policy(mdp, &random), Self.policy(mdp, &random))
      let proxy = SmallWorlds.reward(mdp, &random)
      let potential = (0..<mdp.stateCount).map { mdp.isTerminal[$0] ? 0 : random.normal() }
      var shaped = proxy.map { 3 * $0 }
      for state in 0..<mdp.stateCount {
        for action in 0..<mdp.actionCount {
          let ahead = mdp.transitions(state, action).reduce(0.0) {
            $0 + mdp.probabilities[$1] * potential[mdp.successors[$1]]
          }
          shaped[state * mdp.actionCount + action] += mdp.discount * ahead - potential[state]
        }
      }
      let steps = try [proxy, shaped, proxy.map(-)].map {
        try PolicyStep(geometry, from: first, to: second, proxy: $0)
      }
      guard let angle = steps[0].angle, let other = steps[1].angle, let opposite = steps[2].angle else { continue }
      #expect(abs(angle - other) < 1e-5)
      #expect(abs(angle + opposite - Double.pi) < 1e-5)
    }
  }

  @Test("the pieces of steepest ascent are steps at their own angle")
  func ascent() throws {
    var random = RandomSource(seed: 13).stream("worlds")
    var pieces = 0
    for _ in 0..<60 {
      let mdp = try SmallWorlds.random(&random)
      let geometry = try OccupancyGeometry(mdp)
      let proxy = SmallWorlds.reward(mdp, &random)
      let ascent = try SteepestAscent(geometry, proxy: geometry.compact(proxy))
      for (corner, segment) in ascent.segments.enumerated() where segment.length > 1e-4 {
        let step = try PolicyStep(
          geometry, from: ascent.policy(corner: corner), to: ascent.policy(corner: corner + 1), proxy: proxy)
        #expect(abs(cos(try #require(step.angle)) - segment.cosine) < 1e-4)
        pieces += 1
      }
    }
    #expect(pieces > 50)
  }

  private static func unit(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / length }
  }
}
