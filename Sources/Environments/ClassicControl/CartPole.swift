import Compute
import Foundation

/// A pole stands on a cart that can be pushed left or right; keep it upright. Step-exact to Gymnasium's `CartPole-v1`.
///
/// Reward 1 for each step. Terminates when the pole leans more than 12° or the cart leaves the track (|x| > 2.4); time
/// limit 500.
///
/// The fixed-horizon variant (`pactolus/CartPoleFixed-v1`) never terminates: the same physics go on for 500 steps, and
/// the reward is 1 while pole and cart are within those bounds, else 0. There the length of an episode says nothing,
/// so a reward learned from it cannot live off length.
///
/// Sources: Barto, Sutton, Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems",
/// 1983; Gymnasium 1.4.0, `classic_control/cartpole.py` (Euler steps of 0.02 s); the variant after `seals/CartPole-v0`.
public struct CartPole: Environment {
  /// Position and velocity of the cart (m, m/s), angle and angular velocity of the pole (rad, rad/s; 0 is upright,
  /// positive leans right).
  public struct State: Sendable, Hashable, Codable {
    /// Of the cart (m).
    public var position: Double
    /// Of the cart (m/s).
    public var velocity: Double
    /// Of the pole from upright (rad).
    public var angle: Double
    /// Of the pole (rad/s).
    public var angularVelocity: Double

    /// A state by its four numbers.
    public init(position: Double, velocity: Double, angle: Double, angularVelocity: Double) {
      self.position = position
      self.velocity = velocity
      self.angle = angle
      self.angularVelocity = angularVelocity
    }
  }

  static let positionLimit = 2.4
  static let angleLimit = 12 * 2 * Double.pi / 360

  /// Whether an episode goes on after the pole fell, with reward 0, so that all have 500 steps.
  public let hasFixedHorizon: Bool

  /// `CartPole-v1`, or `CartPoleFixed-v1` with a fixed horizon.
  public init(fixedHorizon: Bool = false) { hasFixedHorizon = fixedHorizon }

  public var specification: EnvironmentSpecification {
    let unbounded = Float.infinity
    let high: [Float] =
      hasFixedHorizon
      ? [unbounded, unbounded, unbounded, unbounded]
      : [Float(Self.positionLimit * 2), unbounded, Float(Self.angleLimit * 2), unbounded]
    return EnvironmentSpecification(
      id: hasFixedHorizon ? "pactolus/CartPoleFixed-v1" : "pactolus/CartPole-v1",
      summary: hasFixedHorizon
        ? "Keep a pole upright on a cart; always 500 steps, reward 1 while it stands"
        : "Keep a pole upright on a cart; ends when it falls",
      observationSpace: Box(low: high.map { -$0 }, high: high),
      observationNames: ["cart position", "cart velocity", "pole angle", "pole angular velocity"],
      actionSpace: .discrete(names: ["push left", "push right"]), maximumEpisodeSteps: 500,
      canTerminate: !hasFixedHorizon,
      source: "Gymnasium 1.4.0 CartPole-v1" + (hasFixedHorizon ? ", horizon fixed as in seals/CartPole-v0" : ""))
  }

  public func reset(random: inout RandomStream) -> State {
    State(
      position: random.uniform(-0.05, 0.05), velocity: random.uniform(-0.05, 0.05),
      angle: random.uniform(-0.05, 0.05), angularVelocity: random.uniform(-0.05, 0.05))
  }

  public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    // The order of operations is the original's: each rounding counts.
    let gravity = 9.8
    let poleMass = 0.1
    let totalMass = 0.1 + 1.0
    let halfLength = 0.5
    let poleMassLength = poleMass * halfLength
    let interval = 0.02
    let force = action == 1 ? 10.0 : -10.0
    let cosine = cos(state.angle)
    let sine = sin(state.angle)
    let temporary = (force + poleMassLength * (state.angularVelocity * state.angularVelocity) * sine) / totalMass
    let angularAcceleration =
      (gravity * sine - cosine * temporary) / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / totalMass))
    let acceleration = temporary - poleMassLength * angularAcceleration * cosine / totalMass

    state.position += interval * state.velocity
    state.velocity += interval * acceleration
    state.angle += interval * state.angularVelocity
    state.angularVelocity += interval * angularAcceleration

    let fallen = abs(state.position) > Self.positionLimit || abs(state.angle) > Self.angleLimit
    if hasFixedHorizon { return Outcome(reward: fallen ? 0 : 1, terminated: false) }
    return Outcome(reward: 1, terminated: fallen)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
    observation[2] = Float(state.angle)
    observation[3] = Float(state.angularVelocity)
  }

  /// Drawn so that a lean is seen: the pole is twice as long as it is, the track half as long. Two marks move with the
  /// cart, at the lean where the pole has fallen; it is red from there on, and drawn as leaning no more than 50°. A cart
  /// that left the track (fixed horizon) waits at its end.
  public func scene(_ state: State) -> Scene {
    let x = max(-1.3, min(1.3, state.position / 2))
    let (axle, length, end) = (0.35, 2.0, Self.positionLimit / 2)
    let angle = max(-0.87, min(0.87, state.angle))
    let tip = [x + length * sin(angle), axle + length * cos(angle)]
    let hasFallen = abs(state.position) > Self.positionLimit || abs(state.angle) > Self.angleLimit
    func mark(_ side: Double) -> Scene.Shape {
      let (across, up) = (side * sin(Self.angleLimit), cos(Self.angleLimit))
      return .line(
        points: [x + 1.7 * across, axle + 1.7 * up, x + 2.15 * across, axle + 2.15 * up], width: 0.04, role: .wall)
    }
    return Scene(
      left: -2.95, bottom: -0.3, width: 5.9, height: 2.9,
      shapes: [
        .line(points: [-end, 0, end, 0], width: 0.06, role: .ground),
        .line(points: [-end, -0.18, -end, 0.18], width: 0.06, role: .wall),
        .line(points: [end, -0.18, end, 0.18], width: 0.06, role: .wall),
        mark(-1), mark(1),
        .polygon(points: [x - 0.35, 0.05, x + 0.35, 0.05, x + 0.35, axle, x - 0.35, axle], role: .agent),
        .line(points: [x, axle, tip[0], tip[1]], width: 0.13, role: hasFallen ? .danger : .joint),
      ]
    ).following(x: tip[0], y: tip[1])
  }
}
