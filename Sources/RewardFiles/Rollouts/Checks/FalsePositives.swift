import Compute
import Findings

extension RolloutCheck {
  /// Wrong completions are rejected.
  public static let falsePositives = RolloutCheck(
    id: "false-positives",
    title: "Wrong completions are rejected",
    problem: "Wrong completions are accepted",
    explanation:
      "The share of wrong completions that the verifier accepts, from gold labels. Labels are weighted by strata: the verdict and, where "
      + "there are reference answers, whether our own second implementation reads the answer as equal; both are known for every row, so "
      + "that labels may be drawn more densely from some strata than from others. Tolerated: 2 % (--max-false-positives). Beside it stand "
      + "precision here and precision if only 1 % of completions were right: the same rate of error that is harmless at 50 % right "
      + "makes most accepted completions wrong on a hard task. Without labels it lists accepted answers that our own implementation reads as another "
      + "value than the reference: candidates for a person. It misleads if the labelled rows were chosen by hand.",
    advice:
      "Read the accepted ones that are wrong, mend the verifier, score again and compare (--second); label more "
      + "rows where they count: pactolus sample rollouts FILES --for gold --n 100 --out LABELS",
    assumptions: "Labelled rows are a random sample of the rows with their verdict (or carry their weights).",
    source: "Clopper & Pearson 1934; Cochran 1977, chapter 5 (stratified sampling)",
    needs: [.reward],
    stake: 6
  ) { rollouts throws(AuditGap) in
    try GoldCheck.measure(rollouts, falsePositives: true)
  }

  /// Right completions are accepted.
  public static let falseNegatives = RolloutCheck(
    id: "false-negatives",
    title: "Right completions are accepted",
    problem: "Right completions are rejected",
    explanation:
      "The share of right completions that the verifier rejects, from gold labels, weighted as for false-positives. Tolerated: 5 %. Rejections "
      + "have to be labelled, too: a sample of accepted completions alone says nothing of it. It misleads if the labelled rows were "
      + "chosen by hand, or if the person and the task disagree on which form of an answer counts.",
    advice:
      "Read the rejected ones that are right (the finding equivalents lists more), accept equivalent forms, "
      + "score again and compare: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Labelled rows are a random sample of the rows with their verdict (or carry their weights).",
    source: "Clopper & Pearson 1934; Cochran 1977, chapter 5; Li et al. 2025 (TinyV: 38 % of rejections were right)",
    needs: [.reward],
    stake: 6
  ) { rollouts throws(AuditGap) in
    try GoldCheck.measure(rollouts, falsePositives: false)
  }
}

private enum GoldCheck {
  static func measure(_ rollouts: RolloutFacts, falsePositives: Bool) throws(AuditGap) -> CheckOutcome {
    if rollouts.goldSample.labelled == 0 { throw unlabelled(rollouts, falsePositives) }
    try rollouts.require(.totals)
    let sample = try rollouts.gold()
    let rates = GoldRates(sample, random: rollouts.random)
    let estimate = rates.estimate
    let rate = falsePositives ? estimate.falsePositiveRate : estimate.falseNegativeRate
    guard rate.isFinite else {
      throw .notMeasurable("by the labels no completion is \(falsePositives ? "wrong" : "right")")
    }
    let limit = falsePositives ? rollouts.limits.maximumFalsePositives : rollouts.limits.maximumFalseNegatives
    let path: KeyPath<GoldRates.Table, Double> = falsePositives ? \.falsePositiveRate : \.falseNegativeRate
    let (interval, pValue) = rates.errorRate(path, atMost: limit)
    let test = EffectTest(
      falsePositives ? "wrong completions that are accepted" : "right completions that are rejected", rate,
      interval: interval, count: sample.labelled, pValue: pValue, isHarmless: interval.upper <= limit,
      margin: "at most \(Numbers.percent(limit))")
    return CheckOutcome(
      tests: [test], evidence: evidence(rates, falsePositives), notes: notes(sample, test),
      examples: examples(rollouts, falsePositives))
  }

  /// Without labels: which verdicts our own reading of the answers contradicts, for a person to look at.
  private static func unlabelled(_ rollouts: RolloutFacts, _ falsePositives: Bool) -> AuditGap {
    let (verdict, opinion): (Int8, AnswerOpinion) = falsePositives ? (1, .different) : (0, .equal)
    let opinions = rollouts.texts.opinions
    let requests = AnswerRequests(rollouts.table)
    let rows = opinions.indices.filter { row in
      opinions[row] == opinion
        && (verdict == 1 ? rollouts.acceptsAnswer(row) : rollouts.rejectsAnswer(row) && !requests.valueForm(row))
    }
    let words = falsePositives ? "accepted, different from the reference" : "rejected, equal to the reference"
    return .missing(
      "no \(RolloutNeed.gold.words)",
      evidence: rows.isEmpty ? [] : [Evidence("rows \(words) by our reading", Double(rows.count))],
      examples: rows.prefix(5).map { rollouts.example($0, "\(words) by our reading") })
  }

  private static func evidence(_ rates: GoldRates, _ falsePositives: Bool) -> [Evidence] {
    let estimate = rates.estimate
    var result = [Evidence]()
    if falsePositives {
      result.append(
        Evidence(
          "precision: accepted completions that are right", estimate.precision,
          interval: rates.merit(\.precision, above: 1).interval))
      let (recall, error) = (estimate.recall, estimate.falsePositiveRate)
      for share in [0.01, 0.1] where recall.isFinite {
        result.append(
          Evidence(
            "precision if \(Numbers.percent(share)) of completions were right",
            Prevalence.precision(sensitivity: recall, falsePositiveRate: error, prevalence: share)))
      }
    } else {
      result.append(Evidence("recall", estimate.recall, interval: rates.merit(\.recall, above: 1).interval))
      result.append(Evidence("completions that are right", estimate.rightShare))
    }
    for stratum in rates.sample.strata where stratum.labelled > 0 {
      let errors = stratum.accepted ? stratum.wrong : stratum.right
      result.append(
        Evidence(
          "\(stratum.accepted ? "wrong" : "right") of the \(Numbers.plain(stratum.population)) rows \(stratum.name)",
          Double(errors) / Double(stratum.labelled),
          interval: Statistics.proportionInterval(successes: errors, of: stratum.labelled), count: stratum.labelled))
    }
    return result
  }

  private static func notes(_ sample: GoldSample, _ test: EffectTest) -> [String] {
    var notes: [String] = []
    if sample.unsure > 0 {
      notes.append("\(Numbers.count(sample.unsure, "row")) where the person was unsure are left out.")
    }
    for stratum in sample.strata where stratum.labelled == 0 && stratum.population > 0 {
      notes.append("No label among the \(Numbers.plain(stratum.population)) rows \(stratum.name).")
    }
    return notes
  }

  private static func examples(_ rollouts: RolloutFacts, _ falsePositives: Bool) -> [ExampleRow] {
    let (verdict, label) = falsePositives ? (Int8(1), Int8(0)) : (Int8(0), Int8(1))
    let rows = (0..<rollouts.count).lazy.filter {
      rollouts.accepted[$0] == verdict && rollouts.table.gold[$0] == label
    }
    return rows.prefix(5).map {
      rollouts.example(
        $0, falsePositives ? "accepted, and a person found it wrong" : "rejected, and a person found it right")
    }
  }
}

/// How much a verdict is worth where few completions are right.
package enum Prevalence {
  /// Of the accepted, how many are right: Se π / (Se π + FP (1 − π)).
  package static func precision(sensitivity: Double, falsePositiveRate: Double, prevalence: Double) -> Double {
    let right = sensitivity * prevalence
    return right / (right + falsePositiveRate * (1 - prevalence))
  }
}
