/// Parts of a box, the one that may hold the most first; of equals the older.
struct BoxQueue {
  struct Part {
    var box: InputBox
    var bounds: BoxBounds
    var order: Int

    /// The number along which the bounds change most over the part, where one does.
    var longestEffect: Int? {
      var (best, effect) = (-1, 0.0)
      for column in 0..<box.count {
        let own = box.width(column) * max(abs(bounds.upperSlopes[column]), abs(bounds.lowerSlopes[column]))
        if own > effect { (best, effect) = (column, own) }
      }
      return best < 0 ? nil : best
    }

    /// Halves along the number of the largest width times weight among those that can be cut.
    func halves(by weights: [Double]) -> (InputBox, InputBox)? {
      let effects = weights.indices.map { box.width($0) * weights[$0] }
      return effects.indices.sorted { (effects[$1], $0) < (effects[$0], $1) }
        .lazy.compactMap { box.halves(along: $0) }.first
    }
  }

  private var heap: [Part] = []

  var peek: Part? { heap.first }

  mutating func push(_ part: Part) {
    heap.append(part)
    var child = heap.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var first = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, first) { first = child }
      if first == parent { return }
      heap.swapAt(first, parent)
      parent = first
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (heap[a], heap[b])
    return x.bounds.upper != y.bounds.upper ? x.bounds.upper > y.bounds.upper : x.order < y.order
  }
}
