import Compute

/// Reach the middle of a small grid from a random corner and stay, seeing one's place among twenty numbers of noise.
///
/// The reward is 1 for each step that begins in the middle. The noise is drawn anew with each state, and kept in it, so
/// that a state shows the same each time it is looked at. Source: `seals/NoisyObs-v0`.
package struct SealsNoisyObs: Environment {
  package struct State: Sendable, Hashable, Codable {
    /// Counted from the left.
    package var x: Int
    /// Counted from the top.
    package var y: Int
    /// The first twenty are seen.
    package var noise: SIMD32<Float>

    package init(x: Int, y: Int, noise: SIMD32<Float> = .zero) {
      self.x = x
      self.y = y
      self.noise = noise
    }
  }

  static let size = 5
  static let noiseLength = 20
  static let horizon = 15
  /// What each action adds to (x, y).
  static let moves = [(1, 0), (0, 1), (-1, 0), (0, -1), (0, 0)]
  static let actionNames = ["right", "down", "left", "up", "stay"]

  package let specification: EnvironmentSpecification

  package init() {
    let unbounded = [Float](repeating: .infinity, count: Self.noiseLength)
    let edge = Float(Self.size - 1)
    specification = EnvironmentSpecification(
      id: "seals/NoisyObs-v0", summary: "Reach the middle of a grid and stay there, seeing mostly noise",
      observationSpace: Box(low: [0, 0] + unbounded.map { -$0 }, high: [edge, edge] + unbounded),
      observationNames: ["column", "row"] + (1...Self.noiseLength).map { "noise \($0)" },
      actionSpace: .discrete(names: Self.actionNames), maximumEpisodeSteps: Self.horizon, canTerminate: false,
      source: "seals at 90f68cf, NoisyObs-v0")
  }

  package func reset(random: inout RandomStream) -> State {
    let corner = random.below(4)
    var state = State(x: corner % 2 * (Self.size - 1), y: corner / 2 * (Self.size - 1))
    drawNoise(&state, &random)
    return state
  }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let reward: Double = Self.isGoal(state.x, state.y) ? 1 : 0
    (state.x, state.y) = Self.destination(state.x, state.y, action)
    drawNoise(&state, &random)
    return Outcome(reward: reward, terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x)
    observation[1] = Float(state.y)
    for index in 0..<Self.noiseLength { observation[2 + index] = state.noise[index] }
  }

  /// What people see is the grid; the noise is only for algorithms.
  package func scene(_ state: State) -> Scene {
    let size = Double(Self.size)
    func square(_ x: Double, _ y: Double, _ side: Double, _ role: Scene.Role) -> Scene.Shape {
      .polygon(points: [x, y, x + side, y, x + side, y + side, x, y + side], role: role)
    }
    var shapes = [square(0, 0, size, .track), square(2.05, 2.05, 0.9, .goal)]
    for line in 1..<Self.size {
      let at = Double(line)
      shapes.append(.line(points: [at, 0.02, at, size - 0.02], width: 0.02, role: .neutral))
      shapes.append(.line(points: [0.02, at, size - 0.02, at], width: 0.02, role: .neutral))
    }
    let (x, y) = (Double(state.x) + 0.5, size - 0.5 - Double(state.y))
    shapes.append(.circle(x: x, y: y, radius: 0.36, role: .agent))
    return Scene(left: 0, bottom: 0, width: size, height: size, shapes: shapes).following(x: x, y: y)
  }

  private func drawNoise(_ state: inout State, _ random: inout RandomStream) {
    for index in 0..<Self.noiseLength { state.noise[index] = Float(random.normal()) }
  }

  private static func isGoal(_ x: Int, _ y: Int) -> Bool { x == size / 2 && y == size / 2 }

  private static func destination(_ x: Int, _ y: Int, _ action: Int) -> (Int, Int) {
    let (across, down) = moves[action]
    return (min(max(x + across, 0), size - 1), min(max(y + down, 0), size - 1))
  }

  /// Places alone: the noise changes nothing.
  package static func places() -> TabularMDP {
    let corners = [0, size - 1, size * (size - 1), size * size - 1]
    return TabularMDP(
      deterministic: size * size, actions: moves.count,
      start: (0..<size * size).map { corners.contains($0) ? 0.25 : 0 }
    ) { cell, action in
      let (x, y) = destination(cell % size, cell / size, action)
      return (y * size + x, isGoal(cell % size, cell / size) ? 1 : 0)
    }
  }
}
