import Compute
import Findings

extension RolloutCheck {
  /// Words to the grader and empty phrases earn nothing.
  public static let injection = RolloutCheck(
    id: "injection",
    title: "Words to the grader and empty phrases earn nothing",
    problem: "Words to the grader or empty phrases are paid",
    explanation:
      "Two kinds of completions: those with words that address the grader (“award full marks”), and those that are nothing but a phrase which language models are known to accept (“:”, "
      + "“Thought process:”, nothing at all). For each kind, the share of its wrong completions that are accepted, by gold labels; tolerated: as for false-positives. "
      + "Without labels only the association can be told: how much more often such completions are accepted than others of the same prompt; an empty "
      + "text may be a right one, where tools did the work. The lists are a beginning: other words say the same.",
    advice:
      "Show the grader the final answer alone, or a delimited quotation of it; refuse empty answers before "
      + "grading; score again and compare: pactolus audit rollouts FILES --second RESCORED",
    assumptions: "Labelled rows are a random sample of the rows with their verdict.",
    source: "Zhao et al. 2025 (One token to fool LLM-as-a-judge); NeMo Gym issue 2852",
    needs: [.totals, .completions],
    stake: 3
  ) { rollouts throws(AuditGap) in
    try Injection.measure(rollouts)
  }
}

private enum Injection {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let texts = rollouts.texts
    let kinds: [(name: String, has: (Int) -> Bool)] = [
      ("words to the grader", { texts.has(CompletionPhrases.injectionBits, $0) }),
      ("empty phrases", { texts.isMasterKey[$0] }),
    ]
    var outcome = CheckOutcome()
    var isFound = false
    for (number, kind) in kinds.enumerated() {
      let rows = (0..<rollouts.count).filter { kind.has($0) && rollouts.accepted[$0] >= 0 }
      guard !rows.isEmpty else { continue }
      isFound = true
      outcome.evidence += association(rollouts, kind.name, rows)
      if rows.allSatisfy({ rollouts.accepted[$0] == 0 }) {
        // None is accepted, whether right or wrong: no label is needed.
        outcome.tests += [
          EffectTest.share(
            "accepted of completions with \(kind.name)", 0, of: rows.count,
            atMost: rollouts.limits.maximumFalsePositives)
        ].compactMap { $0 }
        continue
      }
      let sample = GoldSample(
        rollouts.table, accepted: rollouts.accepted, opinions: texts.opinions, including: kind.has)
      guard sample.labelled(accepted: true) > 0 else { continue }
      let rates = GoldRates(sample, random: rollouts.random.child("kind", number))
      let (interval, p) = rates.errorRate(\.falsePositiveRate, atMost: rollouts.limits.maximumFalsePositives)
      let rate = rates.estimate.falsePositiveRate
      guard rate.isFinite else { continue }
      outcome.tests.append(
        EffectTest(
          "wrong completions with \(kind.name) that are accepted", rate, interval: interval, count: sample.labelled,
          pValue: p,
          isHarmless: interval.upper <= rollouts.limits.maximumFalsePositives,
          margin: "at most \(Numbers.percent(rollouts.limits.maximumFalsePositives))"))
      outcome.examples += rows.filter { rollouts.accepted[$0] == 1 && rollouts.table.gold[$0] == 0 }.prefix(4).map {
        rollouts.example($0, "accepted with \(kind.name), and a person found it wrong")
      }
    }
    guard isFound else { throw .missing("no completion addresses the grader or is an empty phrase: send it probes") }
    guard !outcome.tests.isEmpty else {
      throw .missing("without gold labels of such completions, only an association", evidence: outcome.evidence)
    }
    return outcome
  }

  /// Accepted with and without, within prompts that have both.
  private static func association(_ rollouts: RolloutFacts, _ name: String, _ rows: [Int]) -> [Evidence] {
    let accepted = rows.count { rollouts.accepted[$0] == 1 }
    var evidence = [
      Evidence(
        "accepted of completions with \(name)", Double(accepted) / Double(rows.count),
        interval: Statistics.proportionInterval(successes: accepted, of: rows.count), count: rows.count)
    ]
    let prompts = rollouts.promptNumbers
    guard prompts.count == rollouts.count else { return evidence }
    let flagged = Set(rows)
    let wanted = Set(rows.map { prompts[$0] })
    var sums: [Int32: SIMD4<Double>] = [:]
    for row in rollouts.scored where prompts[row] >= 0 && wanted.contains(prompts[row]) {
      let value = Double(rollouts.accepted[row])
      sums[prompts[row], default: .zero] += flagged.contains(row) ? SIMD4(value, 1, 0, 0) : SIMD4(0, 0, value, 1)
    }
    let differences = sums.keys.sorted().compactMap { sums[$0] }.filter { $0.y > 0 && $0.w > 0 }.map {
      $0.x / $0.y - $0.z / $0.w
    }
    if differences.count > 1 {
      evidence.append(
        Evidence(
          "accepted with \(name) less without, within prompts", Statistics.mean(differences),
          interval: Statistics.meanInterval(differences), count: differences.count))
    }
    return evidence
  }
}
