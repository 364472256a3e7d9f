import Compute
import Findings
import Foundation
import Testing

@Suite("Predictions and what came of them")
struct PredictionTests {
  private static func judged(_ pairs: [(Double, Double)]) -> [JudgedComparison] {
    pairs.map { JudgedComparison(probabilityFirst: $0, target: $1) }
  }

  @Test("right, decisive, sure, and what became of the favoured side")
  func comparison() {
    let cases: [(Double, Double, isDecisive: Bool, isRight: Bool, confidence: Double, outcome: Double)] = [
      (0.7, 1, true, true, 0.7, 1), (0.7, 0, true, false, 0.7, 0), (0.2, 0, true, true, 0.8, 1),
      (0.2, 1, true, false, 0.8, 0), (0.5, 1, true, false, 0.5, 1), (0.5, 0, true, false, 0.5, 0),
      (0.9, 0.5, false, false, 0.9, 0.5), (0.1, 0.5, false, true, 0.9, 0.5),
    ]
    for (probability, target, isDecisive, isRight, confidence, outcome) in cases {
      let one = JudgedComparison(probabilityFirst: probability, target: target)
      #expect(one.isDecisive == isDecisive && one.isRight == isRight, "\(one)")
      #expect(one.confidence == confidence && one.favouredOutcome == outcome, "\(one)")
    }
  }

  @Test("bins are of equal count from least to most sure, with exact intervals")
  func bins() {
    // By confidence: 0.5 ✗, 0.6 ✓ · 0.6 ✗, 0.7 ✓ · 0.8 tie, 0.9 ✓. The second 0.6 stays after the first.
    let judged = Self.judged([(0.9, 1), (0.6, 1), (0.2, 0.5), (0.4, 1), (0.5, 0), (0.3, 0)])
    let bins = ReliabilityBin.bins(judged, count: 3, level: 0.9)
    #expect(bins.map(\.count) == [2, 2, 2])
    for (bin, wanted) in zip(bins, [(0.55, 0.5), (0.65, 0.5), (0.85, 0.75)]) {
      #expect(abs(bin.confidence - wanted.0) < 1e-12 && abs(bin.outcome - wanted.1) < 1e-12, "\(bin)")
    }
    #expect(abs(ReliabilityBin.expectedError(bins) - (0.05 + 0.15 + 0.1) / 3) < 1e-12)
    // With one pair more the first bin of three is of two, the others of two and three.
    let uneven = ReliabilityBin.bins(judged + Self.judged([(0.99, 0)]), count: 3, level: 0.9)
    #expect(uneven.map(\.count) == [2, 2, 3])
    #expect(abs(uneven[2].confidence - (0.8 + 0.9 + 0.99) / 3) < 1e-12)
    // |0.55 − 0.5| · 2 + |0.65 − 0.5| · 2 + |2.69 − 1.5|, over 7.
    #expect(abs(ReliabilityBin.expectedError(uneven) - (0.1 + 0.3 + 1.19) / 7) < 1e-12)
    #expect(ReliabilityBin.bins([], count: 3, level: 0.9).isEmpty)
    #expect(ReliabilityBin.bins(judged, count: 100, level: 0.9).count == 6)
    #expect(ReliabilityBin.bins(judged, count: 0, level: 0.9).map(\.count) == [6])
  }

  @Test("a bin's interval is Clopper and Pearson's, with ties rounded down for its lower end and up for its upper")
  func binIntervals() throws {
    // SciPy 1.17.1, binomtest(k, 4).proportion_ci(0.9, "exact"): 2 of 4 is 0.09761 … 0.90239, 3 of 4 ends at 0.98726.
    let four = Self.judged([(0.8, 1), (0.8, 1), (0.8, 0.5), (0.8, 0)])
    let interval = try #require(ReliabilityBin.bins(four, count: 1, level: 0.9).first?.interval)
    #expect(abs(interval.lower - 0.097_611_46) < 1e-7 && abs(interval.upper - 0.987_258_54) < 1e-7)
    #expect(interval.level == 0.9)
  }

  @Test("the line and both its intervals are those of SciPy, ties included, at two levels")
  func line() throws {
    // minimize of the negative log-likelihood; brentq where its profile falls by chi2.ppf(level, 1) / 2 (SciPy 1.17.1).
    let judged = Self.judged([
      (0.1, 0), (0.2, 0), (0.3, 1), (0.4, 0), (0.55, 1), (0.6, 0.5), (0.7, 1), (0.8, 1), (0.85, 0), (0.9, 1), (0.95, 1),
      (0.5, 1),
    ])
    let line = try #require(CalibrationLine(judged))
    #expect(abs(line.intercept - 0.330_143_238_5) < 1e-9 && abs(line.slope - 0.809_868_410_9) < 1e-9)
    let (intercept, slope) = (line.interceptInterval, line.slopeInterval)
    #expect(abs(intercept.lower + 1.039_623_952_6) < 1e-7 && abs(intercept.upper - 1.753_727_379_7) < 1e-7)
    #expect(abs(slope.lower + 0.119_853_764_5) < 1e-7 && abs(slope.upper - 2.244_615_583_5) < 1e-7)
    #expect(line.slopeInterval.level == 0.95 && line.interceptInterval.level == 0.95)
    let narrow = try #require(CalibrationLine(judged, level: 0.8))
    #expect(abs(narrow.interceptInterval.lower + 0.545_657_388_8) < 1e-7)
    #expect(abs(narrow.slopeInterval.upper - 1.659_097_385_7) < 1e-7)
    #expect(narrow.slope == line.slope && narrow.slopeInterval.level == 0.8)
  }

  @Test("ten answers fit a line and nine do not, nor do predictions that are all the same; certainty is not infinite")
  func fewest() {
    let ten = (0..<10).map { index in
      JudgedComparison(probabilityFirst: 0.3 + 0.04 * Double(index), target: index % 3 == 0 ? 0 : 1)
    }
    #expect(CalibrationLine(ten) != nil && CalibrationLine(Array(ten.dropLast())) == nil)
    #expect(CalibrationLine(Self.judged([(Double, Double)](repeating: (0.6, 1), count: 12))) == nil)
    let sure = (0..<12).map { index in
      JudgedComparison(probabilityFirst: index % 2 == 0 ? 0 : 1, target: index % 4 == 0 ? 1 : 0)
    }
    #expect(CalibrationLine.largestSlope == 20 && CalibrationLine.fewestAnswers == 10)
    let certain = CalibrationLine(sure)
    #expect(certain?.slope.isFinite == true && certain?.intercept.isFinite == true)
    #expect(certain.map { $0.slopeInterval.contains($0.slope) } == true)
  }

  @Test("a fall from the top is found by thirty halvings, to half of what they leave, and ends where the range does")
  func halvings() {
    // Thirty halvings of 0 ... 1 end in a stretch of 2⁻³⁰, whose middle is at most 2⁻³¹ from where the fall is.
    let least = 1 / 2_147_483_648.0
    for amount in [0.1, 0.3, 0.7] {
      let found = CalibrationFit.drop(around: 0, within: -1...1, by: amount, level: 0.9) { -abs($0) }
      #expect(abs(found.upper - amount) <= least, "\(amount)")
      #expect(abs(found.lower + amount) <= least, "\(amount)")
      #expect(found.level == 0.9)
    }
    let whole = CalibrationFit.drop(around: 0.5, within: -1...1, by: 2, level: 0.95) { -abs($0 - 0.5) }
    #expect(whole == Interval(lower: -1, upper: 1, level: 0.95))
  }

  @Test("the likelihood does not overflow, and its fall is found from either side")
  func fit() {
    let fit = CalibrationFit(logits: [800, -800], targets: [1, 0])
    #expect(fit.value(intercept: 0, slope: 1) == 0)
    #expect(fit.value(intercept: 0, slope: -1) == -1600)
    #expect(abs(CalibrationFit(logits: [0], targets: [0.5]).value(intercept: 0, slope: 3) + log(2)) < 1e-12)
    // −(x − 1)² falls by 4 at −1 and 3; beyond 2.5 it is not looked at.
    let peak = CalibrationFit.maximum(-3, 9) { -($0 - 1) * ($0 - 1) }
    #expect(abs(peak - 1) < 2e-4)
    #expect(abs(CalibrationFit.peak(-3, 9) { -2 * ($0 - 1) } - 1) < 1e-12)
    #expect(abs(CalibrationFit.peak(-3, 9) { 1 - exp($0) } - 0) < 1e-11)
    #expect(abs(CalibrationFit.peak(-8, 8) { -pow($0 - 0.3, 9) } - 0.3) < 1e-10)
    #expect(CalibrationFit.peak(-3, 9) { _ in 1 } == 9 && CalibrationFit.peak(-3, 9) { _ in -1 } == -3)
    let drop = CalibrationFit.drop(around: 1, within: -5...2.5, by: 4, level: 0.7) { -($0 - 1) * ($0 - 1) }
    #expect(abs(drop.lower + 1) < 1e-6 && drop.upper == 2.5 && drop.level == 0.7)
  }
}
