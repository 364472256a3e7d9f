import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The reward model prefers what people prefer.
  public static let accuracy = AuditCheck(
    id: "accuracy",
    title: "The reward model prefers what people prefer",
    problem: "The reward model does not prefer what people prefer",
    explanation:
      "The share of labelled pairs in which the preferred reply scores higher, with the exact interval; an equal score "
      + "counts as wrong, pairs of identical replies do not count. With a split column only rows outside the training split are evidence. It fails if the share is below "
      + "55 % beyond doubt, if in one domain the model is worse than a coin, or if the model has learned its training rows by heart: accuracy falls from "
      + "training by more than 30 points to what is not shown to be above 55 %. "
      + "Domains may pull apart: when the pooled number hides a domain that goes the other way, the finding names it. "
      + "Of replies that have a verdict each and no partner it asks whether good ones score above bad ones (area under the ROC curve, at least 55 %). "
      + "It misleads when pairs are easy (chosen from models of very different strength) or when rows repeat a prompt.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Do not train on it yet: the table of groups and the examples show where it is wrong; train it on more "
      + "pairs of that kind, then compare old and new on the same pairs: pactolus audit FILES --models OLD,NEW",
    source: "Clopper & Pearson 1934",
    needs: [.scoredPairsOrVerdicts],
    run: Accuracy.measure)
}

private enum Accuracy {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    if let verdicts = files.verdicts { return try verdicts.accuracy() }
    let pairs = try files.scoredPairs()
    var tests = [EffectTest.share("accuracy", pairs.right, of: pairs.count, atLeast: 0.55)]
    var evidence = [Evidence("pairs judged", Double(pairs.count), count: pairs.table.count)]
    if let training = files.trainingPairs {
      let share = Double(training.right) / Double(training.count)
      evidence.append(
        Evidence(
          "accuracy on the training split, no evidence", share,
          interval: Statistics.proportionInterval(successes: training.right, of: training.count),
          count: training.count))
      tests.append(fall(from: training, to: pairs))
    }
    var bars: [CheckPicture.Point] = []
    var names: [String] = []
    var below = 0
    for (name, members) in pairs.groups(of: pairs.table.domain) {
      let right = members.count { pairs.margins[$0] > 0 }
      tests.append(
        EffectTest.share("accuracy in \(name)", right, of: members.count, atLeast: 0.5)?.with(role: .alarms))
      if 2 * right < members.count { below += 1 }
      let share = Double(right) / Double(members.count)
      bars.append(
        .init(
          Double(names.count), share, Statistics.proportionInterval(successes: right, of: members.count)))
      names.append(name)
    }
    let judged = names.count
    var pictures: [CheckPicture] = []
    if !bars.isEmpty {
      pictures.append(
        CheckPicture(
          form: .bars, title: "Accuracy by domain", x: "domain", y: "accuracy",
          lines: [.init(name: "accuracy", points: Array(bars.prefix(12)))], names: Array(names.prefix(12)),
          reference: 0.5))
    }
    evidence += binned(pairs, "size of margin") { abs(pairs.margins[$0]) }
    evidence += binned(pairs, "log-length difference") { pairs.lengths[$0] }
    var notes = [leftOut(pairs), pairs.left(outOf: pairs.table.domain, called: "domain")].compactMap { $0 }
    if judged > 1, pairs.count > 0, (2 * pairs.right >= pairs.count) == (2 * below > judged) {
      notes.append("Most domains go the other way than all pairs together (Simpson's paradox): read them one by one.")
    }
    let worst = pairs.first(5) { pairs.margins[$0] }.filter { pairs.margins[$0] < 0 }
    return CheckOutcome(
      tests: tests, evidence: evidence, notes: notes,
      examples: worst.map { pairs.example($0, pairs.scores($0)) }, pictures: pictures)
  }

  /// What is not in the accuracy, and why; nil if everything is.
  private static func leftOut(_ pairs: AuditPairs) -> String? {
    let parts = [
      (pairs.identical, "have identical replies"), (pairs.ties, "are ties of people"),
      (pairs.unscored, "have no finite score"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    guard !parts.isEmpty else { return nil }
    return "\(pairs.count) pairs are judged; of the others \(parts.joined(separator: ", "))."
  }

  /// A model that is right about what it was trained on and, as far as is shown, by chance about the rest.
  private static func fall(from training: AuditPairs, to pairs: AuditPairs) -> EffectTest? {
    guard training.count >= Grouping.least, pairs.count >= Grouping.least,
      let interval = Statistics.proportionInterval(successes: pairs.right, of: pairs.count),
      let test = EffectTest.difference(
        "accuracy on the training split, less on the others", (training.right, training.count),
        (pairs.right, pairs.count), atMost: 0.3)
    else { return nil }
    return interval.lower >= 0.55
      ? EffectTest(
        test.name, test.estimate, interval: test.interval, count: test.count, pValue: 1, isHarmless: true,
        margin: test.margin, role: .alarms)
      : test.with(role: .alarms)
  }

  private static func binned(_ pairs: AuditPairs, _ title: String, _ key: (Int) -> Double) -> [Evidence] {
    let order = pairs.margins.indices.sorted { (key($0), $0) < (key($1), $1) }
    let bins = min(5, order.count / 20)
    guard bins > 1 else { return [] }
    return (0..<bins).map { bin in
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      let right = members.count { pairs.margins[$0] > 0 }
      return Evidence(
        "accuracy, \(title) \(Numbers.plain(key(members.first ?? 0))) to \(Numbers.plain(key(members.last ?? 0)))",
        Double(right) / Double(members.count),
        interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count)
    }
  }
}
