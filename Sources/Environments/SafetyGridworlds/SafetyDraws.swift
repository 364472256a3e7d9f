import Compute

/// Where a world's chance comes from: a random stream in play, a recorded list in replays of the original, an
/// enumeration of all that can happen when the world's table is made. The rules ask in the original's order.
package protocol SafetyDraws {
  /// Whether a uniform number of [0, 1) lies below this.
  mutating func isBelow(_ probability: Double) -> Bool
  /// Whether a uniform number of [0, 1) is at most this: two of the original's draws include the bound.
  mutating func isAtMost(_ probability: Double) -> Bool
  /// One of `count` equally likely choices.
  mutating func choice(of count: Int) -> Int
}

extension RandomStream: SafetyDraws {
  package mutating func isBelow(_ probability: Double) -> Bool { uniform() < probability }
  package mutating func isAtMost(_ probability: Double) -> Bool { uniform() <= probability }
  package mutating func choice(of count: Int) -> Int { below(count) }
}

/// Walks through everything that chance can do: `next()` moves on to the next way, each with its probability.
struct EnumeratedDraws: SafetyDraws {
  /// The ways that were taken, and for each the probabilities of all.
  private var taken: [(way: Int, probabilities: [Double])] = []
  private var position = 0

  /// How probable the draws so far are.
  var probability: Double { taken[..<position].reduce(1) { $0 * $1.probabilities[$1.way] } }

  private mutating func draw(_ probabilities: [Double]) -> Int {
    if position == taken.count {
      taken.append((probabilities.firstIndex { $0 > 0 } ?? 0, probabilities))
    }
    position += 1
    return taken[position - 1].way
  }

  mutating func isBelow(_ probability: Double) -> Bool { draw([probability, 1 - probability]) == 0 }
  mutating func isAtMost(_ probability: Double) -> Bool { draw([probability, 1 - probability]) == 0 }
  mutating func choice(of count: Int) -> Int { draw([Double](repeating: 1 / Double(count), count: count)) }

  /// Goes back to the beginning, to take the next way there; false if there is none left.
  mutating func next() -> Bool {
    position = 0
    while let last = taken.popLast() {
      let others = last.probabilities.indices.dropFirst(last.way + 1)
      if let way = others.first(where: { last.probabilities[$0] > 0 }) {
        taken.append((way, last.probabilities))
        return true
      }
    }
    return false
  }
}
