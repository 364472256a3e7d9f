import Compute
import Findings

extension RolloutCheck {
  /// The same completion gets the same reward.
  public static let flaky = RolloutCheck(
    id: "flaky",
    title: "The same completion gets the same reward",
    problem: "The same completion gets different rewards",
    explanation:
      "Rows of one prompt (within one step, where there are steps) with identical completions, at least one character long: the share whose reward differs from "
      + "the most frequent one among them. Tolerated: 1 %. Rows with an error are left out. It misleads if the text is not all that was scored: files, "
      + "tool results or time.",
    advice:
      "Lower the judge's temperature or average several verdicts; score the same file twice and compare: "
      + "pactolus audit rollouts FILES --second RESCORED",
    assumptions: "The completion's text is all that the verifier looks at.",
    source: "our own",
    needs: [.totals, .completions],
    stake: 2
  ) { rollouts throws(AuditGap) in
    let table = rollouts.table
    let prompts = rollouts.promptNumbers
    guard prompts.count == table.count else { throw .missing("no prompts and no groups") }
    struct Key: Hashable { var prompt: Int32, step: Int32, hash: UInt64 }
    let hasErrors = table.error.count == table.count
    let hasSteps = table.step.count == table.count
    var rowsOf: [Key: [Int]] = [:]
    rowsOf.reserveCapacity(table.count)
    for row in 0..<table.count where rollouts.texts.lengths[row] > 0 && prompts[row] >= 0 && table.total[row].isFinite {
      if hasErrors, table.error.codes[row] >= 0 { continue }
      rowsOf[
        Key(prompt: prompts[row], step: hasSteps ? table.step[row] : 0, hash: rollouts.texts.hashes[row]), default: []
      ]
      .append(row)
    }
    let scale = table.total.lazy.filter(\.isFinite).map(abs).max() ?? 1
    let twins = rowsOf.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    var (scorings, odd) = (0, 0)
    var examples: [ExampleRow] = []
    for rows in twins {
      let values = rows.map { (table.total[$0] / max(scale, 1e-300) * 1e9).rounded() }
      var counts: [Double: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      scorings += rows.count
      odd += rows.count - (counts.values.max() ?? 0)
      if counts.count > 1, examples.count < 5 {
        examples.append(
          rollouts.example(
            rows[0],
            "the same completion was paid \(Set(rows.map { Numbers.plain(table.total[$0]) }).sorted().joined(separator: " and "))"
          ))
      }
    }
    guard scorings >= 10 else {
      throw .missing(
        "fewer than ten completions occur twice", evidence: [Evidence("completions that occur twice", Double(scorings))]
      )
    }
    return CheckOutcome(
      tests: [.share("repeated completions with another reward", odd, of: scorings, atMost: 0.01)],
      evidence: [Evidence("groups of identical completions", Double(twins.count))], examples: examples)
  }
}
