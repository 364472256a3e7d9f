import Compute
import Foundation

/// A car in a valley, too weak to climb straight up, must rock to reach the flag on the right. Step-exact to
/// Gymnasium's `MountainCar-v0`.
///
/// Reward −1 for each step; terminates at the flag (position ≥ 0.5, not rolling back); time limit 200.
///
/// Source: Moore, "Efficient memory-based learning for robot control", 1990; Gymnasium 1.4.0,
/// `classic_control/mountain_car.py`.
public struct MountainCar: Environment, AbsorbingEnvironment {
  /// Position along the valley and velocity, both in the original's units (per step).
  public struct State: Sendable, Hashable, Codable {
    /// Of the car along the valley.
    public var position: Double
    /// Of the car, per step.
    public var velocity: Double

    /// A state by its two numbers.
    public init(position: Double, velocity: Double) {
      self.position = position
      self.velocity = velocity
    }
  }

  static let goal = 0.5

  /// The environment has no settings.
  public init() {}

  public var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "pactolus/MountainCar-v0", summary: "Rock a weak car out of a valley up to a flag",
      observationSpace: Box(low: [-1.2, -0.07], high: [0.6, 0.07]), observationNames: ["position", "velocity"],
      actionSpace: .discrete(names: ["push left", "coast", "push right"]), maximumEpisodeSteps: 200,
      canTerminate: true, hasGoal: true, source: "Gymnasium 1.4.0 MountainCar-v0")
  }

  public func reset(random: inout RandomStream) -> State {
    State(position: random.uniform(-0.6, -0.4), velocity: 0)
  }

  public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let gain = Double(action - 1) * 0.001 + cos(3 * state.position) * -0.0025
    state.velocity = max(-0.07, min(0.07, state.velocity + gain))
    state.position = max(-1.2, min(0.6, state.position + state.velocity))
    if state.position == -1.2, state.velocity < 0 { state.velocity = 0 }
    return Outcome(reward: -1, terminated: isAbsorbed(state))
  }

  public func isAbsorbed(_ state: State) -> Bool { state.position >= Self.goal && state.velocity >= 0 }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }

  public func scene(_ state: State) -> Scene { valleyScene(position: state.position, goal: Self.goal, push: 0) }
}
