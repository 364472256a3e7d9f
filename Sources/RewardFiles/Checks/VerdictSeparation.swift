import Compute
import Findings
import Foundation

/// How well a number tells good replies from bad ones: the share of all couples of a good and a bad reply in which the good one has
/// the larger number, equal ones counting half (the area under the ROC curve, Mann and Whitney's statistic).
///
/// The standard error is DeLong's, in O(n log n) by ranks, and no smaller than that of an area one couple short of the
/// whole: a few replies in perfect order are not certain.
///
/// Source: DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014 (by ranks).
package struct VerdictSeparation: Sendable {
  package let area: Double
  package let error: Double
  package let count: Int

  /// nil with fewer than ten of either kind.
  package init?(_ values: [Double], isGood: [Bool]) {
    let good = values.indices.filter { isGood[$0] }.map { values[$0] }
    let bad = values.indices.filter { !isGood[$0] }.map { values[$0] }
    guard good.count >= 10, bad.count >= 10 else { return nil }
    // For each of one kind, the share of the other kind below it.
    func shares(_ own: [Double], above others: [Double]) -> [Double] {
      let sorted = others.sorted()
      return own.map { value in
        let below = Self.count(sorted) { $0 < value }
        let notAbove = Self.count(sorted) { $0 <= value }
        return Double(below + notAbove) / Double(2 * sorted.count)
      }
    }
    let (ofGood, ofBad) = (shares(good, above: bad), shares(bad, above: good))
    area = Statistics.mean(ofGood)
    let variance =
      Statistics.variance(ofGood) / Double(good.count) + Statistics.variance(ofBad)
      / Double(bad.count)
    let least = 1 / Double(2 * min(good.count, bad.count))
    error = max(variance.squareRoot(), least)
    count = values.count
  }

  /// How many of sorted values come before the first that fails the condition.
  private static func count(_ sorted: [Double], _ condition: (Double) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if condition(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// That the area is at least `limit`.
  func test(_ name: String, atLeast limit: Double) -> EffectTest {
    let reach = Statistics.normalReach95 * error
    let interval = Interval(lower: max(0, area - reach), upper: min(1, area + reach), level: 0.95)
    return EffectTest(
      name, area, interval: interval, count: count,
      pValue: SpecialFunctions.normalDistribution((area - limit) / error),
      isHarmless: interval.lower >= limit, margin: "at least \(Numbers.percent(limit))")
  }
}

extension VerdictTable {
  /// Whether accepted replies score higher than rejected ones, where there are no pairs.
  func accuracy() throws(AuditGap) -> CheckOutcome {
    let rows = evaluated.filter { score[$0].isFinite }
    guard
      let separation = VerdictSeparation(rows.map { score[$0] }, isGood: rows.map { isGood[$0] })
    else {
      throw .missing(
        "fewer than ten good and ten bad replies with scores, outside the training split if there is one"
      )
    }
    var evidence = [acceptance("replies accepted", rows)]
    for (name, members) in Grouping(rows.map { domain.codes[$0] }, names: domain.names).groups {
      evidence.append(acceptance("replies accepted in \(name)", members.map { rows[$0] }))
    }
    return CheckOutcome(
      claim: "Replies that people accept score higher than those that they reject",
      tests: [
        separation.test("good replies above bad ones (area under the ROC curve)", atLeast: 0.55)
      ],
      evidence: evidence,
      notes: [
        "No two replies to one prompt are compared: each reply has a verdict of its own, whatever its prompt."
      ])
  }

  private func acceptance(_ name: String, _ rows: [Int]) -> Evidence {
    let good = rows.count { isGood[$0] }
    return Evidence(
      name, Double(good) / Double(max(1, rows.count)),
      interval: Statistics.proportionInterval(successes: good, of: rows.count), count: rows.count)
  }

  /// Whether length alone tells accepted replies from rejected ones, which any reward trained on them will learn.
  func length() throws(AuditGap) -> CheckOutcome {
    let all = Array(0..<count)
    guard Set(words).count > 1 else { throw .notMeasurable("all replies are of equal length") }
    guard let separation = VerdictSeparation(words.map(Double.init), isGood: isGood) else {
      throw .missing("fewer than ten good and ten bad replies")
    }
    func mean(_ good: Bool) -> Double {
      Statistics.mean(all.filter { isGood[$0] == good }.map { Double(words[$0]) })
    }
    var evidence = [
      acceptance("replies accepted", all),
      Evidence("words of an accepted reply", mean(true), count: isGood.count { $0 }),
      Evidence("words of a rejected reply", mean(false), count: isGood.count { !$0 }),
    ]
    let scored = evaluated.filter { score[$0].isFinite }
    if let model = VerdictSeparation(scored.map { Double(words[$0]) }, isGood: topScores(scored)) {
      evidence.append(
        Evidence(
          "the same of as many replies that score highest, less a half", model.area - 0.5,
          count: model.count))
    }
    return CheckOutcome(
      claim: "Length alone does not tell accepted replies from rejected ones",
      tests: [
        .normal(
          "accepted replies longer than rejected ones (area under the ROC curve), less a half",
          separation.area - 0.5,
          error: separation.error, count: separation.count, within: 0.05)
      ], evidence: evidence,
      notes: ["Each reply has a verdict of its own: this is about the labels, not about a model."],
      bearing: .advice)
  }

  /// Which of some replies score highest, as many as people accepted of them.
  private func topScores(_ rows: [Int]) -> [Bool] {
    let order = rows.indices.sorted { (-score[rows[$0]], $0) < (-score[rows[$1]], $1) }
    var isTop = [Bool](repeating: false, count: rows.count)
    for place in order.prefix(rows.count { isGood[$0] }) { isTop[place] = true }
    return isTop
  }
}
