import Compute
import Findings
import Foundation

/// Pairs with both scores, turned so that the preferred reply comes first; ties of the label left out.
struct AuditPairs {
  let table: PreferenceTable
  /// Rows of the table.
  var rows: [Int] = []
  /// Score of the preferred less score of the other reply.
  var margins: [Double] = []
  /// ln of the preferred reply's length less that of the other's, in words.
  var lengths: [Double] = []
  /// +1 if the table's "chosen" is the preferred one, −1 otherwise.
  var signs: [Double] = []

  init(_ table: PreferenceTable) {
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

  var count: Int { rows.count }
  var right: Int { margins.count { $0 > 0 } }

  func example(_ index: Int, _ why: String) -> ExampleRow {
    ExampleRow(rows[index], table.places.place(of: rows[index]), why)
  }

  /// The `count` pairs that come first by a key, least first.
  func first(_ count: Int, by key: (Int) -> Double) -> [Int] {
    let keys = margins.indices.map(key)
    return Array(margins.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.prefix(count))
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
      guard let column = try? LinearAlgebra.choleskySolve(information, unit), column[a] > 0 else { return nil }
      errors.append(column[a].squareRoot())
    }
  }
}

extension Statistics {
  /// Root mean square: the spread around zero.
  static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))).squareRoot()
  }
}
