import Compute
import Findings

extension RolloutCheck {
  /// Failures are not scored as wrong answers.
  public static let failuresAsZero = RolloutCheck(
    id: "failures-as-zero",
    title: "Failures are not scored as wrong answers",
    problem: "Failures are scored as wrong answers",
    explanation:
      "Rows whose rollout or scoring failed (an error, a timeout, all parts of the reward absent, no completion and 0 tokens where most rows are so) and which have the lowest total all the same. "
      + "The policy is then punished for the verifier's failure, most on hard tasks, where timeouts are. Tolerated: 1 % of the scored rows. Kinds of error "
      + "that also stand on accepted rows are not failures and are left out, as are limits of the agent's own (length, turns, context). "
      + "Where most rows have no completion and no count of tokens says that none was generated, that is only reported: the texts may not have been kept. "
      + "It misleads if an error means that the completion itself crashed, which is a wrong answer.",
    advice:
      "Leave failed rows without a reward (null) and mask them in training, or score them again: pactolus audit "
      + "rollouts FILES --second RESCORED",
    assumptions: "The column of errors speaks of the scoring, not of the answer.",
    source: "NeMo RL issues 431, 2207; our own",
    needs: [.reward]
  ) { rollouts throws(AuditGap) in
    try FailuresAsZero.measure(rollouts)
  }
}

private enum FailuresAsZero {
  /// What errors that are the agent's own limits are called; whole phrases, since a scorer may fail over "string of length 2" or
  /// an "unexpected token".
  private static let limitNames: Set<String> = ["length", "none", "max tokens", "token limit", "context", "truncated"]
  private static let limitPhrases = [
    "max length", "maximum length", "length limit", "length exceeded", "too long", "max turn", "maxturn", "turn limit",
    "max step", "step limit", "context length", "context window", "context limit", "maximum context", "truncat",
    "token limit", "max tokens", "max input tokens", "max output tokens", "max total tokens", "tokens exceeded",
    "number of tokens", "out of tokens",
  ]

  static func isOwnLimit(_ name: String) -> Bool {
    let words = name.lowercased().replacing("_", with: " ").replacing("-", with: " ")
    return limitNames.contains(words) || limitPhrases.contains { words.contains($0) }
  }

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let scored = rollouts.scored
    let (without, isEmpty) = (withoutCompletion(table, scored), emptyRun(rollouts, scored))
    let hasErrors = table.error.count == table.count
    let textless = without.isEmpty ? [] : [Evidence("rows without a completion", Double(without.count))]
    // Rows that have neither a text nor a reason for having none, and are hardly ever accepted.
    let silent = isEmpty ? [] : without.filter { !hasErrors || table.error.codes[$0] < 0 }
    let isUnexplained =
      2 * silent.count > scored.count && 20 * silent.count { rollouts.accepted[$0] == 1 } <= silent.count
    let unexplained = "most rows have no completion, and nothing says whether none was generated or none was kept"
    guard hasErrors || isEmpty else {
      throw .missing(isUnexplained ? unexplained : "no column of errors", evidence: textless)
    }
    guard let lowest = scored.map({ table.total[$0] }).min() else { throw .missing("no row has a total") }
    // Kinds of error with accepted rows (more than one in twenty) are no failures.
    var (rowsOfKind, acceptedOfKind) = (
      [Int](repeating: 0, count: table.error.names.count), [Int](repeating: 0, count: table.error.names.count)
    )
    for row in scored where hasErrors && table.error.codes[row] >= 0 {
      rowsOfKind[Int(table.error.codes[row])] += 1
      if rollouts.accepted[row] == 1 { acceptedOfKind[Int(table.error.codes[row])] += 1 }
    }
    let isFailure = table.error.names.indices.map { kind in
      20 * acceptedOfKind[kind] <= rowsOfKind[kind] && !isOwnLimit(table.error.names[kind])
    }
    func failed(_ row: Int) -> Bool {
      if hasErrors, table.error.codes[row] >= 0 { return isFailure[Int(table.error.codes[row])] }
      return isEmpty && generatedNothing(table, row)
    }
    let absent = table.components.isEmpty ? nil : { (row: Int) in table.components.allSatisfy { $0.values[row].isNaN } }
    let zero = scored.filter { table.total[$0] == lowest && (failed($0) || absent?($0) == true) }
    guard !isUnexplained || 100 * zero.count > scored.count else { throw .missing(unexplained, evidence: textless) }
    guard scored.count >= 20 || !zero.isEmpty,
      let test = EffectTest.share(
        "scored rows that failed and have the lowest total", zero.count, of: scored.count, atMost: 0.01)
    else { throw .missing("fewer than twenty rows with a reward") }
    var evidence = table.error.names.indices.filter { rowsOfKind[$0] > 0 && isFailure[$0] }.prefix(8).map {
      Evidence("rows with error “\(table.error.names[$0])”", Double(rowsOfKind[$0]))
    }
    evidence += textless
    evidence += hardAgainstEasy(rollouts, scored, failed)
    let ignored = table.error.names.indices.filter { rowsOfKind[$0] > 0 && !isFailure[$0] }.map {
      table.error.names[$0]
    }
    return CheckOutcome(
      tests: [test], evidence: evidence,
      notes: ignored.isEmpty ? [] : ["Not taken for failures: \(ignored.prefix(5).joined(separator: ", "))."],
      examples: zero.prefix(5).map {
        rollouts.example($0, "total \(Numbers.plain(lowest)), \(reason(table, $0, hasErrors))")
      })
  }

  private static func reason(_ table: RolloutTable, _ row: Int, _ hasErrors: Bool) -> String {
    if hasErrors, let error = table.error[row] { return "error: \(error)" }
    return lacksCompletion(table, row) ? "and no completion" : "and all parts absent"
  }

  private static func lacksCompletion(_ table: RolloutTable, _ row: Int) -> Bool {
    table.completions.count != table.count || table.completions.range(row).isEmpty
  }

  /// Whether the files say that the model wrote nothing. A time of 0 does not say it: public runs whose texts were not kept
  /// have that on rows with a reward of 1.
  private static func generatedNothing(_ table: RolloutTable, _ row: Int) -> Bool {
    lacksCompletion(table, row) && table.tokens.count == table.count && table.tokens[row] == 0
  }

  /// The rows without a completion, where most have none though the files have a place for it.
  private static func withoutCompletion(_ table: RolloutTable, _ scored: [Int]) -> [Int] {
    guard table.fields.contains(where: { $0.role == .completion }) else { return [] }
    let rows = scored.filter { lacksCompletion(table, $0) }
    return rows.count >= 5 && 2 * rows.count > scored.count ? rows : []
  }

  /// Whether for most rows nothing was generated, and hardly one of those is accepted: they were scored all the same.
  private static func emptyRun(_ rollouts: RolloutFacts, _ scored: [Int]) -> Bool {
    let rows = withoutCompletion(rollouts.table, scored).filter { generatedNothing(rollouts.table, $0) }
    return rows.count >= 5 && 2 * rows.count > scored.count
      && 20 * rows.count { rollouts.accepted[$0] == 1 } <= rows.count
  }

  /// Whether failures are more frequent on prompts that are solved less often.
  private static func hardAgainstEasy(_ rollouts: RolloutFacts, _ scored: [Int], _ failed: (Int) -> Bool) -> [Evidence]
  {
    let prompts = rollouts.promptNumbers
    guard prompts.count == rollouts.count else { return [] }
    var (rows, right, errors): ([Int32: Int], [Int32: Int], [Int32: Int]) = ([:], [:], [:])
    for row in scored where prompts[row] >= 0 {
      if failed(row) {
        errors[prompts[row], default: 0] += 1
      } else {
        rows[prompts[row], default: 0] += 1
        right[prompts[row], default: 0] += Int(rollouts.accepted[row])
      }
    }
    let rates = rows.keys.sorted().map { ($0, Double(right[$0] ?? 0) / Double(rows[$0] ?? 1)) }
    guard rates.count >= 4 else { return [] }
    let middle = Statistics.median(rates.map(\.1))
    var counts = (hard: 0, hardRows: 0, easy: 0, easyRows: 0)
    for (prompt, rate) in rates {
      let (failures, all) = (errors[prompt] ?? 0, (rows[prompt] ?? 0) + (errors[prompt] ?? 0))
      if rate < middle {
        counts.hard += failures
        counts.hardRows += all
      }
      if rate > middle {
        counts.easy += failures
        counts.easyRows += all
      }
    }
    guard counts.hardRows > 0, counts.easyRows > 0, counts.hard + counts.easy > 0 else { return [] }
    return [
      Evidence("failures on hard prompts", Double(counts.hard) / Double(counts.hardRows), count: counts.hardRows),
      Evidence("failures on easy prompts", Double(counts.easy) / Double(counts.easyRows), count: counts.easyRows),
      Evidence(
        "p-value of more failures on hard prompts (Fisher's exact test)",
        ExactTests.fisherGreater(counts.hard, of: counts.hardRows, counts.easy, of: counts.easyRows)),
    ]
  }
}
