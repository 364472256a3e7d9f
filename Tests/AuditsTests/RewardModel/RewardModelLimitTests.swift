import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("Limits of findings about the reward model")
struct RewardModelLimitTests {
  private static let random = RandomSource(seed: 1)

  @Test("log loss, Brier score and entropy of four answers by hand")
  func scores() throws {
    let judged = [(0.8, 1.0), (0.6, 0), (0.3, 0.5), (0.9, 0.75)].map {
      JudgedComparison(probabilityFirst: $0.0, target: $0.1)
    }
    let found = try #require(Calibration(judged, simulations: 0, random: Self.random))
    let loss = -log(0.8) - log(0.4) - 0.5 * log(0.3) - 0.5 * log(0.7) - 0.75 * log(0.9) - 0.25 * log(0.1)
    #expect(abs(found.logLoss - loss / 4) < 1e-12)
    #expect(abs(found.brier - (0.04 + 0.36 + 0.04 + 0.0225) / 4) < 1e-12)
    #expect(abs(found.labelEntropy - (log(2) - 0.75 * log(0.75) - 0.25 * log(0.25)) / 4) < 1e-12)
    #expect(found.count == 4 && found.pValue == 1 && found.debiasedError == found.expectedError)
    #expect(found.bins.count == 1)
    let certain = [JudgedComparison(probabilityFirst: 1, target: 1), JudgedComparison(probabilityFirst: 0, target: 0)]
    #expect(abs(try #require(Calibration(certain, random: Self.random)).logLoss) < 1e-11)
  }

  @Test("ties leave nothing to chance: simulated models err as the model does")
  func ties() throws {
    let judged = [JudgedComparison](repeating: JudgedComparison(probabilityFirst: 0.75, target: 0.5), count: 19)
    for simulations in [1, 9] {
      let found = try #require(Calibration(judged, simulations: simulations, random: Self.random))
      #expect(found.pValue == 1 && found.expectedError == 0.25 && found.debiasedError == 0)
    }
    #expect(try #require(Calibration(judged + judged, simulations: 1, random: Self.random)).bins.count == 3)
    #expect(try #require(Calibration(judged, simulations: 1, random: Self.random)).bins.count == 1)
  }

  @Test("slopes: verdicts turn at the limits and not before")
  func slopes() throws {
    var some = try #require(
      Calibration(CalibrationTests.judged(boldness: 1, count: 200, seed: 1), simulations: 9, random: Self.random))
    let line = try #require(some.line)
    func words(_ lower: Double, _ upper: Double) throws -> String {
      some.line = try altered(line, ["slope": 1.0, "slopeInterval": ends(lower, upper)])
      let finding = some.finding(tolerance: 0.5)
      return "\(finding.verdict): \(finding.reason.prefix(25))"
    }
    #expect(try words(0.1, 0.49) == "fails: It is too sure of itself:")
    #expect(try words(0.1, 0.5) == "unknown: It is too sure of itself:")
    #expect(try words(0.1, 0.99) == "unknown: It is too sure of itself:")
    #expect(try words(0.1, 1) == "unknown: Slope 1 [0.1, 1], where 1")
    #expect(try words(0.5, 2) == "holds: It is about as sure as it")
    #expect(try words(0.49, 2) == "unknown: Slope 1 [0.49, 2], where ")
    #expect(try words(1, 2.1) == "unknown: Slope 1 [1, 2.1], where 1")
    #expect(try words(1.01, 2.1) == "unknown: It is less sure than it c")
    #expect(try words(2, 3) == "unknown: It is less sure than it c")
    #expect(try words(2.01, 3) == "fails: It is less sure than it c")
    some.line = nil
    some.count = CalibrationLine.fewestAnswers
    #expect(some.finding().verdict == .notMeasurable)
    some.count -= 1
    #expect(some.finding().verdict == .unknown)
  }

  @Test("accuracy: without a winner nothing is measurable, without answers nothing known")
  func accuracy() throws {
    let tie = JudgedComparison(probabilityFirst: 0.7, target: 0.5)
    #expect(HeldOutAccuracy([tie]).finding().reason == "All 1 held-out answer are ties: there is no winner to predict.")
    #expect(HeldOutAccuracy([tie]).finding().verdict == .notMeasurable)
    #expect(
      HeldOutAccuracy([]).finding().reason
        == "No answer was predicted before the model learned from it, so nothing can be said.")
    let right = JudgedComparison(probabilityFirst: 0.7, target: 1)
    let some = HeldOutAccuracy([right, right, tie])
    func verdict(_ lower: Double, _ upper: Double) throws -> Finding.Verdict {
      try altered(some, ["interval": ends(lower, upper)]).finding().verdict
    }
    #expect(try verdict(0.5, 0.9) == .unknown && verdict(0.51, 0.9) == .holds)
    #expect(try verdict(0.2, 0.55) == .unknown && verdict(0.2, 0.54) == .fails)
  }
}
