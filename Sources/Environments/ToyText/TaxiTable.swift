import Compute

/// Gymnasium's Taxi: fetch a passenger at one of four stands and bring them to another (Dietterich 2000).
public enum TaxiTable {
  private static let map = ["|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |"].map(Array.init)
  private static let stands = [(0, 0), (0, 4), (4, 0), (4, 3)]
  private static let standNames = ["R", "G", "Y", "B"]
  /// Of south, north, east and west: the step itself, and those to its left and right.
  private static let moves = [
    [(1, 0), (0, 1), (0, -1)], [(-1, 0), (0, -1), (0, 1)], [(0, 1), (-1, 0), (1, 0)], [(0, -1), (1, 0), (-1, 0)],
  ]

  /// The table: state ((row · 5 + column) · 5 + passenger) · 4 + destination, called `row,column PASSENGER to STAND`,
  /// where a passenger waits at R, G, Y or B or is in the taxi. A step costs 1, a pickup or dropoff that is not
  /// possible 10, and the passenger at the destination pays 20.
  ///
  /// - Parameter rainProbability: in rain, how probably a step goes where it was meant to; the two directions at right
  ///   angles share the rest. Nil: always.
  /// - Throws: `InputError` for a probability outside [0, 1].
  public static func table(rainProbability: Double? = nil) throws -> ToyTextTable {
    if let rainProbability, !(0...1).contains(rainProbability) {
      throw InputError("the probability is \(rainProbability)", at: "rainy_probability", remedy: "give 0 to 1")
    }
    let states = (0..<500).map(State.init)
    let starts = states.map { $0.passenger < 4 && $0.passenger != $0.destination ? 1.0 : 0 }
    let startCount = starts.reduce(0, +)
    return ToyTextTable(
      stateNames: states.map(\.name), actionNames: ["south", "north", "east", "west", "pickup", "dropoff"],
      start: starts.map { $0 / startCount }
    ) { index, action in
      let state = states[index]
      if action == 4 { return [pickup(state)] }
      if action == 5 { return [dropoff(state)] }
      guard let rainProbability else { return [ToyTextTable.Outcome(1, to: state.after(moves[action][0]), reward: -1)] }
      // Where the step itself is blocked, nothing drifts.
      let isBlocked = state.after(moves[action][0]) == index
      let lateral = (1 - rainProbability) / 2
      return zip(moves[action], [rainProbability, lateral, lateral]).map { move, probability in
        ToyTextTable.Outcome(probability, to: isBlocked ? index : state.after(move), reward: -1)
      }
    }
  }

  private static func pickup(_ state: State) -> ToyTextTable.Outcome {
    guard state.passenger < 4, stands[state.passenger] == (state.row, state.column) else {
      return ToyTextTable.Outcome(1, to: state.index, reward: -10)
    }
    var next = state
    next.passenger = 4
    return ToyTextTable.Outcome(1, to: next.index, reward: -1)
  }

  private static func dropoff(_ state: State) -> ToyTextTable.Outcome {
    guard state.passenger == 4, let stand = stands.firstIndex(where: { $0 == (state.row, state.column) }) else {
      return ToyTextTable.Outcome(1, to: state.index, reward: -10)
    }
    var next = state
    next.passenger = stand
    let isThere = stand == state.destination
    return ToyTextTable.Outcome(1, to: next.index, reward: isThere ? 20 : -1, ends: isThere)
  }

  private struct State {
    var row: Int
    var column: Int
    var passenger: Int
    var destination: Int

    init(_ index: Int) {
      (row, column) = (index / 100, index / 20 % 5)
      (passenger, destination) = (index / 4 % 5, index % 4)
    }

    var index: Int { ((row * 5 + column) * 5 + passenger) * 4 + destination }

    var name: String {
      "\(row),\(column) \(passenger == 4 ? "taxi" : standNames[passenger]) to \(standNames[destination])"
    }

    /// Where a step by (rows, columns) leads: walls and the edge stop it.
    func after(_ move: (Int, Int)) -> Int {
      var next = self
      next.row = min(max(row + move.0, 0), 4)
      let isOpen = move.1 == 0 || map[row][move.1 > 0 ? 2 * column + 2 : 2 * column] == ":"
      if isOpen { next.column += move.1 }
      return next.index
    }
  }
}
