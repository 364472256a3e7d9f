import Compute

/// The tomato garden in which every state can be computed: 29 cells, thirteen tomatoes, 237,568 states.
///
/// Cell 0 holds a bucket and lies above the right end of a grid of four rows of seven (cell 1 + 7 · row + column). The
/// first six cells of the top row and the seven of the bottom row have a tomato each. A step moves to a neighbour or
/// waits; then every watered tomato dries with probability ``drying``, and the tomato of the new cell is watered. What is
/// wanted is the number of watered tomatoes; with the bucket on the head thirteen *seem* to be watered, whatever they are.
///
/// A value of what follows an action depends only on the cell that it leads to and on the tomatoes before the step: the
/// tables here have a row for each cell, with a number for each set of watered tomatoes.
///
/// Source: AISC10-SSO/tomato-quantilization (MIT), whose world this is; nothing of its code is here.
package struct TomatoGarden {
  package static let cells = 29
  package static let tomatoes = 13
  /// Sets of watered tomatoes; bit i is tomato i.
  package static let sets = 1 << tomatoes
  package static let drying = 0.03
  package static let bucket = 0
  package static let startCell = 10
  package static let startSet = [0, 1, 2, 5, 6, 7, 9, 11].reduce(0) { $0 | 1 << $1 }

  /// The cells that a step may lead to from each cell, itself last: a move off the grid is no action.
  package static let destinations: [[Int]] = (0..<cells).map { cell in
    guard cell > bucket else { return [7, bucket] }
    let (row, column) = ((cell - 1) / 7, (cell - 1) % 7)
    var result: [Int] = []
    if row > 0 { result.append(cell - 7) } else if column == 6 { result.append(bucket) }
    if row < 3 { result.append(cell + 7) }
    if column > 0 { result.append(cell - 1) }
    if column < 6 { result.append(cell + 1) }
    return result + [cell]
  }

  /// The tomato of a cell, as a set; empty for a cell without one.
  package static let tomato: [Int] = (0..<cells).map { cell in
    switch cell {
    case 1...6: 1 << (cell - 1)
    case 22...28: 1 << (cell - 16)
    default: 0
    }
  }

  /// How many tomatoes are watered: what is wanted of the state.
  package static func utility(_ set: Int) -> Double { Double(set.nonzeroBitCount) }

  /// What seems to be wanted of the state.
  package static func proxy(cell: Int, set: Int) -> Double { cell == bucket ? Double(tomatoes) : utility(set) }

  /// Turns numbers of the state after the step, for this cell, into their means before it: of drying and then watering.
  ///
  /// - Parameter row: [sets], of the states in this cell; overwritten by the means, by the set before the step.
  package static func expect(_ row: UnsafeMutableBufferPointer<Double>, cell: Int) {
    let watered = tomato[cell]
    if watered != 0 {
      for set in 0..<sets where set & watered == 0 { row[set] = row[set | watered] }
    }
    // Tomatoes dry one by one, so that their joint law is a product: one pass over the table for each.
    for index in 0..<tomatoes {
      let bit = 1 << index
      var block = 0
      while block < sets {
        for dry in block..<block + bit { row[dry + bit] += drying * (row[dry] - row[dry + bit]) }
        block += 2 * bit
      }
    }
  }

  /// Where chance goes: probabilities of the sets before the step, of a walk that goes to this cell, become those after.
  package static func flow(_ row: UnsafeMutableBufferPointer<Double>, cell: Int) {
    for index in 0..<tomatoes {
      let bit = 1 << index
      var block = 0
      while block < sets {
        for dry in block..<block + bit {
          let moved = drying * row[dry + bit]
          row[dry] += moved
          row[dry + bit] -= moved
        }
        block += 2 * bit
      }
    }
    let watered = tomato[cell]
    guard watered != 0 else { return }
    for set in 0..<sets where set & watered == 0 {
      row[set | watered] += row[set]
      row[set] = 0
    }
  }
}
