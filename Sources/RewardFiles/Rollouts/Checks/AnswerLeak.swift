import Compute
import Findings

extension RolloutCheck {
  /// The prompt does not give its answer away.
  public static let answerLeak = RolloutCheck(
    id: "answer-leak",
    title: "The prompt does not give its answer away",
    problem: "The prompt gives its answer away",
    explanation:
      "Prompts in which the reference answer follows a word such as “answer”, “solution”, “expected” or “target”, against how often the answer of another prompt does (so that "
      + "worked examples and lists of choices, in which any answer may stand, do not count). Tolerated: 1 % of the prompts more than by chance. "
      + "All that the model saw is the prompt: system message, files and tools too. How often the answer stands anywhere in the prompt is reported "
      + "beside it: in reading tasks it has to.",
    advice:
      "Read the prompts named here; take the answer out of system message, tool results and file names, make the "
      + "rollouts again, and look once more: pactolus audit rollouts NEW-ROLLOUTS",
    assumptions: "References of other prompts are as likely to stand in worked examples.",
    source: "our own",
    needs: [.prompts, .answers]
  ) { rollouts throws(AuditGap) in
    try AnswerLeak.measure(rollouts)
  }
}

private enum AnswerLeak {
  static let cues = PhraseFinder([
    "answer", "solution", "expected", "ground truth", "ground_truth", "gold", "target", "####", "boxed", "reference",
    "correct value",
  ])

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    // One row of each prompt, with its answer.
    var first = [Int](repeating: -1, count: table.prompts.count)
    for row in 0..<table.count where table.prompt[row] >= 0 && first[Int(table.prompt[row])] < 0 {
      if !table.answers.range(row).isEmpty { first[Int(table.prompt[row])] = row }
    }
    let rows = first.filter { $0 >= 0 }
    guard rows.count >= 20 else { throw .missing("fewer than twenty prompts with a reference answer") }
    let answers = rows.map { lower(table.answers.bytes[table.answers.range($0)]) }
    let parts = 64
    let counts = ThreadPool.shared.map(parts) { part -> (own: [Int], other: Int, anywhere: Int) in
      var result = (own: [Int](), other: 0, anywhere: 0)
      for index in stride(from: part, to: rows.count, by: parts)
      where !answers[index].isEmpty && answers[index].count <= 64 {
        // The next prompt whose answer is another.
        guard
          let step = (1..<min(50, rows.count)).first(where: { answers[(index + $0) % rows.count] != answers[index] })
        else {
          continue
        }
        let text = lower(table.prompts.bytes[table.prompts.range(Int(table.prompt[rows[index]]))])
        let own = find(answers[index], text)
        let other = find(answers[(index + step) % rows.count], text)
        if own.anywhere { result.anywhere += 1 }
        if own.afterCue, !other.afterCue { result.own.append(rows[index]) }
        if other.afterCue, !own.afterCue { result.other += 1 }
      }
      return result
    }
    let own = counts.flatMap(\.own).sorted()
    let other = counts.reduce(0) { $0 + $1.other }
    let excess = max(0, own.count - other)
    guard
      var test = EffectTest.share(
        "prompts that state their answer, more than another's", excess, of: rows.count, atMost: 0.01)
    else { throw .missing("no prompts") }
    test.pValue = max(test.pValue, ExactTests.atLeast(own.count, of: own.count + other, probability: 0.5))
    test.correctedPValue = test.pValue
    return CheckOutcome(
      tests: [test],
      evidence: [
        Evidence("prompts with their own answer after such a word", Double(own.count), count: rows.count),
        Evidence("prompts with another's answer after such a word", Double(other), count: rows.count),
        Evidence(
          "prompts with their answer anywhere", Double(counts.reduce(0) { $0 + $1.anywhere }), count: rows.count),
      ], examples: own.prefix(5).map { rollouts.example($0, "the prompt states “\(table.answers[$0])”") })
  }

  private static func lower(_ text: ArraySlice<UInt8>) -> [UInt8] { text.map { (65...90).contains($0) ? $0 + 32 : $0 } }

  /// Whether a word stands in a text, and whether a cue stands in the 24 bytes before it.
  private static func find(_ word: [UInt8], _ text: [UInt8]) -> (anywhere: Bool, afterCue: Bool) {
    func isWord(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte) || byte == 46 }
    var (anywhere, start) = (false, 0)
    guard let head = word.first else { return (false, false) }
    while start + word.count <= text.count {
      if text[start] == head, text[start..<(start + word.count)].elementsEqual(word),
        start == 0 || !isWord(text[start - 1]),
        start + word.count == text.count || !isWord(text[start + word.count]) || text[start + word.count] == 46
      {
        anywhere = true
        if cues.find(text.span.extracting(max(0, start - 24)..<start)) != 0 { return (true, true) }
      }
      start += 1
    }
    return (anywhere, false)
  }
}
