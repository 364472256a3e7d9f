import Compute
import Findings
import Foundation

/// Pairs with both scores, turned so that the preferred reply comes first; ties of the label left out.
///
/// What most checks look at: ``margins`` is how far the reward model agrees with people, ``lengths`` how replies
/// differ.
public struct AuditPairs: Sendable {
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

  /// All rows of a table that have a label and both scores.
  public init(_ table: PreferenceTable) {
    self.table = table
    for row in 0..<table.count where table.label[row] != 0 {
      let margin = table.margin(row)
      guard margin.isFinite else { continue }
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

  /// Groups of at least 30 pairs with one value of a column, in the order of the column's names.
  public func groups(of column: CategoryColumn) -> [(name: String, members: [Int])] {
    guard column.isPresent else { return [] }
    var members = [[Int]](repeating: [], count: column.names.count)
    for (index, row) in rows.enumerated() where column.codes[row] >= 0 {
      members[Int(column.codes[row])].append(index)
    }
    return zip(column.names, members).filter { $0.1.count >= 30 }.map { (name: $0.0, members: $0.1) }
  }

  func scores(_ index: Int) -> String {
    "preferred less other: \(Numbers.plain(margins[index]))"
  }
}

/// A logistic model of "the preferred reply wins" on differences, through the origin, with Wald errors.
struct PairLogit {
  var weights: [Double]
  var errors: [Double]

  /// - Parameter columns: differences (preferred − other), each with one entry for each pair.
  init?(_ columns: [[Double]]) {
    let width = columns.count
    guard width > 0, let count = columns.first?.count, count > width * 5 else { return nil }
    var rows = [Double](repeating: 0, count: count * width)
    for (c, column) in columns.enumerated() { for i in 0..<count { rows[i * width + c] = column[i] } }
    let model = LogisticRegression(rows: rows, width: width, targets: [Double](repeating: 1, count: count))
    weights = model.fit(penalty: 1e-7)
    var information = Matrix(rows: width, columns: width)
    for i in 0..<count {
      let p = 1 / (1 + exp(-model.logit(i, weights)))
      for a in 0..<width {
        for b in 0..<width {
          information.elements[a * width + b] += p * (1 - p) * rows[i * width + a] * rows[i * width + b]
        }
      }
    }
    errors = []
    for a in 0..<width {
      information.elements[a * width + a] += 2e-7 * Double(count)
    }
    for a in 0..<width {
      var unit = [Double](repeating: 0, count: width)
      unit[a] = 1
      // Without a positive definite information matrix there are no standard errors: nil says it.
      guard let column = try? LinearAlgebra.choleskySolve(information, unit), column[a] > 0 else { return nil }
      errors.append(column[a].squareRoot())
    }
  }
}

extension Statistics {
  /// Root mean square: the spread around zero.
  static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }
}
