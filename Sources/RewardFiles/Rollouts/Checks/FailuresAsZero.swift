import Compute
import Findings

extension RolloutCheck {
  /// Failures are not scored as wrong answers.
  public static let failuresAsZero = RolloutCheck(
    id: "failures-as-zero",
    title: "Failures are not scored as wrong answers",
    problem: "Failures are scored as wrong answers",
    explanation:
      "Rows whose rollout or scoring failed (an error, a timeout, all parts of the reward absent) and which have the lowest total all the same. "
      + "The policy is then punished for the verifier's failure, most on hard tasks, where timeouts are. Tolerated: 1 % of the scored rows. Kinds of error "
      + "that also stand on accepted rows are not failures and are left out, as are limits of the agent's own (length, turns, context). "
      + "It misleads if an error means that the completion itself crashed, which is a wrong answer.",
    advice:
      "Leave failed rows without a reward (null) and mask them in training, or score them again: pactolus audit "
      + "rollouts FILES --second RESCORED",
    assumptions: "The column of errors speaks of the scoring, not of the answer.",
    source: "NeMo RL issues 431, 2207; our own",
    needs: [.totals, .errors]
  ) { rollouts throws(AuditGap) in
    try FailuresAsZero.measure(rollouts)
  }
}

private enum FailuresAsZero {
  /// Words of errors that are the agent's own limits.
  static let ownLimits = [
    "length", "max_turn", "maxturn", "max turn", "context", "truncat", "token", "step limit", "none",
  ]

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    let scored = rollouts.scored
    guard let lowest = scored.map({ table.total[$0] }).min() else { throw .missing("no row has a total") }
    // Kinds of error with accepted rows (more than one in twenty) are no failures.
    var (rowsOfKind, acceptedOfKind) = (
      [Int](repeating: 0, count: table.error.names.count), [Int](repeating: 0, count: table.error.names.count)
    )
    for row in scored where table.error.codes[row] >= 0 {
      rowsOfKind[Int(table.error.codes[row])] += 1
      if rollouts.accepted[row] == 1 { acceptedOfKind[Int(table.error.codes[row])] += 1 }
    }
    let isFailure = table.error.names.indices.map { kind in
      let name = table.error.names[kind].lowercased()
      return 20 * acceptedOfKind[kind] <= rowsOfKind[kind] && !ownLimits.contains { name.contains($0) }
    }
    func failed(_ row: Int) -> Bool { table.error.codes[row] >= 0 && isFailure[Int(table.error.codes[row])] }
    let absent = table.components.isEmpty ? nil : { (row: Int) in table.components.allSatisfy { $0.values[row].isNaN } }
    let zero = scored.filter { table.total[$0] == lowest && (failed($0) || absent?($0) == true) }
    guard
      let test = EffectTest.share(
        "scored rows that failed and have the lowest total", zero.count, of: scored.count, atMost: 0.01)
    else { throw .missing("no row has a total") }
    var evidence = table.error.names.indices.filter { rowsOfKind[$0] > 0 && isFailure[$0] }.prefix(8).map {
      Evidence("rows with error “\(table.error.names[$0])”", Double(rowsOfKind[$0]))
    }
    evidence += hardAgainstEasy(rollouts, scored, failed)
    let ignored = table.error.names.indices.filter { rowsOfKind[$0] > 0 && !isFailure[$0] }.map {
      table.error.names[$0]
    }
    return CheckOutcome(
      tests: [test], evidence: evidence,
      notes: ignored.isEmpty ? [] : ["Not taken for failures: \(ignored.prefix(5).joined(separator: ", "))."],
      examples: zero.prefix(5).map {
        rollouts.example($0, "total \(Numbers.plain(lowest)), error: \(table.error[$0] ?? "all parts absent")")
      })
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
