import Compute
import Findings

extension RolloutCheck {
  /// Every item of the rubric says something of its own.
  public static let rubric = RolloutCheck(
    id: "rubric",
    title: "Every item of the rubric says something of its own",
    problem: "Items of the rubric say nothing, or the same as others",
    explanation:
      "An item that gives nearly all completions the same value is dead: at least 1 % of the rows have to differ from its most frequent value. Two items that correlate above "
      + "0.95 are one. Beside it stand how many independent items there are in effect (from the eigenvalues of their correlations), each item's "
      + "correlation with the total, and, where a second judge scored items of the same name, how well the two agree. An item may be dead because "
      + "all completions are good at it: then it is not wrong, but it teaches nothing.",
    advice:
      "Rewrite or drop dead items, merge doubled ones, and have people score a few rows of each: pactolus sample "
      + "rollouts FILES --for gold --n 100 --out LABELS",
    assumptions: "Rows are independent of each other.",
    source: "our own; Kaiser 1960 and Nyholt 2004 (effective number from eigenvalues)",
    needs: [.rubric]
  ) { rollouts throws(AuditGap) in
    try Rubric.measure(rollouts)
  }
}

private enum Rubric {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let items = table.rubric.filter { $0.values.count == table.count }
    var (tests, evidence) = ([EffectTest?](), [Evidence]())
    var varying: [RolloutTable.Component] = []
    for item in items {
      let values = item.values.filter { !$0.isNaN }
      guard values.count >= 20 else { continue }
      var counts: [Double: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      let others = values.count - (counts.values.max() ?? 0)
      tests.append(
        .share("rows where \(item.name) differs from its usual value", others, of: values.count, atLeast: 0.01))
      if others > 0 { varying.append(item) }
      if let second = table.second.first(where: { $0.name == item.name && $0.values.count == table.count }) {
        let both = (0..<table.count).filter { !item.values[$0].isNaN && !second.values[$0].isNaN }
        let agreement = Statistics.pearson(both.map { item.values[$0] }, both.map { second.values[$0] })
        if agreement.isFinite {
          evidence.append(Evidence("correlation of two judges on \(item.name)", agreement, count: both.count))
        }
      }
      let paid = (0..<table.count).filter { !item.values[$0].isNaN && table.total[$0].isFinite }
      let influence = Statistics.pearson(paid.map { item.values[$0] }, paid.map { table.total[$0] })
      if influence.isFinite {
        evidence.append(Evidence("correlation of \(item.name) with the total", influence, count: paid.count))
      }
    }
    guard !tests.isEmpty else { throw .missing("no item with twenty values") }
    if varying.count > 1 {
      let (pairs, effective) = correlations(varying, table.count)
      tests += pairs
      if let effective { evidence.append(Evidence("independent items in effect", effective, count: varying.count)) }
    }
    return CheckOutcome(tests: tests, evidence: evidence, bearing: .advice)
  }

  private static func correlations(_ items: [RolloutTable.Component], _ count: Int) -> (
    tests: [EffectTest?], effective: Double?
  ) {
    let rows = (0..<count).filter { row in items.allSatisfy { !$0.values[row].isNaN } }
    guard rows.count >= 20, items.count <= 100 else { return ([], nil) }
    let columns = items.map { item in rows.map { item.values[$0] } }
    var (matrix, closest) = (Matrix.identity(items.count), (value: 0.0, first: 0, second: 1))
    for i in items.indices {
      for j in items.indices where j > i {
        let r = Statistics.pearson(columns[i], columns[j])
        guard r.isFinite else { return ([], nil) }
        (matrix[i, j], matrix[j, i]) = (r, r)
        if abs(r) > closest.value { closest = (abs(r), i, j) }
      }
    }
    let (first, second) = (columns[closest.first], columns[closest.second])
    let interval = Statistics.pearsonInterval(first, second)
    let lower = interval.map { min(abs($0.lower), abs($0.upper)) } ?? 0
    let isExact = closest.value > 1 - 1e-12
    let test = EffectTest(
      "correlation of \(items[closest.first].name) with \(items[closest.second].name), the closest two", closest.value,
      interval: isExact ? nil : interval, count: rows.count, pValue: isExact || lower > 0.95 ? 0 : 1,
      isHarmless: !isExact && (interval.map { max(abs($0.lower), abs($0.upper)) } ?? 1) <= 0.95, margin: "at most 0.95")
    // A matrix of correlations is symmetric, so that it has eigenvalues; rounding aside none is negative.
    guard let values = try? LinearAlgebra.eigenvaluesSymmetric(matrix) else { return ([test], nil) }
    let (sum, squares) = (values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 })
    return ([test], sum * sum / squares)
  }
}
