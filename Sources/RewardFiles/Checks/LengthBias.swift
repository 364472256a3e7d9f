import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Length is not credited beyond what people credit.
  public static let lengthBias = AuditCheck(
    id: "length-bias",
    title: "Length is not credited beyond what people credit",
    explanation:
      "A logistic model of the label on the reward's margin and on the difference of log length. If length adds nothing "
      + "once the margin is known, the reward credits length as people do. A negative weight: the reward overvalues length. "
      + "Tolerated: ±0.2 in log-odds (5 points at even odds) for one standard deviation. Beside it stand the accuracies on pairs of "
      + "equal length and on pairs where the shorter reply was preferred. It misleads if length stands for something else that people value "
      + "and the model misses.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    source: "Dubois et al. 2024 (length-controlled evaluation); Singhal et al. 2023",
    needs: [.pairs],
    run: LengthBias.measure)
}

private enum LengthBias {
  private static let equalLengths = "the two replies of every pair are of equal length"

  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    guard let pairs = files.labelledPairs else {
      let table = try files.pairs()
      guard table.count >= 10 else { throw AuditGap.missing(AuditFiles.tooFewPairs) }
      return try lengthOfLabels(table)
    }
    let spread = Statistics.rootMeanSquare(pairs.lengths)
    let columns = [pairs.margins, pairs.lengths.map { $0 / spread }]
    guard spread > 0 else { throw AuditGap.notMeasurable(equalLengths) }
    guard let fit = PairLogit(columns) else { throw AuditGap.missing("too few pairs for the fit") }
    func share(_ name: String, _ condition: (Int) -> Bool) -> Evidence? {
      let members = pairs.margins.indices.filter(condition)
      guard !members.isEmpty else { return nil }
      let right = members.count { pairs.margins[$0] > 0 }
      return Evidence(
        name, Double(right) / Double(members.count),
        interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count)
    }
    let longer = pairs.lengths.count { $0 > 0 }
    let unequal = pairs.lengths.count { $0 != 0 }
    let marginSpread = Statistics.rootMeanSquare(pairs.margins)
    let correlation =
      zip(pairs.margins, pairs.lengths).reduce(0) { $0 + $1.0 * $1.1 }
      / (Double(pairs.count) * max(1e-300, marginSpread * spread))
    var evidence = [
      share("accuracy on length-matched pairs (within 10 %)") { abs(pairs.lengths[$0]) <= 0.0953 },
      share("accuracy where the longer reply was preferred") { pairs.lengths[$0] > 0.0953 },
      share("accuracy where the shorter reply was preferred") { pairs.lengths[$0] < -0.0953 },
    ].compactMap { $0 }
    evidence.append(Evidence("correlation of margin and log-length difference", correlation, count: pairs.count))
    evidence.append(
      Evidence(
        "share of pairs where people preferred the longer reply", Double(longer) / Double(unequal),
        interval: Statistics.proportionInterval(successes: longer, of: unequal), count: unequal))
    let over = pairs.first(5) { pairs.margins[$0] < 0 ? pairs.lengths[$0] : 1e9 }
    return CheckOutcome(
      tests: [
        EffectTest.weight(
          "weight of length, the margin held fixed", columns, fit, index: 1, within: 0.2,
          unit: "log-odds per standard deviation")
      ], evidence: evidence,
      notes: fit.weights[1] < -0.2 ? ["Longer replies score higher than people's choices justify."] : [],
      examples: over.filter { pairs.margins[$0] < 0 && pairs.lengths[$0] < 0 }.map {
        pairs.example(
          $0,
          "the other reply is \(Numbers.plain(exp(-pairs.lengths[$0]))) × as long and scores "
            + "\(Numbers.plain(-pairs.margins[$0])) more")
      },
      pictures: [accuracyByLength(pairs)])
  }

  private static func accuracyByLength(_ pairs: AuditPairs) -> CheckPicture {
    let order = pairs.lengths.indices.sorted { (pairs.lengths[$0], $0) < (pairs.lengths[$1], $1) }
    let bins = max(1, min(10, order.count / 30))
    let points = (0..<bins).map { bin in
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      let right = members.count { pairs.margins[$0] > 0 }
      let centre = members.reduce(0) { $0 + pairs.lengths[$1] } / Double(members.count)
      return CheckPicture.Point(
        centre, Double(right) / Double(members.count),
        Statistics.proportionInterval(successes: right, of: members.count))
    }
    return CheckPicture(
      form: .line, title: "Accuracy by length", x: "ln(words of the preferred reply / words of the other)",
      y: "accuracy", lines: [.init(name: "accuracy", points: points)], reference: 0.5)
  }

  /// Without scores: how far length alone predicts the labels, which any reward trained on them will learn.
  private static func lengthOfLabels(_ table: PreferenceTable) throws(AuditGap) -> CheckOutcome {
    let rows = (0..<table.count).filter { table.label[$0] != 0 && table.chosen.words[$0] != table.rejected.words[$0] }
    let longer = rows.count { (table.chosen.words[$0] > table.rejected.words[$0]) == (table.label[$0] > 0) }
    guard !rows.isEmpty else { throw AuditGap.notMeasurable(equalLengths) }
    let share = Double(longer) / Double(rows.count)
    // With one pair of each kind added, so that a few pairs that all agree are not certain.
    let likely = Double(longer + 1) / Double(rows.count + 2)
    return CheckOutcome(
      claim: "Length alone does not predict the labels",
      tests: [
        .normal(
          "share of pairs where the longer reply was preferred, less a half", share - 0.5,
          error: (likely * (1 - likely) / Double(rows.count + 2)).squareRoot(), count: rows.count,
          within: 0.05)
      ], notes: ["There are no scores: this is about the labels, not about a model."], bearing: .advice)
  }
}
