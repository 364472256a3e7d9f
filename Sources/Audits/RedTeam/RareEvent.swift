import Compute
import Environments
import Foundation

/// The chance that something happens in an episode which must not, by multilevel splitting.
///
/// ```swift
/// let event = RareEvent(world, policy: policy) { observation in Double(observation[0]) }   // happens at 1
/// let estimate = try event.estimate(reaching: 1, random: RandomSource(seed: 1))
/// estimate.probability, estimate.interval
/// ```
///
/// A *level* tells how near an episode is to the event; the event is that it reaches a value. Between the start and there
/// lie levels that a pilot chooses so that about a fifth of what reached one reaches the next. From the places at which
/// episodes first reached a level, drawn with replacement, fresh chance goes on to the next; the product of the shares is
/// an unbiased estimate for levels that are fixed beforehand, whatever they are. So the pilot's own episodes are not used
/// again, and independent repetitions give the interval (Student's t; its coverage is in the tests).
///
/// Where no repetition saw the event the estimate is 0 and the bound is that of the repetitions' first stages, which are
/// plain independent episodes: 1 − .05^(1/n), near 3/n ("rule of three").
///
/// Sources: Kahn & Harris 1951; Garvels, "The splitting method in rare event simulation", 2000 (fixed effort); Cérou &
/// Guyader, "Adaptive multilevel splitting", 2007, for the pilot.
package struct RareEvent<World: Environment> {
  /// Writes an action row for an observation.
  package typealias ActionRule = (Span<Float>, inout MutableSpan<Float>, inout RandomStream) -> Void

  private let world: World
  private let policy: ActionRule
  private let first: (Span<Float>) -> Double
  private let level: (Span<Float>, Span<Float>, Span<Float>) -> Double
  private let limit: Int

  /// Episodes of a stage.
  package var effort = 200
  /// Independent repetitions.
  package var repetitions = 30
  /// Levels at most.
  package var mostLevels = 60
  /// The share that is to reach the next level.
  package var share = 0.2

  /// - Parameters:
  ///   - world: with a time limit.
  ///   - policy: how to act.
  ///   - level: of what is seen.
  /// - Throws: `InputError` for a world without a time limit.
  package init(_ world: World, policy: @escaping ActionRule, level: @escaping (Span<Float>) -> Double) throws {
    try self.init(world, policy: policy, first: level) { _, _, next in level(next) }
  }

  /// - Parameters:
  ///   - world: with a time limit.
  ///   - policy: how to act.
  ///   - first: the level of what is seen first; −∞ where a level is told from a step alone.
  ///   - level: of a step: an observation, the action, and the next observation.
  /// - Throws: `InputError` for a world without a time limit.
  package init(
    _ world: World, policy: @escaping ActionRule, first: @escaping (Span<Float>) -> Double,
    level: @escaping (Span<Float>, Span<Float>, Span<Float>) -> Double
  ) throws {
    guard let limit = world.specification.maximumEpisodeSteps else {
      throw InputError(
        "an episode of '\(world.specification.id)' has no end, and no chance either", at: world.specification.id,
        remedy: "use a world with a time limit")
    }
    (self.world, self.policy, self.first, self.level, self.limit) = (world, policy, first, level, limit)
  }

  /// Where an episode stands.
  private struct Place {
    var state: World.State
    var steps: Int
    var level: Double
  }

  /// The chance that an episode's level reaches `goal`, its first observation included.
  ///
  /// - Throws: `InputError` for numbers that are none.
  /// - Complexity: at most (repetitions + 1) · levels · effort episodes.
  package func estimate(reaching goal: Double, random: RandomSource) throws -> RareEventEstimate {
    guard effort > 1, repetitions > 1, share > 0, share < 1, goal.isFinite else {
      throw InputError("an estimate without episodes, repetitions or a goal", remedy: "give numbers above 1")
    }
    var steps = 0
    let levels = chooseLevels(goal, random: random.child("rare-event/pilot"), &steps)
    let estimates = (0..<repetitions).map { repetition in
      once(levels, random: random.child("rare-event/repetition", repetition), &steps)
    }
    return RareEventEstimate(estimates, levels: levels, firstEpisodes: repetitions * effort, steps: steps)
  }

  private func chooseLevels(_ goal: Double, random: RandomSource, _ steps: inout Int) -> [Double] {
    var levels: [Double] = []
    var places: [Place]?
    while levels.count < mostLevels - 1 {
      // Where each goes if nothing stops it; the next level is what a fifth of them reach.
      var highest: [Double] = []
      for index in 0..<effort {
        var stream = random.stream("stage \(levels.count)", index)
        let start = begin(places, &stream)
        highest.append(run(start, until: goal, &stream, &steps).highest)
      }
      highest.sort()
      let reached = highest[Int(Double(effort) * (1 - share))]
      guard reached < goal else { break }
      // Of levels that come in steps the next one above those that most begin with.
      let current = levels.last ?? -.infinity
      guard let next = reached > current ? reached : highest.first(where: { $0 > current }) else { break }
      guard next < goal else { break }
      levels.append(next)
      places = stage(next, from: places, random: random.child("places", levels.count), &steps)
      if places?.isEmpty ?? true { break }
    }
    return levels + [goal]
  }

  private func once(_ levels: [Double], random: RandomSource, _ steps: inout Int) -> Double {
    var (product, places) = (1.0, [Place]?.none)
    for (index, level) in levels.enumerated() {
      let reached = stage(level, from: places, random: random.child("stage", index), &steps)
      product *= Double(reached.count) / Double(effort)
      if reached.isEmpty { return 0 }
      places = reached
    }
    return product
  }

  /// The places at which `effort` episodes first reach this level.
  private func stage(_ level: Double, from places: [Place]?, random: RandomSource, _ steps: inout Int) -> [Place] {
    (0..<effort).compactMap { index in
      var stream = random.stream("episode", index)
      let start = begin(places, &stream)
      if start.level >= level { return start }
      return run(start, until: level, &stream, &steps).place
    }
  }

  private func begin(_ places: [Place]?, _ stream: inout RandomStream) -> Place {
    if let places { return places[stream.below(places.count)] }
    let state = world.reset(random: &stream)
    return Place(state: state, steps: 0, level: first(world.observation(of: state).span))
  }

  private func run(
    _ start: Place, until goal: Double, _ stream: inout RandomStream, _ steps: inout Int
  ) -> (highest: Double, place: Place?) {
    var (place, highest) = (start, start.level)
    if highest >= goal { return (highest, start) }
    let size = world.specification.observationSpace.count
    var observation = [Float](repeating: 0, count: size)
    var after = observation
    var action = [Float](repeating: 0, count: world.specification.actionSpace.rowSize)
    var row = observation.mutableSpan
    world.observe(place.state, into: &row)
    while place.steps < limit {
      var target = action.mutableSpan
      policy(observation.span, &target, &stream)
      let outcome = world.step(&place.state, World.Action.read(action.span), random: &stream)
      place.steps += 1
      steps += 1
      var next = after.mutableSpan
      world.observe(place.state, into: &next)
      place.level = level(observation.span, action.span, after.span)
      swap(&observation, &after)
      highest = max(highest, place.level)
      if place.level >= goal { return (highest, place) }
      if outcome.terminated { break }
    }
    return (highest, nil)
  }
}

/// The chance of a rare event.
package struct RareEventEstimate: Codable, Sendable, Hashable {
  package let probability: Double
  /// Two-sided, of independent repetitions; where fewer than half of them saw the event, from 0 to what three hits among the first
  /// stages' episodes would not exclude, or further if the repetitions say so.
  package let interval: Interval
  /// Repetitions in which it was seen, of all.
  package let seen: Int
  package let repetitions: Int
  /// The levels that were fixed by the pilot, the event's last.
  package let levels: [Double]
  /// Steps simulated, the pilot's included.
  package let steps: Int

  init(_ estimates: [Double], levels: [Double], firstEpisodes: Int, steps: Int) {
    (self.levels, self.steps, repetitions) = (levels, steps, estimates.count)
    seen = estimates.count { $0 > 0 }
    probability = Statistics.mean(estimates)
    let ruleOfThree = 1 - pow(0.05, 1 / Double(firstEpisodes))
    if let interval = Statistics.meanInterval(estimates), 2 * seen >= estimates.count {
      self.interval = interval.within(0...1)
    } else {
      // Of estimates that are mostly 0, a few large ones, Student's t knows too little.
      let upper = Statistics.meanInterval(estimates)?.within(0...1).upper ?? 0
      interval = Interval(lower: 0, upper: max(ruleOfThree, upper), level: 0.95)
    }
  }
}
