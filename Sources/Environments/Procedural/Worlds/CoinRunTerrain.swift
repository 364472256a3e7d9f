import Compute

/// The ground of a side-scrolling level, and how an agent moves over it: a height for each of fourteen columns, 0 where
/// there is a pit, 1 for the ground, 2 for a crate on it.
///
/// A jump rises by two and falls again by one a step; a step to the left or right is possible also in the air. Columns
/// are entered only from at least their height. Whoever falls into a pit is lost.
package struct CoinRunTerrain: Sendable, Hashable, Codable {
  /// Two bits for each column.
  package var bits: UInt32

  static let columns = 14
  static let end = columns - 1
  /// Nothing gets higher than two above a crate.
  static let top = 4

  /// Where an agent is: its column, the height of its feet, and by how much it still rises.
  package struct Position: Sendable, Hashable, Codable {
    package var column: Int8
    package var height: Int8
    package var lift: Int8

    package static let start = Position(column: 0, height: 1, lift: 0)
  }

  package init(bits: UInt32) { self.bits = bits }

  package subscript(column: Int) -> Int {
    get { (0..<Self.columns).contains(column) ? Int(bits >> UInt32(2 * column) & 3) : 1 }
    set { bits = bits & ~(3 << UInt32(2 * column)) | UInt32(newValue) << UInt32(2 * column) }
  }

  /// Ground with pits and crates of one or two columns, each with ground before and after it.
  package init(drawnBy random: inout RandomStream) {
    bits = 0
    for column in 0..<Self.columns { self[column] = 1 }
    var column = 2
    while column < Self.columns - 3 {
      let kind = random.uniform()
      let width = 1 + random.below(2)
      guard kind < 0.5 else {
        column += 1
        continue
      }
      for each in column..<min(column + width, Self.columns - 3) { self[each] = kind < 0.25 ? 0 : 2 }
      column += width + 2
    }
  }

  /// One step: 0 to the left, 1 to the right, 2 up. False if it ends in a pit.
  package func move(_ position: inout Position, _ action: Int) -> Bool {
    let floor = self[Int(position.column)]
    let stands = Int(position.height) == floor && position.lift == 0
    if action == 2, stands { position.lift = 2 }
    if position.lift > 0 {
      position.height += 1
      position.lift -= 1
    } else if Int(position.height) > floor {
      position.height -= 1
      if position.height == 0 { return false }
    }
    let next = Int(position.column) + (action == 0 ? -1 : action == 1 ? 1 : 0)
    if (0..<Self.columns).contains(next), self[next] <= Int(position.height) { position.column = Int8(next) }
    return true
  }

  /// Whether some shortest way from the start to the end leads through this column at this height.
  ///
  /// Complexity: O(positions × steps of that way).
  package func shortestWay(passes column: Int, height: Int) -> Bool {
    /// The positions after so many steps from the start, one set for each number of steps.
    var layers: [Set<Position>] = [[.start]]
    var seen: Set<Position> = [.start]
    while let last = layers.last, !last.isEmpty, !last.contains(where: { $0.column == Self.end }) {
      var next: Set<Position> = []
      for position in last {
        for action in 0..<3 {
          var moved = position
          if move(&moved, action), seen.insert(moved).inserted { next.insert(moved) }
        }
      }
      layers.append(next)
    }
    // Backwards, those of each layer that a shortest way leads through.
    var needed = (layers.last ?? []).filter { $0.column == Self.end }
    for layer in layers.dropLast().reversed() {
      if needed.contains(where: { $0.column == column && $0.height == height }) { return true }
      needed = layer.filter { position in
        (0..<3).contains { action in
          var moved = position
          return move(&moved, action) && needed.contains(moved)
        }
      }
    }
    return needed.contains { $0.column == column && $0.height == height }
  }
}
