import Compute
import Findings

extension RolloutCheck {
  /// No rule of the two verdicts is better than the verifier alone.
  public static let combinedRule = RolloutCheck(
    id: "combined-rule",
    title: "No rule of both verdicts is better than the verifier alone",
    problem: "A rule of both verdicts is better than the verifier alone",
    explanation:
      "Verdicts of a second verifier, or scores of a reward model, beside the verifier's, on rows with gold labels. How often each is wrong in the file, and rules made of both: accepted by both, by either, and, for "
      + "scores, a logistic regression of the label on verdict and score. Where a score counts as accepted, and the regression, are fitted on other prompts than those they are judged on. It fails if a rule has fewer "
      + "wrong verdicts than the verifier alone. Beside it stand who is right where the two differ, and, slice by slice (tasks, runs, further columns, shorter and longer completions), whom to trust there: named where the "
      + "exact test of who is right more often, corrected over all slices, says so.",
    advice:
      "Pay by the rule that is named, or label the rows on which the two differ: pactolus sample rollouts FILES --for gold "
      + "--n 100 --out LABELS",
    assumptions: "Labelled rows are a random sample of the rows with their verdict (or carry their weights).",
    source: "our own; Breiman 1996 (stacking); McNemar 1947",
    needs: [.reward, .second, .gold]
  ) { rollouts throws(AuditGap) in
    try CombinedRule.measure(rollouts)
  }
}

private enum CombinedRule {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    var outcome = CheckOutcome(bearing: .advice)
    for (number, second) in rollouts.table.second.enumerated() where second.values.count == rollouts.count {
      let rows = labelled(rollouts, second.values)
      guard rows.count >= 40 else { continue }
      let isScore = self.isScore(second.values)
      let rules = VerdictRules(
        ruleRows(rollouts, rows, second.values), isScore: isScore,
        threshold: RolloutFacts.threshold(second.values), second: second.name,
        random: rollouts.random.child("second", number))
      outcome.tests += tests(rules)
      outcome.evidence += evidence(rules, isScore, second.name)
      let slices = Slices(rollouts, rows, rules)
      outcome.evidence += slices.evidence(second.name)
      outcome.notes += note(rules) + slices.notes(second.name)
    }
    guard !outcome.tests.isEmpty else {
      throw .missing("fewer than forty labelled rows have both verdicts, or the two never differ there")
    }
    return outcome
  }

  /// Rows with a label and both verdicts.
  private static func labelled(_ rollouts: RolloutFacts, _ values: [Double]) -> [Int] {
    let gold = rollouts.table.gold
    return rollouts.scored.filter { (0...1).contains(gold[$0]) && values[$0].isFinite }
  }

  /// Labelled rows with both verdicts, and what each stands for: its weight, or the rows of its verdict for each label of it.
  private static func ruleRows(_ rollouts: RolloutFacts, _ rows: [Int], _ values: [Double]) -> [VerdictRules.Row] {
    let (table, prompts) = (rollouts.table, rollouts.promptNumbers)
    let hasWeights = table.goldWeight.count == table.count
    var (all, some) = ([0.0, 0.0], [0.0, 0.0])
    for verdict in rollouts.accepted where verdict >= 0 { all[Int(verdict)] += 1 }
    for row in rows { some[Int(rollouts.accepted[row])] += 1 }
    return rows.map { row in
      let verdict = Int(rollouts.accepted[row])
      let weight = hasWeights && table.goldWeight[row] > 0 ? table.goldWeight[row] : all[verdict] / some[verdict]
      return VerdictRules.Row(
        prompt: prompts.count == table.count ? prompts[row] : Int32(clamping: row), accepted: verdict == 1,
        score: values[row], isRight: table.gold[row] == 1, weight: weight)
    }
  }

  /// Whether the values are scores, not verdicts: more than three of them, or beyond 0 … 1.
  private static func isScore(_ values: [Double]) -> Bool {
    var distinct: Set<Double> = []
    for value in values where value.isFinite {
      if value < 0 || value > 1.000_001 { return true }
      distinct.insert(value)
      if distinct.count > 3 { return true }
    }
    return false
  }

  private static func tests(_ rules: VerdictRules) -> [EffectTest] {
    (1..<rules.rules.count).compactMap { rule in
      let gain = rules.gain(rule)
      // The normal approximation needs rows that speak for one or the other.
      guard gain.differing >= 10 else { return nil }
      return .normal(
        "wrong verdicts of the verifier alone, less: \(rules.rules[rule].name)", gain.estimate, error: gain.error,
        count: rules.rows.count, atMost: 0)
    }
  }

  private static func evidence(_ rules: VerdictRules, _ isScore: Bool, _ second: String) -> [Evidence] {
    var evidence = rules.rules.indices.map { rule in
      Evidence("wrong verdicts: \(rules.rules[rule].name)", rules.error(rule), count: rules.rows.count)
    }
    if isScore {
      let area = rank(rules.rows)
      if area.isFinite {
        evidence.append(Evidence("\(second) ranks a right completion above a wrong one", area, count: rules.rows.count))
      }
    }
    // A cell is made of both verdicts, so that within one the labels are a simple sample.
    for (name, first, other) in [
      ("both accept", true, true), ("only the verifier accepts", true, false), ("only \(second) accepts", false, true),
      ("both reject", false, false),
    ] {
      let cell = rules.rows.indices.filter {
        rules.rules[0].accepts[$0] == first && rules.rules[1].accepts[$0] == other
      }
      guard !cell.isEmpty else { continue }
      let right = cell.count { rules.rows[$0].isRight }
      evidence.append(
        Evidence(
          "right where \(name)", Double(right) / Double(cell.count),
          interval: Statistics.proportionInterval(successes: right, of: cell.count), count: cell.count))
    }
    return evidence
  }

  /// The chance that a right row has a higher score than a wrong one, weighted, ties half.
  private static func rank(_ rows: [VerdictRules.Row]) -> Double {
    let sorted = rows.sorted { $0.score < $1.score }
    var (below, sum, right, wrong, index) = (0.0, 0.0, 0.0, 0.0, 0)
    while index < sorted.count {
      let end = sorted[index...].firstIndex { $0.score != sorted[index].score } ?? sorted.count
      let (some, others) = sorted[index..<end].reduce((0.0, 0.0)) {
        $1.isRight ? ($0.0 + $1.weight, $0.1) : ($0.0, $0.1 + $1.weight)
      }
      sum += some * (below + others / 2)
      below += others
      right += some
      wrong += others
      index = end
    }
    return sum / (right * wrong)
  }

  private static func note(_ rules: VerdictRules) -> [String] {
    guard let best = rules.rules.indices.min(by: { rules.error($0) < rules.error($1) }), best > 0 else {
      return ["No rule of both has fewer wrong verdicts than the verifier alone."]
    }
    return [
      "Fewest wrong verdicts: \(rules.rules[best].name), \(Numbers.percent(rules.error(best))) against "
        + "\(Numbers.percent(rules.error(0))) of the verifier alone."
    ]
  }
}

/// Who is right where the two verdicts differ, in each slice of the rows.
private struct Slices {
  struct Slice {
    var name: String
    /// Labelled rows on which the two differ.
    var differing: Int
    /// Of them, those on which the second is right.
    var secondRight: Int
    var pValue: Double { ExactTests.mcNemar(secondRight, differing - secondRight) }
  }

  private(set) var slices: [Slice] = []

  init(_ rollouts: RolloutFacts, _ rows: [Int], _ rules: VerdictRules) {
    let table = rollouts.table
    let differing = rows.indices.filter { rules.rules[0].accepts[$0] != rules.rules[1].accepts[$0] }
    func add(_ name: String, _ members: [Int]) {
      guard members.count >= 10 else { return }
      let right = members.count { rules.rules[1].accepts[$0] == rules.rows[$0].isRight }
      slices.append(Slice(name: name, differing: members.count, secondRight: right))
    }
    add("all rows", differing)
    var columns: [(String, CategoryColumn)] = [("task", table.task), ("run", table.run)]
    columns += table.attributes.map { ($0.name, $0.values) }
    for (column, values) in columns where values.count == table.count && (2...20).contains(values.names.count) {
      for (code, value) in values.names.enumerated() {
        add("\(column) \(value)", differing.filter { values.codes[rows[$0]] == Int32(code) })
      }
    }
    if rollouts.texts.lengths.count == table.count {
      let middle = Statistics.median(rows.map { Double(rollouts.texts.lengths[$0]) })
      add("shorter completions", differing.filter { Double(rollouts.texts.lengths[rows[$0]]) <= middle })
      add("longer completions", differing.filter { Double(rollouts.texts.lengths[rows[$0]]) > middle })
    }
  }

  func evidence(_ second: String) -> [Evidence] {
    slices.map { slice in
      Evidence(
        "\(second) is right where the two differ: \(slice.name)", Double(slice.secondRight) / Double(slice.differing),
        interval: Statistics.proportionInterval(successes: slice.secondRight, of: slice.differing),
        count: slice.differing)
    }
  }

  /// Whom to trust in which slice, where the labels settle it.
  func notes(_ second: String) -> [String] {
    let corrected = HolmCorrection.corrected(slices.map(\.pValue))
    func named(_ isSecond: Bool) -> [String] {
      zip(slices, corrected).filter { $0.1 <= 0.05 && (2 * $0.0.secondRight > $0.0.differing) == isSecond }
        .map {
          "\($0.0.name) (\(isSecond ? $0.0.secondRight : $0.0.differing - $0.0.secondRight) of \($0.0.differing))"
        }
    }
    return [(second, named(true)), ("the verifier", named(false))].filter { !$0.1.isEmpty }.map {
      "Where the two differ, trust \($0.0) in: \($0.1.joined(separator: ", "))."
    }
  }
}
