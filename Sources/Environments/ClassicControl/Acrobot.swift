import Compute
import Foundation

/// Two links hang from a bar, with a motor at the joint between them; swing the tip above the line. Step-exact to
/// Gymnasium's `Acrobot-v1`.
///
/// Reward −1 for each step but the last, which earns 0; terminates when the tip is a link's length above the bar; time
/// limit 500.
///
/// Source: Sutton, "Generalization in reinforcement learning: successful examples using sparse coarse coding", 1996
/// (the book's equations); Gymnasium 1.4.0, `classic_control/acrobot.py`: one Runge–Kutta step of 0.2 s.
public struct Acrobot: Environment, AbsorbingEnvironment {
  /// The first link's angle from hanging, the second's from the first, and their velocities (rad, rad/s).
  public struct State: Sendable, Hashable, Codable {
    /// Of the upper link from hanging down (rad).
    public var angle1: Double
    /// Of the lower link from the upper one (rad).
    public var angle2: Double
    /// Of the upper link (rad/s).
    public var velocity1: Double
    /// Of the lower link (rad/s).
    public var velocity2: Double
    /// The motor's last torque; only drawn.
    public var torque: Double

    /// A state by its angles and velocities.
    public init(angle1: Double, angle2: Double, velocity1: Double, velocity2: Double, torque: Double = 0) {
      self.angle1 = angle1
      self.angle2 = angle2
      self.velocity1 = velocity1
      self.velocity2 = velocity2
      self.torque = torque
    }
  }

  /// The environment has no settings.
  public init() {}

  public var specification: EnvironmentSpecification {
    let high: [Float] = [1, 1, 1, 1, Float(4 * Double.pi), Float(9 * Double.pi)]
    return EnvironmentSpecification(
      id: "pactolus/Acrobot-v1", summary: "Swing the tip of two hanging links above a line, by the joint between them",
      observationSpace: Box(low: high.map { -$0 }, high: high),
      observationNames: [
        "cosine of angle 1", "sine of angle 1", "cosine of angle 2", "sine of angle 2", "angular velocity 1",
        "angular velocity 2",
      ],
      actionSpace: .discrete(names: ["torque −1", "torque 0", "torque +1"]), maximumEpisodeSteps: 500,
      canTerminate: true, hasGoal: true, source: "Gymnasium 1.4.0 Acrobot-v1")
  }

  public func reset(random: inout RandomStream) -> State {
    // The original rounds its start to single precision.
    func small() -> Double { Double(Float(random.uniform(-0.1, 0.1))) }
    let angle1 = small()
    let angle2 = small()
    let velocity1 = small()
    return State(angle1: angle1, angle2: angle2, velocity1: velocity1, velocity2: small())
  }

  public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let torque = Double(action - 1)
    let interval = 0.2
    let half = interval / 2
    let y = SIMD4(state.angle1, state.angle2, state.velocity1, state.velocity2)
    let k1 = Self.derivative(y, torque)
    let k2 = Self.derivative(y + half * k1, torque)
    let k3 = Self.derivative(y + half * k2, torque)
    let k4 = Self.derivative(y + interval * k3, torque)
    let sum: SIMD4<Double> = k1 + 2 * k2 + 2 * k3 + k4
    let next = y + interval / 6 * sum
    state.angle1 = Self.wrapped(next[0])
    state.angle2 = Self.wrapped(next[1])
    state.velocity1 = max(-4 * .pi, min(4 * .pi, next[2]))
    state.velocity2 = max(-9 * .pi, min(9 * .pi, next[3]))
    state.torque = torque
    let arrived = isAbsorbed(state)
    return Outcome(reward: arrived ? 0 : -1, terminated: arrived)
  }

  public func isAbsorbed(_ state: State) -> Bool {
    -cos(state.angle1) - cos(state.angle2 + state.angle1) > 1
  }

  /// The book's equations with all masses, lengths and moments 1 and centres of mass at 0.5, in the original's order of
  /// operations.
  private static func derivative(_ y: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
    let gravity = 9.8
    let (angle1, angle2, velocity1, velocity2) = (y[0], y[1], y[2], y[3])
    let cosine2 = cos(angle2)
    let sine2 = sin(angle2)
    let d1 = 0.25 + (1.25 + cosine2) + 1 + 1
    let d2 = 0.25 + 0.5 * cosine2 + 1
    let phi2 = 0.5 * gravity * cos(angle1 + angle2 - .pi / 2)
    let centrifugal = -0.5 * (velocity2 * velocity2) * sine2
    let coriolis = velocity2 * velocity1 * sine2
    let weight = 1.5 * gravity * cos(angle1 - .pi / 2)
    let phi1 = centrifugal - coriolis + weight + phi2
    let numerator = torque + d2 / d1 * phi1 - 0.5 * (velocity1 * velocity1) * sine2 - phi2
    let acceleration2 = numerator / (0.25 + 1 - d2 * d2 / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return SIMD4(velocity1, velocity2, acceleration1, acceleration2)
  }

  private static func wrapped(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(cos(state.angle1))
    observation[1] = Float(sin(state.angle1))
    observation[2] = Float(cos(state.angle2))
    observation[3] = Float(sin(state.angle2))
    observation[4] = Float(state.velocity1)
    observation[5] = Float(state.velocity2)
  }

  public func scene(_ state: State) -> Scene {
    let elbow = [sin(state.angle1), -cos(state.angle1)]
    let absolute = state.angle1 + state.angle2
    let tip = [elbow[0] + sin(absolute), elbow[1] - cos(absolute)]
    var shapes: [Scene.Shape] = [
      .line(points: [-2.1, 1, 2.1, 1], width: 0.05, role: .goal),
      .line(points: [0, 0, elbow[0], elbow[1]], width: 0.16, role: .agent),
      .line(points: [elbow[0], elbow[1], tip[0], tip[1]], width: 0.16, role: .agent),
    ]
    // Around the elbow, from the direction in which the upper link points on: 0 is straight.
    let straight = Double.pi - state.angle1
    shapes += Scene.arcArrow(
      x: elbow[0], y: elbow[1], radius: 0.45, from: straight, to: straight - 1.6 * state.torque, width: 0.1,
      role: .action)
    shapes.append(.circle(x: 0, y: 0, radius: 0.1, role: .joint))
    shapes.append(.circle(x: elbow[0], y: elbow[1], radius: 0.1, role: .joint))
    return Scene(left: -2.2, bottom: -2.2, width: 4.4, height: 4.4, shapes: shapes).following(x: tip[0], y: tip[1])
  }
}
