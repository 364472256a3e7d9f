import Compute
import Foundation

/// The car in the valley with a throttle instead of three buttons. Step-exact to Gymnasium's
/// `MountainCarContinuous-v0`.
///
/// Reward 100 at the flag (position ≥ 0.45, not rolling back), less 0.1 · throttle² for each step; terminates at the
/// flag; time limit 999.
///
/// Source: Gymnasium 1.4.0, `classic_control/continuous_mountain_car.py`. There the state becomes an array of float32
/// with the first step of an episode, while the start state is float64: from then on every operation rounds to single
/// precision, and so it does here.
public struct MountainCarContinuous: Environment, AbsorbingEnvironment {
  /// Where the car is and how fast it goes.
  public struct State: Sendable, Hashable, Codable {
    /// Of the car along the valley.
    public var position: Double
    /// Of the car, per step.
    public var velocity: Double
    /// Whether a step was taken, since when both numbers are single precision.
    public var hasMoved: Bool
    /// The last throttle, clipped; only drawn.
    public var throttle: Float

    /// A state by its numbers.
    public init(position: Double, velocity: Double, hasMoved: Bool = false, throttle: Float = 0) {
      self.position = position
      self.velocity = velocity
      self.hasMoved = hasMoved
      self.throttle = throttle
    }
  }

  static let goal = 0.45

  /// The environment has no settings.
  public init() {}

  public var specification: EnvironmentSpecification {
    var specification = EnvironmentSpecification(
      id: "pactolus/MountainCarContinuous-v0", summary: "Rock a weak car out of a valley up to a flag, by throttle",
      observationSpace: Box(low: [-1.2, -0.07], high: [0.6, 0.07]), observationNames: ["position", "velocity"],
      actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: 999, canTerminate: true, hasGoal: true,
      source: "Gymnasium 1.4.0 MountainCarContinuous-v0")
    specification.actionNames = ["right"]
    return specification
  }

  public func reset(random: inout RandomStream) -> State {
    State(position: random.uniform(-0.6, -0.4), velocity: 0)
  }

  public func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let throttle = action[0]
    let slope = state.hasMoved ? Double(3 * Float(state.position)) : 3 * state.position
    let pull = 0.0025 * cos(slope)
    // A throttle within bounds is a float32 in the original, one that was clipped a Python float.
    let gain =
      abs(throttle) <= 1 ? Double(throttle * 0.0015 - Float(pull)) : (throttle > 0 ? 0.0015 : -0.0015) - pull
    if state.hasMoved {
      Self.roll(Float(gain), &state)
    } else {
      Self.rollFirst(gain, &state)
    }
    state.hasMoved = true
    state.throttle = max(-1, min(1, throttle))
    let arrived = isAbsorbed(state)
    return Outcome(reward: (arrived ? 100 : 0) - Double(throttle) * Double(throttle) * 0.1, terminated: arrived)
  }

  private static func roll(_ gain: Float, _ state: inout State) {
    var velocity = max(-0.07, min(0.07, Float(state.velocity) + gain))
    let position = max(-1.2, min(0.6, Float(state.position) + velocity))
    if position == -1.2, velocity < 0 { velocity = 0 }
    state.position = Double(position)
    state.velocity = Double(velocity)
  }

  private static func rollFirst(_ gain: Double, _ state: inout State) {
    var velocity = max(-0.07, min(0.07, state.velocity + gain))
    let position = max(-1.2, min(0.6, state.position + velocity))
    if position == -1.2, velocity < 0 { velocity = 0 }
    state.position = Double(Float(position))
    state.velocity = Double(Float(velocity))
  }

  public func isAbsorbed(_ state: State) -> Bool {
    state.position >= Double(Float(Self.goal)) && state.velocity >= 0
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }

  public func scene(_ state: State) -> Scene {
    valleyScene(position: state.position, goal: Self.goal, push: Double(state.throttle))
  }
}
