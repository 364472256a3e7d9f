import Compute

/// How the rewards of rollouts look: what a reader wants to see before any verdict.
public struct RolloutOverview: Codable, Sendable, Hashable {
  /// The total, and each part of the reward if there are at most eight.
  public let histograms: [ScoreHistogram]
  /// How often the verifier accepts against how often people find right: over all labelled rollouts, by task and run, and by
  /// length. Empty without gold labels.
  public let leans: [Lean]
  /// All rollouts.
  public let all: Row
  /// The rollouts by run, task, step and every further column.
  public let groups: [Groups]

  /// One column of groups; every rollout is counted once.
  public struct Groups: Codable, Sendable, Hashable {
    /// The column.
    public let column: String
    /// A row for each value, in the order in which they appear; rows without one come last, and beyond two hundred values
    /// the rest is one row.
    public let rows: [Row]
  }

  /// The rollouts with one value.
  public struct Row: Codable, Sendable, Hashable {
    /// The value.
    public internal(set) var name: String
    /// All of them.
    public internal(set) var count = 0
    /// Those with a reward.
    public internal(set) var scored = 0
    /// Those that the verifier accepts.
    public internal(set) var accepted = 0
    /// The mean reward; NaN if none is scored.
    public internal(set) var meanReward = Double.nan
    /// Those that a person called right or wrong.
    public internal(set) var labelled = 0
    /// Accepted, and wrong by a person's label.
    public internal(set) var wrongAccepted = 0
    /// Rejected, and right by a person's label.
    public internal(set) var rightRejected = 0
    /// Those that name an error.
    public internal(set) var errors = 0
    /// Those that were cut off.
    public internal(set) var truncated = 0
  }

  init(_ rollouts: RolloutFacts) {
    let table = rollouts.table
    var histograms = [ScoreHistogram("reward", [("rollouts", table.total)])]
    if (2...8).contains(table.components.count) {
      histograms += table.components.map { ScoreHistogram($0.name, [("rollouts", $0.values)]) }
    }
    self.histograms = histograms.compactMap { $0 }
    all = Self.rows(CategoryColumn(), rollouts).last ?? Row(name: "all")
    let steps = Set(table.step.lazy.filter { $0 >= 0 }).count
    var columns = [("run", table.run), ("task", table.task)]
    if table.step.count == table.count, (2...PairGroups.largest).contains(steps) {
      columns.append(("step", CategoryColumn(table.step.map { $0 < 0 ? nil : String($0) })))
    }
    columns += table.attributes.map { ($0.name, $0.values) }
    groups = columns.compactMap { name, values in
      guard values.isPresent, values.count == table.count else { return nil }
      return Groups(column: name, rows: Self.rows(values, rollouts))
    }
    leans = Self.leans(rollouts)
  }

  /// Rows by a column; of an empty one a single row with all.
  private static func rows(_ values: CategoryColumn, _ rollouts: RolloutFacts) -> [Row] {
    let table = rollouts.table
    let named = values.names.prefix(PairGroups.largest)
    var rows = named.map { Row(name: $0) }
    let hidden = values.names.count - named.count
    rows += [Row(name: "\(hidden) others"), Row(name: values.isPresent ? "without a value" : "all")]
    var sums = [Double](repeating: 0, count: rows.count)
    for row in 0..<table.count {
      let code = values.isPresent ? Int(values.codes[row]) : -1
      let place = code < 0 ? rows.count - 1 : min(code, rows.count - 2)
      rows[place].add(row, rollouts)
      if table.total[row].isFinite { sums[place] += table.total[row] }
    }
    for place in rows.indices where rows[place].scored > 0 {
      rows[place].meanReward = sums[place] / Double(rows[place].scored)
    }
    return rows.filter { $0.count > 0 }
  }

  private static func leans(_ rollouts: RolloutFacts) -> [Lean] {
    let table = rollouts.table
    guard let weights = weights(rollouts) else { return [] }
    func lean(_ name: String, _ condition: (Int) -> Bool) -> Lean? {
      let members = rollouts.scored.filter(condition)
      let labelled = members.filter { !weights[$0].isNaN }
      guard labelled.count >= Grouping.least else { return nil }
      let right = labelled.reduce(0) { $0 + weights[$1] * Double(table.gold[$1]) }
      let accepted = members.count { rollouts.accepted[$0] == 1 }
      return Lean(
        kind: .acceptance, name: name, people: right / labelled.reduce(0) { $0 + weights[$1] },
        model: Double(accepted) / Double(members.count), tolerated: nil, isOutside: false,
        count: labelled.count)
    }
    var leans = [lean("all rollouts") { _ in true }]
    for (column, values) in [("task", table.task), ("run", table.run)] where values.count == table.count {
      guard (2...50).contains(values.names.count) else { continue }
      for (code, name) in values.names.enumerated() {
        leans.append(lean("\(column) is \(name)") { Int(values.codes[$0]) == code })
      }
    }
    if table.completions.count == table.count {
      let lengths = (0..<table.count).map { table.completions.range($0).count }
      let sorted = lengths.sorted()
      let (third, twoThirds) = (sorted[table.count / 3], sorted[2 * table.count / 3])
      if third < twoThirds {
        leans.append(lean("the shortest third") { lengths[$0] < third })
        leans.append(lean("the middle third in length") { lengths[$0] >= third && lengths[$0] < twoThirds })
        leans.append(lean("the longest third") { lengths[$0] >= twoThirds })
      }
    }
    return leans.compactMap { $0 }
  }

  /// How many rows each labelled one stands for: its own weight, else the rows with its verdict by those of them that are
  /// labelled; NaN for the others. Nil without labels.
  private static func weights(_ rollouts: RolloutFacts) -> [Double]? {
    let table = rollouts.table
    guard table.gold.count == table.count, table.gold.contains(where: { $0 == 0 || $0 == 1 }) else { return nil }
    let verdicts = [Int8(0), 1].map { verdict in
      let rows = (0..<table.count).filter { rollouts.accepted[$0] == verdict }
      return Double(rows.count) / Double(max(1, rows.count { table.gold[$0] == 0 || table.gold[$0] == 1 }))
    }
    return (0..<table.count).map { row in
      guard table.gold[row] == 0 || table.gold[row] == 1, rollouts.accepted[row] >= 0 else { return .nan }
      let own = table.goldWeight.count == table.count ? table.goldWeight[row] : .nan
      return own.isFinite && own > 0 ? own : verdicts[Int(rollouts.accepted[row])]
    }
  }
}

extension RolloutOverview.Row {
  init(name: String) { self.name = name }

  fileprivate mutating func add(_ row: Int, _ rollouts: RolloutFacts) {
    let table = rollouts.table
    count += 1
    if table.total[row].isFinite { scored += 1 }
    if rollouts.accepted[row] == 1 { accepted += 1 }
    if table.gold.count == table.count, table.gold[row] == 0 || table.gold[row] == 1 {
      labelled += 1
      if table.gold[row] == 0, rollouts.accepted[row] == 1 { wrongAccepted += 1 }
      if table.gold[row] == 1, rollouts.accepted[row] == 0 { rightRejected += 1 }
    }
    if table.error.count == table.count, table.error.codes[row] >= 0 { errors += 1 }
    if table.truncated.count == table.count, table.truncated[row] == 1 { truncated += 1 }
  }
}
