import Compute
import Environments
import Files
import Foundation

extension HumanAnswers {
  /// Reads a condition's pairs and preferences, and replays every segment.
  ///
  /// - Throws: `InputError` for a file that is no array of the right shape, a preference that is not 0, ½ or 1, or a
  ///   segment that cannot happen in this world; it names the file and the row.
  public init(_ files: HumanAnswersFiles, in world: Delivery) throws {
    let preferences = try Self.preferences(files.preferences)
    let isTerminal = try world.tabular().mdp.isTerminal
    let array = try NumPyFile.read(files.pairs)
    let place = files.pairs.path
    guard array.shape.count == 4, array.shape[1] == 2, array.shape[2] >= 2, array.shape[3] == 2 else {
      throw InputError(
        "the shape is \(array.shape)", at: place,
        remedy: "wanted: comparisons × 2 segments × (start and moves) × 2 coordinates")
    }
    guard array.shape[0] == preferences.count else {
      throw InputError(
        "\(array.shape[0]) pairs of segments, but \(preferences.count) preferences in "
          + files.preferences.lastPathComponent, at: place, remedy: "take all files from one export")
    }
    guard let numbers = array.integers() else {
      throw InputError("cells and moves must be whole numbers", at: place, remedy: "check the file for NaN")
    }
    let rowsPerSegment = array.shape[2]
    func segment(_ row: Int, _ side: Int) throws -> Segment {
      let start = (row * 2 + side) * rowsPerSegment * 2
      do {
        return try Self.segment(
          Array(numbers[start..<(start + rowsPerSegment * 2)]), in: world, isTerminal: isTerminal)
      } catch let error as InputError {
        throw InputError(
          error.problem, at: "\(place), row \(row), segment \(side + 1)",
          remedy: error.remedy ?? "is this a segment of \(world.specification.id)?")
      }
    }
    condition = files.condition
    answers = try preferences.indices.map { row in
      Answer(first: try segment(row, 0), second: try segment(row, 1), preference: preferences[row])
    }
    trueWeights = Delivery.trueWeights
  }

  private static func preferences(_ url: URL) throws -> [Double] {
    let array = try NumPyFile.read(url)
    guard array.count > 0, array.shape.first == array.count else {
      throw InputError(
        "the shape is \(array.shape)", at: url.path, remedy: "wanted: one preference for each comparison")
    }
    let values = array.doubles()
    if let row = values.firstIndex(where: { ![0, 0.5, 1].contains($0) }) {
      throw InputError(
        "the preference is \(values[row])", at: "\(url.path), row \(row)",
        remedy: "it must be 0 (first), 0.5 (neither) or 1 (second)")
    }
    return values
  }

  /// A start cell, then moves; the moves after the end of the episode are (0, 0).
  private static func segment(_ numbers: [Int], in world: Delivery, isTerminal: [Bool]) throws -> Segment {
    var moves = stride(from: 2, to: numbers.count, by: 2).map { (rows: numbers[$0], columns: numbers[$0 + 1]) }
    let given = moves.count
    while let last = moves.last, last == (0, 0) { moves.removeLast() }
    let replay = try world.replay(start: (numbers[0], numbers[1]), moves: moves)
    let states = replay.states.map(\.cell)
    guard !isTerminal[states[0]] else {
      throw InputError("a segment starts where the episode is over, at row \(numbers[0]), column \(numbers[1])")
    }
    if moves.count < given, !isTerminal[states[states.count - 1]] {
      throw InputError("a segment stands still, by (0, 0), before its episode is over")
    }
    let steps = states.firstIndex { isTerminal[$0] } ?? moves.count
    return Segment(
      start: states[0], end: states[steps], steps: steps, features: Array(replay.features[..<steps]))
  }

  /// Whether the file of statistics, if there is one, agrees with our own: the difference of partial returns, and of
  /// V* (undiscounted, one for each tabular state) at the segments' starts and ends. Throws at the first row that does
  /// not. Returns whether there was such a file.
  @discardableResult
  public func checkStatistics(_ files: HumanAnswersFiles, optimalValues: [Double]) throws -> Bool {
    guard let url = files.statistics else { return false }
    let array = try NumPyFile.read(url)
    guard array.shape == [answers.count, 3] else {
      throw InputError("the shape is \(array.shape)", at: url.path, remedy: "wanted: [\(answers.count), 3]")
    }
    let given = array.doubles()
    let ours = [
      ("difference of partial returns", differences { partialReturn($0) }),
      ("difference of V* at the starts", differences { optimalValues[$0.start] }),
      ("difference of V* at the ends", differences { optimalValues[$0.end] }),
    ]
    for row in answers.indices {
      for (column, (name, values)) in ours.enumerated() {
        let value = given[row * 3 + column]
        guard abs(value - values[row]) <= 1e-6 * max(1, abs(values[row])) else {
          throw InputError(
            "the \(name) is \(value), replaying the segments gives \(values[row])",
            at: "\(url.path), row \(row), column \(column)",
            remedy: "differences are second segment minus first, in the standard delivery world; "
              + "without this file the check is left out")
        }
      }
    }
    return true
  }

  /// The true return of a segment.
  func partialReturn(_ segment: Segment) -> Double {
    segment.features.reduce(0) { sum, move in sum + zip(move, trueWeights).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
