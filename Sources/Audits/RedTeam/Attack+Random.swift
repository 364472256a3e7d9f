import Compute
import Environments

extension Attack {
  /// Random search: the control that every other search has to beat.
  func searchAtRandom(_ budget: Int) {
    var draws = random.stream("red-team/random")
    let before = rollout.simulated
    var origins = [Int](repeating: 0, count: settings.population)
    while rollout.simulated - before < budget {
      for plan in 0..<settings.population {
        let (index, state) = drawStart(&draws)
        origins[plan] = index
        rollout.place(state, in: plan)
        drawPlan(rollout.plan(plan), &draws)
      }
      let simulated = rollout.simulated
      rollout.run(settings.population)
      for plan in 0..<settings.population {
        note(rollout.scores[plan].excess, fromStart: origins[plan])
        keep(plan, from: starts[origins[plan]], .random, since: before)
      }
      // Starts that are all over take no steps.
      if rollout.simulated == simulated { break }
    }
  }
}
