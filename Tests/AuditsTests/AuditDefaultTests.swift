import Audits
import Compute
import Findings
import Foundation
import Testing

/// What a check does where nothing else is said: the numbers of its documentation, by the same data with and without them.
@Suite("Defaults of the checks")
struct AuditDefaultTests {
  private let random = RandomSource(seed: 3)

  /// Predictions that are too sure: 45 of 60 right, at 0.6 to 0.95.
  private let judged = (0..<60).map {
    JudgedComparison(probabilityFirst: 0.6 + 0.35 * Double($0 % 20) / 20, target: $0 % 4 == 0 ? 0 : 1)
  }

  @Test("a turning point is of 999 simulated and 499 resampled curves")
  func turning() throws {
    let curves = TurningPointTests.curves(TurningPointTests.peakAtHalf, seed: 11)
    let plain = try #require(TurningPoint(curves, random: random))
    func other(_ simulations: Int, _ resamples: Int) -> TurningPoint? {
      TurningPoint(curves, simulations: simulations, resamples: resamples, level: 0.95, random: random)
    }
    #expect(plain == other(999, 499))
    #expect(plain != other(999, 500))
    #expect(plain.dropInterval?.level == 0.95)
  }

  @Test("a fitted form of over-optimisation has its peak's interval from 999 resamples")
  func overoptimization() throws {
    var stream = random.stream("gains")
    let d = (1...40).map { 5 * Double($0) / 40 }
    let gains = d.map { $0 * (1 - 0.2 * $0) + 0.1 * stream.normal() }
    func fit(_ resamples: Int) -> OveroptimizationFit? {
      OveroptimizationFit(.bestOfN, divergences: d, gains: gains, resamples: resamples, level: 0.95, random: random)
    }
    let plain = try #require(OveroptimizationFit(.bestOfN, divergences: d, gains: gains, random: random))
    #expect(plain.peakInterval?.level == 0.95)
    #expect(plain == fit(999))
    #expect(plain != fit(1000))
  }

  @Test("calibration has at most ten bins and 999 simulated models, and intervals of 95 %")
  func calibration() throws {
    let many = judged + judged + judged
    func other(_ bins: Int, _ simulations: Int) -> Calibration? {
      Calibration(many, bins: bins, simulations: simulations, level: 0.95, random: random)
    }
    let plain = try #require(Calibration(many, random: random))
    #expect(plain.bins.count == 10)
    #expect(plain.bins.allSatisfy { $0.interval?.level == 0.95 })
    #expect(plain == other(10, 999))
    #expect(plain != other(10, 1000))
    #expect(try #require(other(11, 999)).bins.count == 11)
    #expect(plain.line?.slopeInterval.level == 0.95)
    #expect(CalibrationLine(many) == CalibrationLine(many, level: 0.95))
  }

  @Test("the growth of disagreement has its interval from 1,999 resamples")
  func growth() throws {
    let values = (0..<36).map { (place: Int) -> Double in
      let odd = Double(place * place % 17)
      return 1 + 0.1 * Double(place) + 0.013 * odd
    }
    let plain = try #require(DisagreementGrowth(values, random: random))
    #expect(plain == DisagreementGrowth(values, resamples: 1999, level: 0.95, random: random))
    #expect(plain != DisagreementGrowth(values, resamples: 2000, level: 0.95, random: random))
    #expect(plain.interval.level == 0.95)
  }

  @Test("intervals are of 95 %")
  func levels() throws {
    let lengths = Array(1...12)
    let values = lengths.map { Double($0 * 5 % 7) }
    let answers = (0..<20).map { $0 < 12 ? "a" : "b\($0)" }
    let batches = [(80, 20, 40), (120, 25, 40), (160, 28, 40), (240, 30, 40), (320, 33, 40)].map {
      EnoughAnswers.Batch(answersBefore: $0.0, correct: $0.1, count: $0.2)
    }
    let agreement = ProxyAgreement(predicted: lengths.map(Double.init), actual: values)
    let levels: [(String, Double?)] = [
      ("finishing", Finishing(finished: 3, of: 9).interval?.level),
      ("consistency", Consistency(same: 3, of: 9).interval?.level),
      ("undecided", Undecided(ties: 1, cannotTell: 1, skipped: 1, of: 9).interval?.level),
      ("distinct", DistinctQuestions(first: [1, 2], second: [1, 3]).interval?.level),
      ("held out", HeldOutAccuracy(judged).interval?.level),
      ("sameness", Sameness(kind: "k", answers: answers)?.interval.level),
      ("length, groups", EpisodeLengthLeak([.init(lengths: lengths, predicted: values)])?.interval?.level),
      ("length", EpisodeLengthLeak(lengths: lengths, predicted: values)?.interval?.level),
      ("enough", EnoughAnswers(batches)?.interval.level), ("Pearson", agreement.pearsonInterval?.level),
      ("Spearman", agreement.spearmanInterval?.level),
    ]
    for (name, level) in levels { #expect(level == 0.95, "\(name)") }
    // Nine of ten answers alike are too many.
    let nine = try #require(Sameness(kind: "k", answers: (0..<1000).map { $0 < 930 ? "a" : "b" }))
    #expect(Sameness.finding([nine])?.verdict == .fails)
    let fewer = try #require(Sameness(kind: "k", answers: (0..<1000).map { $0 < 870 ? "a" : "b" }))
    #expect(Sameness.finding([fewer])?.verdict == .holds)
  }
}
