import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model prefers what people prefer.
  public static let accuracy = AuditCheck(
    id: "accuracy",
    title: "The reward model prefers what people prefer",
    explanation:
      "The share of labelled pairs in which the preferred reply scores higher, with the exact interval; an equal score "
      + "counts as wrong. It fails if the share is below 55 % beyond doubt, or if in one domain the model is worse than a coin. "
      + "Domains may pull apart: when the pooled number hides a domain that goes the other way, the finding names it. "
      + "It misleads when pairs are easy (chosen from models of very different strength) or when rows repeat a prompt.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Clopper & Pearson 1934",
    needs: [.scoredPairs],
    run: Accuracy.measure)
}

private enum Accuracy {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    var tests = [EffectTest.share("accuracy", pairs.right, of: pairs.count, atLeast: 0.55)]
    var evidence: [Evidence] = []
    var bars: [CheckPicture.Point] = []
    var names: [String] = []
    var below = 0
    var judged = 0
    for (name, members) in pairs.groups(of: pairs.table.domain) {
      let right = members.count { pairs.margins[$0] > 0 }
      tests.append(EffectTest.share("accuracy in \(name)", right, of: members.count, atLeast: 0.5))
      judged += 1
      if 2 * right < members.count { below += 1 }
      let share = Double(right) / Double(members.count)
      bars.append(
        .init(
          Double(names.count), share, Statistics.proportionInterval(successes: right, of: members.count)))
      names.append(name)
    }
    var pictures: [CheckPicture] = []
    if !bars.isEmpty {
      pictures.append(
        CheckPicture(
          form: .bars, title: "Accuracy by domain", x: "domain", y: "accuracy",
          lines: [.init(name: "accuracy", points: Array(bars.prefix(12)))], names: Array(names.prefix(12)),
          reference: 0.5))
    }
    func binned(_ title: String, _ key: (Int) -> Double) {
      let order = pairs.margins.indices.sorted { (key($0), $0) < (key($1), $1) }
      let bins = min(5, order.count / 20)
      guard bins > 1 else { return }
      for bin in 0..<bins {
        let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
        let right = members.count { pairs.margins[$0] > 0 }
        evidence.append(
          Evidence(
            "accuracy, \(title) \(Numbers.plain(key(members.first ?? 0))) to \(Numbers.plain(key(members.last ?? 0)))",
            Double(right) / Double(members.count),
            interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count))
      }
    }
    binned("size of margin") { abs(pairs.margins[$0]) }
    binned("log-length difference") { pairs.lengths[$0] }
    var notes: [String] = []
    if judged > 1, pairs.count > 0, (2 * pairs.right >= pairs.count) == (2 * below > judged) {
      notes.append("Most domains go the other way than all pairs together (Simpson's paradox): read them one by one.")
    }
    let worst = pairs.first(5) { pairs.margins[$0] }.filter { pairs.margins[$0] < 0 }
    return CheckOutcome(
      tests: tests, evidence: evidence, notes: notes,
      examples: worst.map { pairs.example($0, pairs.scores($0)) }, pictures: pictures)
  }
}
