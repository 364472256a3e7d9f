import Compute
import Foundation

/// A point in the unit square that is to reach a disc and to keep out of another: the navigation task of ReQueST.
///
/// An action is a direction (radians, anticlockwise from the x axis) and a speed up to 0.01; a move that would leave
/// the square is ignored. Reward 1 on entering the goal, −10 on entering the trap; both end the episode, which lasts
/// 1000 steps at most. What makes it a test of transfer: from the start that agents are trained from, the goal comes
/// before the trap, so whoever learns from what such an agent does never hears of the trap; from the other start the
/// trap lies on the straight way.
///
/// Source: Reddy, Dragan, Levine, Legg, Leike, arXiv 1912.05652, and its code (rddy/ReQueST at cc00247, `PointMassEnv`):
/// the published study moves goal and trap to (.3, .3) and (.7, .7), ``Layout/study``; the class's own defaults are
/// ``Layout/original``. There a negative speed moves backwards, however fast; here it is clipped to the action space,
/// as a speed above the limit is in both.
public struct PointMass: Environment, AbsorbingEnvironment {
  /// Where the point is.
  public struct State: Sendable, Hashable, Codable {
    /// From the left edge, 0 to 1.
    public var x: Double
    /// From the lower edge, 0 to 1.
    public var y: Double

    /// A state by its coordinates.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Where an episode begins.
  public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
    /// At (0, 0), where agents are trained.
    case training
    /// At (.99, .99), where they are tested.
    case transfer
    /// Anywhere in the square, uniformly; discs included.
    case anywhere
  }

  /// Where the discs are, each of radius .15.
  public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
    /// The goal at (.3, .3), the trap at (.7, .7): the trap is between the transfer start and the goal.
    case study
    /// The goal at (.5, .5), the trap at (.25, .25): the trap is between the training start and the goal.
    case original
  }

  static let radius = 0.15
  static let maximumSpeed = 0.01
  /// How much of a way round the trap the expert leaves.
  static let margin = 0.05

  /// Where episodes begin.
  public let start: Start
  /// Where the discs are.
  public let layout: Layout
  public let specification: EnvironmentSpecification

  /// The task; the id names what differs from the training start and the study's layout.
  public init(start: Start = .training, layout: Layout = .study) {
    self.start = start
    self.layout = layout
    let options = [
      start == .training ? nil : "start=\(start.rawValue)", layout == .study ? nil : "layout=\(layout.rawValue)",
    ].compactMap { $0 }
    var specification = EnvironmentSpecification(
      id: Self.name + (options.isEmpty ? "" : ":" + options.joined(separator: ",")),
      summary: "Steer a point to a disc, and keep out of another", observationSpace: Box(low: [0, 0], high: [1, 1]),
      observationNames: ["x", "y"],
      actionSpace: .continuous(Box(low: [0, 0], high: [Float(2 * Double.pi), Float(Self.maximumSpeed)])),
      maximumEpisodeSteps: 1000, canTerminate: true, hasGoal: true, source: "rddy/ReQueST at cc00247, PointMassEnv")
    specification.actionNames = ["direction", "speed"]
    self.specification = specification
  }

  static let name = "pactolus/PointMass-v0"

  /// The centre of the disc that is to be reached.
  public var goal: SIMD2<Double> { layout == .study ? SIMD2(0.3, 0.3) : SIMD2(0.5, 0.5) }
  /// The centre of the disc to keep out of.
  public var trap: SIMD2<Double> { layout == .study ? SIMD2(0.7, 0.7) : SIMD2(0.25, 0.25) }

  public func reset(random: inout RandomStream) -> State {
    switch start {
    case .training: State(x: 0, y: 0)
    case .transfer: State(x: 0.99, y: 0.99)
    case .anywhere: State(x: random.uniform(), y: random.uniform())
    }
  }

  public func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let angle = Double(action[0])
    let speed = min(max(Double(action[1]), 0), Self.maximumSpeed)
    let (x, y) = (state.x + speed * cos(angle), state.y + speed * sin(angle))
    if x >= 0, x < 1, y >= 0, y < 1 { state = State(x: x, y: y) }
    let reward = reward(at: state)
    return Outcome(reward: reward, terminated: reward != 0)
  }

  /// What entering this place earns: −10 in the trap, 1 in the goal, else 0.
  public func reward(at state: State) -> Double {
    if distance(state, goal) <= Self.radius { return 1 }
    return distance(state, trap) <= Self.radius ? -10 : 0
  }

  private func distance(_ state: State, _ centre: SIMD2<Double>) -> Double {
    let offset = SIMD2(state.x, state.y) - centre
    return (offset * offset).sum().squareRoot()
  }

  public func isAbsorbed(_ state: State) -> Bool { reward(at: state) != 0 }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x)
    observation[1] = Float(state.y)
  }
}
