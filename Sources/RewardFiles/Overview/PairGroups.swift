import Compute

/// One column of groups: how many pairs each value has and how many of them the model orders as people do. Every row of the
/// files is counted once.
public struct PairGroups: Codable, Sendable, Hashable {
  /// The column: "domain", "annotator", the name of a further one.
  public let column: String
  /// A row for each value, in the order in which they appear; rows without one come last, and beyond two hundred values the
  /// rest is one row.
  public let rows: [Row]

  /// The pairs with one value.
  public struct Row: Codable, Sendable, Hashable {
    /// The value.
    public internal(set) var name: String
    /// All its rows: those of the training split, identical replies, ties, pairs without two scores, and those judged.
    public internal(set) var count = 0
    /// Of the training split, whose labels the model has seen.
    public internal(set) var training = 0
    /// With two identical replies.
    public internal(set) var identical = 0
    /// That people call a tie.
    public internal(set) var ties = 0
    /// Of which a score is missing or not finite.
    public internal(set) var unscored = 0
    /// All others.
    public internal(set) var judged = 0
    /// Judged, and the preferred reply scores higher.
    public internal(set) var right = 0

    /// The share of the judged that are right, and its exact 95 % interval; nil if none is judged.
    public var accuracy: (value: Double, interval: Interval)? {
      Statistics.proportionInterval(successes: right, of: judged).map { (Double(right) / Double(judged), $0) }
    }
  }

  static let largest = 200

  /// Nil if no row has a value.
  init?(_ column: String, _ values: CategoryColumn, _ fates: [Fate]) {
    guard values.isPresent else { return nil }
    self.column = column
    var found = values.names.prefix(Self.largest).map { Row(name: $0) }
    var (rest, none) = (Row(name: "\(values.names.count - found.count) others"), Row(name: "without a value"))
    for (row, fate) in fates.enumerated() {
      let code = Int(values.codes[row])
      if code < 0 {
        none.add(fate)
      } else if code < found.count {
        found[code].add(fate)
      } else {
        rest.add(fate)
      }
    }
    found += [rest, none].filter { $0.count > 0 }
    rows = found
  }

  /// What becomes of a row.
  enum Fate { case training, identical, tie, unscored, wrong, right }

  static func fates(_ table: PreferenceTable) -> [Fate] {
    let isTraining = table.isTraining
    return (0..<table.count).map { row in
      if isTraining[row] { return .training }
      if table.hasIdenticalReplies(row) { return .identical }
      if table.label[row] == 0 { return .tie }
      let margin = table.margin(row)
      guard margin.isFinite else { return .unscored }
      return margin * Double(table.label[row]) > 0 ? .right : .wrong
    }
  }

  /// The same counts over all rows.
  static func all(_ fates: [Fate]) -> Row {
    var row = Row(name: "all")
    for fate in fates { row.add(fate) }
    return row
  }
}

extension PairGroups.Row {
  init(name: String) { self.name = name }

  mutating func add(_ fate: PairGroups.Fate) {
    count += 1
    switch fate {
    case .training: training += 1
    case .identical: identical += 1
    case .tie: ties += 1
    case .unscored: unscored += 1
    case .wrong: judged += 1
    case .right:
      judged += 1
      right += 1
    }
  }
}
