import Compute
import Findings
import Foundation
import Recorded
import RewardFiles
import Testing

@Suite("What checks of samples and of RewardBench measure, by hand")
struct CheckSampleTests {
  typealias Limits = CheckLimitTests

  @Test("best of n: five prompts of four samples; a rising gold score and one that falls")
  func bestOfN() throws {
    func samples(_ prompts: Int, _ count: Int, _ gold: (Int) -> Double) throws -> SampleTable {
      let files = try TemporaryFiles()
      var lines = ["prompt,proxy,gold"]
      for prompt in 0..<prompts {
        for k in 0..<count { lines.append("\(prompt),\(k),\(gold(k) + Double(prompt % 3) * 0.1)") }
      }
      return try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
    }
    func audit(_ table: SampleTable) throws -> CheckResult {
      var input = AuditInput()
      input.samples = table
      return try #require(FilesAudit(input, checks: [.bestOfN], random: RandomSource(seed: 1))[.bestOfN])
    }
    #expect(try audit(samples(5, 4) { Double($0) }).missing == nil)
    #expect(try audit(samples(4, 4) { Double($0) }).missing != nil)
    #expect(try audit(samples(5, 3) { Double($0) }).missing != nil)
    let rising = try audit(samples(20, 8) { Double($0) })
    #expect(rising.verdict == .holds && rising.evidence.first?.value == 8)
    let falling = try audit(samples(20, 8) { -pow(Double($0) - 4, 2) })
    #expect(falling.verdict == .fails && (falling.tests.first?.estimate ?? 0) > 0.05)
    try Recorded.check(
      Recorded.text([rising.finding, falling.finding]) + "\n\(rising.pictures)\n\(falling.pictures)", as: "best-of-n")
  }

  @Test("estimated divergence: the mean over prompts of the mean log ratio, from five prompts on")
  func divergence() throws {
    func audit(_ prompts: Int, _ columns: Bool = true) throws -> CheckResult {
      let files = try TemporaryFiles()
      var lines = [columns ? "prompt,proxy,logprob,ref_logprob" : "prompt,proxy"]
      for prompt in 0..<prompts {
        for k in 0...prompt {
          let ours = 0.25 * Double(k) - 1
          lines.append(columns ? "\(prompt),1,\(ours),-2" : "\(prompt),1")
        }
      }
      var input = AuditInput()
      input.samples = try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
      return try #require(FilesAudit(input, checks: [.kl], random: RandomSource(seed: 1))[.kl])
    }
    // Prompt i has i + 1 ratios 1, 1.25, …: mean 1 + i / 8; over five prompts 1.25.
    let five = try audit(5)
    #expect(abs((five.tests.first?.estimate ?? 0) + 1.25) < 1e-12 && five.verdict == .holds)
    #expect(abs((five.evidence.first?.value ?? 0) - 1.25) < 1e-12)
    #expect(try audit(4).missing == "fewer than five prompts with log-probabilities")
    let none = try audit(6, false)
    #expect(none.missing == "no log-probabilities of policy and reference")
    let bestOfSix = log(6.0) - 5.0 / 6
    #expect(abs((none.evidence.first?.value ?? 0) - bestOfSix) < 1e-12)
  }

  @Test("RewardBench: wins of one, shared maxima of two, ties left out, and what the file says otherwise")
  func rewardBench() throws {
    func audit(_ table: RewardBenchTable) throws -> CheckResult {
      var input = AuditInput()
      input.rewardBench = table
      return try #require(FilesAudit(input, checks: [.rewardBench], random: RandomSource(seed: 1))[.rewardBench])
    }
    let one = try audit(
      RewardBenchTable(
        version: .one,
        rows: [
          .init(subset: "a", id: "1", scores: [2, 1], correctCount: 1, result: 1),
          .init(subset: "a", id: "2", scores: [1, 1], correctCount: 1, result: 1),
          .init(subset: "b", id: "3", scores: [1, 2], correctCount: 1, result: 0),
          .init(subset: "b", id: "4", scores: [3, 2], correctCount: 1),
          .init(subset: "Ties", id: "5", scores: [3, 2], correctCount: 1, result: 0),
        ]))
    #expect(one.tests.first?.estimate == 1.0 / 3 && one.tests.first?.count == 3)
    #expect(one.evidence.map(\.value) == [0.5, 0.5, 0.5])
    let two = try audit(
      RewardBenchTable(
        version: .two,
        rows: [
          .init(subset: "m", id: "1", scores: [2, 2, 1, 2], correctCount: 1, result: 1.0 / 3),
          .init(subset: "m", id: "2", scores: [2, 2, 1, 1], correctCount: 2, result: 1),
          .init(subset: "n", id: "3", scores: [0, 2, 1, 1], correctCount: 1, result: 0.1),
        ]))
    #expect(two.tests.first?.estimate == 1.0 / 3)
    let shares: [Double] = [2.0 / 3, 0, 1.0 / 3]
    #expect(two.evidence.map(\.value) == shares)
    #expect(two.pictures.first?.names == ["m", "n"])
  }

  @Test("a RewardBench win is a higher score: a tie is none in version 1, and a share of the credit in version 2")
  func rewardBenchWins() throws {
    typealias Row = RewardBenchTable.Row
    func accuracy(_ version: RewardBenchTable.Version, _ rows: [Row]) throws -> [Double] {
      let result = try Limits.result(.rewardBench, []) {
        $0.preferences = nil
        $0.rewardBench = RewardBenchTable(version: version, rows: rows)
      }
      return result.evidence.map { ($0.value * 1e12).rounded() / 1e12 }
    }
    func row(_ subset: String, _ scores: [Double], correct: Int = 1) -> Row {
      Row(subset: subset, id: "\(scores)", scores: scores, correctCount: correct)
    }
    let rows = [
      row("chat", [2, 1]), row("chat", [1, 1]), row("chat", [0, 1]), row("code", [3, 1]), row("chat", [2]),
    ]
    #expect(try accuracy(.one, rows) == [0.25, 1, 0.625])
    let best = [
      row("a", [2, 1, 0, 0]), row("a", [2, 2, 0, 2]), row("b", [1, 1, 1, 1], correct: 2), row("ties", [1]),
    ]
    #expect(try accuracy(.two, best) == [0.666666666667, 0.5, 0.583333333333])
  }
}
