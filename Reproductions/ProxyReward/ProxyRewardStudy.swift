import Agents
import Compute
import Environments
import Foundation
import Rewards

extension Reproduction {
  /// Inverse reward design: the worked example, and walls of lava of which the designer never thought.
  static let proxyReward = Reproduction(
    name: "proxy-reward", summary: "What a proxy reward leaves open: lava that its designer never met",
    source: "Hadfield-Menell, Milli, Abbeel, Russell, Drăgan, \"Inverse reward design\", NeurIPS 2017",
    duration: "a moment"
  ) { random in
    let study = try ProxyRewardStudy(random: random)
    return ReproductionResult(
      title: "The worked example by hand, and what plans do at a wall of lava (discounted steps into lava)",
      numbers: try workedExample() + study.learned() + (1...6).flatMap(study.wall),
      remarks: [
        "Straight through the wall is one step into lava, the third: 0.95² discounted.",
        "The proxy gives lava 0, as dirt; the designer's world had none. Its bits are what a finite number of draws adds.",
        "Rewards have no common zero. Measured from nothing, the worst is whoever values all of it little, and caution does "
          + "not keep out of lava. Measured from what the proxy did where it was made, caution goes round a low wall; at a "
          + "high one it hedges, since the longer way is against somebody's interest as well.",
        "Each step against its own worst reward, measured from dirt, goes round every wall, however long the way.",
      ])
  }

  /// Dirt, grass and lava; three candidates, two proxies; all by hand.
  private static func workedExample() throws -> [ReproducedNumber] {
    let posterior = try ProxyRewardPosterior(
      candidates: [[1, 0, -5], [1, 0, 5], [0, 1, 0]], behaviors: [[1, 0, 0], [0, 1, 0]], written: 0)
    let plans = [[2.0, 0, 1], [1.0, 1, 0]]
    let choice = posterior.cautiousPlan(among: plans)
    func number(_ name: String, _ ours: Double, _ reference: Double, _ tolerance: Double = 5e-5) -> ReproducedNumber {
      ReproducedNumber("worked example: " + name, ours, reference: reference, tolerance: tolerance, note: "by hand")
    }
    return zip(posterior.probabilities, [0.4223, 0.4223, 0.1554]).enumerated().map { index, pair in
      number("posterior of candidate \(index + 1)", pair.0, pair.1)
    } + [
      number("mean of the way through lava", posterior.mean(of: plans[0]), 1.689, 5e-4),
      number("mean of the safe way", posterior.mean(of: plans[1]), 1),
      number("worst of the way through lava", posterior.worst(of: plans[0]).value, -3),
      number("worst of the safe way", posterior.worst(of: plans[1]).value, 1),
      number("plan of the mean (1: lava, 2: safe)", Double(choice.meanPlan + 1), 1),
      number("plan of caution", Double(choice.plan + 1), 2),
    ]
  }
}

/// A proxy written for a world without lava, what it leaves open, and plans for worlds with some.
package struct ProxyRewardStudy: Sendable {
  /// Dirt, grass, target, lava: of lava the designer did not think.
  package let written = [0, -0.5, 1, 0.0]
  package let samples: ProxyRewardSampler.Samples
  /// Of the posterior, those that are planned against.
  package let draws: [[Double]]

  package init(random: RandomSource) throws {
    let design = try LavaWorld.trained().design
    let levels = [-1, -0.5, 0, 0.5, 1]
    // A weight of lava changes nothing there: it would only count each proxy several times.
    let behaviors = try levels.flatMap { dirt in
      try levels.flatMap { grass in try levels.map { target in try design.behavior(of: [dirt, grass, target, 0]) } }
    }
    samples = try ProxyRewardSampler(
      behaviors: behaviors, trained: try design.behavior(of: written), rationality: 20
    ).sample(random: random)
    let candidates = samples.posterior.candidates
    draws = stride(from: 0, to: candidates.count, by: candidates.count / 200).map { candidates[$0] }
  }

  func learned() -> [ReproducedNumber] {
    zip(LavaWorld.Terrain.allCases, samples.bitsLearned).map { terrain, bits in
      ReproducedNumber("bits learned about \(terrain)", bits)
    }
  }

  /// How caution is measured.
  package enum Caution: String, CaseIterable, Sendable {
    case wholePlan = "whole plan, from what was trained"
    case wholePlanFromNothing = "whole plan, from nothing"
    case eachStep = "each step, from dirt"
    case eachStepFromNothing = "each step, from nothing"
  }

  package func plan(_ caution: Caution, in world: LavaWorld) throws -> CautiousPlan {
    let (mdp, rewards) = (world.design.mdp, draws.map(world.design.rewards))
    switch caution {
    case .wholePlan:
      let trained = samples.posterior.trained
      return try CautiousPlan.forWholePlan(
        mdp, rewards: rewards, offsets: draws.map { zip($0, trained).reduce(0) { $0 + $1.0 * $1.1 } })
    case .wholePlanFromNothing: return try CautiousPlan.forWholePlan(mdp, rewards: rewards)
    case .eachStep:
      return try CautiousPlan.forEachStep(
        mdp, rewards: rewards, offsets: draws.map { $0[LavaWorld.Terrain.dirt.rawValue] })
    case .eachStepFromNothing: return try CautiousPlan.forEachStep(mdp, rewards: rewards)
    }
  }

  func wall(height: Int) throws -> [ReproducedNumber] {
    let world = try LavaWorld.wall(height: height)
    let (mdp, design) = (world.design.mdp, world.design)
    let naive = PolicyIteration.solve(mdp, rewards: design.rewards(written)).policy
    let straight = 0.95 * 0.95
    func number(_ plan: String, _ policy: TabularPolicy, reference: Double?) -> ReproducedNumber {
      let (lava, target) = world.lavaAndTarget(policy)
      return ReproducedNumber(
        "\(2 * height) steps round: \(plan)", lava, reference: reference, tolerance: reference.map { _ in 1e-6 },
        note: String(format: "on the target %.2f", target))
    }
    return [number("the proxy's plan", naive, reference: straight)]
      + (try Caution.allCases.map { caution in
        let staysOut = caution == .eachStep || caution == .wholePlan && height == 1
        return number(caution.rawValue, try plan(caution, in: world).policy, reference: staysOut ? 0 : nil)
      })
  }
}
