import Compute

/// Walk to a goal that is ten steps away, on a grid so large that most starts are new.
///
/// The agent starts uniformly in −100 … 99 in both directions. The goal's horizontal distance is uniform in 0 … 9, the
/// vertical one makes up for ten, signs are random. The reward is minus the distance |Δx| + |Δy| of the state before
/// the action. Source: `seals/ProcGoal-v0`.
package struct SealsProcGoal: Environment {
  package struct State: Sendable, Hashable, Codable {
    package var x, y, goalX, goalY: Int

    package init(x: Int, y: Int, goalX: Int, goalY: Int) {
      (self.x, self.y, self.goalX, self.goalY) = (x, y, goalX, goalY)
    }

    /// Refuses places that no episode gets to, whose sums could overflow.
    package init(from decoder: any Decoder) throws {
      let box = try decoder.container(keyedBy: CodingKeys.self)
      let values = try [CodingKeys.x, .y, .goalX, .goalY].map { try box.decode(Int.self, forKey: $0) }
      guard values.allSatisfy({ abs($0) < 1_000_000 }) else { throw InputError("a place far off the grid") }
      (x, y, goalX, goalY) = (values[0], values[1], values[2], values[3])
    }
  }

  static let bound = 100
  static let distance = 10
  static let horizon = 20

  package let specification: EnvironmentSpecification

  package init() {
    let unbounded = [Float](repeating: .infinity, count: 4)
    specification = EnvironmentSpecification(
      id: "seals/ProcGoal-v0", summary: "Walk to a goal ten steps away, somewhere on a large grid",
      observationSpace: Box(low: unbounded.map { -$0 }, high: unbounded),
      observationNames: ["column", "row", "goal's column", "goal's row"],
      actionSpace: .discrete(names: SealsNoisyObs.actionNames), maximumEpisodeSteps: Self.horizon, canTerminate: false,
      source: "seals at 90f68cf, ProcGoal-v0")
  }

  package func reset(random: inout RandomStream) -> State {
    let (x, y) = (random.below(2 * Self.bound) - Self.bound, random.below(2 * Self.bound) - Self.bound)
    let across = random.below(Self.distance)
    let down = Self.distance - across
    return State(
      x: x, y: y, goalX: x + (random.bernoulli(0.5) ? across : -across),
      goalY: y + (random.bernoulli(0.5) ? down : -down))
  }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let reward = -Double(abs(state.goalX - state.x) + abs(state.goalY - state.y))
    let (across, down) = SealsNoisyObs.moves[action]
    state.x += across
    state.y += down
    return Outcome(reward: reward, terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x)
    observation[1] = Float(state.y)
    observation[2] = Float(state.goalX)
    observation[3] = Float(state.goalY)
  }

  /// The surroundings of the goal; an agent further away waits at the edge.
  package func scene(_ state: State) -> Scene {
    let half = 15.5
    func square(_ x: Double, _ y: Double, _ side: Double, _ role: Scene.Role) -> Scene.Shape {
      .polygon(points: [x, y, x + side, y, x + side, y + side, x, y + side], role: role)
    }
    var shapes = [square(-half, -half, 2 * half, .track)]
    for line in stride(from: -15.0, through: 15, by: 5) {
      shapes.append(.line(points: [line, -15.4, line, 15.4], width: 0.06, role: .neutral))
      shapes.append(.line(points: [-15.4, line, 15.4, line], width: 0.06, role: .neutral))
    }
    let edge = half - 0.8
    let x = min(max(Double(state.x - state.goalX), -edge), edge)
    let y = min(max(Double(state.goalY - state.y), -edge), edge)
    shapes.append(square(-0.9, -0.9, 1.8, .goal))
    shapes.append(.circle(x: x, y: y, radius: 0.75, role: .agent))
    return Scene(left: -half, bottom: -half, width: 2 * half, height: 2 * half, shapes: shapes).following(x: x, y: y)
  }

  /// What counts is where the goal lies from the agent, within as many steps as an episode and its start allow.
  package static func displacements() -> TabularMDP {
    let reach = horizon + distance
    let side = 2 * reach + 1
    func index(_ across: Int, _ down: Int) -> Int {
      min(max(down + reach, 0), side - 1) * side + min(max(across + reach, 0), side - 1)
    }
    var start = [Double](repeating: 0, count: side * side)
    for across in 0..<distance {
      for (left, up) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
        start[index(left * across, up * (distance - across))] += 0.25 / Double(distance)
      }
    }
    return TabularMDP(deterministic: side * side, actions: SealsNoisyObs.moves.count, start: start) { state, action in
      let (across, down) = (state % side - reach, state / side - reach)
      let move = SealsNoisyObs.moves[action]
      return (index(across - move.0, down - move.1), -Double(abs(across) + abs(down)))
    }
  }
}
