import Compute
import Foundation

/// A pendulum swings freely; a weak motor at its axle must swing it up and hold it. Step-exact to Gymnasium's
/// `Pendulum-v1`.
///
/// Reward −(angle² + 0.1 · angular velocity² + 0.001 · torque²), angle 0 being upright; never terminates; time limit
/// 200.
///
/// Source: Gymnasium 1.4.0, `classic_control/pendulum.py`. Its action is a float32, so the terms of the torque alone
/// are computed in single precision, all else in double.
public struct Pendulum: Environment {
  /// Angle from upright, not wrapped (rad), and angular velocity (rad/s).
  public struct State: Sendable, Hashable, Codable {
    /// From upright, not wrapped (rad).
    public var angle: Double
    /// In rad/s.
    public var angularVelocity: Double
    /// The motor's last torque, after clipping; only drawn.
    public var torque: Float

    /// A state by its numbers.
    public init(angle: Double, angularVelocity: Double, torque: Float = 0) {
      self.angle = angle
      self.angularVelocity = angularVelocity
      self.torque = torque
    }
  }

  /// The environment has no settings.
  public init() {}

  public var specification: EnvironmentSpecification {
    var specification = EnvironmentSpecification(
      id: "pactolus/Pendulum-v1", summary: "Swing up a pendulum with a weak motor, and hold it upright",
      observationSpace: Box(low: [-1, -1, -8], high: [1, 1, 8]),
      observationNames: ["cosine of angle", "sine of angle", "angular velocity"],
      actionSpace: .continuous(Box(low: [-2], high: [2])), maximumEpisodeSteps: 200, canTerminate: false,
      source: "Gymnasium 1.4.0 Pendulum-v1")
    specification.actionNames = ["anticlockwise"]
    return specification
  }

  public func reset(random: inout RandomStream) -> State {
    State(angle: random.uniform(-.pi, .pi), angularVelocity: random.uniform(-1, 1))
  }

  public func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let interval = 0.05
    let torque = max(-2, min(2, action[0]))
    let wrapped = Self.wrapped(state.angle)
    let speed = state.angularVelocity
    let cost = wrapped * wrapped + 0.1 * (speed * speed) + Double(0.001 as Float * (torque * torque))

    let accelerated = speed + (15 * sin(state.angle) + Double(3 * torque)) * interval
    state.angularVelocity = max(-8, min(8, accelerated))
    state.angle += state.angularVelocity * interval
    state.torque = torque
    return Outcome(reward: -cost, terminated: false)
  }

  /// The angle in [−π, π), as Python's modulo has it.
  static func wrapped(_ angle: Double) -> Double {
    let turn = 2 * Double.pi
    let shifted = angle + .pi
    // The remainder is exact, and it is the number itself in the commonest case.
    if shifted >= 0, shifted < turn { return shifted - .pi }
    var rest = fmod(shifted, turn)
    if rest < 0 { rest += turn }
    return rest - .pi
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(cos(state.angle))
    observation[1] = Float(sin(state.angle))
    observation[2] = Float(state.angularVelocity)
  }

  /// The pendulum, a mark where it is to stand, and the motor's torque as an arrow from the top of a circle around the
  /// axle, in the direction in which it turns and as long as it is strong.
  public func scene(_ state: State) -> Scene {
    let tip = [sin(state.angle), cos(state.angle)]
    let torque = Double(state.torque) / 2
    return Scene(
      left: -1.3, bottom: -1.3, width: 2.6, height: 2.6,
      shapes: [
        .line(points: [0, 1.12, 0, 1.26], width: 0.07, role: .goal),
        .line(points: [0, 0, tip[0], tip[1]], width: 0.17, role: .agent),
      ] + Scene.arcArrow(x: 0, y: 0, radius: 0.5, from: 0, to: 2.2 * torque, width: 0.09, role: .action)
        + [.circle(x: 0, y: 0, radius: 0.08, role: .joint)]
    ).following(x: tip[0], y: tip[1])
  }
}
