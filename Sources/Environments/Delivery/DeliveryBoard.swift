/// The board of the delivery task: ten by ten cells, read from rows of digits as its authors print it.
///
/// 0 blank, 1 goal, 2 house, 3 sheep, 4 coin, 5 roadblock; plus 6 for the same on mud, so 6 is mud and A (ten) a
/// coin on mud.
package struct DeliveryBoard: Sendable, Hashable {
  package enum Object: Int, Sendable { case nothing, goal, house, sheep, coin, roadblock }

  package static let size = 10

  private static let rows = [
    "0050000000",
    "0000400006",
    "0030000666",
    "4050233660",
    "6600000000",
    "6040000000",
    "6203520000",
    "0400000A66",
    "0050000667",
    "0000005004",
  ]

  private let objects: [Object]
  private let mud: [Bool]

  package init() {
    let codes = Self.rows.joined().map { $0.hexDigitValue ?? 0 }
    objects = codes.map { Object(rawValue: $0 % 6) ?? .nothing }
    mud = codes.map { $0 >= 6 }
  }

  package func object(_ cell: Int) -> Object { objects[cell] }
  package func isMud(_ cell: Int) -> Bool { mud[cell] }
  package func isTerminal(_ cell: Int) -> Bool { objects[cell] == .goal || objects[cell] == .sheep }

  /// Where episodes start: every cell but houses and terminal ones; 92 of them.
  package var startCells: [Int] {
    objects.indices.filter { !isTerminal($0) && objects[$0] != .house }
  }

  /// Where this move leads; off the board or into a house it leads nowhere.
  package func destination(from cell: Int, rows: Int, columns: Int) -> Int {
    let row = cell / Self.size + rows
    let column = cell % Self.size + columns
    guard (0..<Self.size).contains(row), (0..<Self.size).contains(column) else { return cell }
    let destination = row * Self.size + column
    return objects[destination] == .house ? cell : destination
  }

  /// The features (gas, goal, sheep, coin, roadblock, mud) of a move that led from one cell to another.
  ///
  /// Entering a goal or a sheep counts nothing else; mud replaces gas; coins and roadblocks add to either. A move that
  /// led nowhere counts only the ground it stands on.
  package func features(from cell: Int, to destination: Int) -> [Double] {
    var features = [Double](repeating: 0, count: 6)
    let entered: Object = destination == cell ? .nothing : objects[destination]
    switch entered {
    case .goal: features[1] = 1
    case .sheep: features[2] = 1
    case .nothing, .house, .coin, .roadblock:
      features[mud[destination] ? 5 : 0] = 1
      if entered == .coin { features[3] = 1 }
      if entered == .roadblock { features[4] = 1 }
    }
    return features
  }
}
