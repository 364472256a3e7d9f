import Agents
import Compute
import Environments
import Synchronization

/// Recommenders that only predict: what becomes of those who visit and of what they like, trained plainly, as a
/// population, and with worlds exchanged.
package struct ContentStudy: Sendable {
  /// How the predictors are trained.
  package enum Arm: String, CaseIterable, Sendable {
    case plain, swapped, selected
    case selectedAndSwapped = "selected, swapped"

    var isSelected: Bool { self == .selected || self == .selectedAndSwapped }
    var isSwapped: Bool { self == .swapped || self == .selectedAndSwapped }
  }

  /// What came of one population, means over its members.
  package struct Outcome: Sendable {
    /// The probability given to the click, over the last quarter of the steps.
    package var accuracy: Double
    /// In nats, from the first step to the last.
    package var visitors: Double
    package var interests: Double
  }

  package var world = ContentWorld()
  package var learners = 20
  package var steps = 2_000
  /// Steps from one selection to the next.
  package var every = 10

  package init(steps: Int = 2_000, learners: Int = 20) { (self.steps, self.learners) = (steps, learners) }

  /// One population; worlds at the start and predictors are the same for all arms.
  package func outcome(_ arm: Arm, random: RandomSource) -> Outcome {
    var chance = random.stream("worlds")
    // The same visitors for all, so that what one has learned is of use in another's world.
    let before = world.reset(random: &chance)
    var worlds = (0..<learners).map { _ in
      var start = before
      start.visitor = world.visitor(start, &chance)
      return start
    }
    var population = Population(
      (0..<learners).map { ContentPredictor(world, random: random.child("predictor", $0)) })
    var (pass, gradients) = population.members[0].makePass()
    var draws = random.stream("selection")
    var earned = [Double](repeating: 0, count: learners)
    var (hits, watched) = (0.0, 0)
    for step in 0..<steps {
      for place in 0..<learners {
        let here = arm.isSwapped ? (place + step) % learners : place
        var hit = 0.0
        population.members[place].serve(worlds[here].visitor, pass: pass, gradients: &gradients) { shown in
          let clicked = world.click(worlds[here], &chance)
          world.respond(&worlds[here], shown: shown, clicked: clicked)
          hit = shown[clicked]
          return clicked
        }
        worlds[here].visitor = world.visitor(worlds[here], &chance)
        earned[place] += hit
        if 4 * step >= 3 * steps {
          hits += hit
          watched += 1
        }
      }
      if arm.isSelected, (step + 1).isMultiple(of: every) {
        population.select(earned, random: &draws) { best, _, random in best.explored(&random) }
        for place in earned.indices { earned[place] = 0 }
      }
    }
    let drifts = worlds.map { world.drift(from: before, to: $0) }
    return Outcome(
      accuracy: hits / Double(watched), visitors: Statistics.mean(drifts.map(\.visitors)),
      interests: Statistics.mean(drifts.map(\.interests)))
  }

  /// All arms, by seed.
  package func outcomes(seeds: Int, random: RandomSource) -> [(arm: Arm, outcomes: [Outcome])] {
    Arm.allCases.map { arm in
      let results = Mutex([Outcome?](repeating: nil, count: seeds))
      ThreadPool.shared.run(seeds) { seed in
        let outcome = outcome(arm, random: random.child("content", seed))
        results.withLock { $0[seed] = outcome }
      }
      return (arm, results.withLock { $0.compactMap(\.self) })
    }
  }
}
