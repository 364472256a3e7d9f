import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("Calibration")
struct CalibrationTests {
  /// Answers drawn from true probabilities whose logits the model states multiplied by `boldness`.
  static func judged(boldness: Double, bias: Double = 0, count: Int, seed: UInt64) -> [JudgedComparison] {
    var stream = RandomSource(seed: seed).stream("answers")
    return (0..<count).map { _ in
      let logit = 1.5 * stream.normal()
      let target: Double = stream.bernoulli(1 / (1 + exp(-logit - bias))) ? 1 : 0
      return JudgedComparison(probabilityFirst: 1 / (1 + exp(-boldness * logit)), target: target)
    }
  }

  @Test("a model twice too sure has slope one half, and fails")
  func tooSure() throws {
    let calibration = try #require(
      Calibration(Self.judged(boldness: 2, count: 2000, seed: 1), random: RandomSource(seed: 1)))
    let line = try #require(calibration.line)
    #expect(line.slopeInterval.contains(0.5) && abs(line.slope - 0.5) < 0.06)
    #expect(calibration.finding().verdict == .fails)
    #expect(calibration.pValue < 0.01 && calibration.debiasedError > 0.05)
  }

  @Test("a timid model fails the other way")
  func tooTimid() throws {
    let calibration = try #require(
      Calibration(Self.judged(boldness: 0.4, count: 2000, seed: 2), random: RandomSource(seed: 1)))
    #expect(try #require(calibration.line).slopeInterval.contains(2.5))
    #expect(calibration.finding().verdict == .fails)
  }

  @Test("a favoured side shows as the intercept")
  func favouredSide() throws {
    let line = try #require(CalibrationLine(Self.judged(boldness: 1, bias: 0.8, count: 3000, seed: 3)))
    #expect(line.interceptInterval.contains(0.8) && line.interceptInterval.lower > 0.5)
  }

  @Test("an honest model holds, and its debiased error is near zero although the measured one is not")
  func honest() throws {
    let calibration = try #require(
      Calibration(Self.judged(boldness: 1, count: 1500, seed: 4), random: RandomSource(seed: 1)))
    #expect(calibration.finding().verdict == .holds)
    #expect(calibration.expectedError > 0.01 && calibration.debiasedError < 0.02)
  }

  @Test("the slope's interval covers the truth in 95 % of 400 runs of 150 answers")
  func coverage() throws {
    let covered = (0..<400).count { run in
      CalibrationLine(Self.judged(boldness: 1, count: 150, seed: UInt64(run) + 10))?.slopeInterval.contains(1) == true
    }
    // Three standard errors of 400 draws are 3.3 %.
    #expect(abs(Double(covered) / 400 - 0.95) < 0.033)
  }

  @Test("slope, intercept and interval of a table of four numbers are SciPy's")
  func table() throws {
    // At log-odds +1, 40 of 50 were right, at −1 15 of 50: two groups and two parameters, so the line meets both:
    // intercept ± slope = logit 0.8 and logit 0.3. The interval by profile likelihood: optimize.brentq of
    // 2 (l(slope) − max l) + chi2.ppf(0.95, 1), l maximised over the intercept (SciPy 1.17.1).
    let judged = [(1.0, 40), (-1.0, 15)].flatMap { logit, right in
      (0..<50).map { JudgedComparison(probabilityFirst: 1 / (1 + exp(-logit)), target: $0 < right ? 1 : 0) }
    }
    let line = try #require(CalibrationLine(judged))
    #expect(abs(line.slope - 1.116_80) < 1e-3 && abs(line.intercept - 0.269_50) < 1e-3)
    #expect(abs(line.slopeInterval.lower - 0.673_44) < 1e-3 && abs(line.slopeInterval.upper - 1.598_27) < 1e-3)
  }

  @Test("the test of perfect calibration has its nominal size")
  func size() throws {
    let random = RandomSource(seed: 9)
    let rejected = (0..<300).count { run in
      let judged = Self.judged(boldness: 1, count: 120, seed: UInt64(run) + 1000)
      return Calibration(judged, simulations: 99, random: random.child("run", run))?.pValue ?? 1 <= 0.05
    }
    #expect(Double(rejected) / 300 < 0.05 + 0.038)
  }

  @Test("when every answer is predicted rightly the slope has no upper end, and the verdict stays careful")
  func separation() throws {
    let judged = (0..<12).map { index in
      JudgedComparison(probabilityFirst: index % 2 == 0 ? 0.8 : 0.25, target: index % 2 == 0 ? 1 : 0)
    }
    let line = try #require(CalibrationLine(judged))
    #expect(line.slopeInterval.upper == CalibrationLine.largestSlope)
    #expect(Calibration(judged, random: RandomSource(seed: 1))?.finding().verdict != .holds)
  }

  @Test("log loss is bounded below by the entropy of the labels; a tie costs ln 2")
  func entropyBound() throws {
    let judged = [
      JudgedComparison(probabilityFirst: 0.5, target: 0.5), JudgedComparison(probabilityFirst: 0.9, target: 1),
    ]
    let calibration = try #require(Calibration(judged, random: RandomSource(seed: 1)))
    #expect(abs(calibration.labelEntropy - log(2) / 2) < 1e-12)
    #expect(calibration.logLoss > calibration.labelEntropy)
    #expect(abs(calibration.brier - 0.005) < 1e-12)
  }

  @Test("without answers there is no calibration, and without variety no line")
  func degenerate() {
    #expect(Calibration([], random: RandomSource(seed: 1)) == nil)
    let same = [JudgedComparison](repeating: JudgedComparison(probabilityFirst: 0.6, target: 1), count: 30)
    #expect(CalibrationLine(same) == nil)
  }
}
