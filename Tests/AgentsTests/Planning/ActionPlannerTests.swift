import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Rewards
import Testing

/// Minus the squared distance of what is seen next from (1, 0), as single numbers.
private final class NearOne: TransitionReward {
  func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      rewards[row] = transitions.withNextObservation(row) { -($0[0] - 1) * ($0[0] - 1) - $0[1] * $0[1] }
    }
  }
}

@Suite("Planning through a model")
struct ActionPlannerTests {
  /// a grows by half of b, b by a fifth of the push, exactly: a linear network whose weights are set by hand.
  private func ensemble(discrete: Bool, predictsReward: Bool = false, predictsEnd: Bool = false) -> DynamicsEnsemble {
    var settings = DynamicsSettings()
    (settings.members, settings.hidden) = (2, [])
    var ensemble = DynamicsEnsemble(
      settings, specification: seenWorld(discrete: discrete), predictsReward: predictsReward, predictsEnd: predictsEnd,
      random: RandomSource(seed: 1))
    let outputs = ensemble.outputSize
    let rows: [[Float]] =
      discrete ? [[0, 0], [0.5, 0], [0, -0.2], [0, 0], [0, 0.2]] : [[0, 0], [0.5, 0], [0, 0.2]]
    var weights: [Float] = []
    for (index, row) in rows.enumerated() {
      var row = row
      // The reward is a; the end's logit is 100 · (a − .5).
      if predictsReward { row.append(index == 0 ? 1 : 0) }
      if predictsEnd { row.append(index == 0 ? 100 : 0) }
      weights += row
    }
    var biases = [Float](repeating: 0, count: outputs)
    if predictsEnd { biases[outputs - 1] = -50 }
    ensemble.network.parameters = weights + biases + weights + biases
    return ensemble
  }

  private func settings(horizon: Int, hold: Int = 1) -> PlanningSettings {
    var settings = PlanningSettings()
    (settings.horizon, settings.hold, settings.discount) = (horizon, hold, 0.9)
    (settings.population, settings.elites, settings.rounds) = (96, 8, 5)
    return settings
  }

  /// What a plan of pushes earns from (a, b), reckoned by the world's rules.
  private func worth(_ pushes: [Double], _ a: Double, _ b: Double) -> Double {
    var (a, b, factor, sum) = (a, b, 1.0, 0.0)
    for push in pushes {
      (a, b) = (a + 0.5 * b, b + 0.2 * push)
      sum += factor * (-(a - 1) * (a - 1) - b * b)
      factor *= 0.9
    }
    return sum
  }

  @Test("of 3⁵ sequences of discrete actions it finds the best from several places, and says what it is worth")
  func exhaustive() {
    let planner = ActionPlanner(
      ensemble(discrete: true), settings(horizon: 5), specification: seenWorld(discrete: true), reward: NearOne())
    let all = (0..<243).map { code in (0..<5).map { Double(code / [1, 3, 9, 27, 81][$0] % 3) } }
    for (index, place) in [(0.0, 0.0), (1, 1), (-1, 0.5), (2, -0.7)].enumerated() {
      let best = all.map { worth($0.map { $0 - 1 }, place.0, place.1) }.max()!
      var plan = [Float](repeating: -1, count: 5)
      var random = RandomSource(seed: 2).stream("plan", index)
      let value = planner.plan(
        from: [Float(place.0), Float(place.1)], known: nil, into: &plan, random: &random)
      #expect(abs(worth(plan.map { Double($0) - 1 }, place.0, place.1) - value) < 1e-4)
      #expect(value >= best - 1e-4, "\(value) of \(best)")
    }
  }

  @Test(
    "with numbers as actions it earns what the exact optimum earns, but for a little; each action is kept for its time")
  func continuous() {
    let planner = ActionPlanner(
      ensemble(discrete: false), settings(horizon: 8, hold: 2), specification: seenWorld(), reward: NearOne())
    var plan = [Float](repeating: 0, count: 8)
    var random = RandomSource(seed: 3).stream("plan")
    let value = planner.plan(from: [0, 0], known: nil, into: &plan, random: &random)
    #expect(stride(from: 0, to: 8, by: 2).allSatisfy { plan[$0] == plan[$0 + 1] } && plan.allSatisfy { abs($0) <= 1 })
    // The best of a fine grid over four actions, twice refined by halves of its step.
    var (centre, step) = ([0.0, 0, 0, 0], 0.5)
    var best = -Double.infinity
    for _ in 0..<6 {
      let offsets = [-2.0, -1, 0, 1, 2].map { $0 * step }
      var next = centre
      for code in 0..<625 {
        let knots = (0..<4).map { min(max(centre[$0] + offsets[code / [1, 5, 25, 125][$0] % 5], -1), 1) }
        let earned = worth(knots.flatMap { [$0, $0] }, 0, 0)
        if earned > best { (best, next) = (earned, knots) }
      }
      (centre, step) = (next, step / 2)
    }
    #expect(value <= best + 1e-4 && value > best - 0.03, "\(value) of \(best)")
    let again = plan
    random = RandomSource(seed: 3).stream("plan")
    _ = planner.plan(from: [0, 0], known: nil, into: &plan, random: &random)
    #expect(plan == again, "the same stream finds the same")
    // A search that begins with a plan never ends with a worse one.
    var short = planner.settings
    (short.rounds, short.population, short.elites) = (1, 8, 2)
    let hasty = ActionPlanner(ensemble(discrete: false), short, specification: seenWorld(), reward: NearOne())
    for seed in 0..<10 {
      var random = RandomSource(seed: 4).stream("hasty", seed)
      #expect(hasty.plan(from: [0, 0], known: again, into: &plan, random: &random) >= value - 1e-5)
    }
  }

  @Test("the predicted reward counts by the chance that the episode has lasted")
  func ends() {
    // From a = 1 the first step ends it for sure: its reward, 1, is all; from a = 0 it goes on, and earns nothing.
    let planner = ActionPlanner(
      ensemble(discrete: true, predictsReward: true, predictsEnd: true), settings(horizon: 4),
      specification: seenWorld(discrete: true))
    var plan = [Float](repeating: 0, count: 4)
    var random = RandomSource(seed: 5).stream("plan")
    #expect(abs(planner.plan(from: [1, 0], known: nil, into: &plan, random: &random) - 1) < 1e-5)
    let alone = ActionPlanner(
      ensemble(discrete: true, predictsReward: true), settings(horizon: 1), specification: seenWorld(discrete: true))
    #expect(abs(alone.plan(from: [1, 0], known: nil, into: &plan, random: &random) - 1) < 1e-6)
  }
}
