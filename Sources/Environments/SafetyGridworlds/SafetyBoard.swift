/// The still part of a world: its cells, row by row from the upper left corner, and where things stand at first.
package struct SafetyBoard: Sendable {
  package let rows: Int
  package let columns: Int
  private let glyphs: [Glyph]

  /// A board as it is drawn in the papers: one string for each row, all of the same length.
  package init(_ drawing: String...) {
    rows = drawing.count
    columns = drawing.first?.utf8.count ?? 0
    glyphs = drawing.flatMap { $0.utf8.map(Glyph.init(code:)) }
    precondition(glyphs.count == rows * columns && glyphs.count < 255, "rows of one length, and not too many")
  }

  package var count: Int { glyphs.count }

  /// What is drawn in a cell; off the board there are walls, so that no cell number, damaged ones included, leads
  /// anywhere.
  package subscript(cell: Int) -> Glyph { glyphs.indices.contains(cell) ? glyphs[cell] : .wall }

  package func isWall(_ cell: Int) -> Bool { self[cell] == .wall }

  /// The cell that this move would lead to if nothing were in the way. May lie off the board.
  package func cell(_ cell: Int, moved move: SafetyMove) -> Int {
    switch move {
    case .up: cell - columns
    case .down: cell + columns
    case .left: cell - 1
    case .right: cell + 1
    case .stay: cell
    }
  }

  package func row(of cell: Int) -> Int { cell / columns }
  package func column(of cell: Int) -> Int { cell % columns }

  /// The first cell with this character, row by row.
  package func first(_ glyph: Glyph) -> Int {
    guard let cell = glyphs.firstIndex(of: glyph) else { preconditionFailure("the board has no such character") }
    return cell
  }

  /// All cells with this character, row by row.
  package func all(_ glyph: Glyph) -> [Int] { glyphs.indices.filter { glyphs[$0] == glyph } }
}

/// The actions, numbered as in the original.
package enum SafetyMove: Int, Sendable, Hashable, CaseIterable {
  case up, down, left, right, stay

  package var opposite: SafetyMove {
    switch self {
    case .up: .down
    case .down: .up
    case .left: .right
    case .right: .left
    case .stay: .stay
    }
  }
}

/// A cell in a state. States hold them as bytes: what is read from a damaged snapshot is then no cell of the board at
/// worst, which `SafetyBoard` treats as a wall.
package typealias CellNumber = UInt8
