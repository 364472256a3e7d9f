import Compute

/// Gymnasium's FrozenLake: over the ice from S to G without falling into a hole H.
public enum FrozenLakeTable {
  /// Gymnasium's two maps.
  public static let maps = [
    "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
    "8x8": [
      "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG",
    ],
  ]

  /// The table of a map: states `row,column`, actions left, down, right, up. It pays 1 for reaching G.
  ///
  /// - Parameters:
  ///   - map: rows of equal length, of S (start), F (ice), H (hole) and G (goal).
  ///   - successRate: how probably a step goes where it was meant to; the two directions at right angles share the rest.
  ///     Nil: always, the lake that is not slippery.
  /// - Throws: `InputError` for a map that is none, or a rate outside [0, 1].
  public static func table(map: [String], successRate: Double? = 1 / 3) throws -> ToyTextTable {
    let letters = map.map(Array.init)
    guard let columns = letters.first?.count, columns > 0, letters.allSatisfy({ $0.count == columns }) else {
      throw InputError("the rows of the map are not equally long", at: "desc")
    }
    if let wrong = letters.joined().first(where: { !"SFHG".contains($0) }) {
      throw InputError("the map has a '\(wrong)'", at: "desc", remedy: "S starts, F is frozen, H a hole, G the goal")
    }
    if let successRate, !(0...1).contains(successRate) {
      throw InputError("the success rate is \(successRate)", at: "success_rate", remedy: "it lies between 0 and 1")
    }
    let rows = letters.count
    let starts = letters.joined().map { $0 == "S" ? 1.0 : 0 }
    let startCount = starts.reduce(0, +)
    guard startCount > 0 else { throw InputError("the map has no start", at: "desc", remedy: "mark it with S") }
    func step(_ state: Int, _ action: Int, _ probability: Double) -> ToyTextTable.Outcome {
      var (row, column) = (state / columns, state % columns)
      switch action {
      case 0: column = max(column - 1, 0)
      case 1: row = min(row + 1, rows - 1)
      case 2: column = min(column + 1, columns - 1)
      default: row = max(row - 1, 0)
      }
      let letter = letters[row][column]
      return ToyTextTable.Outcome(
        probability, to: row * columns + column, reward: letter == "G" ? 1 : 0, ends: letter == "G" || letter == "H")
    }
    return ToyTextTable(
      stateNames: (0..<rows * columns).map { "\($0 / columns),\($0 % columns)" },
      actionNames: ["left", "down", "right", "up"], start: starts.map { $0 / startCount }
    ) { state, action in
      let letter = letters[state / columns][state % columns]
      if letter == "G" || letter == "H" { return [ToyTextTable.Outcome(1, to: state, reward: 0, ends: true)] }
      guard let successRate else { return [step(state, action, 1)] }
      return [(action + 3) % 4, action, (action + 1) % 4].map {
        step(state, $0, $0 == action ? successRate : (1 - successRate) / 2)
      }
    }
  }
}
