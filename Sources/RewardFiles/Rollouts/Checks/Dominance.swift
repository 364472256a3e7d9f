import Compute
import Findings
import Foundation

extension RolloutCheck {
  /// No part of the reward takes over.
  public static let dominance = RolloutCheck(
    id: "dominance",
    title: "No part of the reward takes over",
    problem: "One part of the reward takes over",
    explanation:
      "Each part's share of the variance of the total within groups, in the last third of the steps less the first third. A part takes over if its share rises by more than 20 points, it has "
      + "more than half of the variance in the end, and the truth does not rise meanwhile (gold labels, a second verifier, or answers that our own reading "
      + "finds equal to the reference). A part that follows the truth itself is left out. A bonus for form that all completions earn after a while has no variance left, and is none. Without a measure of truth it "
      + "reports.",
    advice:
      "Lower the part's weight or cap it, and see by labels what earns it: pactolus sample rollouts FILES --for "
      + "gold --n 100 --out LABELS",
    assumptions: "Groups are independent of each other.",
    source: "our own; rewardspy's component dominance, which alarms on saturating bonuses",
    needs: [.totals, .components, .groups, .steps]
  ) { rollouts throws(AuditGap) in
    try Dominance.measure(rollouts)
  }
}

private enum Dominance {
  struct Group {
    var isLate: Bool
    /// Of the total, and of each part with the total.
    var variance: Double
    var covariances: [Double]
  }

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let parts = table.components.filter { $0.values.count == table.count }
    guard parts.count > 1 else { throw .missing("fewer than two parts") }
    let steps = Set(table.step.lazy.filter { $0 >= 0 }).sorted()
    guard steps.count >= 3 else { throw .missing("fewer than three steps") }
    let (early, late) = (steps[(steps.count - 1) / 3], steps[steps.count - 1 - (steps.count - 1) / 3])
    var groups: [Group] = []
    for rows in rollouts.groups where rows.count > 1 && rows.allSatisfy({ table.total[$0].isFinite }) {
      let step = table.step[rows[0]]
      guard step >= 0, step <= early || step >= late else { continue }
      groups.append(group(rows, table, parts, isLate: step >= late))
    }
    let (first, last) = (groups.filter { !$0.isLate }, groups.filter(\.isLate))
    guard first.count >= 20, last.count >= 20 else {
      throw .missing("fewer than twenty groups early and late in the run")
    }
    guard first.contains(where: { $0.variance > 0 }), last.contains(where: { $0.variance > 0 }) else {
      throw .notMeasurable("the total does not vary within groups")
    }
    let truth = truthRise(rollouts, early, late)
    var (tests, evidence) = ([EffectTest](), [Evidence]())
    for index in parts.indices {
      let (before, after) = (share(first, index), share(last, index))
      evidence.append(Evidence("share of \(parts[index].name) early", before.value, count: first.count))
      evidence.append(Evidence("share of \(parts[index].name) late", after.value, count: last.count))
      let rise = after.value - before.value
      let error = (before.error * before.error + after.error * after.error).squareRoot()
      guard let truth, error > 0, !follows(parts[index].values, rollouts) else { continue }
      let reach = Statistics.normalReach95 * error
      let rises = SpecialFunctions.normalDistribution(-(rise - 0.2) / error)
      let rules = SpecialFunctions.normalDistribution(-(after.value - 0.5) / max(1e-12, after.error))
      let flat = SpecialFunctions.normalDistribution((truth.rise - 0.1) / max(1e-12, truth.error))
      let interval = Interval(lower: rise - reach, upper: rise + reach, level: 0.95)
      tests.append(
        EffectTest(
          "rise of the share of \(parts[index].name)", rise, interval: interval, count: groups.count,
          pValue: max(rises, rules, flat),
          isHarmless: interval.upper <= 0.2 || truth.rise - Statistics.normalReach95 * truth.error > 0
            || after.value + Statistics.normalReach95 * after.error <= 0.5,
          margin: "at most 0.2 unless the truth rises"))
    }
    guard let truth else { throw .missing("no measure of truth along the steps", evidence: evidence) }
    evidence.append(Evidence("rise of the truth (\(truth.source))", truth.rise))
    guard !tests.isEmpty else {
      throw .missing("every part follows the truth, or has the same share throughout", evidence: evidence)
    }
    return CheckOutcome(tests: tests, evidence: evidence)
  }

  /// Whether a part is the one that measures the truth: it correlates with labels, or with our own reading, by a half or more.
  private static func follows(_ part: [Double], _ rollouts: RolloutFacts) -> Bool {
    let (table, opinions) = (rollouts.table, rollouts.texts.opinions)
    func correlates(_ rows: [Int], _ truth: (Int) -> Double) -> Bool {
      rows.count >= 20 && Statistics.pearson(rows.map { part[$0] }, rows.map(truth)) >= 0.5
    }
    let finite = (0..<table.count).filter { part[$0].isFinite }
    if table.gold.count == table.count {
      let labelled = finite.filter { (0...1).contains(table.gold[$0]) }
      if labelled.count >= 60 { return correlates(labelled) { Double(table.gold[$0]) } }
    }
    if let second = table.second.first(where: { $0.values.count == table.count }) {
      return correlates(finite.filter { second.values[$0].isFinite }) { second.values[$0] }
    }
    return !opinions.isEmpty
      && correlates(finite.filter { opinions[$0] != .unsure }) { opinions[$0] == .equal ? 1 : 0 }
  }

  private static func group(_ rows: [Int], _ table: RolloutTable, _ parts: [RolloutTable.Component], isLate: Bool)
    -> Group
  {
    let mean = Statistics.mean(rows.map { table.total[$0] })
    let variance = rows.reduce(0) { $0 + (table.total[$1] - mean) * (table.total[$1] - mean) }
    let covariances = parts.map { part in
      rows.reduce(0.0) { sum, row in
        let weight = part.weights.count == table.count ? part.weights[row] : part.weights.first ?? 1
        let value = part.values[row].isFinite && weight.isFinite ? weight * part.values[row] : 0
        return sum + value * (table.total[row] - mean)
      }
    }
    return Group(isLate: isLate, variance: variance, covariances: covariances)
  }

  /// Σ covariance / Σ variance over groups, with the error of a ratio of sums.
  private static func share(_ groups: [Group], _ part: Int) -> (value: Double, error: Double) {
    let whole = groups.reduce(0) { $0 + $1.variance }
    let value = groups.reduce(0) { $0 + $1.covariances[part] } / whole
    let squares = groups.reduce(0) { sum, group in
      let rest = group.covariances[part] - value * group.variance
      return sum + rest * rest
    }
    return (value, squares.squareRoot() / whole)
  }

  private static func truthRise(_ rollouts: RolloutFacts, _ early: Int32, _ late: Int32) -> (
    rise: Double, error: Double, source: String
  )? {
    func rise(_ values: [(step: Int32, truth: Double)]) -> (Double, Double)? {
      let (before, after) = (
        values.filter { $0.step <= early }.map(\.truth), values.filter { $0.step >= late }.map(\.truth)
      )
      guard before.count >= 20, after.count >= 20 else { return nil }
      let error = (0.25 / Double(before.count) + 0.25 / Double(after.count)).squareRoot()
      return (Statistics.mean(after) - Statistics.mean(before), error)
    }
    if let gold = GoldOverSteps(rollouts), let (value, error) = rise(zip(gold.steps, gold.truths).map { ($0, $1) }),
      error < 0.04
    {
      return (value, error, gold.source)
    }
    // Few labels do not tell whether the truth rises; our own reading is there for every row.
    let (table, opinions) = (rollouts.table, rollouts.texts.opinions)
    guard !opinions.isEmpty else { return nil }
    let read = (0..<table.count).filter { opinions[$0] != .unsure && table.step[$0] >= 0 }
    guard 2 * read.count >= table.count,
      let (value, error) = rise(read.map { (table.step[$0], opinions[$0] == .equal ? 1 : 0) })
    else {
      return nil
    }
    return (value, error, "answers equal to the reference by our reading")
  }
}
