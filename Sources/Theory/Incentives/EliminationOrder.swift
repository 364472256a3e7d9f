import Compute
import Foundation

/// In which order variables are summed out, and how large the largest table on the way will be, before any is made.
///
/// Each time the variable goes that adds fewest links between its neighbours (min-fill; ties: the smallest table, then
/// the first). Finding the best order is NP-hard; this one is usually close.
struct EliminationOrder {
  private(set) var order: [Int] = []
  /// One less than the most variables in a table: an upper bound on the treewidth.
  private(set) var width = 0
  /// Of the number of entries of the largest table, the logarithm to base 2.
  private(set) var largest = 0.0

  /// - Parameters:
  ///   - scopes: the variables of each factor.
  ///   - keep: variables that stay.
  ///   - size: how many outcomes a variable has.
  init(scopes: [[Int]], keep: Set<Int>, size: (Int) -> Int) {
    var neighbours: [Int: Set<Int>] = [:]
    for scope in scopes {
      for variable in scope { neighbours[variable, default: []].formUnion(scope) }
    }
    for variable in neighbours.keys { neighbours[variable]!.remove(variable) }
    var bits: [Int: Double] = [:]
    for variable in neighbours.keys { bits[variable] = log2(Double(size(variable))) }
    func cost(_ variable: Int) -> (fill: Int, bits: Double) {
      let around = Array(neighbours[variable]!)
      var fill = 0
      for (index, first) in around.enumerated() {
        let known = neighbours[first]!
        for second in around[(index + 1)...] where !known.contains(second) { fill += 1 }
      }
      return (fill, bits[variable]! + around.reduce(0) { $0 + bits[$1]! })
    }
    var waiting = neighbours.keys.filter { !keep.contains($0) }.sorted()
    var costs: [Int: (fill: Int, bits: Double)] = [:]
    for variable in waiting { costs[variable] = cost(variable) }
    while !waiting.isEmpty {
      let position = waiting.indices.min {
        let (a, b) = (costs[waiting[$0]]!, costs[waiting[$1]]!)
        return (a.fill, a.bits, waiting[$0]) < (b.fill, b.bits, waiting[$1])
      }!
      let variable = waiting.remove(at: position)
      order.append(variable)
      let around = neighbours.removeValue(forKey: variable)!
      width = max(width, around.count)
      largest = max(largest, around.reduce(bits[variable]!) { $0 + bits[$1]! })
      var touched = around
      for other in around {
        neighbours[other]!.remove(variable)
        neighbours[other]!.formUnion(around)
        neighbours[other]!.remove(other)
        touched.formUnion(neighbours[other]!)
      }
      for other in touched where costs[other] != nil { costs[other] = cost(other) }
      costs[variable] = nil
    }
    let kept = keep.filter { bits[$0] != nil }
    width = max(width, kept.count - 1)
    largest = max(largest, kept.reduce(0) { $0 + bits[$1]! })
  }

  /// - Throws: `InputError` with the treewidth where a table would have more entries than this.
  func checkFits(_ limit: Int, at place: String) throws {
    guard largest > log2(Double(limit)) + 1e-9 else { return }
    throw InputError(
      "exact inference does not fit: the best order found has treewidth \(width), and its largest table would have "
        + "2^\(Int(largest.rounded(.up))) entries", at: place,
      remedy: "at most \(limit) fit; give nodes fewer parents or outcomes (the graphical criteria need no tables)")
  }
}
