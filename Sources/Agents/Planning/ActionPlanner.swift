import Compute
import Environments
import Foundation
import Rewards

/// Looks for the actions that a model of the dynamics expects to earn most: the cross-entropy method over sequences of
/// actions, each kept up for some steps.
///
/// Why not gradients through the model: a reward need not have any (a named reward, a table, a person's rule), nor have
/// discrete actions, and a learned reward is flat far from what was judged, where a gradient says nothing and ranks
/// still do. Each network of the ensemble plays a plan out by itself, and a plan is worth the mean over networks: what
/// pays in one network's errors alone does not win. A step counts by the chance that the episode has lasted so far.
///
/// The first round tries sequences at random in which actions persist, and some around the plan that was followed
/// before; each further round draws around the best of the last. Allocates nothing after `init`; results depend on the
/// arguments alone. Not thread-safe.
package final class ActionPlanner {
  package let rollout: ModelRollout
  package let settings: PlanningSettings
  private let specification: EnvironmentSpecification
  private let discrete: Int?
  private let low: [Float]
  private let high: [Float]
  /// What is to be earned; nil for the reward that the ensemble predicts.
  package var reward: (any TransitionReward)?

  private let size: Int
  /// [population × knots × action row size], drawn and the best so far.
  private let candidates: UnsafeMutablePointer<Float>
  private let best: UnsafeMutablePointer<Float>
  /// [knots × action row size], or [knots × actions] for discrete ones: means or probabilities, and deviations.
  private let means: UnsafeMutablePointer<Float>
  private let deviations: UnsafeMutablePointer<Float>
  /// [elites]: candidates of this round, best first.
  private let elites: UnsafeMutablePointer<Int>
  /// [population]
  private let scores: UnsafeMutablePointer<Double>
  /// [members × population × …]
  private let states: [UnsafeMutablePointer<Float>]
  private let actions: UnsafeMutablePointer<Float>
  private let rewards: UnsafeMutablePointer<Float>
  private let ends: UnsafeMutablePointer<Float>
  private let alive: UnsafeMutablePointer<Float>
  private let over: UnsafeMutablePointer<Bool>

  /// - Parameters:
  ///   - ensemble: the model; without a reward to be given it must predict one.
  ///   - specification: of the world whose model it is; continuous actions have finite bounds.
  package init(
    _ ensemble: DynamicsEnsemble, _ settings: PlanningSettings, specification: EnvironmentSpecification,
    reward: (any TransitionReward)? = nil
  ) {
    precondition(reward != nil || ensemble.predictsReward, "a plan needs something to earn")
    precondition(settings.elites >= 1 && settings.elites <= settings.population, "elites are of the population")
    self.settings = settings
    self.specification = specification
    self.reward = reward
    rollout = ModelRollout(ensemble, capacity: settings.population)
    discrete = ensemble.discreteActions
    if case .continuous(let box) = specification.actionSpace {
      (low, high) = (box.low, box.high)
    } else {
      (low, high) = ([], [])
    }
    size = specification.actionSpace.rowSize
    let (population, members) = (settings.population, ensemble.members)
    candidates = zeroedFloats(population * settings.knots * size)
    best = zeroedFloats(settings.knots * size)
    means = zeroedFloats(settings.knots * max(size, discrete ?? 0))
    deviations = zeroedFloats(settings.knots * size)
    elites = .allocate(capacity: settings.elites)
    scores = .allocate(capacity: population)
    elites.initialize(repeating: 0, count: settings.elites)
    scores.initialize(repeating: 0, count: population)
    states = (0..<2).map { _ in zeroedFloats(members * population * ensemble.observationSize) }
    actions = zeroedFloats(members * population * size)
    rewards = zeroedFloats(members * population)
    ends = zeroedFloats(members * population)
    alive = zeroedFloats(members * population)
    over = .allocate(capacity: members * population)
    over.initialize(repeating: false, count: members * population)
  }

  deinit {
    for memory in [candidates, best, means, deviations, actions, rewards, ends, alive] + states { memory.deallocate() }
    elites.deallocate()
    scores.deallocate()
    over.deallocate()
  }

  /// The best plan that is found.
  ///
  /// - Parameters:
  ///   - observation: where it begins.
  ///   - known: [horizon × action row size], a plan to begin the search from; nil for none.
  ///   - plan: [horizon × action row size].
  /// - Returns: the discounted sum of rewards that is expected of it.
  /// - Complexity: rounds × population × horizon × members steps of the model.
  @discardableResult
  package func plan(
    from observation: UnsafePointer<Float>, known: UnsafePointer<Float>?, into plan: UnsafeMutablePointer<Float>,
    random: inout RandomStream
  ) -> Double {
    let length = settings.knots * size
    var top = -Double.infinity
    for round in 0..<settings.rounds {
      for candidate in 0..<settings.population {
        let knots = candidates + candidate * length
        if round == 0 {
          propose(knots, candidate, known, &random)
        } else if candidate == 0 {
          knots.update(from: best, count: length)
        } else {
          drawAroundElites(knots, &random)
        }
      }
      score(from: observation)
      chooseElites()
      if round == 0 || scores[elites[0]] > top {
        top = scores[elites[0]]
        best.update(from: candidates + elites[0] * length, count: length)
      }
      if round + 1 < settings.rounds { narrow() }
    }
    for step in 0..<settings.horizon {
      (plan + step * size).update(from: best + step / settings.hold * size, count: size)
    }
    return top
  }

  /// A sequence of the first round: the known plan itself, then some near it, and the rest at random.
  private func propose(
    _ knots: UnsafeMutablePointer<Float>, _ candidate: Int, _ known: UnsafePointer<Float>?,
    _ random: inout RandomStream
  ) {
    if let known, candidate < settings.population / 2 {
      for knot in 0..<settings.knots {
        let target = knots + knot * size
        target.update(from: known + knot * settings.hold * size, count: size)
        guard candidate > 0 else { continue }
        if let discrete {
          if random.bernoulli(0.2) { target[0] = Float(random.below(discrete)) }
        } else {
          for index in 0..<size {
            target[index] = within(target[index] + 0.15 * (high[index] - low[index]) * Float(random.normal()), index)
          }
        }
      }
      return
    }
    for knot in 0..<settings.knots {
      let target = knots + knot * size
      // Sequences that change at every step get nowhere.
      if knot > 0, !random.bernoulli(0.3) {
        target.update(from: target - size, count: size)
      } else {
        specification.actionSpace.draw(into: target, &random)
      }
    }
  }

  private func within(_ value: Float, _ index: Int) -> Float { min(max(value, low[index]), high[index]) }

  private func drawAroundElites(_ knots: UnsafeMutablePointer<Float>, _ random: inout RandomStream) {
    for knot in 0..<settings.knots {
      if let discrete {
        var rest = random.uniformFloat()
        var chosen = discrete - 1
        for action in 0..<discrete {
          rest -= means[knot * discrete + action]
          if rest < 0 {
            chosen = action
            break
          }
        }
        knots[knot] = Float(chosen)
      } else {
        for index in 0..<size {
          let place = knot * size + index
          knots[place] = within(means[place] + deviations[place] * Float(random.normal()), index)
        }
      }
    }
  }

  /// What each candidate earns, by every network and on average.
  private func score(from observation: UnsafePointer<Float>) {
    let (ensemble, population) = (rollout.ensemble, settings.population)
    let (rows, width) = (ensemble.members * population, ensemble.observationSize)
    for row in 0..<rows {
      (states[0] + row * width).update(from: observation, count: width)
      alive[row] = 1
    }
    for candidate in 0..<population { scores[candidate] = 0 }
    var factor = 1.0
    for step in 0..<settings.horizon {
      let (now, next) = (states[step & 1], states[1 - step & 1])
      for row in 0..<rows {
        let knot = row % population * settings.knots + step / settings.hold
        (actions + row * size).update(from: candidates + knot * size, count: size)
      }
      rollout.step(now, actions, rows: population, next: next, rewards: rewards, ends: ends)
      if let reward {
        for row in 0..<rows { over[row] = ends[row] > 0.5 }
        reward.evaluate(
          TransitionRows(
            count: rows, observations: now, actions: actions, nextObservations: next, terminated: over,
            specification: specification), into: rewards)
      }
      for row in 0..<rows {
        scores[row % population] += factor * Double(alive[row] * rewards[row])
        alive[row] *= 1 - ends[row]
      }
      factor *= Double(settings.discount)
    }
    for candidate in 0..<population {
      let score = scores[candidate] / Double(ensemble.members)
      scores[candidate] = score.isFinite ? score : -.greatestFiniteMagnitude
    }
  }

  /// The best candidates, best first, of equals the first.
  private func chooseElites() {
    var kept = 0
    for candidate in 0..<settings.population {
      if kept == settings.elites, scores[candidate] <= scores[elites[kept - 1]] { continue }
      var place = kept < settings.elites ? kept : kept - 1
      while place > 0, scores[candidate] > scores[elites[place - 1]] {
        elites[place] = elites[place - 1]
        place -= 1
      }
      elites[place] = candidate
      kept = min(kept + 1, settings.elites)
    }
  }

  /// The distribution of the next round.
  private func narrow() {
    let (length, count) = (settings.knots * size, Float(settings.elites))
    if let discrete {
      // A little of everything stays possible.
      let floor = 0.05 / Float(discrete)
      for place in 0..<settings.knots * discrete { means[place] = floor }
      for elite in 0..<settings.elites {
        for knot in 0..<settings.knots {
          means[knot * discrete + Int(candidates[elites[elite] * length + knot])] += 0.95 / count
        }
      }
      return
    }
    for place in 0..<length {
      var sum: Float = 0
      for elite in 0..<settings.elites { sum += candidates[elites[elite] * length + place] }
      let mean = sum / count
      var squares: Float = 0
      for elite in 0..<settings.elites {
        let offset = candidates[elites[elite] * length + place] - mean
        squares += offset * offset
      }
      means[place] = mean
      let index = place % size
      deviations[place] = max((squares / count).squareRoot(), 0.02 * (high[index] - low[index]))
    }
  }
}
