import Compute
import Environments

/// A world's transition matrix prepared for many products, rows in [actions × states] order: compressed where it is
/// sparse, dense where more than a fifth of it is not 0.
///
/// Compressed rows are taken in order of their length: the processor then foresees where each ends.
struct Dynamics {
  private var groups: [(length: Int, rows: Range<Int>)] = []
  private var order: [Int32] = []
  private var columns: [Int32] = []
  private var weights: [Double] = []
  private var dense: [Double] = []
  private var isTransposed = false
  private let rowCount: Int
  private let columnCount: Int

  /// Products P · v: [actions × states] from [states].
  init(_ mdp: TabularMDP) { self.init(mdp, arrivals: false) }

  /// Products Pᵀ · w: [states] from [actions × states].
  init(arrivalsOf mdp: TabularMDP) { self.init(mdp, arrivals: true) }

  private init(_ mdp: TabularMDP, arrivals: Bool) {
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    var rows = [[(Int32, Double)]](repeating: [], count: arrivals ? states : states * actions)
    var entries = 0
    for action in 0..<actions {
      for state in 0..<states where !mdp.isTerminal[state] {
        let row = action * states + state
        for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
          entries += 1
          let (next, weight) = (mdp.successors[index], mdp.probabilities[index])
          if arrivals { rows[next].append((Int32(row), weight)) } else { rows[row].append((Int32(next), weight)) }
        }
      }
    }
    (rowCount, columnCount) = (rows.count, arrivals ? states * actions : states)
    if states >= 8, entries * 5 > states * actions * states {
      // One copy serves both products in the shape of P.
      isTransposed = arrivals
      dense = [Double](repeating: 0, count: states * actions * states)
      for (row, line) in rows.enumerated() {
        for (column, weight) in line {
          dense[arrivals ? Int(column) * states + row : row * states + Int(column)] += weight
        }
      }
      return
    }
    let sorted = rows.indices.sorted { (rows[$0].count, $0) < (rows[$1].count, $1) }
    for (place, row) in sorted.enumerated() {
      let length = rows[row].count
      if groups.last?.length == length {
        groups[groups.count - 1].rows = groups[groups.count - 1].rows.lowerBound..<place + 1
      } else {
        groups.append((length, place..<place + 1))
      }
      order.append(Int32(row))
      columns += rows[row].map(\.0)
      weights += rows[row].map(\.1)
    }
  }

  func apply(_ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    if !dense.isEmpty { return applyDense(vector, into: result) }
    let order = order.span
    let columns = columns.span
    let weights = weights.span
    var index = 0
    for (length, rows) in groups {
      for place in rows {
        var sum = 0.0
        for entry in index..<index + length { sum += weights[entry] * vector[Int(columns[entry])] }
        index += length
        result[Int(order[place])] = sum
      }
    }
  }

  private func applyDense(_ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    let states = isTransposed ? rowCount : columnCount
    let rows = isTransposed ? columnCount : rowCount
    LinearAlgebra.product(dense, rows: rows, columns: states, transposed: isTransposed, vector, into: result)
  }
}
