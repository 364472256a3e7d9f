import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model is equally right for every named group.
  public static let slices = AuditCheck(
    id: "slices",
    title: "The reward model is equally right for every named group",
    problem: "The reward model is wrong more often for some groups than for others",
    explanation:
      "For every column of groups: the spread of the groups' accuracies around the whole (root of the mean square, by the number of "
      + "pairs; what chance alone would make of it taken off), with its interval; five points are tolerated. Beside it each group against "
      + "the rest: one that differs by more than five points beyond doubt fails the check. Groups under 30 pairs are pooled, or named as not judged.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Add pairs of the group that is behind, or do not use the model for it; the table of groups shows where it "
      + "stands: pactolus audit FILES --fail-on slices",
    source: "Pearson's χ² for homogeneity, noncentral; Agresti & Caffo 2000",
    needs: [.scoredPairs],
    run: Slices.measure)
}

private enum Slices {
  private static let limit = 0.05

  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    var tests: [EffectTest?] = []
    var notes: [String] = []
    let columns = pairs.table.attributes.map { ($0.name, $0.values) } + [("annotator", pairs.table.annotator)]
    for (name, column) in columns where column.isPresent {
      guard column.names.count <= 50 else {
        notes.append("\(name) has more than fifty different values: not judged.")
        continue
      }
      let parts = pairs.groups(of: column)
      if let note = pairs.left(outOf: column, called: name) { notes.append(note) }
      guard parts.count > 1 else { continue }
      let groups = parts.map { part -> EffectTest.Share in
        (part.members.count { pairs.margins[$0] > 0 }, part.members.count)
      }
      tests.append(spread(name, groups))
      let named = pairs.rows.indices.filter { column.codes[pairs.rows[$0]] >= 0 }
      let whole: EffectTest.Share = (named.count { pairs.margins[$0] > 0 }, named.count)
      for (part, group) in zip(parts, groups) where whole.of - group.of >= Grouping.least {
        tests.append(
          EffectTest.difference(
            "accuracy where \(name) is \(part.name), less elsewhere", group,
            (whole.count - group.count, whole.of - group.of))?.with(role: .alarms))
      }
    }
    guard !tests.isEmpty else {
      throw AuditGap.missing((["no column of groups with 30 pairs each"] + notes).joined(separator: ". "))
    }
    return CheckOutcome(tests: tests, notes: notes)
  }

  /// The spread of groups' shares: Pearson's statistic has a noncentral χ² distribution, whose noncentrality is the
  /// number of pairs times the mean square of the shares' distances, over the variance of one answer.
  private static func spread(_ name: String, _ groups: [EffectTest.Share]) -> EffectTest? {
    let total = groups.reduce(0) { $0 + $1.of }
    let right = groups.reduce(0) { $0 + $1.count }
    guard total > 0 else { return nil }
    let (n, p) = (Double(total), Double(right + 1) / Double(total + 2))
    let variance = p * (1 - p)
    let statistic = groups.reduce(0.0) { sum, group in
      let distance = Double(group.count) / Double(group.of) - Double(right) / n
      return sum + Double(group.of) * distance * distance / variance
    }
    let degrees = Double(groups.count - 1)
    func points(_ noncentrality: Double) -> Double { (noncentrality * variance / n).squareRoot() }
    func bound(_ level: Double) -> Double {
      points(NoncentralChiSquare.noncentrality(statistic, degrees: degrees, p: level))
    }
    let interval = Interval(lower: bound(0.975), upper: bound(0.025), level: 0.95)
    let tolerated = n * limit * limit / variance
    return EffectTest(
      "spread of accuracy over \(name)", points(max(0, statistic - degrees)), interval: interval, count: total,
      pValue: 1 - NoncentralChiSquare.distribution(statistic, degrees: degrees, noncentrality: tolerated),
      isHarmless: interval.upper <= limit, margin: "at most 0.05")
  }
}
