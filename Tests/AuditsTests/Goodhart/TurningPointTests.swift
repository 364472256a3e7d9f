import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("Turning point")
struct TurningPointTests {
  /// Curves around a shape on 0 ... 1, with noise whose neighbours correlate by `dependence`.
  static func curves(
    _ shape: (Double) -> Double, predicted: (Double) -> Double = { $0 }, seeds: Int = 1, points: Int = 30,
    noise: Double = 0.1, dependence: Double = 0, seed: UInt64
  ) -> [ReturnCurve] {
    (0..<seeds).map { index in
      var stream = RandomSource(seed: seed).stream("curve", index)
      var drift = stream.normal()
      let steps = (0..<points).map { Double($0) * 1000 }
      let actual = (0..<points).map { t -> Double in
        drift = dependence * drift + (1 - dependence * dependence).squareRoot() * stream.normal()
        return shape(Double(t) / Double(points - 1)) + noise * drift
      }
      let prediction = (0..<points).map { predicted(Double($0) / Double(points - 1)) + 0.05 * stream.normal() }
      return ReturnCurve(steps: steps, predicted: prediction, actual: actual)
    }
  }

  static let plateau: @Sendable (Double) -> Double = { min(1, 3 * $0) }
  static let peakAtHalf: @Sendable (Double) -> Double = { $0 < 0.5 ? 2 * $0 : 1 - 1.2 * ($0 - 0.5) }

  static func verdict(_ curves: [ReturnCurve], run: Int = 0) -> Finding.Verdict? {
    TurningPoint(curves, simulations: 199, resamples: 99, random: RandomSource(seed: UInt64(run)))?.finding().verdict
  }

  /// Share of simulated runs with this verdict.
  static func rate(
    of verdict: Finding.Verdict, runs: Int = 300, seeds: Int = 1, dependence: Double = 0, _ shape: (Double) -> Double
  ) -> Double {
    let count = (0..<runs).count { run in
      let curves = curves(shape, seeds: seeds, dependence: dependence, seed: UInt64(run) + 7000)
      return Self.verdict(curves, run: run) == verdict
    }
    return Double(count) / Double(runs)
  }

  @Test("a planted turning point is found within its interval", arguments: [1, 5])
  func planted(seeds: Int) throws {
    let curves = Self.curves(Self.peakAtHalf, seeds: seeds, seed: 11)
    let turning = try #require(TurningPoint(curves, random: RandomSource(seed: 1)))
    #expect(turning.finding().verdict == .fails)
    #expect(abs(turning.step - 14_500) < 4000)
    #expect(try #require(turning.stepInterval).contains(turning.step))
    let clean = try #require(
      TurningPoint(Self.curves(Self.peakAtHalf, noise: 0, seed: 1), random: RandomSource(seed: 1)))
    #expect(try #require(turning.dropInterval).contains(clean.drop))
  }

  @Test("gain and drop by hand: means over a sixth of the curve at its highest, its end and its start")
  func byHand() throws {
    let actual = [0.0, 2, 4, 6, 8, 10, 9, 7, 5, 4, 3, 1]
    let steps = actual.indices.map { Double($0) }
    let turning = try #require(
      TurningPoint([ReturnCurve(steps: steps, predicted: steps, actual: actual)], random: RandomSource(seed: 1)))
    // Two points each: (8 + 10) / 2 at the top, (3 + 1) / 2 at the end, (0 + 2) / 2 at the start.
    #expect(turning.step == 5)
    #expect(turning.gain == 8 && turning.drop == 7)
    let finding = turning.finding()
    #expect(finding.evidence.first { $0.name == "true return lost since" }?.value == 7)
    #expect(finding.reason.contains("7"))
  }

  @Test("planted turning points are recovered in at least 90 % of runs, also with dependent noise")
  func power() {
    let independent = Self.rate(of: .fails, Self.peakAtHalf)
    let dependent = Self.rate(of: .fails, seeds: 3, dependence: 0.5, Self.peakAtHalf)
    #expect(independent >= 0.9)
    #expect(dependent >= 0.9)
  }

  @Test("the false-alarm rate is what the finding says")
  func falseAlarms() {
    let flat = Self.rate(of: .fails, runs: 600) { _ in 0 }
    let rising = Self.rate(of: .fails, runs: 600, Self.plateau)
    let dependent = Self.rate(of: .fails, runs: 600, dependence: 0.5, Self.plateau)
    let dependentFlat = Self.rate(of: .fails, runs: 600, dependence: 0.5) { _ in 0 }
    // The stated rates and three standard errors of 600 draws.
    #expect(flat < 0.02 + 3 * (0.02 * 0.98 / 600).squareRoot())
    #expect(rising < 0.02)
    #expect(dependent < 0.06 + 3 * (0.06 * 0.94 / 600).squareRoot())
    #expect(dependentFlat < 0.06 + 3 * (0.06 * 0.94 / 600).squareRoot())
  }

  @Test("a curve that rises to a plateau mostly holds")
  func holds() {
    let share = Self.rate(of: .holds, runs: 200, seeds: 5, Self.plateau)
    #expect(share > 0.9)
  }

  @Test("a fall that the prediction shares is left open: the agent is the first suspect")
  func sharedFall() {
    let curves = Self.curves(Self.peakAtHalf, predicted: Self.peakAtHalf, seeds: 3, seed: 5)
    #expect(Self.verdict(curves) == .unknown)
  }

  @Test("too few points give no turning point, and an open finding says so")
  func tooFew() {
    #expect(TurningPoint(Self.curves(Self.plateau, points: 9, seed: 1), random: RandomSource(seed: 1)) == nil)
    #expect(TurningPoint([], random: RandomSource(seed: 1)) == nil)
    #expect(TurningPoint.unknown(points: 1).reason.hasPrefix("1 point of"))
  }

  @Test("noise-free curves: one that falls fails, one that rises holds, a constant one is open")
  func noiseFree() {
    func curve(_ shape: (Double) -> Double) -> [ReturnCurve] {
      let steps = (0..<20).map(Double.init)
      return [ReturnCurve(steps: steps, predicted: steps, actual: steps.map { shape($0 / 19) })]
    }
    #expect(Self.verdict(curve(Self.peakAtHalf)) == .fails)
    #expect(Self.verdict(curve(Self.plateau)) == .holds)
    #expect(Self.verdict(curve { _ in 500 }) == .notMeasurable)
  }

  @Test("values that are not finite are left out")
  func notFinite() {
    let curve = ReturnCurve(steps: [0, 1, 2], predicted: [0, .nan, 2], actual: [.infinity, 1, 2])
    #expect(curve.steps == [2])
  }
}
