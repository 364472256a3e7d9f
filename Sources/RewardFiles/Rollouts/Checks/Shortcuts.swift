import Compute
import Findings
import Foundation

extension RolloutCheck {
  /// Given what is right, length and form are not paid.
  public static let shortcuts = RolloutCheck(
    id: "shortcuts",
    title: "Given what is right, length and form are not paid",
    problem: "Length or form is paid beside what is right",
    explanation:
      "Among completions that a person found wrong (and among those found right), does acceptance go with length, a box, or a code block? Where labels lie "
      + "close enough (twenty prompts with labelled rows of both verdicts) by conditional logistic regression within prompt and label; otherwise "
      + "by logistic regression within the label, on each row's difference from its prompt's mean. Where the labels confirm our own reading of the answers (equal to the reference is right, different "
      + "is wrong: at least 85 % of the labelled rows of either verdict, by the lower end of the exact interval), rows that it reads count like labelled ones. Tolerated: ±0.4 in log-odds for one standard "
      + "deviation. Without labels the association is reported and never fails: longer completions may be the better ones.",
    advice:
      "Pay the answer, not the text around it; score pairs that differ in length or form alone, and label more "
      + "wrong rows: pactolus sample rollouts FILES --for gold --n 100 --out LABELS",
    assumptions: "Labelled rows are a random sample of the rows with their verdict.",
    source: "Breslow & Day 1980, chapter 7 (conditional likelihood); Prentice & Pyke 1979 (sampling by outcome)",
    needs: [.totals, .completions],
    stake: 3
  ) { rollouts throws(AuditGap) in
    try Shortcuts.measure(rollouts)
  }
}

private enum Shortcuts {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let (table, texts) = (rollouts.table, rollouts.texts)
    let box = CompletionPhrases.bit(CompletionPhrases.boxed)
    let code = CompletionPhrases.bit(CompletionPhrases.codeFence)
    let features: [(name: String, value: (Int) -> Double)] = [
      ("ln length", { log1p(Double(texts.lengths[$0])) }), ("a box", { texts.has(box, $0) ? 1 : 0 }),
      ("a code block", { texts.has(code, $0) ? 1 : 0 }),
    ]
    let scored = rollouts.scored
    let prompts =
      rollouts.promptNumbers.count == rollouts.count
      ? rollouts.promptNumbers : [Int32](repeating: 0, count: rollouts.count)
    var columns: [(name: String, values: [Double])] = []
    var evidence: [Evidence] = []
    for feature in features {
      guard let column = centred(feature.value, scored, prompts) else { continue }
      columns.append((feature.name, column))
      let verdicts = scored.map { Double(rollouts.accepted[$0]) }
      evidence.append(
        Evidence(
          "correlation of acceptance with \(feature.name), within prompts",
          Statistics.pearson(scored.map { column[$0] }, verdicts),
          count: scored.count))
    }
    evidence.removeAll { !$0.value.isFinite }
    guard !columns.isEmpty else { throw .notMeasurable("completions of one prompt do not differ in length or form") }
    let labelled = table.gold.count == table.count ? scored.filter { (0...1).contains(table.gold[$0]) } : []
    // Labels with both verdicts: where a label decides the verdict, nothing is left to explain.
    let classes = [Int8(0), 1].filter { label in
      [Int8(0), 1].allSatisfy { verdict in
        labelled.count { table.gold[$0] == label && rollouts.accepted[$0] == verdict } >= 5
      }
    }
    guard !labelled.isEmpty else {
      throw .missing("without gold labels, an association only", evidence: evidence)
    }
    let labels = Labels(rollouts)
    let rows = labels.rows(classes, random: rollouts.random)
    guard !classes.isEmpty else {
      throw .missing(
        "fewer than five labelled verdicts are wrong: a shortcut would have nothing to explain", evidence: evidence)
    }
    var (tests, notes) = ([EffectTest?](), [String]())
    for column in columns {
      let strata = rows.map {
        (
          group: Int(prompts[$0]) * 2 + Int(labels.values[$0]), feature: column.values[$0],
          success: rollouts.accepted[$0] == 1
        )
      }
      if let model = ConditionalLogistic(strata), model.groups >= 20 {
        tests.append(effect(column.name, model.weight, model.error, rows.count))
        notes = ["Within prompt and label."]
      } else if let (weight, error) = pooled(rows, column.values, rollouts, labels.values, classes) {
        tests.append(effect(column.name, weight, error, rows.count))
      }
    }
    guard tests.contains(where: { $0 != nil }) else {
      throw .missing("too few labelled verdicts are wrong", evidence: evidence)
    }
    if !labels.confirmed.isEmpty {
      notes.append(
        "Rows that our own reading finds \(labels.confirmed.map { $0 == 1 ? "equal to the reference" : "different from it" }.joined(separator: " or ")) count like labelled ones."
      )
    }
    return CheckOutcome(tests: tests, evidence: evidence, notes: notes)
  }

  private static func effect(_ name: String, _ weight: Double, _ error: Double, _ count: Int) -> EffectTest? {
    .normal(
      "weight of \(name) on acceptance, the label given", weight, error: error, count: count, within: 0.4,
      unit: "log-odds per standard deviation")
  }

  /// A feature less its prompt's mean, in units of its spread there; nil without variation.
  private static func centred(_ value: (Int) -> Double, _ scored: [Int], _ prompts: [Int32]) -> [Double]? {
    var sums: [Int32: SIMD2<Double>] = [:]
    var result = [Double](repeating: 0, count: prompts.count)
    for row in scored {
      result[row] = value(row)
      sums[prompts[row], default: .zero] += SIMD2(result[row], 1)
    }
    var squares = 0.0
    for row in scored {
      let sum = sums[prompts[row]] ?? .one
      result[row] -= sum.x / sum.y
      squares += result[row] * result[row]
    }
    let spread = (squares / Double(max(1, scored.count))).squareRoot()
    guard spread > 1e-6 else { return nil }
    return result.map { $0 / spread }
  }

  /// Logistic regression with a constant for each label.
  private static func pooled(
    _ rows: [Int], _ values: [Double], _ rollouts: RolloutFacts, _ truths: [Int8], _ classes: [Int8]
  ) -> (weight: Double, error: Double)? {
    let width = 1 + classes.count
    var design: [Double] = []
    for row in rows {
      design.append(values[row])
      for label in classes { design.append(truths[row] == label ? 1 : 0) }
    }
    let model = LogisticRegression(rows: design, width: width, targets: rows.map { Double(rollouts.accepted[$0]) })
    let weights = model.fit(penalty: 1e-6)
    var information = Matrix(rows: width, columns: width)
    for index in rows.indices {
      let p = 1 / (1 + exp(-model.logit(index, weights)))
      for a in 0..<width {
        let x = p * (1 - p) * design[index * width + a]
        for b in 0..<width { information[a, b] += x * design[index * width + b] }
      }
    }
    var unit = [Double](repeating: 0, count: width)
    unit[0] = 1
    // Without a positive definite information matrix there is no standard error: nil says it.
    guard let column = try? LinearAlgebra.choleskySolve(information, unit), column[0] > 0, abs(weights[0]) < 20 else {
      return nil
    }
    return (weights[0], column[0].squareRoot())
  }
}

/// What is right by a person's label, and by our own reading where the labels confirm it.
private struct Labels {
  /// 1 right, 0 wrong, −1 not known.
  private(set) var values: [Int8]
  /// The labels for which our own reading stands in.
  private(set) var confirmed: [Int8] = []
  private let prompts: [Int32]

  /// At most so many rows: the rest is a random sample of the prompts.
  private static let mostRows = 50_000

  init(_ rollouts: RolloutFacts) {
    let (table, opinions) = (rollouts.table, rollouts.texts.opinions)
    prompts = rollouts.promptNumbers
    // A row without a verdict has nothing to explain, whatever its label.
    values =
      table.gold.count == table.count
      ? table.gold.indices.map {
        rollouts.accepted[$0] >= 0 && (0...1).contains(table.gold[$0]) ? table.gold[$0] : -1
      } : []
    guard opinions.count == table.count, values.count == table.count else { return }
    for (label, opinion) in [(Int8(0), AnswerOpinion.different), (1, .equal)] {
      // Of either verdict: where only one is confirmed, the rows would be chosen by their verdict.
      let isConfirmed = [Int8(0), 1].allSatisfy { verdict in
        var (agreeing, all) = (0, 0)
        for row in 0..<table.count
        where table.gold[row] >= 0 && table.gold[row] < 2 && rollouts.accepted[row] == verdict
          && opinions[row] == opinion
        {
          all += 1
          if table.gold[row] == label { agreeing += 1 }
        }
        return (Statistics.proportionInterval(successes: agreeing, of: all)?.lower ?? 0) >= 0.85
      }
      guard isConfirmed else { continue }
      confirmed.append(label)
      for row in 0..<table.count where values[row] < 0 && rollouts.accepted[row] >= 0 && opinions[row] == opinion {
        values[row] = label
      }
    }
  }

  /// The rows with one of these labels.
  func rows(_ classes: [Int8], random: RandomSource) -> [Int] {
    let rows = values.indices.filter { classes.contains(values[$0]) }
    guard rows.count > Self.mostRows, prompts.count == values.count else { return rows }
    var stream = random.stream("prompts")
    var order = Set(rows.map { prompts[$0] }).sorted()
    stream.shuffle(&order)
    let kept = Set(order.prefix(order.count * Self.mostRows / rows.count))
    return rows.filter { kept.contains(prompts[$0]) }
  }
}
