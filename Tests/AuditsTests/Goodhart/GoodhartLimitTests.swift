import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("Limits of findings about Goodhart's law")
struct GoodhartLimitTests {
  private static let random = RandomSource(seed: 1)

  private static func turning(
    _ actual: [Double], predicted: [Double]? = nil, steps: [Double]? = nil, seeds: Int = 1, resamples: Int = 19
  ) -> TurningPoint? {
    let steps = steps ?? actual.indices.map(Double.init)
    let curve = ReturnCurve(steps: steps, predicted: predicted ?? steps, actual: actual)
    return TurningPoint(
      [ReturnCurve](repeating: curve, count: seeds), simulations: 99, resamples: resamples, random: random)
  }

  @Test("a curve that only rises falls with probability 1 by chance; a shift of all returns changes nothing")
  func rising() throws {
    let rising = (0..<12).map { Double($0 * $0) }
    #expect(Self.turning(rising)?.pValue == 1)
    #expect(Self.turning([Double](repeating: 3, count: 12))?.pValue == 1)
    let bumpy = [0.0, 3, 1, 4, 6, 5, 8, 7, 9, 6, 8, 7]
    let shifted = bumpy.map { $0 + 1e8 }
    #expect(try #require(Self.turning(bumpy)).pValue == Self.turning(shifted)?.pValue)
  }

  @Test("of two peaks that fit equally well the later counts, and of a plateau its beginning")
  func ties() {
    #expect(Self.turning([0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0])?.step == 7)
    #expect(Self.turning([0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 4, 3])?.step == 5)
    #expect(Self.turning([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])?.step == 0)
    #expect(Self.turning([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])?.drop == 9)
    #expect(Self.turning([8, 9, 7, 6, 5, 4, 3, 2, 1, 0])?.step == 1)
  }

  @Test("ten points are enough; a slope takes four after the peak")
  func fewest() {
    let ten = [0.0, 1, 2, 3, 4, 5, 9, 3, 2, 1]
    #expect(Self.turning(ten)?.points == 10 && Self.turning(Array(ten.dropLast())) == nil)
    #expect(Self.turning(ten)?.predictedSlope == 1)
    #expect(Self.turning([0, 1, 2, 3, 4, 5, 6, 9, 2, 1])?.predictedSlope == nil)
    #expect(Self.turning(ten, steps: [Double](repeating: 4, count: 10))?.predictedSlope == nil)
  }

  @Test("the prediction's slope and interval after the turn are SciPy's")
  func slope() throws {
    // scipy.stats.linregress(6...11, [6, 8, 7, 9, 9, 12]), stderr times stats.t.ppf(0.975, 4) of SciPy 1.17.1.
    let actual = [0.0, 1, 2, 3, 4, 5, 9, 8, 7, 6, 5, 4]
    let predicted = [0.0, 1, 2, 3, 4, 5, 6, 8, 7, 9, 9, 12]
    let interval = try #require(Self.turning(actual, predicted: predicted)?.predictedSlopeInterval)
    #expect(abs((Self.turning(actual, predicted: predicted)?.predictedSlope ?? 0) - 1) < 1e-12)
    #expect(abs(interval.lower - 0.33630267560423144) < 1e-9 && abs(interval.upper - 1.6636973243957685) < 1e-9)
  }

  @Test("without residuals a resample is the curve; from four seeds on, seeds are drawn, which are the same here")
  func resampling() throws {
    let actual = [0.0, 1, 2, 3, 4, 5, 9, 3, 2, 1, 0, 0]
    for seeds in [1, 3, 4] {
      let turning = try #require(Self.turning(actual, seeds: seeds))
      #expect(turning.stepInterval == Interval(lower: 6, upper: 6, level: 0.95) && turning.seeds == seeds)
      #expect(turning.dropInterval == Interval(lower: turning.drop, upper: turning.drop, level: 0.95))
    }
    #expect(Self.turning(actual, resamples: 1)?.dropInterval == nil)
    #expect(Self.turning(actual, resamples: 2)?.dropInterval != nil)
  }

  @Test("a turning point's verdicts turn at the limits and not before")
  func turningLimits() throws {
    let some = try #require(Self.turning([0, 1, 2, 3, 4, 5, 9, 3, 2, 1, 0, 0]))
    func words(_ fields: [String: Any]) throws -> String {
      let finding = try altered(some, fields).finding()
      return "\(finding.verdict): \(finding.reason)"
    }
    let still = "while the predicted one stood about still."
    #expect(try words(["pValue": 0.02, "predictedSlopeInterval": ends(0.1, 1)]).hasPrefix("fails"))
    #expect(!(try words(["pValue": 0.0201, "predictedSlopeInterval": ends(0.1, 1)]).hasPrefix("fails")))
    #expect(try words(["pValue": 0.01, "predictedSlopeInterval": ends(0, 1)]).hasSuffix(still))
    #expect(try words(["pValue": 0.01, "predictedSlopeInterval": ends(-1, 0)]).hasSuffix(still))
    #expect(try words(["pValue": 0.01, "predictedSlopeInterval": ends(-1, -0.1)]).contains("so did the predicted one"))
    #expect(try words(["pValue": 0.01, "predictedSlopeInterval": NSNull()]).contains("at the very end"))
    #expect(try words(["pValue": 1, "gain": 0]).hasPrefix("notMeasurable"))
    #expect(try words(["pValue": 1, "gain": 4, "dropInterval": ends(0, 1)]).hasPrefix("holds"))
    #expect(try words(["pValue": 1, "gain": 4, "dropInterval": ends(0, 1)]).contains("within 25 % of"))
    #expect(try words(["pValue": 1, "gain": 4, "dropInterval": ends(0, 1.01)]).hasPrefix("unknown"))
    #expect(try words(["pValue": 1, "gain": 4, "drop": 3, "dropInterval": NSNull()]).contains("up to 3 is"))
  }

  @Test("curves: what is not finite in any column is left out, and the mean is over seeds and blocks")
  func curves() throws {
    let curve = ReturnCurve(
      steps: [0, .nan, 2, 3, 4], predicted: [1, 1, .infinity, 3, 5], actual: [2, 2, 2, .nan, 6])
    #expect(curve.steps == [0, 4] && curve.predicted == [1, 5] && curve.actual == [2, 6] && curve.count == 2)
    #expect(Self.turning([]) == nil)
    // Sixty points in thirty blocks of two, the second seed twice as high: each block's mean is 1.5 (4b + 1) / 2.
    let steps = (0..<60).map(Double.init)
    let two = [1.0, 2].map { scale in ReturnCurve(steps: steps, predicted: steps, actual: steps.map { scale * $0 }) }
    let turning = try #require(TurningPoint(two, simulations: 9, resamples: 2, random: Self.random))
    // A sixth is five blocks: the last five blocks' mean step is 54.5, the first five's 4.5.
    #expect(turning.step == 58.5 && abs(turning.gain - 1.5 * 50) < 1e-9 && turning.points == 30)
  }

  private static let divergences = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]
  private static let gains = [0.45, 0.8, 1.1, 1.15, 1.3, 1.2, 1.25, 0.9]

  @Test("coefficients, intervals and explained share are those of least squares in NumPy")
  func leastSquares() throws {
    // numpy.linalg.lstsq on the columns d and −d² or −d log d, intervals with scipy.stats.t.ppf(0.95, 6).
    let best = try #require(
      OveroptimizationFit(
        .bestOfN, divergences: Self.divergences + [0, -1, .nan, 3], gains: Self.gains + [9, 9, 9, .infinity],
        resamples: 99, level: 0.9, random: Self.random))
    #expect(abs(best.alpha - 0.97981651) < 1e-7 && abs(best.beta - 0.18623853) < 1e-7)
    #expect(abs(best.alphaInterval.lower - 0.9119906571317838) < 1e-9)
    #expect(abs(best.alphaInterval.upper - 1.0476423703911517) < 1e-9)
    #expect(abs(best.betaInterval.lower - 0.1655518397748697) < 1e-9)
    #expect(abs(best.betaInterval.upper - 0.2069252244453138) < 1e-9)
    #expect(abs(best.explained - 0.9974215817226831) < 1e-12 && best.count == 8 && best.largestDivergence == 4)
    #expect(abs(try #require(best.peak) - 2.630541871921182) < 1e-9)
    let learned = try #require(
      OveroptimizationFit(
        .reinforcement, divergences: Self.divergences + [0.49], gains: Self.gains + [9], resamples: 99, level: 0.9,
        random: Self.random))
    #expect(abs(learned.alphaInterval.lower - 0.7721449686312352) < 1e-9 && learned.count == 8)
    #expect(abs(learned.betaInterval.upper - 0.5427939136634221) < 1e-9)
    #expect(abs(learned.explained - 0.9907249696114598) < 1e-12)
    #expect(abs(try #require(learned.peak) - 2.6665033243172704) < 1e-9)
    // Where the fit is exact every resample is: the peak's interval is the peak.
    let exact = try #require(
      OveroptimizationFit(
        .bestOfN, divergences: [1, 2, 3, 4], gains: [3, 4, 3, 0], resamples: 19, random: Self.random))
    #expect(abs(try #require(exact.peakInterval).lower - 2) < 1e-9 && abs(exact.peakInterval!.upper - 2) < 1e-9)
  }

  @Test("fits at the edge: four points, nothing gained, no slope at the start, one divergence, no resamples")
  func edges() throws {
    func fit(
      _ d: [Double], _ y: [Double], _ form: OveroptimizationFit.Form = .bestOfN, resamples: Int = 9
    ) -> OveroptimizationFit? {
      OveroptimizationFit(form, divergences: d, gains: y, resamples: resamples, random: Self.random)
    }
    #expect(fit([1, 2, 3, 4], [1, 2, 3, 3])?.count == 4 && fit([1, 2, 3], [1, 2, 3]) == nil)
    #expect(fit([.leastNonzeroMagnitude, 1, 2, 3], [0, 1, 2, 2])?.count == 4)
    let nothing = try #require(fit([1, 2, 3, 4], [0, 0, 0, 0]))
    #expect(nothing.explained == 1 && nothing.peak == nil && nothing.alpha == 0 && nothing.beta == 0)
    // −d² alone: α = 0 and β = 1, a peak at nought, which is none.
    let falling = try #require(fit([1, 2, 3, 4], [-1, -4, -9, -16]))
    #expect(falling.alpha == 0 && falling.beta == 1 && falling.peak == nil)
    #expect(fit([1, 1, 1, 1], [1, 2, 3, 4], .reinforcement) == nil)
    #expect(fit([1, 2, 3, 4], [1, 2, 3, 3], resamples: 0)?.peakInterval == nil)
    let rising = try #require(fit([1, 2, 3, 4], [2, 6, 12, 20]))
    #expect(rising.peak == nil && rising.gain(at: 0) == 0 && rising.gain(at: -1) == 0)
    #expect(abs(rising.gain(at: 0.5) - 0.75) < 1e-12 && abs(rising.gain(at: 10) - 110) < 1e-9)
    let learned = try #require(fit([0.5, 1, 2, 3], [0.3, 1, 2, 2], .reinforcement))
    #expect(learned.gain(at: 0) == 0 && abs(learned.gain(at: 1) - learned.alpha) < 1e-12)
    #expect(try altered(learned, ["betaInterval": ends(-1, 0)]).finding().verdict == .holds)
    #expect(
      try altered(learned, ["betaInterval": ends(-1, 0.1), "peakInterval": NSNull()]).finding().verdict == .unknown)
    // So noisy that some resamples turn and some do not: the upper end is infinite, and there is no interval.
    let noisy = try #require(fit([1, 2, 3, 4, 5, 6], [1, 3, 2, 5, 4, 4.5], resamples: 199))
    #expect(noisy.peak != nil && noisy.peakInterval == nil)
  }

  @Test("agreement: two episodes correlate, one does not, an interval takes eight")
  func agreement() {
    let two = ProxyAgreement(predicted: [1, 2], actual: [1, 3])
    #expect(abs((two.pearson ?? 0) - 1) < 1e-12 && abs((two.spearman ?? 0) - 1) < 1e-12)
    #expect(two.pearsonInterval == nil && two.spearmanInterval == nil)
    let one = ProxyAgreement(predicted: [1], actual: [1])
    #expect(one.spearman == nil && one.finding().verdict == .unknown && one.finding().evidence.isEmpty)
    #expect(one.finding().reason == "Fewer than two episodes were judged by both.")
    let alike = ProxyAgreement(predicted: [1, 1], actual: [1, 2]).finding()
    #expect(alike.verdict == .notMeasurable && alike.reason.hasPrefix("All 2 episodes"))
    for (count, has) in [(7, false), (8, true)] {
      let some = ProxyAgreement(
        predicted: (0..<count).map(Double.init), actual: (0..<count).map { Double($0 * 5 % 7) })
      #expect((some.pearsonInterval != nil) == has && (some.spearmanInterval != nil) == has)
    }
    let level = ProxyAgreement(predicted: (0..<9).map(Double.init), actual: [Double](repeating: 1, count: 9))
    #expect(level.pearsonInterval == nil && level.spearmanInterval == nil)
  }
}
