import Compute
import Foundation
import RewardFiles
import Testing

/// Faults that stand in public rollouts, in small, each beside what only looks like it.
@Suite("Checks of rollouts: faults that public rollouts have")
struct RealFaultTests {
  typealias Checks = RolloutCheckTests

  @Test("an answer cut off inside its braces is not the one that was stated")
  func cutOff() {
    func rows(_ extracted: String) -> [MadeRollout] {
      Checks.rows(2) { row, _, _ in
        row.completion = "So \\(\\boxed{\\sqrt{2}}\\)."
        row.extracted = extracted
      }
    }
    #expect(Checks.verdict(.extraction, rows("\\sqrt{2")) == "fails")
    // Eight rows are too few to hold.
    #expect(Checks.verdict(.extraction, rows("\\sqrt{2}")) == "unknown")
    #expect(Checks.verdict(.extraction, rows("1.414")) == "unknown")
  }

  @Test("a whole completion is no answer, unless the grader reads whole completions")
  func whole() {
    let text =
      "First one thing, then another.\n" + String(repeating: "We go on. ", count: 30)
      + "\n### Final answer:\n\n**Blue**."
    func rows(accepted: Int) -> [MadeRollout] {
      (0..<6).map { index in
        MadeRollout(
          prompt: index, promptText: "Which colour is \(index)?", completion: "<think>\nHm.\n</think>\n\n" + text,
          total: index < accepted ? 1 : 0, extracted: "\n" + text)
      }
    }
    #expect(Checks.verdict(.extraction, rows(accepted: 0)) == "fails")
    #expect(Checks.verdict(.extraction, rows(accepted: 2)) == "unknown")
  }

  @Test("a mark of which nothing was extracted is shown, and accuses nobody")
  func nothingExtracted() {
    let rows = Checks.rows(5) { row, _, member in row.extracted = member == 0 ? "" : "\(row.prompt + member)" }
    let result = RolloutTable(rows).result(.extraction)
    #expect(result.verdict == .unknown)
    #expect(result.outcome.evidence.map(\.value) == [5] && result.outcome.examples.count == 3)
  }

  @Test(
    "limits of the agent's own are told from a scorer's exceptions by whole phrases",
    arguments: [
      ("ord() expected a character, but string of length 2 found", "fails"), ("unexpected token '*'", "fails"),
      ("NoneType has no attribute 'x'", "fails"), ("length", "holds"), ("max_tokens", "holds"),
      ("context_length_exceeded", "holds"), ("MaxTurnsReached", "holds"), ("truncated", "holds"),
    ])
  func limits(name: String, verdict: String) {
    let rows = Checks.rows(200) { row, prompt, member in if member == 3, prompt % 4 == 0 { row.error = name } }
    #expect(Checks.verdict(.failuresAsZero, rows) == verdict)
  }

  @Test("a run that generated no token and is paid 0 throughout failed; a hard task whose texts were not kept did not")
  func emptyRun() throws {
    func result(_ rewards: [Double], _ completion: String = "[]", _ more: String = "") throws -> RolloutResult {
      let lines = rewards.enumerated().map { index, reward in
        #"{"prompt": "Task \#(index)?", "completion": \#(completion), "reward": \#(reward), "answer": "1"\#(more)}"#
      }
      return try JudgeGamesTests.read(lines).result(.failuresAsZero)
    }
    let zeros = [Double](repeating: 0, count: 30)
    let none = #", "completion_tokens": 0"#
    #expect(try result(zeros, "[]", none).verdict == .fails)
    #expect(try result((0..<30).map { $0 % 3 == 0 ? 1 : 0 }, "[]", none).verdict == .unknown)
    #expect(try result(zeros, "\"something\"", none).verdict == .unknown)
    // Nothing says that nothing was generated, or the files say the reverse. Public runs whose texts were not kept have a time
    // of 0 on rows with a reward of 1.
    for (completion, more) in [
      ("\"\"", ""), ("[]", ""), ("\"\"", #", "completion_tokens": 512"#), ("\"\"", #", "error": null"#),
      ("[]", #", "task": "t", "generation_ms": 0.0"#),
    ] {
      let twin = try result(zeros, completion, more)
      #expect(twin.verdict == .unknown && twin.outcome.tests.isEmpty)
      #expect(twin.missing?.contains("none was kept") == true && twin.outcome.evidence.map(\.value) == [30])
    }
  }

  @Test("the reference itself, in the box that was asked for, may not be rejected; elsewhere it may")
  func verbatim() {
    func rows(_ prompt: String, rejected: Int, part: Bool = false) -> [MadeRollout] {
      (0..<30).map { index in
        var row = MadeRollout(
          prompt: index, promptText: "Task \(index). \(prompt)", completion: "It is \\boxed{\(index + 10)}.",
          total: index < rejected ? 0 : 1, answer: "\(index + 10)")
        // The part for the answer is paid; the total is low for another reason.
        if part { row.components = ["correct_answer": 1, "style": index < rejected ? -1 : 0] }
        return row
      }
    }
    #expect(Checks.verdict(.equivalents, rows("Answer in \\boxed{}.", rejected: 15)) == "fails")
    #expect(Checks.verdict(.equivalents, rows("Answer in <answer> tags.", rejected: 15)) != "fails")
    #expect(Checks.verdict(.equivalents, rows("Answer in \\boxed{}.", rejected: 15, part: true)) != "fails")
    #expect(Checks.verdict(.equivalents, rows("Answer in \\boxed{}.", rejected: 0)) == "unknown")
    let many = (0..<20).flatMap { _ in rows("Answer in \\boxed{}.", rejected: 0) }
    #expect(Checks.verdict(.equivalents, many) == "holds")
  }

  @Test("calls with equal arguments are spelled alike, as text or as objects, in any order of their names")
  func calls() throws {
    func text(_ arguments: String) throws -> String {
      let call = #"{"type": "function", "function": {"name": "add", "arguments": \#(arguments)}}"#
      return try JudgeGamesTests.read([
        #"{"prompt": "a", "completion": [{"role": "assistant", "content": null, "tool_calls": [\#(call)]}], "reward": 1}"#
      ]).completions[0]
    }
    let object = try text(#"{"b": 2, "a": 1}"#)
    #expect(object == "[call] add({\"a\":1,\"b\":2})")
    #expect(try text(#""{\"a\": 1, \"b\": 2}""#) == object)
    #expect(try text(#""not JSON""#) == "[call] add(not JSON)")
  }

  @Test("a finish reason says whether a completion was cut off, unless the file says it itself")
  func finish() throws {
    let lines = [
      #"{"prompt": "a", "completion": "x", "reward": 1, "finish_reason": "length"}"#,
      #"{"prompt": "a", "completion": "y", "reward": 1, "finish_reason": "stop"}"#,
      #"{"prompt": "a", "completion": "z", "reward": 1, "finish_reason": "content_filter"}"#,
      #"{"prompt": "a", "completion": "w", "reward": 1, "finish_reason": "stop", "truncated": true}"#,
    ]
    #expect(try JudgeGamesTests.read(lines).truncated == [1, 0, -1, 1])
  }

  @Test("answers equal to the reference that are paid less than the most are counted")
  func paidLess() throws {
    let rows = Checks.rows(30) { row, prompt, member in
      row.answer = "\(prompt + 10)"
      row.completion = "<answer>\(prompt + 10)\(member == 1 ? ".0" : "")</answer> \(member)"
      if member == 3 { row.completion = "<answer>0</answer> \(prompt)" }
      row.total = member == 3 ? 0 : member == 1 ? 0.6 : 1
    }
    let evidence = RolloutTable(rows).result(.equivalents).outcome.evidence
    #expect(try #require(evidence.first { $0.name.contains("paid less") }).value == 30)
  }

  @Test("without labels, verdicts that our own reading contradicts are listed, and nothing is judged")
  func candidates() {
    let rows = Checks.rows(10) { row, prompt, member in
      row.answer = "\(prompt)"
      if prompt == 3 { row.total = member == 1 ? 1 : 0 }
    }
    let table = RolloutTable(rows)
    for (check, why) in [
      (RolloutCheck.falsePositives, "accepted, different from the reference by our reading"),
      (.falseNegatives, "rejected, equal to the reference by our reading"),
    ] {
      let result = table.result(check)
      #expect(result.verdict == .unknown && result.missing?.contains("--gold") == true)
      #expect(result.outcome.examples.map(\.why) == [why] && result.outcome.evidence.map(\.value) == [1])
    }
  }

  @Test("rewards of four values in groups of strangers are found out")
  func strangers() {
    var stream = RandomSource(seed: 3).stream("rewards")
    var rows = Checks.rows(200) { row, _, _ in
      row.total = (stream.bernoulli(0.4) ? 1 : 0) + (stream.bernoulli(0.8) ? 0.1 : 0)
    }
    var order = Array(rows.indices)
    stream.shuffle(&order)
    for start in stride(from: 0, to: order.count, by: 4) {
      let group = order[start..<(start + 4)]
      let totals = group.map { rows[$0].total }
      for index in group {
        rows[index].advantage =
          (rows[index].total - Statistics.mean(totals)) / (Statistics.standardDeviation(totals) + 1e-4)
      }
    }
    #expect(Checks.verdict(.advantages, rows) == "fails")
    let unknown = rows.enumerated().map { index, row in
      var row = row
      row.advantage = sin(Double(index))
      return row
    }
    #expect(Checks.verdict(.advantages, unknown) == "unknown")
  }

  @Test("where labels confirm our reading of the answers, it stands in for labels; where they do not, it does not")
  func ownReading() throws {
    func rows(readsWell: Bool) -> [MadeRollout] {
      var stream = RandomSource(seed: 8).stream("verdicts")
      return Checks.rows(600) { row, prompt, member in
        let isLong = (prompt + member) % 2 == 0
        row.completion =
          String(repeating: "and so on ", count: isLong ? 20 : 5)
          + "\(member) \\boxed{\(member == 0 ? prompt : prompt + member)}"
        row.answer = readsWell || member != 1 ? "\(prompt)" : "\(prompt + 1)"
        if member > 0 { row.total = stream.bernoulli(isLong ? 0.35 : 0.1) ? 1 : 0 }
        if prompt % 6 == 0 { row.gold = member == 0 ? 1 : 0 }
      }
    }
    let result = RolloutTable(rows(readsWell: true)).result(.shortcuts)
    #expect(result.verdict == .fails && result.outcome.notes.contains { $0.contains("our own reading") })
    // Every wrong completion is read: three of each of 600 prompts.
    #expect(try #require(result.outcome.tests.first).count >= 1800)
    let other = RolloutTable(rows(readsWell: false)).result(.shortcuts)
    #expect(try #require(other.outcome.tests.first).count < 1800)
  }
}
