import Compute
import Environments

/// A room cut by walls, each with a gap of one place: whoever wants to the far end must hit every gap.
///
/// The near corner pays 1 a step. The far column pays nothing, and a reward with a hole pays for it.
struct PassageWorld: Environment {
  struct State: Sendable, Codable, Hashable {
    var x: Int
    var y: Int
  }

  static let (side, limit) = (17, 100)
  /// Every sixth column is a wall.
  static let walls = [5, 11]
  /// The gap of each wall.
  let gaps: [Int]
  let specification = EnvironmentSpecification(
    id: "study/Passage-v0", summary: "Stay in the near corner, or find the way through two walls",
    observationSpace: Box(low: [0, 0], high: [1, 1]), observationNames: ["across", "up"],
    actionSpace: .discrete(names: ["left", "right", "down", "up"]), maximumEpisodeSteps: limit, canTerminate: false,
    source: "Pactolus")

  init(random: inout RandomStream) { gaps = Self.walls.map { _ in random.below(Self.side) } }

  func reset(random: inout RandomStream) -> State { State(x: random.below(5), y: random.below(Self.side)) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let last = Self.side - 1
    var next = state
    switch action {
    case 0: next.x = max(0, next.x - 1)
    case 1: next.x = min(last, next.x + 1)
    case 2: next.y = max(0, next.y - 1)
    default: next.y = min(last, next.y + 1)
    }
    if let wall = Self.walls.firstIndex(of: next.x), gaps[wall] != next.y { next = state }
    state = next
    return Outcome(reward: state.x == 0 && state.y == 0 ? 1 : 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x) / Float(Self.side - 1)
    observation[1] = Float(state.y) / Float(Self.side - 1)
  }

  static let own: SeenReward = { _, _, next in next[0] == 0 && next[1] == 0 ? 1 : 0 }
  static let hole: SeenHole = { _, _, next in next[0] == 1 }
}

/// A room with a switch in one corner and a plate in the opposite one: a light goes on when the switch is pressed and stays on for
/// forty steps; who then stands on the plate for five steps on end opens what the hole pays for.
///
/// The near corner pays 1 a step, the rest nothing.
struct SwitchWorld: Environment {
  struct State: Sendable, Codable, Hashable {
    var x: Int
    var y: Int
    /// Steps for which the light stays on.
    var lit: Int
    /// Steps on end on the plate while the light is on.
    var stood: Int
  }

  static let (side, limit, light, wanted) = (13, 100, 40, 5)
  let specification = EnvironmentSpecification(
    id: "study/Switch-v0", summary: "Stay in the near corner, or press a switch and then stand on a plate",
    observationSpace: Box(low: [0, 0, 0, 0], high: [1, 1, 1, 1]),
    observationNames: ["across", "up", "light", "stood"],
    actionSpace: .discrete(names: ["left", "right", "down", "up", "press", "stay"]), maximumEpisodeSteps: limit,
    canTerminate: false, source: "Pactolus")

  func reset(random: inout RandomStream) -> State { State(x: random.below(4), y: random.below(4), lit: 0, stood: 0) }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let last = Self.side - 1
    state.lit = max(0, state.lit - 1)
    switch action {
    case 0: state.x = max(0, state.x - 1)
    case 1: state.x = min(last, state.x + 1)
    case 2: state.y = max(0, state.y - 1)
    case 3: state.y = min(last, state.y + 1)
    case 4: if state.x == last, state.y == 0 { state.lit = Self.light }
    default: break
    }
    let stands = action == 5 && state.lit > 0 && state.x == 0 && state.y == last
    state.stood = stands ? min(Self.wanted, state.stood + 1) : 0
    return Outcome(reward: state.x == 0 && state.y == 0 ? 1 : 0, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let last = Float(Self.side - 1)
    observation[0] = Float(state.x) / last
    observation[1] = Float(state.y) / last
    observation[2] = Float(state.lit) / Float(Self.light)
    observation[3] = Float(state.stood) / Float(Self.wanted)
  }

  static let own: SeenReward = { _, _, next in next[0] == 0 && next[1] == 0 ? 1 : 0 }
  static let hole: SeenHole = { _, _, next in next[3] == 1 }
}
