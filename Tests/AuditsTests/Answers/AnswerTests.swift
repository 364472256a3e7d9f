import Audits
import Compute
import Foundation
import Testing

@Suite("Answers")
struct AnswerTests {
  /// Batches of 40 answers whose accuracy changes by `slope` per doubling and ends at 0.8.
  static func enough(slope: Double, batches: Int = 50, seed: UInt64) -> EnoughAnswers? {
    var stream = RandomSource(seed: seed).stream("batches")
    return EnoughAnswers(
      (1...batches).map { index in
        let before = 40 * index
        let accuracy = min(1, max(0, 0.8 + slope * log2(Double(index) / Double(batches))))
        return EnoughAnswers.Batch(
          answersBefore: before, correct: (0..<40).count { _ in stream.bernoulli(accuracy) }, count: 40)
      })
  }

  @Test("a rising learning curve asks for more answers, a level one does not, a short one is silent")
  func learningCurve() {
    #expect(Self.enough(slope: 0.12, seed: 1)?.finding().verdict == .fails)
    #expect(Self.enough(slope: 0, batches: 800, seed: 2)?.finding().verdict == .holds)
    #expect(Self.enough(slope: 0, batches: 2, seed: 3) == nil)
    #expect(EnoughAnswers([]) == nil)
  }

  @Test("a curve that falls says that questions became harder, not that there are enough answers")
  func fallingCurve() {
    let finding = Self.enough(slope: -0.15, seed: 2)?.finding()
    #expect(finding?.verdict == .unknown && finding?.reason.hasPrefix("Later questions were harder") == true)
  }

  @Test("the slope's interval covers the truth in about 95 % of 500 runs")
  func coverage() {
    let covered = (0..<500).count { Self.enough(slope: 0.05, seed: UInt64($0) + 10)?.interval.contains(0.05) == true }
    #expect(abs(Double(covered) / 500 - 0.95) < 0.03)
  }

  @Test("too many undecided questions fail, few hold, none put are open")
  func undecided() {
    #expect(Undecided(ties: 40, cannotTell: 10, skipped: 0, of: 100).finding().verdict == .fails)
    #expect(Undecided(ties: 5, cannotTell: 3, skipped: 0, of: 100).finding().verdict == .holds)
    #expect(Undecided(ties: 0, cannotTell: 0, skipped: 0, of: 0).finding().verdict == .unknown)
  }

  @Test("consistency bounds the accuracy that any model can reach: 82 % alike means at most 90 %")
  func consistency() throws {
    #expect(abs(Consistency.ceiling(agreement: 0.82) - 0.9) < 1e-12)
    #expect(Consistency.ceiling(agreement: 0.4) == 0.5)
    #expect(Consistency(same: 95, of: 100).finding()?.verdict == .holds)
    #expect(Consistency(same: 55, of: 100).finding()?.verdict == .fails)
    #expect(Consistency(same: 4, of: 5).finding()?.verdict == .unknown)
    #expect(Consistency(same: 0, of: 0).finding() == nil)
  }
}

@Suite("Distinct questions")
struct DistinctQuestionTests {
  @Test("clips that are all equally good fail, clips that differ hold")
  func verdicts() {
    let same = [Double](repeating: 100, count: 50)
    #expect(DistinctQuestions(first: same, second: same).finding().verdict == .fails)
    #expect(DistinctQuestions(first: same, second: (0..<50).map(Double.init)).finding().verdict == .holds)
    #expect(DistinctQuestions(first: [], second: []).finding().verdict == .unknown)
  }
}
