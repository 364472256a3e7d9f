import Audits
import Compute
import Findings
import Testing

@Suite("Held-out accuracy")
struct HeldOutAccuracyTests {
  /// Answers of a person who agrees with the model with this probability.
  static func judged(agreement: Double, count: Int, seed: UInt64, ties: Int = 0) -> [JudgedComparison] {
    var stream = RandomSource(seed: seed).stream("answers")
    var out: [JudgedComparison] = []
    for index in 0..<count + ties {
      let p = stream.uniform()
      let favoursFirst = p > 0.5
      let agrees = stream.bernoulli(agreement)
      let target: Double = index < count ? (favoursFirst == agrees ? 1 : 0) : 0.5
      out.append(JudgedComparison(probabilityFirst: p, target: target))
    }
    return out
  }

  @Test("the interval is the exact one: 8 of 10 gives [0.444, 0.975]")
  func exactInterval() throws {
    let judged = (0..<10).map { JudgedComparison(probabilityFirst: 0.7, target: $0 < 8 ? 1 : 0) }
    let interval = try #require(HeldOutAccuracy(judged).interval)
    #expect(abs(interval.lower - 0.4439) < 1e-4)
    #expect(abs(interval.upper - 0.9748) < 1e-4)
  }

  @Test("a model that predicts holds, one that guesses fails, few answers leave it open")
  func verdicts() {
    #expect(HeldOutAccuracy(Self.judged(agreement: 0.8, count: 100, seed: 1)).finding().verdict == .holds)
    #expect(HeldOutAccuracy(Self.judged(agreement: 0.45, count: 400, seed: 2)).finding().verdict == .fails)
    #expect(HeldOutAccuracy(Self.judged(agreement: 0.6, count: 10, seed: 3)).finding().verdict == .unknown)
    #expect(HeldOutAccuracy([]).finding().verdict == .unknown)
  }

  @Test("ties are counted and left out; an undecided model is wrong")
  func tiesAndIndecision() {
    let accuracy = HeldOutAccuracy(Self.judged(agreement: 1, count: 20, seed: 4, ties: 5))
    #expect(accuracy.count == 20 && accuracy.ties == 5 && accuracy.value == 1)
    let undecided = HeldOutAccuracy([JudgedComparison(probabilityFirst: 0.5, target: 1)])
    #expect(undecided.correct == 0)
  }

  @Test("a guessing model is said to hold in at most 2.5 % of 4,000 runs")
  func falseAlarms() {
    let runs = 4000
    let alarms = (0..<runs).count { run in
      let judged = Self.judged(agreement: 0.5, count: 60, seed: UInt64(run) + 100)
      return HeldOutAccuracy(judged).finding().verdict == .holds
    }
    // 2.5 % and three standard errors of 4,000 draws.
    #expect(Double(alarms) / Double(runs) < 0.025 + 3 * (0.025 * 0.975 / 4000).squareRoot())
  }
}
