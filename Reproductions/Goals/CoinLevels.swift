import Audits
import Compute
import Environments

/// The grid of ``CoinTwin`` as a table whose state is the agent's cell and the coin's: for planting goals and their twins.
///
/// An episode ends at the coin, which is success, and in the corner, which is failure unless the coin lies there. The
/// agent starts in the centre, the coin lies in any other cell but the corner.
struct CoinLevels: Sendable {
  static let size = 7
  static let cells = size * size
  static let corner = cells - 1
  static let centre = cells / 2

  let mdp: TabularMDP
  /// [states × 4].
  let next: [Int]
  /// "the coin", "the corner" and every other cell.
  let goals: GoalLibrary
  let devices: [DeviceContext]

  init() throws {
    var next: [Int] = []
    let cells = Self.cells
    let isTerminal = (0..<cells * cells).map { $0 / cells == $0 % cells || $0 / cells == Self.corner }
    for state in 0..<cells * cells {
      let (row, column, coin) = (state / cells / Self.size, state / cells % Self.size, state % cells)
      for move in PlantedMaze.moves {
        let newRow = min(max(row + move.rows, 0), Self.size - 1)
        let newColumn = min(max(column + move.columns, 0), Self.size - 1)
        next.append(isTerminal[state] ? state : (newRow * Self.size + newColumn) * cells + coin)
      }
    }
    let coins = (0..<cells).filter { $0 != Self.corner && $0 != Self.centre }
    var start = [Double](repeating: 0, count: cells * cells)
    for coin in coins { start[Self.centre * cells + coin] = 1 / Double(coins.count) }
    mdp = try TabularMDP(
      stateCount: cells * cells, actionCount: 4, rowStarts: Array(0...next.count), successors: next,
      probabilities: [Double](repeating: 1, count: next.count), rewards: [Double](repeating: 0, count: next.count),
      start: start, isTerminal: isTerminal, discount: 0.95)
    self.next = next
    let places = (0..<cells).map { cell in
      Aim.being(
        cell == Self.corner ? "the corner" : "at \(cell / Self.size),\(cell % Self.size)",
        in: Set((0..<cells).map { cell * cells + $0 }))
    }
    goals = try GoalLibrary(
      planning: [.being("the coin", in: Set((0..<cells).map { $0 * cells + $0 }))] + places, in: mdp)
    devices =
      DeviceContext.standard(in: mdp)
      + [DeviceContext("the place", depth: 2, classes: (0..<cells * cells).map { $0 / cells })]
  }

  /// What a policy does in some episodes, and in which of them it fails.
  func play(
    _ policy: (_ state: Int, _ last: Int?, _ random: inout RandomStream) -> Int, episodes: Int, limit: Int,
    random: inout RandomStream
  ) throws -> (record: ActionRecord, failed: [Int]) {
    var record = ActionRecord(stateCount: mdp.stateCount, actionCount: 4)
    var failed: [Int] = []
    for episode in 0..<episodes {
      var coin = random.below(Self.cells - 2)
      // Neither the centre nor the corner, which is the last cell.
      if coin >= Self.centre { coin += 1 }
      var state = Self.centre * Self.cells + coin
      var (states, actions) = ([Int](), [Int]())
      var last: Int?
      while !mdp.isTerminal[state], states.count < limit {
        let action = policy(state, last, &random)
        states.append(state)
        actions.append(action)
        state = next[state * 4 + action]
        last = action
      }
      if state / Self.cells != coin { failed.append(episode) }
      try record.append(states: states, actions: actions)
    }
    return (record, failed)
  }
}
