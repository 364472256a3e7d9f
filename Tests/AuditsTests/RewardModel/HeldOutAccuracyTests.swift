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

  @Test("ties are counted and left out, and so is what the model leaves undecided: that is not wrong")
  func tiesAndIndecision() throws {
    let accuracy = HeldOutAccuracy(Self.judged(agreement: 1, count: 20, seed: 4, ties: 5))
    #expect(accuracy.count == 20 && accuracy.ties == 5 && accuracy.value == 1 && accuracy.undecided == 0)
    let half = JudgedComparison(probabilityFirst: 0.5, target: 1)
    let none = HeldOutAccuracy([half, half])
    #expect(none.count == 0 && none.undecided == 2 && none.finding().verdict == .notMeasurable)
    #expect(none.finding().evidence.map(\.value) == [0, 2])
    // A grid world where a third of the questions cannot be decided: 606 of 1,023 are right, 477 are open. Interval by
    // scipy.stats.binomtest(606, 1023).proportion_ci(method="exact") of SciPy 1.17.1.
    let right = JudgedComparison(probabilityFirst: 0.6, target: 1)
    let wrong = JudgedComparison(probabilityFirst: 0.6, target: 0)
    let judged =
      [JudgedComparison](repeating: right, count: 606) + [JudgedComparison](repeating: wrong, count: 417)
      + [JudgedComparison](repeating: half, count: 477)
    let grid = HeldOutAccuracy(judged)
    let interval = try #require(grid.interval)
    #expect(grid.count == 1023 && grid.undecided == 477 && abs(grid.value - 0.592375366568915) < 1e-12)
    #expect(abs(interval.lower - 0.561544404505434) < 1e-9 && abs(interval.upper - 0.6226732211850293) < 1e-9)
    #expect(grid.finding().verdict == .holds)
    #expect(grid.finding().reason.hasSuffix("It left 477 of 1500 undecided; they count neither way."))
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
