import Audits
import Compute
import Environments

/// A corridor of places with the actions left (0) and right (1); one against the wall does nothing.
struct Corridor {
  let length: Int
  let mdp: TabularMDP

  init(_ length: Int, discount: Double = 0.9) throws {
    self.length = length
    let next = (0..<2 * length).map { Self.next($0 / 2, $0 % 2, length) }
    mdp = try TabularMDP(
      stateCount: length, actionCount: 2, rowStarts: Array(0...2 * length), successors: next,
      probabilities: [Double](repeating: 1, count: 2 * length), rewards: [Double](repeating: 0, count: 2 * length),
      start: (0..<length).map { $0 == length / 2 ? 1 : 0 }, isTerminal: [Bool](repeating: false, count: length),
      discount: discount)
  }

  private static func next(_ place: Int, _ action: Int, _ length: Int) -> Int {
    min(max(place + (action == 0 ? -1 : 1), 0), length - 1)
  }

  /// Where a move leads.
  func next(_ place: Int, _ action: Int) -> Int { Self.next(place, action, length) }

  /// To be at each of these places.
  func goals(_ places: [Int]) throws -> GoalLibrary {
    try GoalLibrary(planning: places.map { .being("at \($0)", in: [$0]) }, in: mdp)
  }

  /// Moves from the middle, such as "RRL".
  func record(_ episodes: String...) throws -> ActionRecord {
    var record = ActionRecord(stateCount: length, actionCount: 2)
    for moves in episodes {
      var place = length / 2
      var states: [Int] = []
      let actions = moves.map { $0 == "R" ? 1 : 0 }
      for action in actions {
        states.append(place)
        place = Self.next(place, action, length)
      }
      try record.append(states: states, actions: actions)
    }
    return record
  }
}
