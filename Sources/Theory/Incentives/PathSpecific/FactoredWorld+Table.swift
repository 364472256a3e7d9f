import Compute
import Environments

/// States by number: the first variable slowest.
extension FactoredWorld {
  /// How many states there are.
  public var stateCount: Int {
    var count = 1
    for variable in variables {
      let (product, overflow) = count.multipliedReportingOverflow(by: variable.values.count)
      if overflow { return .max }
      count = product
    }
    return count
  }

  /// The state in which the variables have these values.
  public func state(of values: [Int]) -> Int {
    precondition(values.count == variables.count, "one value for each variable")
    var state = 0
    for (value, variable) in zip(values, variables) { state = state * variable.values.count + value }
    return state
  }

  /// The variables' values in a state.
  public func values(of state: Int) -> [Int] {
    var values = [Int](repeating: 0, count: variables.count)
    var rest = state
    for index in variables.indices.reversed() {
      values[index] = rest % variables[index].values.count
      rest /= variables[index].values.count
    }
    return values
  }

  /// A state in words: `interest sport, loyalty low`.
  public func name(of state: Int) -> String {
    zip(variables, values(of: state)).map { "\($0.name) \($0.values[$1])" }.joined(separator: ", ")
  }

  /// The position of a variable.
  ///
  /// - Throws: `InputError` with near misses.
  public func position(of name: String) throws -> Int {
    guard let index = variables.firstIndex(where: { $0.name == name }) else {
      throw InputError.unknown("variable", name, among: variables.map(\.name), at: title)
    }
    return index
  }

  /// The probability of starting in each state.
  ///
  /// - Throws: `InputError` for a world of more than ``mostStates``.
  public func startDistribution() throws -> [Double] {
    try checkSize()
    var start = [Double](repeating: 0, count: stateCount)
    var values = [Int](repeating: 0, count: variables.count)
    func go(_ index: Int, _ probability: Double) {
      guard index < variables.count else {
        start[state(of: values)] += probability
        return
      }
      let factor = starts[index]
      let row = factor.row(now: values, action: 0, next: [])
      for value in 0..<factor.width where factor.table[row + value] > 0 {
        values[index] = value
        go(index + 1, probability * factor.table[row + value])
      }
    }
    go(0, 1)
    return start
  }

  /// Calls `body` with the values after the step and their probability, for each outcome that is possible.
  func forEachOutcome(now: [Int], action: Int, _ body: ([Int], Double) -> Void) {
    var next = [Int](repeating: 0, count: variables.count)
    func go(_ index: Int, _ probability: Double) {
      guard index < variables.count else { return body(next, probability) }
      let factor = steps[index]
      let row = factor.row(now: now, action: action, next: next)
      for value in 0..<factor.width where factor.table[row + value] > 0 {
        next[index] = value
        go(index + 1, probability * factor.table[row + value])
      }
    }
    go(0, 1)
  }

  /// What a step pays.
  func payment(now: [Int], action: Int, next: [Int]) -> Double {
    payments.reduce(0) { $0 + $1.table[$1.row(now: now, action: action, next: next)] }
  }

  /// The same world as a table. It has no end, whatever the horizon: that is for who plans in it to count.
  ///
  /// - Throws: `InputError` for a world of more than ``mostStates``, or with more than 10 million outcomes in all.
  /// - Complexity: O(states × actions × outcomes of a step).
  public func tabular() throws -> TabularMDP {
    let start = try startDistribution()
    var rowStarts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    var rewards: [Double] = []
    for state in 0..<stateCount {
      let now = values(of: state)
      for action in actions.indices {
        var reward = 0.0
        forEachOutcome(now: now, action: action) { next, probability in
          successors.append(self.state(of: next))
          probabilities.append(probability)
          reward += probability * payment(now: now, action: action, next: next)
        }
        rewards.append(reward)
        rowStarts.append(successors.count)
      }
      guard successors.count <= Self.mostOutcomes else {
        throw InputError(
          "what can follow in all states and actions is more than \(Self.mostOutcomes) outcomes", at: title,
          remedy: "leave out variables or values")
      }
    }
    return try TabularMDP(
      stateCount: stateCount, actionCount: actions.count, rowStarts: rowStarts, successors: successors,
      probabilities: probabilities, rewards: rewards, start: start,
      isTerminal: [Bool](repeating: false, count: stateCount), discount: discount)
  }

  private func checkSize() throws {
    guard stateCount <= Self.mostStates else {
      throw InputError(
        "the world has more than \(Self.mostStates) states", at: title, remedy: "leave out variables or values")
    }
  }
}
