import Compute
import Findings

extension RolloutCheck {
  /// Few completions are cut off, and those are not paid blindly.
  public static let truncation = RolloutCheck(
    id: "truncation",
    title: "Few completions are cut off, and those are not paid blindly",
    problem: "Many completions are cut off, or cut-off ones are paid blindly",
    explanation:
      "The share of completions that were cut off at a limit (tolerated: 10 %), and, with gold labels, the share of wrong ones among them that are accepted (tolerated: as for "
      + "false-positives). Beside it stands how often they are accepted against the others: what a longer budget could change at most. A cut-off completion "
      + "may have given its answer before.",
    advice:
      "Raise the limit of length, or mask cut-off completions in training instead of scoring them; then look at "
      + "the new rollouts: pactolus audit rollouts NEW-ROLLOUTS",
    assumptions: "The finish reasons are right.",
    source: "Yu et al. 2025 (DAPO, overlong filtering); our own",
    needs: [.totals, .truncation]
  ) { rollouts throws(AuditGap) in
    let table = rollouts.table
    let known = rollouts.scored.filter { table.truncated[$0] >= 0 }
    let cut = known.filter { table.truncated[$0] == 1 }
    guard known.count >= 20 else { throw .missing("fewer than twenty rows with a finish reason") }
    var tests: [EffectTest?] = [.share("completions that were cut off", cut.count, of: known.count, atMost: 0.1)]
    var evidence: [Evidence] = []
    for (name, rows) in [("cut-off", cut), ("whole", known.filter { table.truncated[$0] == 0 })] where !rows.isEmpty {
      let accepted = rows.count { rollouts.accepted[$0] == 1 }
      evidence.append(
        Evidence(
          "accepted of \(name) completions", Double(accepted) / Double(rows.count),
          interval: Statistics.proportionInterval(successes: accepted, of: rows.count), count: rows.count))
    }
    let sample = GoldSample(table, accepted: rollouts.accepted, opinions: rollouts.texts.opinions) {
      table.truncated[$0] == 1
    }
    if sample.labelled(accepted: true) > 0 {
      let rates = GoldRates(sample, random: rollouts.random)
      let (interval, p) = rates.errorRate(\.falsePositiveRate, atMost: rollouts.limits.maximumFalsePositives)
      let rate = rates.estimate.falsePositiveRate
      if rate.isFinite {
        tests.append(
          EffectTest(
            "wrong cut-off completions that are accepted", rate, interval: interval, count: sample.labelled, pValue: p,
            isHarmless: interval.upper <= rollouts.limits.maximumFalsePositives,
            margin: "at most \(Numbers.percent(rollouts.limits.maximumFalsePositives))"))
      }
    }
    return CheckOutcome(
      tests: tests, evidence: evidence,
      examples: cut.filter { rollouts.accepted[$0] == 1 }.prefix(3).map {
        rollouts.example($0, "cut off, and accepted")
      },
      bearing: .advice)
  }
}
