/// Gymnasium's CliffWalking: along a cliff to the goal; a step onto the cliff costs 100 and leads back to the start,
/// every other step costs 1 (Sutton and Barto, "Reinforcement Learning", example 6.6).
public enum CliffWalkingTable {
  /// The table: states `row,column` of 4 × 12, actions up, right, down, left. On slippery ground the meant direction
  /// and the two at right angles happen with a third each.
  public static func table(isSlippery: Bool = false) -> ToyTextTable {
    let (rows, columns) = (4, 12)
    let (startState, goal) = ((rows - 1) * columns, rows * columns - 1)
    return ToyTextTable(
      stateNames: (0..<rows * columns).map { "\($0 / columns),\($0 % columns)" },
      actionNames: ["up", "right", "down", "left"], start: (0..<rows * columns).map { $0 == startState ? 1 : 0 }
    ) { state, action in
      let moves = isSlippery ? [(action + 3) % 4, action, (action + 1) % 4] : [action]
      return moves.map { move in
        var (row, column) = (state / columns, state % columns)
        switch move {
        case 0: row = max(row - 1, 0)
        case 1: column = min(column + 1, columns - 1)
        case 2: row = min(row + 1, rows - 1)
        default: column = max(column - 1, 0)
        }
        let next = row * columns + column
        let share = 1 / Double(moves.count)
        return next > startState && next < goal
          ? ToyTextTable.Outcome(share, to: startState, reward: -100)
          : ToyTextTable.Outcome(share, to: next, reward: -1, ends: next == goal)
      }
    }
  }
}
