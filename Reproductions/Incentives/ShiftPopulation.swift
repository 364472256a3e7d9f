import Agents
import Compute
import Environments

/// Small learners side by side in ``SelfInducedShift``, step by step, each in a world of its own or going from world to
/// world, with selection among them or without.
package struct ShiftPopulation: Sendable {
  package var world = SelfInducedShift()
  package var learners = 20
  package var steps = 4_000
  /// Steps from one selection to the next; nil for none.
  package var selection: Int?
  /// Steps from one exchange of worlds to the next; nil for none.
  package var swap: Int?

  package init(
    _ world: SelfInducedShift = SelfInducedShift(), selection: Int? = nil, swap: Int? = nil, steps: Int = 4_000
  ) {
    (self.world, self.selection, self.swap, self.steps) = (world, selection, swap, steps)
  }

  /// The share of cooperation in the last quarter of the steps.
  package func rate<Learner: ShiftLearner>(
    random: RandomSource, _ make: (inout RandomStream) -> Learner
  ) -> Double {
    var own = (0..<learners).map { random.stream("learner", $0) }
    var population = Population(own.indices.map { make(&own[$0]) })
    var chance = random.stream("worlds")
    var worlds = own.indices.map { _ in world.reset(random: &chance) }
    var draws = random.stream("selection")
    var earned = [Double](repeating: 0, count: learners)
    var (cooperations, watched) = (0, 0)
    func seen(_ state: SelfInducedShift.State) -> Int { world.sight == .last && state.hasCooperated ? 1 : 0 }
    for step in 0..<steps {
      let offset = swap.map { step / $0 } ?? 0
      for place in own.indices {
        let here = (place + offset) % learners
        let before = seen(worlds[here])
        let action = population.members[place].act(before, random: &own[place])
        let reward = world.step(&worlds[here], action, random: &chance).reward
        population.members[place].learn(
          seen: before, action: action, reward: reward, next: seen(worlds[here]), random: &own[place])
        earned[place] += reward
        if 4 * step >= 3 * steps {
          watched += 1
          cooperations += action == SelfInducedShift.cooperate ? 1 : 0
        }
      }
      if let selection, (step + 1).isMultiple(of: selection) {
        population.select(earned, random: &draws) { best, _, random in best.explored(&random) }
        for place in earned.indices { earned[place] = 0 }
      }
    }
    return Double(cooperations) / Double(watched)
  }
}
