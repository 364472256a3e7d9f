import Compute

/// A small board whose cells are bits, the upper left one first: ways over it without a queue or an array.
package struct LevelGrid: Sendable, Hashable {
  package let width: Int
  package let height: Int
  private let leftColumn: UInt64
  private let rightColumn: UInt64

  /// A board of at most 64 cells.
  package init(width: Int, height: Int) {
    precondition(width > 1 && height > 0 && width * height <= 64, "a board of at most 64 cells")
    (self.width, self.height) = (width, height)
    leftColumn = (0..<height).reduce(0) { $0 | 1 << UInt64($1 * width) }
    rightColumn = (0..<height).reduce(0) { $0 | 1 << UInt64($1 * width + width - 1) }
  }

  package var count: Int { width * height }
  /// All cells.
  package var all: UInt64 { count == 64 ? ~0 : (1 << UInt64(count)) - 1 }

  package func cell(_ column: Int, _ row: Int) -> Int { row * width + column }
  package func column(_ cell: Int) -> Int { cell % width }
  package func row(_ cell: Int) -> Int { cell / width }

  /// What moves are called; they have the numbers of these names.
  package static let moves = ["up", "down", "left", "right"]

  /// Where a move leads; nowhere, where a wall or the edge is in the way.
  package func moved(_ cell: Int, _ move: Int, open: UInt64) -> Int {
    let (column, row) = (column(cell), row(cell))
    let next: Int
    switch move {
    case 0: next = row > 0 ? cell - width : cell
    case 1: next = row < height - 1 ? cell + width : cell
    case 2: next = column > 0 ? cell - 1 : cell
    default: next = column < width - 1 ? cell + 1 : cell
    }
    return open.holds(next) ? next : cell
  }

  /// These cells and their neighbours.
  package func spread(_ cells: UInt64) -> UInt64 {
    let across = cells | (cells & ~rightColumn) << 1 | (cells & ~leftColumn) >> 1
    return (across | cells << UInt64(width) | cells >> UInt64(width)) & all
  }

  /// Steps of a shortest way over open cells; nil where there is none. Complexity: O(its steps).
  package func distance(_ from: Int, _ to: Int, open: UInt64) -> Int? {
    var reached: UInt64 = 1 << UInt64(from)
    var steps = 0
    while !reached.holds(to) {
      let next = spread(reached) & open
      if next == reached { return nil }
      reached = next
      steps += 1
    }
    return steps
  }

  /// Steps between two cells where nothing is in the way.
  package func distance(_ from: Int, _ to: Int) -> Int {
    abs(column(from) - column(to)) + abs(row(from) - row(to))
  }

  /// Whether some shortest way from one cell to another leads through a third.
  package func passes(_ through: Int, from: Int, to: Int, open: UInt64) -> Bool {
    guard let whole = distance(from, to, open: open), let first = distance(from, through, open: open),
      let second = distance(through, to, open: open)
    else { return false }
    return first + second == whole
  }
}

extension UInt64 {
  /// Whether this cell is among the set ones.
  package func holds(_ cell: Int) -> Bool { self >> UInt64(cell) & 1 == 1 }

  /// One of the set cells, each with the same probability.
  func cell(drawnBy random: inout RandomStream) -> Int {
    var left = random.below(nonzeroBitCount)
    var cells = self
    while left > 0 {
      cells &= cells - 1
      left -= 1
    }
    return cells.trailingZeroBitCount
  }

  /// The same without some cells.
  func without(_ cells: Int...) -> UInt64 { cells.reduce(self) { $0 & ~(1 << UInt64($1)) } }
}

/// Whole numbers 0 … `last` as numbers in −1 … 1, and back.
package enum LevelScale {
  package static func number(_ place: Int, of last: Int) -> Float { 2 * Float(place) / Float(last) - 1 }
  package static func place(_ number: Float, of last: Int) -> Int {
    Int(((number + 1) / 2 * Float(last)).rounded())
  }
}

extension LevelGrid {
  /// The nearest of these cells where nothing is in the way, the first among equals; nil if there are none.
  func nearest(_ cells: UInt64, to cell: Int) -> Int? {
    var (left, best, least) = (cells, Int?.none, Int.max)
    while left != 0 {
      let next = left.trailingZeroBitCount
      left &= left - 1
      let far = distance(next, cell)
      if far < least { (best, least) = (next, far) }
    }
    return best
  }

  /// The move that leads towards what lies so many columns and rows away, the longer way first.
  static func move(columns: Float, rows: Float) -> Int {
    abs(columns) > abs(rows) ? (columns < 0 ? 2 : 3) : rows < 0 ? 0 : 1
  }
}
