import Environments

/// One step of two copies of a factored world at once: the one that the agent acts in, and the one that goes on by
/// itself under the baseline. Delicate variables exist once, in the second; everything in the first reads them there.
///
/// Of the second copy's other variables only those are followed that reach a delicate one (``hidden``): the rest makes
/// no difference to anything.
struct TwinStep: Sendable {
  let world: FactoredWorld
  let baseline: FactoredRule
  /// By variable: whether it is delicate.
  let isDelicate: [Bool]
  /// Variables that are not delicate and that a delicate one depends on, at once or later, in the second copy.
  let hidden: [Int]
  /// Whether what the baseline does makes a difference to what is followed.
  let readsAction: Bool
  /// Whether a variable's chance is the same in both copies.
  let sharesChance: Bool
  private let isHidden: [Bool]

  init(_ world: FactoredWorld, delicate: [Int], baseline: FactoredRule, sharesChance: Bool) {
    var isDelicate = [Bool](repeating: false, count: world.variables.count)
    for index in delicate { isDelicate[index] = true }
    var isHidden = [Bool](repeating: false, count: world.variables.count)
    var readsAction = false
    var open = delicate
    func meet(_ source: FactoredTable.Source) {
      switch source {
      case .action:
        guard !readsAction else { return }
        readsAction = true
        baseline.factor.sources.forEach(meet)
      case .now(let index), .next(let index):
        guard !isDelicate[index], !isHidden[index] else { return }
        isHidden[index] = true
        open.append(index)
      }
    }
    while let index = open.popLast() { world.steps[index].sources.forEach(meet) }
    self.world = world
    self.baseline = baseline
    self.isDelicate = isDelicate
    self.isHidden = isHidden
    self.readsAction = readsAction
    self.sharesChance = sharesChance
    hidden = isHidden.indices.filter { isHidden[$0] }
  }

  /// The hidden variables' values as one number.
  func hiddenState(of values: [Int]) -> Int {
    hidden.reduce(0) { $0 * world.variables[$1].values.count + values[$1] }
  }

  /// The second copy's values: hidden ones from their number, delicate ones from the state that is seen; the others are
  /// never read.
  func natural(hidden state: Int, seen: [Int]) -> [Int] {
    var values = seen
    var rest = state
    for index in hidden.reversed() {
      values[index] = rest % world.variables[index].values.count
      rest /= world.variables[index].values.count
    }
    return values
  }

  /// How probable each of the baseline's actions is in the second copy; any one where that makes no difference.
  func naturalActions(_ natural: [Int]) -> [(action: Int, probability: Double)] {
    guard readsAction else { return [(0, 1)] }
    let row = baseline.row(natural)
    return row.indices.compactMap { row[$0] > 0 ? ($0 - row.startIndex, row[$0]) : nil }
  }

  /// Calls `body` with both copies' values after the step and the probability, for each outcome that is possible. The
  /// first has the delicate variables' values of the second. `unknown` grows by the probability of outcomes of which the
  /// world does not say what follows: a table that was taken apart says it of its own states.
  func forEachOutcome(
    now: [Int], natural: [Int], action: Int, naturalAction: Int, unknown: inout Double,
    _ body: ([Int], [Int], Double) -> Void
  ) {
    var next = now
    var naturalNext = natural
    func go(_ index: Int, _ probability: Double) {
      guard index < next.count else { return body(next, naturalNext, probability) }
      let factor = world.steps[index]
      let table = factor.table
      if isDelicate[index] {
        let row = factor.row(now: natural, action: naturalAction, next: naturalNext)
        if !factor.knows(row) { unknown += probability }
        for value in 0..<factor.width where table[row + value] > 0 {
          (next[index], naturalNext[index]) = (value, value)
          go(index + 1, probability * table[row + value])
        }
        return
      }
      let row = factor.row(now: now, action: action, next: next)
      if !factor.knows(row) { unknown += probability }
      guard isHidden[index] else {
        for value in 0..<factor.width where table[row + value] > 0 {
          next[index] = value
          go(index + 1, probability * table[row + value])
        }
        return
      }
      let other = factor.row(now: natural, action: naturalAction, next: naturalNext)
      let (own, twins) = (table[row..<row + factor.width], table[other..<other + factor.width])
      for (value, twin, chance) in Self.pairs(own, twins, shared: sharesChance) {
        (next[index], naturalNext[index]) = (value, twin)
        go(index + 1, probability * chance)
      }
    }
    go(0, 1)
  }

  /// The joint distribution of one variable in both copies: by one uniform number that goes through the values in their
  /// order, or by two.
  static func pairs(
    _ first: ArraySlice<Double>, _ second: ArraySlice<Double>, shared: Bool
  ) -> [(Int, Int, Double)] {
    var result: [(Int, Int, Double)] = []
    let (first, second) = (Array(first), Array(second))
    guard shared else {
      for (i, p) in first.enumerated() where p > 0 {
        for (j, q) in second.enumerated() where q > 0 { result.append((i, j, p * q)) }
      }
      return result
    }
    if first == second { return first.indices.compactMap { first[$0] > 0 ? ($0, $0, first[$0]) : nil } }
    var (i, j, p, q) = (0, 0, first[0], second[0])
    while true {
      let share = min(p, q)
      // What rounding leaves of a row is no outcome.
      if share > 1e-15 { result.append((i, j, share)) }
      p -= share
      q -= share
      if p <= 1e-15 {
        i += 1
        guard i < first.count else { return result }
        p = first[i]
      }
      if q <= 1e-15 {
        j += 1
        guard j < second.count else { return result }
        q = second[j]
      }
    }
  }
}
