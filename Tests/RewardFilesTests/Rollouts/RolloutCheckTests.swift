import Compute
import Foundation
import RewardFiles
import Testing

/// One file on which each check fails, one on which it holds, and one on which it must not settle it.
@Suite("Checks of rollouts")
struct RolloutCheckTests {
  /// Prompts with four completions each; the first of them is right.
  static func rows(_ prompts: Int, _ change: (inout MadeRollout, Int, Int) -> Void) -> [MadeRollout] {
    (0..<prompts).flatMap { prompt in
      (0..<4).map { member in
        var row = MadeRollout(prompt: prompt, promptText: "What is number \(prompt)?")
        row.completion = "I think of \(prompt) and \(member). \\boxed{\(member == 0 ? prompt : prompt + member)}"
        row.answer = "\(prompt)"
        row.total = member == 0 ? 1 : 0
        change(&row, prompt, member)
        return row
      }
    }
  }

  static func verdict(_ check: RolloutCheck, _ rows: [MadeRollout], limits: RolloutLimits = RolloutLimits()) -> String {
    RolloutTable(rows).result(check, limits: limits).verdict.word
  }

  @Test("gold labels decide on both kinds of error; few labels settle nothing, and labels of one verdict none")
  func gold() throws {
    func labelled(_ every: Int, wrongAccepted: Int, rightRejected: Int) -> [MadeRollout] {
      Self.rows(400) { row, prompt, member in
        if prompt % every == 0 { row.gold = member == 0 ? 1 : 0 }
        if member == 1, prompt % 100 < wrongAccepted { row.total = 1 }
        if member == 0, prompt % 100 < rightRejected { row.total = 0 }
      }
    }
    #expect(Self.verdict(.falsePositives, labelled(1, wrongAccepted: 0, rightRejected: 0)) == "holds")
    #expect(Self.verdict(.falsePositives, labelled(1, wrongAccepted: 30, rightRejected: 0)) == "fails")
    #expect(Self.verdict(.falsePositives, labelled(40, wrongAccepted: 0, rightRejected: 0)) == "unknown")
    #expect(Self.verdict(.falseNegatives, labelled(1, wrongAccepted: 0, rightRejected: 0)) == "holds")
    #expect(Self.verdict(.falseNegatives, labelled(1, wrongAccepted: 0, rightRejected: 30)) == "fails")
    let one = Self.rows(100) { row, _, member in row.gold = member == 0 ? 1 : -1 }
    #expect(Self.verdict(.falsePositives, one) == "unknown")
    let table = RolloutTable(labelled(1, wrongAccepted: 30, rightRejected: 0))
    let result = table.result(.falsePositives)
    #expect(abs(try #require(result.outcome.tests.first).estimate - 120.0 / 1200) < 1e-12)
    #expect(!result.outcome.examples.isEmpty && result.outcome.examples[0].text?.contains("What is number") == true)
    // It reports, and judges nothing; without labels of both verdicts it says what is missing.
    let needed = table.result(.labelsNeeded)
    #expect(needed.outcome.evidence.first?.value ?? 0 > 0 && needed.verdict == .unknown && needed.missing == nil)
    #expect(RolloutTable(one).result(.labelsNeeded).missing != nil)
  }

  @Test("the direction of learning survives noise and not a turned verdict")
  func learnable() {
    let straight = Self.rows(100) { row, _, member in row.gold = member == 0 ? 1 : 0 }
    let turned = Self.rows(100) { row, _, member in
      row.gold = member == 0 ? 1 : 0
      row.total = 1 - row.total
    }
    #expect(Self.verdict(.learnable, straight) == "holds" && Self.verdict(.learnable, turned) == "fails")
    #expect(Self.verdict(.learnable, Self.rows(100) { row, _, _ in row.gold = 1 }) == "not measurable")
  }

  @Test("a run that is paid more and right less turns the order")
  func ranks() {
    func runs(_ exploit: Bool) -> [MadeRollout] {
      Self.rows(400) { row, prompt, member in
        row.run = prompt % 2 == 0 ? "a" : "b"
        row.gold = member == 0 ? 1 : 0
        // The second run is right in half of its prompts and, exploiting, paid in all.
        if prompt % 4 == 1, member == 0 {
          row.gold = 0
          row.total = exploit ? 1 : 0
        }
        if prompt % 2 == 1, member == 1, exploit { row.total = 1 }
      }
    }
    #expect(Self.verdict(.rankStability, runs(true)) == "fails")
    #expect(Self.verdict(.rankStability, runs(false)) == "holds")
    // Without labels, with labels of one run alone, and with too few to tell the runs apart.
    #expect(
      Self.verdict(
        .rankStability,
        runs(true).map {
          var row = $0
          row.gold = -1
          return row
        }) == "unknown")
    #expect(
      Self.verdict(
        .rankStability,
        runs(true).map {
          var row = $0
          if row.run == "b" { row.gold = -1 }
          return row
        })
        == "unknown")
    #expect(
      Self.verdict(
        .rankStability,
        Self.rows(20) { row, prompt, member in
          row.run = prompt % 2 == 0 ? "a" : "b"
          row.gold = member == 0 ? 1 : 0
        }) == "unknown")
  }

  @Test("one accepted impossible item is proof; few that are rejected are not")
  func impossible() {
    func items(_ count: Int, passing: Int) -> [MadeRollout] {
      Self.rows(count) { row, prompt, member in
        row.impossible = 1
        row.total = member == 0 && prompt < passing ? 1 : 0
      } + Self.rows(20) { row, _, _ in row.impossible = 0 }
    }
    #expect(Self.verdict(.impossible, items(100, passing: 1)) == "fails")
    #expect(Self.verdict(.impossible, items(100, passing: 0)) == "holds")
    #expect(Self.verdict(.impossible, items(5, passing: 0)) == "unknown")
    #expect(Self.verdict(.impossible, Self.rows(20) { row, _, _ in row.impossible = 0 }) == "unknown")
  }

  @Test("failures with the lowest total count; an error on accepted rows, and the agent's own limits, do not")
  func failures() {
    func failing(_ name: String, onAccepted: Bool = false) -> [MadeRollout] {
      Self.rows(200) { row, prompt, member in if member == (onAccepted ? 0 : 3), prompt % 4 == 0 { row.error = name } }
    }
    #expect(Self.verdict(.failuresAsZero, failing("sandbox timeout")) == "fails")
    #expect(Self.verdict(.failuresAsZero, failing("other", onAccepted: true)) == "holds")
    #expect(Self.verdict(.failuresAsZero, failing("max_turns_reached")) == "holds")
    let masked = failing("sandbox timeout").map { row in
      var row = row
      if row.error != nil { row.total = .nan }
      return row
    }
    #expect(Self.verdict(.failuresAsZero, masked) == "holds")
    #expect(Self.verdict(.failuresAsZero, Self.rows(50) { _, _, _ in }) == "unknown")
  }

  @Test("rewards that moved by a row are seen by the marks of their texts; sorted rows are not taken for moved ones")
  func misaligned() throws {
    var stream = RandomSource(seed: 5).stream("marks")
    func rows() -> [MadeRollout] {
      (0..<2000).map { index in
        let mark = stream.bernoulli(0.5)
        var row = MadeRollout(
          prompt: index / 4, completion: (mark ? "\\boxed{1}" : "one") + " number \(index)", total: mark ? 1 : 0)
        row.components = ["format": mark ? 1 : 0]
        return row
      }
    }
    let aligned = rows()
    #expect(Self.verdict(.misaligned, aligned) == "holds")
    var moved = aligned
    for index in stride(from: 1999, to: 800, by: -1) { moved[index].components = moved[index - 1].components }
    let result = RolloutTable(moved).result(.misaligned)
    #expect(result.verdict == .fails)
    #expect(try #require(result.outcome.tests.first).name.contains("1 row later"))
    // A mark that the reward follows in four of five rows, sorted by reward within blocks of eight.
    var noisy = aligned.map { row in
      var row = row
      if stream.bernoulli(0.2) { row.components["format"] = 1 - row.components["format"]! }
      return row
    }
    for start in stride(from: 0, to: 2000, by: 8) {
      noisy[start..<(start + 8)].sort { $0.components["format"]! > $1.components["format"]! }
    }
    #expect(RolloutTable(noisy).result(.misaligned).verdict != .fails)
    let unrelated = aligned.map { row in
      var row = row
      row.completion = "text \(row.prompt)"
      return row
    }
    #expect(Self.verdict(.misaligned, unrelated) == "unknown")
  }

  @Test("infinite, absent and out-of-range totals, and two scales in one task")
  func range() {
    let clean = Self.rows(100) { _, _, _ in }
    #expect(Self.verdict(.range, clean) == "holds")
    #expect(
      Self.verdict(.range, Self.rows(100) { row, prompt, _ in if prompt == 3 { row.total = .infinity } }) == "fails")
    #expect(
      Self.verdict(.range, Self.rows(100) { row, prompt, _ in if prompt % 10 == 3 { row.total = .nan } }) == "fails")
    #expect(Self.verdict(.range, clean, limits: RolloutLimits(range: 0...0.5)) == "fails")
    var last = clean
    last[last.count - 1].total = 1.5
    #expect(Self.verdict(.range, last, limits: RolloutLimits(range: 0...1)) == "fails", "the last row counts, too")
    #expect(
      Self.verdict(
        .range,
        Self.rows(100) { row, prompt, _ in
          row.run = prompt % 2 == 0 ? "a" : "b"
          if prompt % 2 == 0 { row.total *= 100 }
        }) == "fails")
    #expect(Self.verdict(.range, Array(clean.prefix(24))) == "unknown")
  }

  @Test("the sum of the parts, with weights found where none are given")
  func weights() throws {
    func parts(_ wrong: Int) -> [MadeRollout] {
      Self.rows(1000) { row, prompt, member in
        row.components = ["a": row.total, "b": Double(prompt % 7)]
        row.total = row.total + 0.25 * Double(prompt % 7) + (prompt < wrong ? 0.5 : 0)
      }
    }
    #expect(Self.verdict(.weights, parts(0)) == "holds" && Self.verdict(.weights, parts(50)) == "fails")
    let evidence = RolloutTable(parts(0)).result(.weights).outcome.evidence
    #expect(abs(try #require(evidence.last).value - 0.25) < 1e-9)
    let other = Self.rows(100) { row, prompt, member in
      row.components = ["a": row.total]
      row.total = Double((prompt * 7 + member * 3) % 11)
    }
    #expect(Self.verdict(.weights, other) == "unknown")
  }

  @Test("advantages of the own group; of strangers; of a formula that nobody knows")
  func advantages() {
    func rows(_ value: (Double, Double, Double, Int) -> Double) -> [MadeRollout] {
      let rewards = (0..<200).map { prompt in (0..<4).map { ($0 * 7 + prompt * 3) % 5 < 1 + prompt % 3 ? 1.0 : 0 } }
      return Self.rows(200) { row, prompt, member in
        row.total = rewards[prompt][member]
        let (mean, spread) = (Statistics.mean(rewards[prompt]), Statistics.standardDeviation(rewards[prompt]))
        row.advantage = value(row.total, mean, spread, prompt * 4 + member)
      }
    }
    let right = rows { reward, mean, spread, _ in (reward - mean) / (spread + 1e-4) }
    #expect(Self.verdict(.advantages, right) == "holds")
    #expect(Self.verdict(.advantages, rows { reward, mean, _, _ in reward - mean }) == "holds")
    // Rewards so close that what trainers add to the standard deviation shows.
    for addition in [1e-4, 1e-6] {
      let close = right.map { row in
        var row = row
        row.total *= 0.02
        return row
      }
      let mean = stride(from: 0, to: close.count, by: 4).map { Statistics.mean(close[$0..<($0 + 4)].map(\.total)) }
      let rows = close.enumerated().map { index, row in
        var row = row
        let group = close[(index / 4 * 4)..<(index / 4 * 4 + 4)].map(\.total)
        row.advantage = (row.total - mean[index / 4]) / (Statistics.standardDeviation(group) + addition)
        return row
      }
      #expect(Self.verdict(.advantages, rows) == "holds")
    }
    var strangers = right
    for index in strangers.indices { strangers[index].advantage = right[(index * 37 + 11) % 800].advantage }
    #expect(Self.verdict(.advantages, strangers) == "fails")
    #expect(Self.verdict(.advantages, rows { reward, _, _, index in reward + sin(Double(index)) }) == "unknown")
    #expect(Self.verdict(.advantages, rows { _, _, _, _ in 0 }) == "not measurable")
  }

  @Test("identical completions that are paid differently")
  func flaky() {
    func twice(_ odd: Int) -> [MadeRollout] {
      Self.rows(400) { row, prompt, member in
        row.completion = "number \(prompt)"
        row.total = member == 0 && prompt < odd ? 1 : 0
      }
    }
    #expect(Self.verdict(.flaky, twice(100)) == "fails" && Self.verdict(.flaky, twice(0)) == "holds")
    #expect(Self.verdict(.flaky, Self.rows(50) { _, _, _ in }) == "unknown")
    #expect(Self.verdict(.flaky, Self.rows(50) { row, _, _ in row.completion = "" }) == "unknown")
  }

  @Test("two verifiers that differ; and who is right, by gold")
  func second() {
    func rows(_ other: Int, gold: Bool) -> [MadeRollout] {
      Self.rows(400) { row, prompt, member in
        let truth: Double = member == 0 ? 1 : 0
        row.second = ["other": prompt < other ? 1 - truth : truth]
        if gold { row.gold = Int8(truth) }
      }
    }
    #expect(Self.verdict(.secondVerifier, rows(100, gold: false)) == "fails")
    #expect(Self.verdict(.secondVerifier, rows(0, gold: false)) == "holds")
    // The second errs: the first is not to blame.
    #expect(Self.verdict(.secondVerifier, rows(100, gold: true)) == "holds")
    // Two of forty rows differ, or nine rows have both verdicts: nothing is settled.
    #expect(Self.verdict(.secondVerifier, Array(rows(1, gold: false).prefix(40))) == "unknown")
    let few = rows(0, gold: false).enumerated().map { index, row in
      var row = row
      if index >= 9 { row.second = [:] }
      return row
    }
    #expect(Self.verdict(.secondVerifier, few) == "unknown")
  }
}
