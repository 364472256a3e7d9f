import Compute
import Findings
import Foundation

extension AuditCheck {
  /// Length is credited as people credit it.
  public static let lengthBias = AuditCheck(
    id: "length-bias",
    title: "Length is credited as people credit it",
    problem: "The model does not credit length as people do",
    explanation:
      "On the same pairs: how often the model prefers the longer reply, less how often people do. Positive: the model credits "
      + "length more than people; negative: less. A model that errs for reasons that have nothing to do with length leans less than "
      + "people, by a part that follows from its error rate; so between that and people's own share nothing is wrong, and five points "
      + "beyond either are tolerated. The same is asked of the slope by the difference of log lengths (dose and response), in points for one "
      + "standard deviation, and of every domain and group with 30 pairs or more. Ties of people or of scores count "
      + "as half; pairs of equal length, in words, do not enter. Without scores, and of replies that have a verdict each and no partner, it asks "
      + "whether length alone tells good from bad. It misleads if length stands for something else that people value: it "
      + "says that the model credits length more, not why.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Add pairs in which the shorter reply is the better one (or the longer, if length is credited too little), "
      + "or hold length fixed in training; then compare old and new on the same pairs: pactolus audit FILES "
      + "--models OLD,NEW",
    source: "Agresti & Min 2005 (paired shares); Dubois et al. 2024; Singhal et al. 2023",
    needs: [.pairsOrVerdicts],
    run: LengthBias.measure)
}

private enum LengthBias {
  private static let equalLengths = "the two replies of every pair are of equal length"
  private static let few = "fewer than 30 pairs differ in length"

  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    if let verdicts = files.verdicts { return try verdicts.length() }
    guard let pairs = files.labelledPairs else {
      let table = try files.pairs()
      guard table.count >= 10 else { throw AuditGap.missing(AuditFiles.tooFewPairs) }
      return try lengthOfLabels(table)
    }
    let choices = try files.choices()
    let lengths = choices.logLengths(pairs.table)
    let signs = lengths.map { Double($0.direction) }
    let unequal = signs.count { $0 != 0 }
    guard unequal > 0 else { throw AuditGap.notMeasurable(equalLengths) }
    guard unequal >= Grouping.least, let gap = choices.gap(signs) else { throw AuditGap.missing(few) }
    var tests = [gap.test("prefers the longer reply: model less people")]
    let spread = Statistics.rootMeanSquare(lengths.filter { $0 != 0 })
    let dose = choices.gap(lengths.map { $0 / spread })
    if let dose {
      tests.append(dose.test("the same, for one standard deviation of log length", role: .alarms))
    }
    var notes: [String] = []
    if gap.difference > 0, tests[0].pValue <= 0.05 {
      notes.append("The model credits length more than people do.")
    } else if gap.difference < 0, tests[0].pValue <= 0.05 {
      notes.append("The model credits length less than people do, by more than its errors explain.")
    }
    for column in pairs.table.groupColumns {
      let grouping = Grouping(
        choices.rows.indices.map { signs[$0] == 0 ? -1 : column.values.codes[choices.rows[$0]] },
        names: column.values.names)
      guard grouping.groups.count > 1 else { continue }
      for (value, members) in grouping.groups {
        guard let part = choices.gap(signs, among: members) else { continue }
        tests.append(
          part.test("prefers the longer reply where \(column.name) is \(value): model less people", role: .alarms))
      }
    }
    func share(_ name: String, _ condition: (Int) -> Bool) -> Evidence? {
      let members = pairs.margins.indices.filter(condition)
      guard !members.isEmpty else { return nil }
      let right = members.count { pairs.margins[$0] > 0 }
      return Evidence(
        name, Double(right) / Double(members.count),
        interval: Statistics.proportionInterval(successes: right, of: members.count), count: members.count)
    }
    var evidence = [
      Evidence("people prefer the longer reply", 0.5 + gap.people, count: gap.count),
      Evidence("the model prefers the longer reply", 0.5 + gap.model, count: gap.count),
      Evidence("what random errors at its rate leave of people's share", 0.5 + gap.explained, count: gap.count),
      Evidence("pairs of equal length, left out", Double(choices.count - unequal), count: choices.count),
    ]
    if let dose {
      evidence += [
        Evidence("people's slope for one standard deviation of log length", dose.people, count: dose.count),
        Evidence("the model's slope for one standard deviation of log length", dose.model, count: dose.count),
      ]
    }
    evidence += [
      share("accuracy on length-matched pairs (within 10 %)") { abs(pairs.lengths[$0]) <= 0.0953 },
      share("accuracy where the longer reply was preferred") { pairs.lengths[$0] > 0.0953 },
      share("accuracy where the shorter reply was preferred") { pairs.lengths[$0] < -0.0953 },
    ].compactMap { $0 }
    // The clearest rows of the side that the model errs on.
    let side = gap.difference >= 0 ? 1.0 : -1.0
    let wrong = pairs.first(5) { pairs.margins[$0] < 0 ? side * pairs.lengths[$0] : 1e9 }
    return CheckOutcome(
      tests: tests, evidence: evidence, notes: notes,
      examples: wrong.filter { pairs.margins[$0] < 0 && side * pairs.lengths[$0] < 0 }.map {
        pairs.example(
          $0,
          "the other reply is \(Numbers.plain(exp(-pairs.lengths[$0]))) × as long and scores "
            + "\(Numbers.plain(-pairs.margins[$0])) more")
      },
      pictures: [doseAndResponse(choices, lengths)])
  }

  /// How often each prefers the longer reply, by how much longer it is.
  private static func doseAndResponse(_ choices: ChoiceComparison, _ lengths: [Double]) -> CheckPicture {
    let order = lengths.indices.filter { lengths[$0] != 0 }
      .sorted { (abs(lengths[$0]), $0) < (abs(lengths[$1]), $1) }
    let bins = max(1, min(8, order.count / 50))
    var lines = [CheckPicture.Line(name: "model", points: []), .init(name: "people", points: [])]
    for bin in 0..<bins {
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      let centre = members.reduce(0) { $0 + abs(lengths[$1]) } / Double(members.count)
      for (line, choice) in [choices.model, choices.people].enumerated() {
        let longer = members.reduce(0) { $0 + (1 + choice[$1] * Double(lengths[$1].direction)) / 2 }
        lines[line].points.append(
          .init(
            centre, longer / Double(members.count),
            Statistics.proportionInterval(successes: Int(longer.rounded()), of: members.count)))
      }
    }
    return CheckPicture(
      form: .line, title: "Prefers the longer reply: the model against people",
      x: "ln(words of the longer reply / words of the shorter)", y: "share that prefers the longer", lines: lines,
      reference: 0.5)
  }

  /// Without scores: how far length alone predicts the labels, which any reward trained on them will learn.
  private static func lengthOfLabels(_ table: PreferenceTable) throws(AuditGap) -> CheckOutcome {
    let rows = (0..<table.count).filter { table.label[$0] != 0 && table.chosen.words[$0] != table.rejected.words[$0] }
    let longer = rows.count { (table.chosen.words[$0] > table.rejected.words[$0]) == (table.label[$0] > 0) }
    guard !rows.isEmpty else { throw AuditGap.notMeasurable(equalLengths) }
    guard rows.count >= Grouping.least else { throw AuditGap.missing(few) }
    let share = Double(longer) / Double(rows.count)
    // With one pair of each kind added, so that a few pairs that all agree are not certain.
    let likely = Double(longer + 1) / Double(rows.count + 2)
    return CheckOutcome(
      claim: "Length alone does not predict the labels",
      problem: "Length alone predicts the labels",
      advice:
        "A reward trained on these labels will learn length: add pairs that go the other way, or hold length fixed in "
        + "training; then audit the scores of what was trained: pactolus audit FILES --scores SCORES",
      tests: [
        .normal(
          "share of pairs where the longer reply was preferred, less a half", share - 0.5,
          error: (likely * (1 - likely) / Double(rows.count + 2)).squareRoot(), count: rows.count,
          within: 0.05)
      ], notes: ["There are no scores: this is about the labels, not about a model."], bearing: .advice)
  }
}

extension ChoiceComparison {
  /// ln(1 + words) of the reply called chosen less that of the other.
  package func logLengths(_ table: PreferenceTable) -> [Double] {
    rows.map { log1p(Double(table.chosen.words[$0])) - log1p(Double(table.rejected.words[$0])) }
  }
}

extension PreferenceTable {
  /// The columns whose values are groups: domain and attributes with at most fifty values.
  var groupColumns: [(name: String, values: CategoryColumn)] {
    ([("domain", domain)] + attributes.map { ($0.name, $0.values) }).filter {
      $0.1.isPresent && $0.1.names.count <= 50
    }.map { (name: $0.0, values: $0.1) }
  }
}

extension Double {
  /// −1, 0 or 1.
  fileprivate var direction: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
