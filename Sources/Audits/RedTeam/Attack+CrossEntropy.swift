import Compute
import Environments

extension Attack {
  /// The cross-entropy method, begun again and again from other starts: each generation is drawn around the best of the
  /// last, by the share of each action among them, or by their mean and deviation.
  ///
  /// How long an action is kept up (1, 2, 4 or 8 steps) is drawn for each beginning. The best plan survives; a
  /// beginning ends after `rounds` generations, or three that found nothing better.
  ///
  /// Source: Rubinstein 1999; De Boer, Kroese, Mannor, Rubinstein, "A tutorial on the cross-entropy method", 2005.
  func searchByCrossEntropy(_ budget: Int) {
    var draws = random.stream("red-team/cem")
    let before = rollout.simulated
    let model = KnotModel(rollout.specification.actionSpace, horizon: settings.horizon)
    var order: [Int] = []
    order.reserveCapacity(settings.population)
    var idle = 0
    while rollout.simulated - before < budget {
      let (index, state) = drawStart(&draws)
      let hold = 1 << draws.below(4)
      let simulated = rollout.simulated
      var (top, stale) = (-Double.infinity, 0)
      var found: AttackCandidate?
      for round in 0..<settings.rounds where rollout.simulated - before < budget && stale < 3 {
        for plan in 0..<settings.population {
          rollout.place(state, in: plan)
          let actions = rollout.plan(plan)
          if round == 0 {
            drawPlan(actions, &draws)
          } else if plan == 0 {
            actions.update(from: model.best, count: settings.horizon * rollout.rowSize)
          } else {
            model.draw(into: actions, hold: hold, &draws)
          }
        }
        rollout.run(settings.population)
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: 0..<settings.population)
        // Of equals the first: the order does not depend on the sort.
        order.sort { (rollout.scores[$0].excess, $1) > (rollout.scores[$1].excess, $0) }
        model.fit(order.prefix(settings.elites), plans: rollout.plans, hold: hold)
        let score = rollout.scores[order[0]].excess
        stale = score > top ? 0 : stale + 1
        guard score > top else { continue }
        top = score
        model.keepBest(rollout.plan(order[0]))
        found = AttackCandidate(
          start: starts[index],
          actions: Array(
            UnsafeBufferPointer(
              start: rollout.plan(order[0]), count: rollout.scores[order[0]].end * rollout.rowSize)),
          excess: top, search: .crossEntropy, foundAfter: rollout.simulated - before)
      }
      note(top, fromStart: index)
      if let found { keep(found) { found.actions } }
      // Starts that are all over take no steps.
      idle = rollout.simulated == simulated ? idle + 1 : 0
      if idle > 100 { break }
    }
  }
}
