import Compute
import Findings

extension RolloutCheck {
  /// Rewards are numbers of one scale.
  public static let range = RolloutCheck(
    id: "range",
    title: "Rewards are numbers of one scale",
    problem: "Rewards are no numbers of one scale",
    explanation:
      "Three things: infinite totals (none is tolerated); rows without a total that have no error to explain it (1 %); totals outside the declared range "
      + "(none; --range). And runs of one task whose totals are of different scales: one within 0 … 1, another with most of its "
      + "rewards above 20. It misleads if such a run was meant to be paid otherwise.",
    advice:
      "Mend the rows named here, or name the column that holds the reward: pactolus audit rollouts FILES --map "
      + "total=COLUMN",
    assumptions: "Rows of one task are paid on one scale.",
    source: "our own",
    needs: [.totals]
  ) { rollouts throws(AuditGap) in
    try RewardRange.measure(rollouts)
  }
}

private enum RewardRange {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let (table, count) = (rollouts.table, rollouts.count)
    let hasErrors = table.error.count == count
    let absent = (0..<count).filter { table.total[$0].isNaN && !(hasErrors && table.error.codes[$0] >= 0) }
    let infinite = (0..<count).filter { table.total[$0].isInfinite }
    var tests: [EffectTest?] = [
      .share("rows without a total and without an error", absent.count, of: count, atMost: 0.01),
      none("infinite totals", infinite.count, of: count),
    ]
    var examples = infinite.prefix(3).map { rollouts.example($0, "total \(table.total[$0])") }
    examples += absent.prefix(3).map { rollouts.example($0, "no total, no error") }
    if let range = rollouts.limits.range {
      let outside = (0..<count).filter { table.total[$0].isFinite && !range.contains(table.total[$0]) }
      tests.append(
        none(
          "totals outside \(Numbers.plain(range.lowerBound)) to \(Numbers.plain(range.upperBound))", outside.count,
          of: count))
      examples += outside.prefix(3).map { rollouts.example($0, "total \(Numbers.plain(table.total[$0]))") }
    }
    var notes: [String] = []
    if let (small, large) = mixedScales(table) {
      tests.append(
        EffectTest(
          "largest total of \(large.name), where \(small.name) has at most \(Numbers.plain(small.most))", large.most,
          interval: nil, count: large.count, pValue: 0, isHarmless: false, margin: "one scale"))
      notes.append("Two scales in one task: they cannot be compared, nor trained on together.")
    }
    let finite = table.total.filter(\.isFinite)
    let evidence = [
      Evidence("least total", finite.min() ?? .nan), Evidence("largest total", finite.max() ?? .nan),
      Evidence("mean total", Statistics.mean(finite), count: finite.count),
    ]
    return CheckOutcome(tests: tests, evidence: finite.isEmpty ? [] : evidence, notes: notes, examples: examples)
  }

  /// A share of which nothing is tolerated; harmless if there is none.
  private static func none(_ name: String, _ found: Int, of count: Int) -> EffectTest {
    EffectTest(
      name, Double(found) / Double(max(1, count)), interval: nil, count: count, pValue: found > 0 ? 0 : 1,
      isHarmless: found == 0, margin: "none")
  }

  typealias Scale = (name: String, most: Double, count: Int)

  /// Two runs of one task, one within 0 … 1 and one with at least half of its rewards that are not 0 above 20.
  private static func mixedScales(_ table: RolloutTable) -> (small: Scale, large: Scale)? {
    guard table.run.count == table.count, table.run.names.count > 1 else { return nil }
    let hasTasks = table.task.count == table.count
    var totals: [SIMD2<Int32>: [Double]] = [:]
    for row in 0..<table.count where table.run.codes[row] >= 0 && table.total[row].isFinite {
      totals[SIMD2(hasTasks ? table.task.codes[row] : 0, table.run.codes[row]), default: []].append(table.total[row])
    }
    let keys = totals.keys.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    for large in keys {
      let values = totals[large] ?? []
      let paid = values.filter { $0 != 0 }
      guard paid.count >= 20, 2 * paid.count(where: { $0 > 20 }) >= paid.count else { continue }
      for small in keys where small.x == large.x && small.y != large.y {
        let others = totals[small] ?? []
        guard others.count(where: { $0 != 0 }) >= 20, let most = others.max(), most <= 1, most > 0 else { continue }
        return (
          (table.run.names[Int(small.y)], most, others.count),
          (table.run.names[Int(large.y)], values.max() ?? 0, values.count)
        )
      }
    }
    return nil
  }
}
