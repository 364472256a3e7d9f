import Compute
import Environments
import Files

/// The transitions of a world's file, checked entry by entry so that an error names the first at fault.
struct WorldRows {
  var states: Int
  var actions: Int
  var rowStarts: [Int] = [0]
  var successors: [Int] = []
  var probabilities: [Double] = []

  /// Rows to be filled in by `append`.
  init(states: Int, actions: Int, place: String) throws {
    guard states > 0, actions > 0 else {
      throw InputError(
        "a world with \(states) states and \(actions) actions", at: place, remedy: "give at least 1 of each")
    }
    guard Double(states) * Double(actions) <= 1e9 else { throw InputError("the world is too large", at: place) }
    self.states = states
    self.actions = actions
  }

  /// [S, A, S].
  init(dense array: TypedArray, place: String) throws {
    let shape = array.shape
    guard shape.count == 3, shape[0] == shape[2] else {
      throw InputError(
        "transitions has the shape \(shape)", at: place, remedy: "give [states, actions, states]: [s, a, s′]")
    }
    try self.init(states: shape[0], actions: shape[1], place: place)
    let values = array.doubles()
    for row in 0..<states * actions { try append(row: values[row * states..<(row + 1) * states], place: place) }
  }

  /// `row_starts` [S·A + 1], `successors`, `probabilities`. The number of states is that of `start` or the largest
  /// reward axis would leave it open, so it is the one that divides the rows: `start` must be there.
  init(compressed arrays: NumPyArchive, place: String) throws {
    func integers(_ name: String) throws -> [Int] {
      let array = try arrays.array(name)
      guard let values = array.integers(), array.shape.count == 1 else {
        throw InputError("\(name) is not a list of whole numbers", at: place)
      }
      return values
    }
    let starts = try integers("row_starts")
    let next = try integers("successors")
    let weights = try arrays.array("probabilities").doubles()
    let states = try arrays.array("start").count
    guard states > 0, starts.count > 1, (starts.count - 1).isMultiple(of: states) else {
      throw InputError(
        "row_starts has \(starts.count) entries for \(states) states", at: place,
        remedy: "give one for each state and action, and one more; start has one entry for each state")
    }
    try self.init(states: states, actions: (starts.count - 1) / states, place: place)
    guard weights.count == next.count else {
      throw InputError("\(next.count) successors and \(weights.count) probabilities", at: place)
    }
    for (row, (first, last)) in zip(starts, starts.dropFirst()).enumerated() {
      guard first == rowStarts[row], first <= last, last <= next.count else {
        throw InputError(
          "row_starts[\(row)] is \(first), row_starts[\(row + 1)] is \(last)", at: place,
          remedy: "they begin at 0, never fall, and end at \(next.count)")
      }
      try append(row: (first..<last).map { (next[$0], weights[$0]) }, place: place)
    }
    guard successors.count == next.count else {
      throw InputError("row_starts ends at \(successors.count)", at: place, remedy: "it must end at \(next.count)")
    }
  }

  /// The next row, dense; entries of 0 are left out.
  mutating func append(row: ArraySlice<Double>, place: String) throws {
    try append(row: row.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }, place: place)
  }

  /// The next row: successors and their probabilities.
  mutating func append(row entries: [(next: Int, probability: Double)], place: String) throws {
    let row = rowStarts.count - 1
    let here = "transitions[\(row / actions), \(row % actions)"
    var sum = 0.0
    for (next, probability) in entries {
      guard (0..<states).contains(next) else {
        throw InputError("\(here)] leads to state \(next)", at: place, remedy: "states are 0 to \(states - 1)")
      }
      guard probability >= 0, probability <= 1 + 1e-9 else {
        throw InputError("\(here), \(next)] is \(probability)", at: place, remedy: "a probability lies between 0 and 1")
      }
      sum += probability
    }
    guard abs(sum - 1) <= 1e-6 else {
      throw InputError("\(here)] sums to \(sum)", at: place, remedy: "the probabilities of the next state sum to 1")
    }
    successors += entries.map(\.next)
    // Files of 32-bit numbers are off by that much; planners need rows that sum to 1 to rounding.
    let isOff = abs(sum - 1) > 2 * Double.ulpOfOne * Double(entries.count)
    probabilities += entries.map { isOff ? $0.probability / sum : min($0.probability, 1) }
    rowStarts.append(successors.count)
  }

  func mdp(start: [Double]?, discount: Double, place: String) throws -> TabularMDP {
    var start = start ?? [Double](repeating: 1 / Double(states), count: states)
    for (state, value) in start.enumerated() where !(value >= 0 && value <= 1 + 1e-9) {
      throw InputError("start[\(state)] is \(value)", at: place, remedy: "a probability lies between 0 and 1")
    }
    let sum = start.reduce(0, +)
    guard abs(sum - 1) <= 1e-6 else { throw InputError("start sums to \(sum)", at: place, remedy: "it must sum to 1") }
    if abs(sum - 1) > 1e-12 { start = start.map { $0 / sum } }
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: rowStarts, successors: successors,
      probabilities: probabilities, rewards: [Double](repeating: 0, count: states * actions),
      start: start.map { min($0, 1) }, isTerminal: [Bool](repeating: false, count: states), discount: discount)
  }
}

enum WorldNumbers {
  static func checkDiscount(_ discount: Double, place: String) throws {
    guard discount >= 0, discount < 1 else {
      throw InputError("the discount is \(discount)", at: place, remedy: "it must be at least 0 and below 1")
    }
  }
}
