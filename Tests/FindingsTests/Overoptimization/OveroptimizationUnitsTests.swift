import Compute
import Findings
import Foundation
import Testing

@Suite("Over-optimisation, over prompts or seeds")
struct OveroptimizationUnitsTests {
  private static let divergences = (1...20).map { 0.25 * Double($0) }

  /// Units whose coefficients differ and whose errors wander.
  private static func gains(_ form: OveroptimizationFit.Form, beta: Double, units: Int, seed: UInt64) -> [[Double]] {
    (0..<units).map { unit in
      var stream = RandomSource(seed: seed).stream("unit", unit)
      let (a, b) = (1 + 0.1 * stream.normal(), beta * (1 + 0.1 * stream.normal()))
      var drift = 0.1 * stream.normal()
      return divergences.map { d in
        drift = 0.8 * drift + 0.06 * stream.normal()
        return d * (a - b * (form == .bestOfN ? d : log(d))) + drift
      }
    }
  }

  private static func fit(_ form: OveroptimizationFit.Form, beta: Double, units: Int, seed: UInt64)
    -> OveroptimizationFit?
  {
    OveroptimizationFit(
      form, divergences: divergences, gainsOfUnits: gains(form, beta: beta, units: units, seed: seed), resamples: 399,
      random: RandomSource(seed: seed))
  }

  @Test(
    "planted peaks lie in their intervals in at least nine of ten runs, which are no wider than half the peak",
    arguments: OveroptimizationFit.Form.allCases)
  func coverage(form: OveroptimizationFit.Form) {
    let beta = form == .bestOfN ? 0.2 : 0.6
    let peak = form == .bestOfN ? 2.5 : exp(1 / 0.6 - 1)
    let intervals = (0..<200).map { run in
      Self.fit(form, beta: beta, units: 16, seed: UInt64(run) + 500)?.peakInterval
    }
    let covered = intervals.count { $0?.contains(peak) == true }
    // At the level of 0.95 fewer than 180 of 200 cover in 0.2 % of seeds.
    #expect(covered >= 180)
    #expect(Statistics.median(intervals.map { $0.map { 2 * $0.halfWidth / peak } ?? .infinity }) <= 0.5)
  }

  @Test("the coefficients are those of the mean curve, and few units give none")
  func mean() throws {
    let gains = Self.gains(.bestOfN, beta: 0.2, units: 8, seed: 3)
    let mean = Self.divergences.indices.map { place in gains.reduce(0) { $0 + $1[place] } / 8 }
    let random = RandomSource(seed: 1)
    let plain = try #require(OveroptimizationFit(.bestOfN, divergences: Self.divergences, gains: mean, random: random))
    let units = try #require(
      OveroptimizationFit(.bestOfN, divergences: Self.divergences, gainsOfUnits: gains, random: random))
    #expect(units.alpha == plain.alpha && units.beta == plain.beta && units.peak == plain.peak)
    #expect(units.units == 8 && plain.units == nil)
    #expect(units.alphaInterval.contains(units.alpha) && units.betaInterval.contains(units.beta))
    #expect(units.finding().assumptions.last == "The units are independent of one another.")
    #expect(
      OveroptimizationFit(
        .bestOfN, divergences: Self.divergences, gainsOfUnits: Array(gains.dropFirst()), random: random) == nil)
  }

  @Test("few units are read at a wider level: scipy.stats.t and norm")
  func level() {
    for (units, level) in [(8, 0.9885249589659403), (16, 0.9722888591904667), (32, 0.9617483340730484)] {
      #expect(abs(Statistics.percentileLevel(units: units, level: 0.95) - level) < 1e-9)
    }
  }
}
