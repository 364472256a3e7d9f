import Compute
import Environments

extension Attack {
  /// The best plan of a cell.
  private struct Elite {
    var start: AttackStart
    var origin: AttackState<World>
    /// All of its actions, and where they lead.
    var actions: [Float]
    var end: AttackState<World>
    var score: PlanScore
    /// How often plans were made of it.
    var tries = 0
  }

  /// Where a plan begins, and which of the attack's starts that is.
  private struct Parent {
    var start: AttackStart
    var state: AttackState<World>
    var origin: Int?
  }

  /// MAP-Elites over the features of where a plan ends: a cell keeps the plan with the most excess, and of equals the one
  /// that ends after fewer steps of its episode.
  ///
  /// New plans are fresh ones (a tenth), cells' plans with some actions changed or drawn anew from a step on, and
  /// plans that go on from where a cell's plan ended: as states are values, what was reached once need not be reached
  /// again. Of two cells that are drawn the one that was tried less is taken.
  ///
  /// Sources: Mouret & Clune, "Illuminating search spaces by mapping elites", 2015 (arXiv 1504.04909); going on from
  /// cells after Ecoffet et al., "First return, then explore", Nature 2021.
  func searchByElites(_ budget: Int, since before: Int, features: [NamedFeature], seen: [Trajectory]) throws {
    let map = ElitesFeatures(features, cells: settings.cells, seen: seen)
    elitesFeatures = features.map(\.name)
    var draws = random.stream("red-team/elites")
    var elites: [Elite?] = Array(repeating: nil, count: settings.cells * settings.cells)
    var filled: [Int] = []
    var parents: [Parent] = []
    while rollout.simulated - before < budget {
      parents.removeAll(keepingCapacity: true)
      for plan in 0..<settings.population {
        let parent = propose(plan, elites: &elites, filled: filled, &draws)
        parents.append(parent)
        rollout.place(parent.state, in: plan)
      }
      let simulated = rollout.simulated
      rollout.run(settings.population)
      for plan in 0..<settings.population where rollout.scores[plan].steps > 0 {
        let parent = parents[plan]
        let score = rollout.scores[plan]
        if let origin = parent.origin { note(score.excess, fromStart: origin) }
        let cell = map.cell(of: lastTransition(of: plan))
        if let old = elites[cell] {
          guard
            score.excess > old.score.excess
              || score.excess == old.score.excess && rollout.steps[plan] < old.end.steps
          else { continue }
        } else {
          filled.append(cell)
        }
        elites[cell] = Elite(
          start: parent.start, origin: parent.state,
          actions: Array(UnsafeBufferPointer(start: rollout.plan(plan), count: score.steps * rollout.rowSize)),
          end: rollout.state(of: plan), score: score)
        keep(plan, from: parent.start, .elites, since: before)
      }
      if rollout.simulated == simulated { break }
    }
    reached = Double(filled.count) / Double(elites.count)
    handOn(elites.compactMap { $0 })
  }

  /// Writes a plan, and says where it begins.
  private func propose(
    _ plan: Int, elites: inout [Elite?], filled: [Int], _ draws: inout RandomStream
  ) -> Parent {
    let actions = rollout.plan(plan)
    guard filled.count > 1, !draws.bernoulli(0.1) else {
      let (index, state) = drawStart(&draws)
      drawPlan(actions, &draws)
      return Parent(start: starts[index], state: state, origin: index)
    }
    let (one, other) = (filled[draws.below(filled.count)], filled[draws.below(filled.count)])
    let chosen = (elites[other]?.tries ?? 0) < (elites[one]?.tries ?? 0) ? other : one
    elites[chosen]?.tries += 1
    guard let elite = elites[chosen] else { preconditionFailure("a cell that is filled") }
    let limit = rollout.specification.maximumEpisodeSteps ?? .max
    if draws.bernoulli(0.5), !elite.end.isOver, elite.end.steps < limit {
      drawPlan(actions, &draws)
      return Parent(start: elite.start.later(by: elite.actions), state: elite.end)
    }
    let steps = elite.actions.count / rollout.rowSize
    actions.update(from: elite.actions, count: elite.actions.count)
    if draws.bernoulli(0.5) {
      drawPlan(actions, from: draws.below(max(1, steps)), &draws)
    } else {
      if steps < settings.horizon { drawPlan(actions, from: steps, &draws) }
      let rate = [0.02, 0.1, 0.3][draws.below(3)]
      for step in 0..<settings.horizon where draws.bernoulli(rate) {
        rollout.specification.actionSpace.draw(into: actions + step * rollout.rowSize, &draws)
      }
    }
    return Parent(start: elite.start, state: elite.origin)
  }

  /// The searches that follow may begin where the best cells' plans begin, and where they end.
  private func handOn(_ elites: [Elite]) {
    let limit = rollout.specification.maximumEpisodeSteps ?? .max
    let ranked = elites.indices.sorted { (elites[$0].score.excess, $1) > (elites[$1].score.excess, $0) }
    for index in ranked.prefix(32) {
      let elite = elites[index]
      addStart(elite.start, elite.origin, excess: elite.score.excess)
      guard !elite.end.isOver, elite.end.steps < limit else { continue }
      addStart(elite.start.later(by: elite.actions), elite.end, excess: elite.score.excess)
    }
  }

  private func lastTransition(of plan: Int) -> Trajectory {
    let (size, rowSize) = (rollout.size, rollout.rowSize)
    func row(_ start: UnsafePointer<Float>, _ count: Int) -> UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(start: start + plan * count, count: count)
    }
    return Trajectory(
      observationSize: size, actionRowSize: rowSize,
      observations: Array(row(rollout.lastObservations, size)) + Array(row(rollout.lastNext, size)),
      actions: Array(row(rollout.lastActions, rowSize)), rewards: [0], terminated: false, truncated: false, start: nil)
  }

  /// Random play from the first starts: what features vary, and how far. Counted among the simulated steps, and at most about
  /// a tenth of this budget.
  func probing(_ budget: Int) -> [Trajectory] {
    let clips = 32
    let steps = max(1, min(200, rollout.specification.maximumEpisodeSteps ?? 200, budget / (10 * clips)))
    rollout.count(clips * steps)
    return EnvironmentEntry(world).randomClips(clips, steps: steps, random: random.child("red-team/probing"))
  }
}
