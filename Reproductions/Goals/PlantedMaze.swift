import Audits
import Compute
import Environments

/// A random maze of free cells and walls, in which behaviours are planted: four moves, and one against a wall does
/// nothing.
package struct PlantedMaze: Sendable {
  /// The maze as a table; starts are uniform, nothing ends.
  package let mdp: TabularMDP
  /// [states × 4]: where up, down, left and right lead.
  package let next: [Int]
  /// "row,column" of each state.
  package let names: [String]

  package static let moves: [(rows: Int, columns: Int)] = [(-1, 0), (1, 0), (0, -1), (0, 1)]

  /// - Parameters:
  ///   - size: rows and columns.
  ///   - walls: the share of cells that are walls; what is then cut off from the largest part is wall too.
  ///   - random: of the walls.
  package init(size: Int, walls: Double, random: inout RandomStream) throws {
    var cells: [Int] = []
    repeat {
      let isFree = (0..<size * size).map { _ in !random.bernoulli(walls) }
      cells = Self.largestPart(isFree, size: size)
    } while cells.count < size * size / 2
    let numbers = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
    var next: [Int] = []
    for (state, cell) in cells.enumerated() {
      for move in Self.moves {
        next.append(Self.neighbour(of: cell, move, size: size).flatMap { numbers[$0] } ?? state)
      }
    }
    self.next = next
    names = cells.map { "\($0 / size),\($0 % size)" }
    mdp = try TabularMDP(
      stateCount: cells.count, actionCount: 4, rowStarts: Array(0...next.count), successors: next,
      probabilities: [Double](repeating: 1, count: next.count), rewards: [Double](repeating: 0, count: next.count),
      start: [Double](repeating: 1 / Double(cells.count), count: cells.count),
      isTerminal: [Bool](repeating: false, count: cells.count), discount: 0.95)
  }

  /// To be in each of its cells.
  package func goals() throws -> GoalLibrary {
    try GoalLibrary(planning: names.enumerated().map { .being("at \($1)", in: [$0]) }, in: mdp)
  }

  /// Whether a move does nothing.
  package func isBlocked(_ state: Int, _ move: Int) -> Bool { next[state * 4 + move] == state }

  private static func neighbour(of cell: Int, _ move: (rows: Int, columns: Int), size: Int) -> Int? {
    let (row, column) = (cell / size + move.rows, cell % size + move.columns)
    return (0..<size).contains(row) && (0..<size).contains(column) ? row * size + column : nil
  }

  private static func largestPart(_ isFree: [Bool], size: Int) -> [Int] {
    var seen = isFree.map { !$0 }
    var largest: [Int] = []
    for cell in isFree.indices where !seen[cell] {
      var part = [cell]
      seen[cell] = true
      var index = 0
      while index < part.count {
        for move in moves {
          if let other = neighbour(of: part[index], move, size: size), !seen[other] {
            seen[other] = true
            part.append(other)
          }
        }
        index += 1
      }
      if part.count > largest.count { largest = part }
    }
    return largest.sorted()
  }
}
