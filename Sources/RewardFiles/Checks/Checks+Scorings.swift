import Compute
import Findings
import Foundation

/// Checks that compare several scorings of the same pairs, or look at result files.
extension FilesAudit {
  /// Rows with all four scores, as margins (first scoring, second scoring).
  private static func margins(_ table: PreferenceTable, _ second: SecondScoring) -> [(row: Int, a: Double, b: Double)] {
    (0..<min(table.count, second.scoreChosen.count)).compactMap { row in
      let (a, b) = (table.margin(row), second.scoreChosen[row] - second.scoreRejected[row])
      return a.isFinite && b.isFinite ? (row, a, b) : nil
    }
  }

  static func invariance(_ table: PreferenceTable, _ scorings: [SecondScoring]) -> CheckResult {
    var tests: [EffectTest?] = []
    var evidence: [Evidence] = []
    var examples: [ExampleRow] = []
    for second in scorings {
      let rows = margins(table, second)
      let spread = Statistics.rootMeanSquare(rows.map(\.a))
      let flips = rows.filter { $0.a * $0.b < 0 || ($0.a == 0) != ($0.b == 0) }
      let moved = rows.count { abs($0.a - $0.b) > 0.1 * spread }
      tests += [
        .share("\(second.name): pairs whose winner changes", flips.count, of: rows.count, atMost: 0.01),
        .share("\(second.name): margins that move by a tenth of their spread", moved, of: rows.count, atMost: 0.01),
      ]
      let sizes = rows.map { abs($0.a - $0.b) }
      evidence += [
        Evidence("\(second.name): largest change of a margin", sizes.max() ?? 0, count: rows.count),
        Evidence(
          "\(second.name): mean change of a margin", sizes.isEmpty ? 0 : Statistics.mean(sizes), count: rows.count),
      ]
      examples += flips.sorted { (-abs($0.a - $0.b), $0.row) < (-abs($1.a - $1.b), $1.row) }.prefix(5).map {
        ExampleRow(
          $0.row, table.places.place(of: $0.row),
          "margin \(Numbers.plain($0.a)), then \(Numbers.plain($0.b))")
      }
    }
    return CheckResult(.invariance, AuditCheck.invariance.title, tests: tests, evidence: evidence, examples: examples)
  }

  static func modelDistance(_ table: PreferenceTable, _ scorings: [SecondScoring]) -> CheckResult {
    var tests: [EffectTest?] = []
    for second in scorings {
      let rows = margins(table, second)
      guard rows.count >= 20 else { continue }
      let (sa, sb) = (Statistics.rootMeanSquare(rows.map(\.a)), Statistics.rootMeanSquare(rows.map(\.b)))
      guard sa > 0, sb > 0 else { continue }
      let n = Double(rows.count)
      // Scores less their pair's mean are ± half the margin: the correlation is the margins', uncentred.
      let products = rows.map { ($0.a / sa, $0.b / sb) }
      let rho = min(1, max(-1, products.reduce(0) { $0 + $1.0 * $1.1 } / n))
      // Influence function of an uncentred correlation.
      let influence = products.map { $0.0 * $0.1 - rho * ($0.0 * $0.0 + $0.1 * $0.1) / 2 }
      let error = max(1e-9, (influence.reduce(0) { $0 + $1 * $1 } / n / n).squareRoot())
      func distance(_ r: Double) -> Double { (max(0, 1 - min(1, r)) / 2).squareRoot() }
      let interval = Interval(
        lower: distance(rho + Statistics.normalReach95 * error),
        upper: distance(max(-1, rho - Statistics.normalReach95 * error)), level: 0.95)
      tests.append(
        EffectTest(
          "distance to \(second.name)", distance(rho), interval: interval, count: rows.count,
          // A distance of 0.1 is a correlation of 0.98.
          pValue: SpecialFunctions.normalDistribution((rho - 0.98) / error), isHarmless: interval.upper <= 0.1,
          margin: "at most 0.1"))
    }
    return CheckResult(.modelDistance, AuditCheck.modelDistance.title, tests: tests, bearing: .advice)
  }

  static func perturbation(_ table: PreferenceTable, _ scorings: [SecondScoring]) -> CheckResult {
    var tests: [EffectTest?] = []
    for second in scorings {
      var changes: [Double] = []
      var scores: [Double] = []
      for row in 0..<min(table.count, second.scoreChosen.count) {
        for (a, b) in [
          (table.scoreChosen[row], second.scoreChosen[row]), (table.scoreRejected[row], second.scoreRejected[row]),
        ] where a.isFinite && b.isFinite {
          changes.append(b - a)
          scores.append(a)
        }
      }
      let spread = Statistics.standardDeviation(scores)
      guard spread > 0 else { continue }
      tests.append(
        .normal(
          "mean change by \(second.name)", Statistics.mean(changes) / spread,
          error: max(1e-12, Statistics.standardError(changes) / spread * 2.0.squareRoot()), count: changes.count,
          within: 0.1, unit: "standard deviations"))
    }
    return CheckResult(.perturbation, AuditCheck.perturbation.title, tests: tests)
  }

  static func ensemble(_ table: PreferenceTable, _ pairs: AuditPairs) -> CheckResult {
    let members = table.members
    guard members.count >= 2 else { return CheckResult(.ensemble, missing: "no columns of two members or more") }
    let margins = members.map { member in
      pairs.rows.indices.map { pairs.signs[$0] * (member.chosen[pairs.rows[$0]] - member.rejected[pairs.rows[$0]]) }
    }
    let complete = pairs.rows.indices.filter { index in margins.allSatisfy { $0[index].isFinite } }
    guard complete.count >= 30 else { return CheckResult(.ensemble, missing: "fewer than 30 pairs with all members") }
    let split = complete.filter { index in
      let right = margins.count { $0[index] > 0 }
      return right > 0 && right < margins.count
    }
    var evidence: [Evidence] = []
    let rules: [(String, ([Double]) -> Double)] = [
      ("mean", { Statistics.mean($0) }), ("worst case", { $0.min() ?? .nan }),
      (
        "mean less half the variance",
        { scores in
          let mean = Statistics.mean(scores)
          return mean - 0.5 * scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
        }
      ),
    ]
    for (name, rule) in rules {
      let right = complete.count { index in
        let row = pairs.rows[index]
        let chosen = rule(members.map { $0.chosen[row] })
        let rejected = rule(members.map { $0.rejected[row] })
        return pairs.signs[index] * (chosen - rejected) > 0
      }
      evidence.append(
        Evidence(
          "accuracy by \(name)", Double(right) / Double(complete.count),
          interval: Statistics.proportionInterval(successes: right, of: complete.count), count: complete.count))
    }
    for (member, values) in zip(members, margins) {
      let right = complete.count { values[$0] > 0 }
      evidence.append(
        Evidence(
          "accuracy of \(member.name)", Double(right) / Double(complete.count), count: complete.count))
    }
    // Whether members err together: the correlation of "wrong", over all pairs of members that are ever wrong.
    let wrong = margins.map { values in complete.map { values[$0] > 0 ? 0.0 : 1.0 } }
    var correlations: [Double] = []
    for a in wrong.indices {
      for b in 0..<a {
        let (ma, mb) = (Statistics.mean(wrong[a]), Statistics.mean(wrong[b]))
        let both = zip(wrong[a], wrong[b]).reduce(0) { $0 + $1.0 * $1.1 } / Double(complete.count)
        let spread = (ma * (1 - ma) * mb * (1 - mb)).squareRoot()
        if spread > 0 { correlations.append((both - ma * mb) / spread) }
      }
    }
    if !correlations.isEmpty {
      evidence.append(
        Evidence("mean correlation of members' errors", Statistics.mean(correlations), count: complete.count))
    }
    return CheckResult(
      .ensemble, AuditCheck.ensemble.title,
      tests: [
        .share("pairs on which members disagree", split.count, of: complete.count, atLeast: 0.01),
        ownPart(complete.map { index in margins.map { $0[index] } }),
      ],
      evidence: evidence)
  }

  /// The share of the margins' mean square that lies between members: 0 for copies, about 1 − ρ for members that
  /// correlate by ρ. Sees near-copies that still disagree where the margin is almost nothing.
  private static func ownPart(_ margins: [[Double]]) -> EffectTest? {
    let parts = margins.map { values -> (own: Double, all: Double) in
      (Statistics.variance(values), values.reduce(0) { $0 + $1 * $1 } / Double(values.count))
    }
    let (own, all) = (Statistics.mean(parts.map(\.own)), Statistics.mean(parts.map(\.all)))
    guard all > 0 else { return nil }
    let (share, limit) = (own / all, 0.001)
    let error = Statistics.standardError(parts.map { ($0.own - share * $0.all) / all })
    // On the scale of logarithms, where a share near nothing is nearly normal; copies are certain.
    let relative = share > 0 ? error / share : 0
    let reach = exp(Statistics.normalReach95 * relative)
    let p = share > 0 ? SpecialFunctions.normalDistribution(log(share / limit) / max(relative, 1e-12)) : 0
    return EffectTest(
      "share of the margins' mean square that is a member's own", share,
      interval: Interval(lower: share / reach, upper: share * reach, level: 0.95), count: margins.count, pValue: p,
      isHarmless: share / reach >= limit, margin: "at least 0.1 %")
  }

  static func rewardBench(_ table: RewardBenchTable) -> CheckResult {
    var subsets: [String: [Double]] = [:]
    var differing = 0
    var compared = 0
    for row in table.rows where !row.subset.lowercased().hasPrefix("tie") {
      guard let top = row.scores.max() else { continue }
      let value: Double
      if table.version == .one {
        value = row.scores.count > 1 && row.scores[0] > row.scores[1] ? 1 : 0
      } else {
        let winners = row.scores.indices.filter { row.scores[$0] == top }
        value = Double(winners.count { $0 < row.correctCount }) / Double(winners.count)
      }
      subsets[row.subset, default: []].append(value)
      if let said = row.result {
        compared += 1
        if abs(said - value) > 1e-12 { differing += 1 }
      }
    }
    let names = subsets.keys.sorted()
    let values = names.map { Statistics.mean(subsets[$0] ?? []) }
    return CheckResult(
      .rewardBench, AuditCheck.rewardBench.title,
      tests: [EffectTest.share("rows whose result differs from the file's", differing, of: compared, atMost: 0.001)],
      evidence: zip(names, values).map { Evidence("\($0): accuracy", $1, count: subsets[$0]?.count) }
        + (values.isEmpty ? [] : [Evidence("mean over subsets", Statistics.mean(values), count: table.rows.count)]),
      pictures: names.isEmpty
        ? []
        : [
          CheckPicture(
            form: .bars, title: "RewardBench by subset", x: "subset", y: "accuracy",
            lines: [.init(name: "accuracy", points: values.prefix(12).enumerated().map { .init(Double($0), $1) })],
            names: Array(names.prefix(12)))
        ])
  }
}
