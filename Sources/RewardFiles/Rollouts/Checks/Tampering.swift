import Compute
import Findings

extension RolloutCheck {
  /// No completion tampers with its tests.
  public static let tampering = RolloutCheck(
    id: "tampering",
    title: "No completion tampers with its tests",
    problem: "Completions tamper with their tests",
    explanation:
      "Completions with traces of changed or skipped tests, ended processes, patched clocks, overridden equality or read solutions. A trace is evidence, not a verdict: honest programs define "
      + "equality and end themselves, too. So the check never fails; it counts, says how often such completions are accepted, and with gold labels "
      + "how many of them are wrong (its precision here) and how many of the wrong accepted ones have a trace (its recall).",
    advice:
      "Read the examples; keep tests out of the agent's reach and run them anew in a clean copy; then compare: "
      + "pactolus audit rollouts FILES --second RESCORED",
    assumptions: "None: it reports.",
    source: "our own list; METR 2025 (MALT), School of Reward Hacks (arXiv 2508.17511)",
    needs: [.completions]
  ) { rollouts throws(AuditGap) in
    let (table, texts) = (rollouts.table, rollouts.texts)
    let rows = (0..<table.count).filter { texts.has(CompletionPhrases.tamperingBits, $0) }
    guard !rows.isEmpty else { throw .missing("no trace of the list was found; other ways of tampering leave others") }
    let all = Double(table.count)
    var evidence = [Evidence("completions with a trace", Double(rows.count) / all, count: table.count)]
    let scored = rows.filter { rollouts.accepted[$0] >= 0 }
    if !scored.isEmpty {
      let accepted = scored.count { rollouts.accepted[$0] == 1 }
      evidence.append(Evidence("accepted of them", Double(accepted) / Double(scored.count), count: scored.count))
    }
    if table.gold.count == table.count {
      let labelled = rows.filter { (0...1).contains(table.gold[$0]) }
      let wrong = labelled.count { table.gold[$0] == 0 }
      if !labelled.isEmpty {
        evidence.append(
          Evidence(
            "wrong of those labelled", Double(wrong) / Double(labelled.count),
            interval: Statistics.proportionInterval(successes: wrong, of: labelled.count), count: labelled.count))
      }
      let falsePositives = (0..<table.count).filter { rollouts.accepted[$0] == 1 && table.gold[$0] == 0 }
      if !falsePositives.isEmpty {
        let traced = falsePositives.count { texts.has(CompletionPhrases.tamperingBits, $0) }
        evidence.append(
          Evidence(
            "wrong accepted completions with a trace", Double(traced) / Double(falsePositives.count),
            interval: Statistics.proportionInterval(successes: traced, of: falsePositives.count),
            count: falsePositives.count))
      }
    }
    return CheckOutcome(
      evidence: evidence,
      examples: rows.prefix(8).map { row in
        let names = CompletionPhrases.tampering.filter { texts.has(CompletionPhrases.bit($0.lowercased()), row) }
        return rollouts.example(row, "has \(names.prefix(3).map { "“\($0)”" }.joined(separator: ", "))")
      }, bearing: .advice)
  }
}
