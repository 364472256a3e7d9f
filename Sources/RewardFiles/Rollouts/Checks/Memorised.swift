import Compute
import Findings

extension RolloutCheck {
  /// No constant reply is paid as well as an answer.
  public static let memorised = RolloutCheck(
    id: "memorised",
    title: "No constant reply is paid as well as an answer",
    problem: "A constant reply is paid as well as an answer",
    explanation:
      "Completions that stand word for word under at least ten different prompts. Of those that are wrong (by a gold label, or because our own reading finds another "
      + "value than the reference's): are they accepted as often as the other completions of the same prompts? Then a policy need not "
      + "read the prompt. Without labels and readable references the check only reports: one reply can be right for many prompts.",
    advice:
      "See what the reply exploits, leave out the prompts for which it happens to be right, and label some of "
      + "its rows: pactolus sample rollouts FILES --for gold --n 100 --out LABELS",
    assumptions: "Prompts are independent of each other.",
    source: "our own",
    needs: [.totals, .completions, .prompts]
  ) { rollouts throws(AuditGap) in
    try Memorised.measure(rollouts)
  }
}

private enum Memorised {
  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    var rowsOf: [UInt64: [Int]] = [:]
    for row in rollouts.scored where table.prompt[row] >= 0 {
      rowsOf[rollouts.texts.hashes[row], default: []].append(row)
    }
    let constants = rowsOf.values.filter { $0.count >= 10 && Set($0.map { table.prompt[$0] }).count >= 10 }
      .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    guard !constants.isEmpty else { throw .missing("no completion stands under ten prompts") }
    let hasGold = table.gold.count == table.count
    let opinions = rollouts.texts.opinions
    func isWrong(_ row: Int) -> Bool {
      if hasGold, table.gold[row] >= 0 { return table.gold[row] == 0 }
      return !opinions.isEmpty && opinions[row] == .different
    }
    let all = constants.joined()
    let accepted = all.count { rollouts.accepted[$0] == 1 }
    var evidence = [
      Evidence("rows with a reply that stands under ten prompts or more", Double(all.count), count: rollouts.count),
      Evidence("accepted of them", Double(accepted) / Double(all.count), count: all.count),
    ]
    let repeated = Set(all)
    var others: [Int32: SIMD2<Double>] = [:]
    for row in rollouts.scored where table.prompt[row] >= 0 && !repeated.contains(row) {
      others[table.prompt[row], default: .zero] += SIMD2(Double(rollouts.accepted[row]), 1)
    }
    var (tests, examples) = ([EffectTest?](), [ExampleRow]())
    for rows in constants.prefix(5) {
      let wrong = rows.filter { isWrong($0) && (others[table.prompt[$0]]?.y ?? 0) > 0 }
      guard wrong.count >= 10 else { continue }
      var sums: [Int32: SIMD2<Double>] = [:]
      for row in wrong { sums[table.prompt[row], default: .zero] += SIMD2(Double(rollouts.accepted[row]), 1) }
      let differences = sums.keys.sorted().map { prompt in
        let (own, other) = (sums[prompt] ?? .one, others[prompt] ?? .one)
        return own.x / own.y - other.x / other.y
      }
      let name = table.completions[wrong[0]].trimmedForTitle
      // One success and one failure added, so that equal prompts are not certain.
      let (n, mean) = (Double(differences.count), Statistics.mean(differences))
      let error = ((differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } + 1) / (n * (n + 1))).squareRoot()
      tests.append(
        .normal(
          "accepted of “\(name)” where it is wrong, less other completions", mean, error: error, count: wrong.count,
          atMost: 0))
      examples += wrong.filter { rollouts.accepted[$0] == 1 }.prefix(2).map {
        rollouts.example($0, "wrong, the same under many prompts, and accepted")
      }
    }
    guard tests.contains(where: { $0 != nil }) else {
      evidence.append(Evidence("different replies that stand under ten prompts", Double(constants.count)))
      throw .missing("nothing says whether replies that stand under many prompts are wrong", evidence: evidence)
    }
    return CheckOutcome(tests: tests, evidence: evidence, examples: examples)
  }
}

extension String {
  /// A few words of a text, for the name of a test.
  var trimmedForTitle: String {
    let line = split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 32 ? line.prefix(32) + "…" : line
  }
}
