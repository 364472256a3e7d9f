import Compute
import Environments

/// Finite worlds taken apart into variables.
extension FactoredWorld {
  /// A variable as a function of a state.
  public struct Facet: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// A name for each value.
    public var values: [String]
    /// Its value in each state.
    public var ofState: [Int]

    /// A variable with this value in each state.
    public init(_ name: String, values: [String], ofState: [Int]) {
      (self.name, self.values, self.ofState) = (name, values, ofState)
    }
  }

  /// Takes a table apart: finds what each variable reads, and checks that the parts make up the whole.
  ///
  /// A variable is first taken to read everything, the action and the next values of those before it; then one read after
  /// the other is left out that makes no difference in any state. Which reads remain can depend on the order where several
  /// would do. An end is a state that stays as it is and pays nothing. Rows for combinations that no state has stay as
  /// the first value: in the world itself they are never read, and ``PathEffects`` refuses where two worlds at once
  /// would read one.
  ///
  /// - Parameters:
  ///   - table: the world.
  ///   - title: what it is called.
  ///   - actions: a name for each action.
  ///   - facets: the variables; states that agree in all of them must go on alike.
  ///   - horizon: after how many steps it ends.
  ///   - discount: the table's own unless given.
  /// - Throws: `InputError` where states that look alike go on differently, or the start's values depend on each other
  ///   in another way than by the order given.
  /// - Complexity: O(variables² × transitions).
  public init(
    factoring table: TabularMDP, title: String, actions: [String], facets: [Facet], horizon: Int? = nil,
    discount: Double? = nil
  ) throws {
    for facet in facets {
      guard facet.ofState.count == table.stateCount, facet.ofState.allSatisfy(facet.values.indices.contains) else {
        throw InputError(
          "the variable '\(facet.name)' is not a value for each state", at: title,
          remedy: "give \(table.stateCount) positions below \(facet.values.count)")
      }
    }
    let factoring = Factoring(table: table, facets: facets, actions: actions.count, title: title)
    let parts = try facets.indices.map { try factoring.next($0) }
    let variables = facets.indices.map { index in
      let (start, next) = (factoring.start(index), parts[index])
      return Variable(
        facets[index].name, values: facets[index].values, startReads: facets[..<index].map(\.name), start: start,
        reads: next.reads, next: next.table)
    }
    let reward = try factoring.reward()
    try self.init(
      title: title, variables: variables, actions: actions,
      reward: [Term("reward", reads: reward.reads, values: reward.table)], horizon: horizon,
      discount: discount ?? table.discount)
    for (index, part) in parts.enumerated() { steps[index].isKnown = part.isKnown }
    payments[0].isKnown = reward.isKnown
    try checkStart(table, facets)
  }

  /// The start as a whole: each variable's first value given those before it makes up any distribution, unless rounding
  /// or a mistake of ours is in the way.
  private func checkStart(_ table: TabularMDP, _ facets: [Facet]) throws {
    guard stateCount <= Self.mostStates else { return }
    var wanted = [Double](repeating: 0, count: stateCount)
    for (state, share) in table.start.enumerated() { wanted[self.state(of: facets.map { $0.ofState[state] })] += share }
    let made = try startDistribution()
    guard zip(wanted, made).allSatisfy({ abs($0 - $1) < 1e-9 }) else {
      throw InputError("the start is not made up of its parts", at: title)
    }
  }
}

/// The search for what each part of a table reads.
private struct Factoring {
  let table: TabularMDP
  let facets: [FactoredWorld.Facet]
  let actions: Int
  let title: String

  /// What can be read, in the order of a table: variables now, the action, next values.
  private enum Read: Hashable {
    case now(Int)
    case action
    case next(Int)
  }

  /// What a variable or the reward reads, and its table; by row whether any state has it, nil where all have one.
  struct Part {
    var reads: [String]
    var table: [Double]
    var isKnown: [Bool]?
  }

  /// One possible outcome of an action.
  private func outcomes(_ state: Int, _ action: Int) -> [(next: Int, probability: Double)] {
    if table.isTerminal[state] { return [(state, 1)] }
    return table.transitions(state, action).compactMap {
      table.probabilities[$0] > 0 ? (table.successors[$0], table.probabilities[$0]) : nil
    }
  }

  private func name(_ read: Read) -> String {
    switch read {
    case .now(let index): facets[index].name
    case .action: "action"
    case .next(let index): facets[index].name + "'"
    }
  }

  private func count(_ read: Read) -> Int {
    switch read {
    case .now(let index), .next(let index): facets[index].values.count
    case .action: actions
    }
  }

  private func value(_ read: Read, _ state: Int, _ action: Int, _ next: Int) -> Int {
    switch read {
    case .now(let index): facets[index].ofState[state]
    case .action: action
    case .next(let index): facets[index].ofState[next]
    }
  }

  /// The distribution of a first value given those before it.
  func start(_ index: Int) -> [Double] {
    let before = (0..<index).map(Read.now)
    var rows: [[Int]: [Double]] = [:]
    for (state, share) in table.start.enumerated() where share > 0 {
      let key = before.map { value($0, state, 0, state) }
      rows[key, default: [Double](repeating: 0, count: facets[index].values.count)][facets[index].ofState[state]] +=
        share
    }
    return filled(rows, before, width: facets[index].values.count).map(\.row).map { row in
      let sum = row.reduce(0, +)
      return row.map { $0 / sum }
    }.flatMap(\.self)
  }

  /// What a next value reads, and its table.
  func next(_ index: Int) throws -> Part {
    let width = facets[index].values.count
    let reads = facets.indices.map(Read.now) + [.action] + (0..<index).map(Read.next)
    return try smallest(reads, of: "variable '\(facets[index].name)'", width: width) { visit in
      forEachStateAndAction { state, action in
        // By what is read: a distribution for each combination of the next values among the reads.
        var rows: [[Int]: [Double]] = [:]
        for outcome in outcomes(state, action) {
          let key = reads.map { value($0, state, action, outcome.next) }
          rows[key, default: [Double](repeating: 0, count: width)][facets[index].ofState[outcome.next]] +=
            outcome.probability
        }
        for (key, row) in rows {
          let sum = row.reduce(0, +)
          visit(key, row.map { $0 / sum })
        }
      }
    }
  }

  /// What the expected reward reads, and its table.
  func reward() throws -> Part {
    let reads = facets.indices.map(Read.now) + [.action]
    return try smallest(reads, of: "reward", width: 1) { visit in
      forEachStateAndAction { state, action in
        let reward = table.isTerminal[state] ? 0 : table.rewards[state * table.actionCount + action]
        visit(reads.map { value($0, state, action, state) }, [reward])
      }
    }
  }

  private func forEachStateAndAction(_ body: (Int, Int) -> Void) {
    for state in 0..<table.stateCount {
      for action in 0..<table.actionCount { body(state, action) }
    }
  }

  /// Leaves out one read after the other, last ones first, while all rows that then fall together are the same.
  private func smallest(
    _ all: [Read], of part: String, width: Int, rows: (_ visit: ([Int], [Double]) -> Void) -> Void
  ) throws -> Part {
    func add(_ key: [Int], _ row: [Double], to found: inout [[Int]: [Double]]) -> Bool {
      guard let known = found[key] else {
        found[key] = row
        return true
      }
      return zip(known, row).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }
    }
    var best: [[Int]: [Double]] = [:]
    var agrees = true
    rows { key, row in agrees = add(key, row, to: &best) && agrees }
    guard agrees else {
      throw InputError(
        "states that agree in all variables go on differently", at: "\(title): \(part)",
        remedy: "name a variable that tells them apart")
    }
    var reads = all
    for place in all.indices.reversed() {
      var smaller: [[Int]: [Double]] = [:]
      let fits = best.allSatisfy { key, row in
        var key = key
        key.remove(at: place)
        return add(key, row, to: &smaller)
      }
      guard fits else { continue }
      best = smaller
      reads.remove(at: place)
    }
    let rows = filled(best, reads, width: width)
    return Part(
      reads: reads.map(name), table: rows.flatMap { $0.row },
      isKnown: best.count == rows.count ? nil : rows.map(\.isKnown))
  }

  /// Rows in the order of a table; where nothing is known, certainty of the first value.
  private func filled(
    _ rows: [[Int]: [Double]], _ reads: [Read], width: Int
  ) -> [(row: [Double], isKnown: Bool)] {
    var result: [(row: [Double], isKnown: Bool)] = []
    var key = [Int](repeating: 0, count: reads.count)
    for _ in 0..<reads.map(count).reduce(1, *) {
      let row = rows[key]
      result.append((row ?? (0..<width).map { $0 == 0 && width > 1 ? 1 : 0 }, row != nil))
      for place in key.indices.reversed() {
        key[place] += 1
        if key[place] < count(reads[place]) { break }
        key[place] = 0
      }
    }
    return result
  }
}
