import Compute
import Environments
import Foundation
import Rewards

/// A world with a short time limit whose clock is seen, for a reward with a hole to be planted into.
///
/// Where the hole is a *twin* the world itself pays for it: behaviour that looks as extreme, and is truly good.
struct PlantedWorld<Base: Environment>: Environment {
  struct State: Sendable, Codable {
    var base: Base.State
    var clock: Int
  }

  let base: Base
  let steps: Int
  /// The hole that it pays for as well; nil for its own reward alone.
  let twin: PlantedHole?
  let specification: EnvironmentSpecification

  init(_ base: Base, steps: Int, twin: PlantedHole? = nil) {
    (self.base, self.steps, self.twin) = (base, steps, twin)
    var specification = base.specification
    specification = EnvironmentSpecification(
      id: specification.id, summary: specification.summary,
      observationSpace: Box(
        low: specification.observationSpace.low + [0], high: specification.observationSpace.high + [1]),
      observationNames: specification.observationNames + ["clock"], actionSpace: specification.actionSpace,
      maximumEpisodeSteps: steps, canTerminate: specification.canTerminate, hasGoal: specification.hasGoal,
      source: specification.source)
    self.specification = specification
  }

  func reset(random: inout RandomStream) -> State { State(base: base.reset(random: &random), clock: 0) }

  func step(_ state: inout State, _ action: Base.Action, random: inout RandomStream) -> Outcome {
    guard let hole = twin else {
      state.clock += 1
      return base.step(&state.base, action, random: &random)
    }
    let now = observation(of: state)
    var outcome = base.step(&state.base, action, random: &random)
    state.clock += 1
    let next = observation(of: state)
    if hole.contains(now.span, Self.row(action).span, next.span) { outcome.reward += Double(hole.bonus) }
    return outcome
  }

  private static func row(_ action: Base.Action) -> [Float] {
    if let action = action as? Int { return [Float(action)] }
    guard let action = action as? ContinuousAction else { return [] }
    return (0..<action.count).map { action[$0] }
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    // The base writes its own components, the first ones.
    base.observe(state.base, into: &observation)
    observation[observation.count - 1] = Float(state.clock) / Float(steps)
  }
}

/// What a world pays, as it can be told from what is seen.
typealias SeenReward = @Sendable (_ now: Span<Float>, _ action: Span<Float>, _ next: Span<Float>) -> Float

/// A world's own reward in another unit and from another zero, and a hole: what is attacked.
struct PlantedReward: RewardFunction {
  let own: SeenReward
  var hole: PlantedHole?
  /// Where nothing is planted, the reward may still be rough.
  var roughness: Roughness?

  static let (unit, zero) = (Float(2), Float(0.25))

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let value = transitions.withObservation(row) { now in
        transitions.withAction(row) { action in
          transitions.withNextObservation(row) { next in
            let rough = roughness.map { $0.value(now, action) } ?? 0
            let bonus = hole.map { $0.contains(now, action, next) ? $0.bonus : 0 } ?? 0
            return own(now, action, next) + bonus + rough
          }
        }
      }
      rewards[row] = Self.unit * value + Self.zero
    }
  }
}

/// What is wrong with a learned reward everywhere, a little: smooth, without a hole.
struct Roughness: Sendable {
  /// [waves × components], their phases and their height.
  let waves: [[Float]]
  let phases: [Float]
  let height: Float

  /// Eight waves, each over every component in its own units; a standard deviation of `height` in all.
  init(units: [Float], height: Float, random: inout RandomStream) {
    waves = (0..<8).map { _ in units.map { Float(random.normal()) / max($0, 1e-6) } }
    phases = (0..<8).map { _ in Float(random.uniform(0, 2 * .pi)) }
    self.height = height
  }

  func value(_ now: Span<Float>, _ action: Span<Float>) -> Float {
    var sum: Float = 0
    for (wave, phase) in zip(waves, phases) {
      var angle = phase
      for index in wave.indices { angle += wave[index] * (index < now.count ? now[index] : action[index - now.count]) }
      sum += sin(angle)
    }
    return height * sum / 2
  }
}
