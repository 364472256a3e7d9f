import Compute

extension Delivery {
  /// The same world as an exact table: states are cells (houses included, which nothing enters), actions as in the
  /// action space, rewards linear in the six features.
  public func tabular(discount: Double = 0.999) throws -> TabularWorld {
    let cells = DeliveryBoard.size * DeliveryBoard.size
    let actions = Self.moves.count
    var successors: [Int] = []
    var features: [Double] = []
    var rewards: [Double] = []
    for cell in 0..<cells {
      for action in 0..<actions {
        let step = advance(from: State(cell: cell), by: Self.moves[action])
        successors.append(step.state.cell)
        features += step.features
        rewards.append(zip(step.features, Self.trueWeights).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
    let starts = board.startCells
    var start = [Double](repeating: 0, count: cells)
    for cell in starts { start[cell] = 1 / Double(starts.count) }
    var observations = [Float](repeating: 0, count: cells * cells)
    for cell in 0..<cells { observations[cell * cells + cell] = 1 }
    let mdp = try TabularMDP(
      stateCount: cells, actionCount: actions, rowStarts: Array(0...cells * actions), successors: successors,
      probabilities: [Double](repeating: 1, count: successors.count), rewards: rewards, start: start,
      isTerminal: (0..<cells).map(board.isTerminal), discount: discount)
    return TabularWorld(
      mdp: mdp, observations: observations, observationSize: cells, featureNames: Self.featureNames,
      features: features, trueWeights: Self.trueWeights)
  }

  /// What happened in a recorded segment.
  public struct Replay: Sendable, Hashable {
    /// One more than moves.
    public var states: [State]
    /// The six features of each move; zeros once the episode is over.
    public var features: [[Double]]
    /// The action index of each move that was made: as many as moves, or fewer if the episode ended before them.
    public var actions: [Int]

    /// The sum of the features over the segment: its return under any weights is their product.
    public var featureSum: [Double] {
      features.reduce([Double](repeating: 0, count: Delivery.featureNames.count)) { sum, each in
        zip(sum, each).map { $0 + $1 }
      }
    }
    /// The undiscounted true return of the segment.
    public var trueReturn: Double { zip(featureSum, Delivery.trueWeights).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// Replays a segment as the data files hold it: a start cell and moves (Δrow, Δcolumn), which after the end of the
  /// episode are (0, 0) or do nothing. Throws for a start off the board or in a house, and for a move that is not one
  /// step.
  public func replay(start: (row: Int, column: Int), moves: [(rows: Int, columns: Int)]) throws -> Replay {
    let size = DeliveryBoard.size
    guard (0..<size).contains(start.row), (0..<size).contains(start.column) else {
      throw InputError(
        "a segment starts at row \(start.row), column \(start.column)",
        remedy: "rows and columns are 0 to \(size - 1)")
    }
    var state = State(row: start.row, column: start.column)
    guard board.object(state.cell) != .house else {
      throw InputError("a segment starts in the house at row \(start.row), column \(start.column)")
    }
    var replay = Replay(states: [state], features: [], actions: [])
    for move in moves {
      if board.isTerminal(state.cell), move == (0, 0) {
        replay.states.append(state)
        replay.features.append([Double](repeating: 0, count: Self.featureNames.count))
        continue
      }
      guard let action = Self.moves.firstIndex(where: { $0 == move }) else {
        throw InputError(
          "a segment has the move (\(move.rows), \(move.columns))",
          remedy: "moves are (-1, 0), (1, 0), (0, -1) and (0, 1)")
      }
      let isOver = board.isTerminal(state.cell)
      let step = advance(from: state, by: move)
      state = step.state
      replay.states.append(state)
      replay.features.append(step.features)
      if !isOver { replay.actions.append(action) }
    }
    return replay
  }

  private func advance(from state: State, by move: (rows: Int, columns: Int)) -> (state: State, features: [Double]) {
    if board.isTerminal(state.cell) { return (state, [Double](repeating: 0, count: Self.featureNames.count)) }
    let destination = board.destination(from: state.cell, rows: move.rows, columns: move.columns)
    return (State(cell: destination), board.features(from: state.cell, to: destination))
  }
}
