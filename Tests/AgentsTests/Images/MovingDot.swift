import Compute
import Environments

/// A dot on a small screen that steps left or right by chance at each step; one sees the last three frames and is paid 1
/// for saying which way it went last. No single frame tells: who looks at one is right half of the time.
struct MovingDot: Environment {
  var side = 7
  /// 255: observations are bytes.
  var bright: Float = 255
  var saysBytes = true

  var specification: EnvironmentSpecification {
    let count = 3 * side * side
    var specification = EnvironmentSpecification(
      id: "test/MovingDot-v0", summary: "say where the dot went",
      observationSpace: Box(
        low: [Float](repeating: 0, count: count), high: [Float](repeating: bright, count: count)),
      observationNames: (0..<count).map { "pixel \($0)" }, actionSpace: .discrete(names: ["left", "right"]),
      maximumEpisodeSteps: 9, canTerminate: false, source: "here")
    specification.image = ImageShape(columns: side, rows: 3 * side, frames: 3)
    specification.observesBytes = bright == 255 && saysBytes
    return specification
  }

  struct State: Codable, Sendable {
    /// The last three columns, the oldest first, and the row.
    var columns: [Int]
    var row: Int
    /// Where it went last: 0 for left, 1 for right.
    var direction = 0
  }

  func reset(random: inout RandomStream) -> State {
    var state = State(columns: [0, 0, random.below(side)], row: random.below(side))
    for _ in 0..<2 { move(&state, &random) }
    return state
  }

  private func move(_ state: inout State, _ random: inout RandomStream) {
    state.direction = random.below(2)
    let column = (state.columns[2] + (state.direction == 1 ? 1 : side - 1)) % side
    state.columns = [state.columns[1], state.columns[2], column]
  }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let outcome = Outcome(reward: action == state.direction ? 1 : 0, terminated: false)
    move(&state, &random)
    return outcome
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in observation.indices { observation[index] = 0 }
    for (frame, column) in state.columns.enumerated() {
      observation[(frame * side + state.row) * side + column] = bright
    }
  }
}
