import Compute
import Rewards

/// Where the Cholesky factor of KᵀK can have entries: an order of the states in which flow couples only near ones, and for
/// each the last that its row of the factor reaches.
///
/// Reverse Cuthill–McKee (Cuthill and McKee 1969; George 1971): breadth first from a state at the rim, near states by their
/// number of neighbours, backwards. The factor fills its rows up to the furthest neighbour of any row before, so the rows'
/// ends never fall; whichever pairs are free, K_FᵀK_F and its updates stay within them. A grid's rows are about two of its
/// sides long, a chain's a handful; random worlds have full ones.
struct FlowEnvelope: Sendable {
  /// The place of each state.
  let place: [Int]
  /// Where each row begins in the factor's storage; row k holds its columns k … last[k].
  let starts: [Int]
  /// The last column of each row.
  let last: [Int]

  var size: Int { place.count }
  /// Numbers in a factor.
  var count: Int { starts.last ?? 0 }
  /// Whether so much of the triangle is filled that it is better treated as dense.
  var isDense: Bool { count > size * size / 4 }

  /// Row k's entries as a range of the storage's numbers, shifted so that column j is at `row(k) + j`.
  func row(_ k: Int) -> Int { starts[k] - k }

  init(_ world: ReachableStates) {
    let neighbours = Self.neighbours(world)
    let size = world.liveCount
    var order: [Int] = []
    order.reserveCapacity(size)
    var isPlaced = [Bool](repeating: false, count: size)
    for state in 0..<size where !isPlaced[state] {
      let rim = Self.rim(from: state, neighbours)
      isPlaced[rim] = true
      var head = order.count
      order.append(rim)
      while head < order.count {
        let near = neighbours[order[head]].filter { !isPlaced[$0] }
        for next in near.sorted(by: { (neighbours[$0].count, $0) < (neighbours[$1].count, $1) }) {
          isPlaced[next] = true
          order.append(next)
        }
        head += 1
      }
    }
    order.reverse()
    var place = [Int](repeating: 0, count: size)
    for (index, state) in order.enumerated() { place[state] = index }
    self.place = place
    var (starts, last) = ([0], [Int]())
    for (index, state) in order.enumerated() {
      let furthest = neighbours[state].reduce(index) { max($0, place[$1]) }
      last.append(max(furthest, last.last ?? 0))
      starts.append(starts[index] + last[index] - index + 1)
    }
    (self.starts, self.last) = (starts, last)
  }

  /// States that some pair's row of K has both of.
  private static func neighbours(_ world: ReachableStates) -> [[Int]] {
    let size = world.liveCount
    // [states × states], a quarter of a full factor: lists of all pairs of states would be as long as rows are squared.
    var isNear = [Bool](repeating: false, count: size * size)
    for row in 0..<world.rowCount {
      var states = [row / world.actionCount]
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
        states.append(world.successors[index])
      }
      for a in states { for b in states { isNear[a * size + b] = true } }
    }
    return (0..<size).map { a in (0..<size).filter { $0 != a && isNear[a * size + $0] } }
  }

  /// A state furthest from another that is furthest from this one.
  private static func rim(from start: Int, _ neighbours: [[Int]]) -> Int {
    var end = start
    for _ in 0..<2 {
      var seen = Set([end])
      var layer = [end]
      while true {
        var next: [Int] = []
        for state in layer { for other in neighbours[state] where seen.insert(other).inserted { next.append(other) } }
        if next.isEmpty { break }
        layer = next
      }
      end = layer.min { (neighbours[$0].count, $0) < (neighbours[$1].count, $1) } ?? end
    }
    return end
  }
}
