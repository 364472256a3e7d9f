import Compute

/// The delivery task, in which people were asked for their preferences: drive a van to its goal through coins,
/// roadblocks, mud and sheep.
///
/// Ten by ten cells, four moves. Reward: −1 for a move (gas), −2 on mud instead, +1 more for a coin (each time it is
/// entered), −1 more for a roadblock, +50 for the goal and −50 for a sheep, which both end the episode. An episode
/// starts in any of the 92 free cells; the time limit of 200 is ours. The observation is one-hot over the cells, so a
/// linear function of it can be any function of the cell.
///
/// Its exact table is ``tabular(discount:)``; what three-step segments from its data files mean, ``replay(start:moves:)``.
///
/// Source: Knox, Hatgis-Kessell, Booth, Niekum, Stone, Allievi, "Models of human preference for learning reward
/// functions", 2022; Hatgis-Kessell et al., "Influencing humans to conform to preference models for RLHF", 2025.
public struct Delivery: Environment, AbsorbingEnvironment {
  /// The cell: row · 10 + column, row 0 on top.
  public struct State: Sendable, Hashable, Codable {
    /// Row by row from the upper left corner.
    public var cell: Int
    /// Counted from the top.
    public var row: Int { cell / DeliveryBoard.size }
    /// Counted from the left.
    public var column: Int { cell % DeliveryBoard.size }

    /// The cell in this row and column.
    public init(row: Int, column: Int) { cell = row * DeliveryBoard.size + column }
    init(cell: Int) { self.cell = cell }

    /// Refuses a cell off the board, so that a damaged snapshot cannot be restored.
    public init(from decoder: any Decoder) throws {
      cell = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .cell)
      guard (0..<DeliveryBoard.size * DeliveryBoard.size).contains(cell) else {
        throw InputError("the board has no cell \(cell)")
      }
    }
  }

  /// What a step can meet, in the order of the reward's weights.
  public static let featureNames = ["gas", "goal", "sheep", "coin", "roadblock", "mud"]
  /// The true reward is these times the features.
  public static let trueWeights = [-1.0, 50, -50, 1, -1, -2]
  /// What each action adds to (row, column), in the order of the action space.
  public static let moves: [(rows: Int, columns: Int)] = [(-1, 0), (1, 0), (0, -1), (0, 1)]

  let board = DeliveryBoard()
  private let startCells: [Int]
  /// [cell × 4]: destination and true reward of each move.
  private let destinations: [Int]
  private let rewards: [Double]
  private let terminal: [Bool]

  /// The board of the published experiment.
  public init() {
    let board = board
    startCells = board.startCells
    let cells = 0..<DeliveryBoard.size * DeliveryBoard.size
    terminal = cells.map(board.isTerminal)
    destinations = cells.flatMap { cell in
      Self.moves.map { board.destination(from: cell, rows: $0.rows, columns: $0.columns) }
    }
    rewards = destinations.enumerated().map { row, destination in
      let features = board.features(from: row / Self.moves.count, to: destination)
      return zip(features, Self.trueWeights).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  public var specification: EnvironmentSpecification {
    let cells = DeliveryBoard.size * DeliveryBoard.size
    return EnvironmentSpecification(
      id: "pactolus/Delivery-v0",
      summary: "Drive to the goal on a board with coins, roadblocks, mud and sheep; people judged this one",
      observationSpace: Box(
        low: [Float](repeating: 0, count: cells), high: [Float](repeating: 1, count: cells)),
      observationNames: (0..<cells).map { "at row \($0 / DeliveryBoard.size) column \($0 % DeliveryBoard.size)" },
      actionSpace: .discrete(names: ["up", "down", "left", "right"]), maximumEpisodeSteps: 200, canTerminate: true,
      hasGoal: true,
      source: "Knox et al. 2022, the delivery task")
  }

  public func reset(random: inout RandomStream) -> State { State(cell: startCells[random.below(startCells.count)]) }

  public func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    if terminal[state.cell] { return Outcome(reward: 0, terminated: true) }
    let row = state.cell * Self.moves.count + action
    state.cell = destinations[row]
    return Outcome(reward: rewards[row], terminated: terminal[state.cell])
  }

  public func isAbsorbed(_ state: State) -> Bool { terminal[state.cell] }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation.update(repeating: 0)
    observation[state.cell] = 1
  }
}
