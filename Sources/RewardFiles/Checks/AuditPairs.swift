import Compute
import Findings
import Foundation

/// Pairs with both scores, turned so that the preferred reply comes first.
///
/// What most checks look at: ``margins`` is how far the reward model agrees with people, ``lengths`` how replies
/// differ. Ties of the label are left out, and pairs of identical replies: no score of them is right or wrong.
public struct AuditPairs: Sendable {
  /// Which rows of a table to take.
  public enum Part: Sendable {
    /// Those outside the training split: evidence about the model.
    case evaluation
    /// Those of the training split, whose labels the model has seen.
    case training
    /// All rows: for what needs no labels.
    case all
  }

  /// The rows that the pairs come from.
  public let table: PreferenceTable
  /// Rows of the table.
  public private(set) var rows: [Int] = []
  /// Score of the preferred less score of the other reply.
  public private(set) var margins: [Double] = []
  /// ln of the preferred reply's length less that of the other's, in words.
  public private(set) var lengths: [Double] = []
  /// +1 if the table's "chosen" is the preferred one, −1 otherwise.
  public private(set) var signs: [Double] = []
  /// Rows left out because the two replies are identical.
  public private(set) var identical = 0
  /// Rows left out because people called them a tie.
  public private(set) var ties = 0
  /// Rows left out because a score is missing or not finite.
  public private(set) var unscored = 0

  /// The rows of a part of a table that have a label and both scores.
  public init(_ table: PreferenceTable, _ part: Part = .evaluation) {
    self.table = table
    let isTraining = table.isTraining
    for row in 0..<table.count where part == .all || isTraining[row] == (part == .training) {
      let margin = table.margin(row)
      guard !table.hasIdenticalReplies(row) else {
        identical += 1
        continue
      }
      guard table.label[row] != 0 else {
        ties += 1
        continue
      }
      guard margin.isFinite else {
        unscored += 1
        continue
      }
      let sign = table.label[row] > 0 ? 1.0 : -1.0
      rows.append(row)
      signs.append(sign)
      margins.append(margin * sign)
      lengths.append(sign * (log1p(Double(table.chosen.words[row])) - log1p(Double(table.rejected.words[row]))))
    }
  }

  /// How many pairs there are.
  public var count: Int { rows.count }
  /// How many the reward model orders as people do.
  public var right: Int { margins.count { $0 > 0 } }

  /// A row to look at, with the reason why.
  public func example(_ index: Int, _ why: String) -> ExampleRow {
    ExampleRow(rows[index], table.places.place(of: rows[index]), why)
  }

  /// The `count` pairs that come first by a key, least first.
  func first(_ count: Int, by key: (Int) -> Double) -> [Int] {
    let keys = margins.indices.map(key)
    return Array(margins.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.prefix(count))
  }

  /// At most `count` of the pairs, drawn at random without replacement, in their order; all of them if there are no
  /// more. Never every k-th: files have periods.
  func sample(_ count: Int, random: RandomSource) -> [Int] {
    guard self.count > count else { return Array(margins.indices) }
    var stream = random.stream("rows")
    return stream.permutation(self.count).prefix(count).sorted()
  }

  /// Groups of at least 30 pairs with one value of a column, in the order of the column's names; smaller ones are pooled
  /// as "others" if they have 30 together, else left out (``left(outOf:called:)`` says so).
  public func groups(of column: CategoryColumn) -> [(name: String, members: [Int])] {
    Grouping(rows.indices.map { column.isPresent ? column.codes[rows[$0]] : -1 }, names: column.names).groups
  }

  /// What a reader should know of the groups of a column that are too small; nil if there are none.
  public func left(outOf column: CategoryColumn, called name: String) -> String? {
    Grouping(rows.indices.map { column.isPresent ? column.codes[rows[$0]] : -1 }, names: column.names).note(name)
  }

  func scores(_ index: Int) -> String {
    "preferred less other: \(Numbers.plain(margins[index]))"
  }
}

/// Groups of rows by a column, small ones pooled.
struct Grouping {
  /// The least that a group may have.
  static let least = 30

  private(set) var groups: [(name: String, members: [Int])] = []
  private let small: [(name: String, members: [Int])]

  /// - Parameter codes: of each row the number of its name; −1 without one.
  init(_ codes: [Int32], names: [String]) {
    var members = [[Int]](repeating: [], count: names.count)
    for (index, code) in codes.enumerated() where code >= 0 { members[Int(code)].append(index) }
    let all = zip(names, members).map { (name: $0.0, members: $0.1) }.filter { !$0.members.isEmpty }
    groups = all.filter { $0.members.count >= Self.least }
    small = all.filter { $0.members.count < Self.least }
    let pooled = small.flatMap(\.members).sorted()
    if small.count > 1, pooled.count >= Self.least {
      groups.append((name: "one of \(small.count) small groups", members: pooled))
    }
  }

  func note(_ name: String) -> String? {
    let pairs = small.reduce(0) { $0 + $1.members.count }
    guard !small.isEmpty else { return nil }
    let shown = small.prefix(3).map(\.name).joined(separator: ", ") + (small.count > 3 ? " …" : "")
    let fate = small.count > 1 && pairs >= Self.least ? "pooled" : "not judged"
    let groups = small.count == 1 ? "1 group" : "\(small.count) groups"
    return "\(groups) of \(name) with fewer than \(Self.least) pairs (\(shown); \(pairs) pairs): \(fate)."
  }
}

extension Statistics {
  /// Root mean square: the spread around zero.
  static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }
}
