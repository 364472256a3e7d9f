import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model is equally right for every named group.
  public static let slices = AuditCheck(
    id: "slices",
    title: "The reward model is equally right for every named group",
    explanation:
      "Accuracy in each group against the rest; ±5 points are tolerated. Every group of every attribute is a test in the correction. Groups "
      + "under 30 pairs are left out.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Benjamini & Yekutieli 2001",
    needs: [.scoredPairs],
    run: Slices.measure)
}

private enum Slices {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    var tests: [EffectTest?] = []
    let columns = pairs.table.attributes.map { ($0.name, $0.values) } + [("annotator", pairs.table.annotator)]
    for (name, column) in columns where column.isPresent && column.names.count <= 50 {
      let parts = pairs.groups(of: column)
      guard parts.count > 1 else { continue }
      for (value, members) in parts {
        let inside = Set(members)
        let rest = pairs.rows.indices.filter { !inside.contains($0) && column.codes[pairs.rows[$0]] >= 0 }
        guard rest.count >= 30 else { continue }
        tests.append(
          EffectTest.difference(
            "accuracy where \(name) is \(value), less elsewhere", members.map { pairs.margins[$0] > 0 },
            rest.map { pairs.margins[$0] > 0 }))
      }
    }
    guard !tests.isEmpty else { throw AuditGap.missing("no column of groups with 30 pairs each") }
    return CheckOutcome(tests: tests)
  }
}
