/// Priorities of the rows of a buffer, with their sum and the row at any share of it in logarithmic time.
///
/// ```swift
/// let tree = PriorityTree(capacity: 4)
/// tree[2] = 3
/// tree.row(at: 1.5)     // 2
/// ```
///
/// A binary tree in an array, each node the sum of its two children in double precision. A node follows from the leaves
/// below it alone, however they got there, so a tree made again from its leaves has the same bits.
///
/// Source: Schaul et al., arXiv 1511.05952, appendix B.2.1.
package final class PriorityTree {
  package let capacity: Int
  /// A power of two; leaves begin there.
  private let width: Int
  private var nodes: [Double]
  /// The largest priority ever given, which new rows get; 1 before the first.
  package private(set) var largest: Float = 1

  package init(capacity: Int) {
    self.capacity = capacity
    var width = 1
    while width < capacity { width *= 2 }
    self.width = width
    nodes = [Double](repeating: 0, count: 2 * width)
  }

  /// The sum of all priorities.
  package var total: Double { nodes[1] }

  /// The priority of a row; at least 0. Setting it costs O(log capacity).
  package subscript(row: Int) -> Float {
    get { Float(nodes[width + row]) }
    set {
      precondition(row >= 0 && row < capacity && newValue >= 0, "a row's priority is not negative")
      largest = max(largest, newValue)
      var node = width + row
      nodes[node] = Double(newValue)
      while node > 1 {
        node /= 2
        nodes[node] = nodes[2 * node] + nodes[2 * node + 1]
      }
    }
  }

  /// Gives a row the largest priority there was, so that it is soon drawn.
  package func setToLargest(_ row: Int) { self[row] = largest }

  /// The row at which the running sum of priorities passes `mass`, from 0 to ``total``. Rows of priority 0 are not
  /// found, unless all are.
  package func row(at mass: Double) -> Int {
    var rest = mass
    var node = 1
    while node < width {
      let left = nodes[2 * node]
      // Rounding may leave a rest behind the last row that has any priority: then that one it is.
      if rest < left || nodes[2 * node + 1] == 0 {
        node = 2 * node
      } else {
        rest -= left
        node = 2 * node + 1
      }
    }
    return node - width
  }

  /// Takes the priorities and the largest from a snapshot.
  func restore(_ priorities: [Float], largest: Float) {
    for (row, priority) in priorities.enumerated() { nodes[width + row] = Double(priority) }
    for row in priorities.count..<capacity { nodes[width + row] = 0 }
    for node in stride(from: width - 1, to: 0, by: -1) {
      nodes[node] = nodes[2 * node] + nodes[2 * node + 1]
    }
    self.largest = largest
  }
}
