import Compute
import Findings

/// Reward models side by side on the same pairs: how often each prefers what people prefer, and for every two of them the
/// paired difference.
///
/// Columns such as `score_chosen_A` and `score_rejected_A` are a model's. Only pairs that all the models have scored count,
/// outside the training split, with a label that is no tie and two different replies; an equal score is no preference and counts
/// as wrong. The test is McNemar's exact one on the pairs of which one model alone is right, corrected for all comparisons by
/// Holm's method; the interval is Wald's for paired shares.
///
/// Source: McNemar 1947; Holm 1979; Agresti, *Categorical Data Analysis*, section 11.1.
public struct ModelComparison: Codable, Sendable, Hashable {
  /// One model.
  public struct Model: Codable, Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// Pairs in which the preferred reply scores higher.
    public var right: Int
    /// The share of them, with its exact interval.
    public var accuracy: Double
    /// 95 %, Clopper and Pearson's.
    public var interval: Interval?
  }

  /// Two models.
  public struct Difference: Codable, Sendable, Hashable {
    /// The first model.
    public var first: String
    /// The other.
    public var second: String
    /// Accuracy of the first less that of the other.
    public var difference: Double
    /// 95 %, of the paired difference.
    public var interval: Interval
    /// Pairs of which the first alone is right.
    public var firstAlone: Int
    /// Pairs of which the other alone is right.
    public var secondAlone: Int
    /// Of no difference, two-sided and exact.
    public var pValue: Double
    /// After Holm's correction for all comparisons.
    public var correctedPValue: Double
  }

  /// One column of groups; every pair that counts is in one row.
  public struct Groups: Codable, Sendable, Hashable {
    /// The column.
    public var column: String
    /// A row for each value.
    public var rows: [Group]
  }

  /// The pairs with one value.
  public struct Group: Codable, Sendable, Hashable {
    /// The value.
    public var name: String
    /// Pairs that count.
    public var count: Int
    /// For each model, in their order, the pairs in which the preferred reply scores higher.
    public var right: [Int]
  }

  /// Pairs that count.
  public let count: Int
  /// Pairs of the file that do not: of the training split, ties, identical replies, or not scored by all the models.
  public let leftOut: Int
  /// The models, in the order asked for.
  public let models: [Model]
  /// Every two of them.
  public let differences: [Difference]
  /// By domain and every further column of groups.
  public let groups: [Groups]

  /// Compares models of a table.
  ///
  /// - Parameters:
  ///   - table: pairs with the scores of several models.
  ///   - names: members of the table, `score` for its main scores; all of them if empty. A name without its `score_` will do.
  /// - Throws: `InputError` for unknown names, fewer than two models, or no pair that all have scored.
  public init(_ table: PreferenceTable, models names: [String] = []) throws {
    var columns: [(name: String, chosen: NumberColumn, rejected: NumberColumn)] = []
    if table.hasScores { columns.append(("score", table.scoreChosen, table.scoreRejected)) }
    columns += table.members.map { ($0.name, $0.chosen, $0.rejected) }
    if !names.isEmpty {
      columns = try names.map { name in
        guard
          let own = columns.first(where: { $0.name == name }) ?? columns.first(where: { $0.name == "score_" + name })
        else { throw InputError.unknown("model", name, among: columns.map(\.name), at: "--models") }
        return own
      }
    }
    guard columns.count > 1 else {
      throw InputError(
        "the pairs have the scores of \(columns.count == 1 ? "one model" : "no model")",
        remedy: "give each model two columns, such as score_chosen_A and score_rejected_A, or a file of the same pairs")
    }
    // What all columns begin with says nothing.
    if columns.allSatisfy({ $0.name.hasPrefix("score_") && $0.name.count > 6 }) {
      for index in columns.indices { columns[index].name = String(columns[index].name.dropFirst(6)) }
    }
    let training = table.trainingSplits
    let rows = (0..<table.count).filter { row in
      table.label[row] != 0 && !table.hasIdenticalReplies(row) && !training.contains(Int(table.split.codes[row]))
        && columns.allSatisfy { ($0.chosen[row] - $0.rejected[row]).isFinite }
    }
    guard !rows.isEmpty else {
      throw InputError("no labelled pair outside the training split is scored by all the models")
    }
    let right = columns.map { column in
      rows.map { (column.chosen[$0] - column.rejected[$0]) * Double(table.label[$0]) > 0 }
    }
    count = rows.count
    leftOut = table.count - rows.count
    models = zip(columns, right).map { column, right in
      let number = right.count { $0 }
      return Model(
        name: column.name, right: number, accuracy: Double(number) / Double(right.count),
        interval: Statistics.proportionInterval(successes: number, of: right.count))
    }
    var found: [Difference] = []
    for a in columns.indices {
      for b in columns.indices where b > a {
        found.append(Self.difference((columns[a].name, right[a]), (columns[b].name, right[b])))
      }
    }
    differences = Self.corrected(found)
    groups = table.groupColumns.map { column in
      var groups = (column.values.names + ["without a value"]).map {
        Group(name: $0, count: 0, right: [Int](repeating: 0, count: right.count))
      }
      for (index, row) in rows.enumerated() {
        let code = Int(column.values.codes[row])
        let place = code < 0 ? groups.count - 1 : code
        groups[place].count += 1
        for model in right.indices where right[model][index] { groups[place].right[model] += 1 }
      }
      return Groups(column: column.name, rows: groups.filter { $0.count > 0 })
    }
  }

  private static func difference(_ a: (name: String, right: [Bool]), _ b: (name: String, right: [Bool])) -> Difference {
    let first = zip(a.right, b.right).count { $0 && !$1 }
    let second = zip(a.right, b.right).count { !$0 && $1 }
    let (n, apart) = (Double(a.right.count), first + second)
    let value = Double(first - second) / n
    let error = max(0, (Double(apart) - Double(first - second) * Double(first - second) / n)).squareRoot() / n
    let reach = Statistics.normalReach95 * error
    // Both tails of a fair coin thrown `apart` times.
    let fewer = min(first, second)
    let tail =
      fewer == apart ? 1 : SpecialFunctions.incompleteBeta(0.5, Double(apart - fewer), Double(fewer + 1))
    return Difference(
      first: a.name, second: b.name, difference: value,
      interval: Interval(lower: value - reach, upper: value + reach, level: 0.95), firstAlone: first,
      secondAlone: second, pValue: min(1, 2 * tail), correctedPValue: 1)
  }

  private static func corrected(_ differences: [Difference]) -> [Difference] {
    var result = differences
    var greatest = 0.0
    for (rank, index) in result.indices.sorted(by: { (result[$0].pValue, $0) < (result[$1].pValue, $1) }).enumerated() {
      greatest = max(greatest, min(1, Double(result.count - rank) * result[index].pValue))
      result[index].correctedPValue = greatest
    }
    return result
  }
}
