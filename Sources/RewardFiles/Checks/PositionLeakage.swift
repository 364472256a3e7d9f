import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Where a reply stood tells nothing about it.
  public static let positionLeakage = AuditCheck(
    id: "position-leakage",
    title: "Where a reply stood tells nothing about it",
    explanation:
      "If the preferred reply stood first more often than between 45 and 55 %, position can be learned instead of quality; "
      + "if the model is right more often when the preferred reply stood first, it has been. Needs a column for the place.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Wang et al. 2023 (position bias of evaluators)",
    needs: [.pairs],
    run: PositionLeakage.measure)
}

private enum PositionLeakage {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.pairs()
    let pairs = files.labelledPairs
    let rows = (0..<table.count).filter { table.position[$0] != 0 && table.label[$0] != 0 }
    guard rows.count >= 10 else { throw AuditGap.missing("no column tells the position of a reply") }
    let first = rows.count { (table.position[$0] > 0) == (table.label[$0] > 0) }
    let reach = Double(rows.count).squareRoot() * 2
    var tests = [
      EffectTest.normal(
        "share of first replies preferred, less a half", Double(first) / Double(rows.count) - 0.5, error: 1 / reach,
        count: rows.count, within: 0.05)
    ]
    if let pairs {
      let seen = pairs.rows.indices.filter { table.position[pairs.rows[$0]] != 0 }
      let (a, b) = seen.reduce(into: ([Int](), [Int]())) { parts, index in
        if (table.position[pairs.rows[index]] > 0) == (pairs.signs[index] > 0) {
          parts.0.append(index)
        } else {
          parts.1.append(index)
        }
      }
      tests.append(
        EffectTest.difference(
          "accuracy when the preferred reply stood first, less when second", a.map { pairs.margins[$0] > 0 },
          b.map { pairs.margins[$0] > 0 }))
    }
    return CheckOutcome(tests: tests)
  }
}
