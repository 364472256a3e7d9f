import Compute
import Findings
import Foundation

/// One measured effect against a margin of practical importance.
///
/// The p-value is of the hypothesis that the effect is *within* the margin (a minimum-effect test), so that a clean
/// large file does not fail by significance alone; the effect is shown to be harmless when its whole interval lies
/// within the margin (an equivalence test), so that a small file does not pass for want of data.
public struct EffectTest: Codable, Sendable, Hashable {
  public var name: String
  public var estimate: Double
  public var interval: Interval?
  public var count: Int
  /// Of the hypothesis that the effect is within the margin; before correction.
  public var pValue: Double
  /// The same, corrected for all the tests of the audit; equal to ``pValue`` until then.
  public var correctedPValue: Double
  /// Whether the interval lies within the margin.
  public var isHarmless: Bool
  /// In words: "at most 1 %".
  public var margin: String
  public var unit: String?

  init(
    _ name: String, _ estimate: Double, interval: Interval?, count: Int, pValue: Double, isHarmless: Bool,
    margin: String, unit: String? = nil
  ) {
    self.name = name
    self.estimate = estimate
    self.interval = interval
    self.count = count
    self.pValue = pValue.isFinite ? min(1, max(0, pValue)) : 1
    correctedPValue = self.pValue
    self.isHarmless = isHarmless
    self.margin = margin
    self.unit = unit
  }

  var evidence: Evidence { Evidence(name, estimate, interval: interval, count: count, unit: unit) }
}

extension EffectTest {
  /// A share that should be at most `limit`; exact (Clopper–Pearson).
  package static func share(_ name: String, _ successes: Int, of trials: Int, atMost limit: Double) -> EffectTest? {
    guard let interval = Statistics.proportionInterval(successes: successes, of: trials) else { return nil }
    let p =
      successes == 0
      ? 1
      : SpecialFunctions.incompleteBeta(limit, Double(successes), Double(trials - successes + 1))
    return EffectTest(
      name, Double(successes) / Double(trials), interval: interval, count: trials, pValue: p,
      isHarmless: interval.upper <= limit, margin: "at most \(Numbers.percent(limit))")
  }

  /// A share that should be at least `limit`; exact.
  package static func share(_ name: String, _ successes: Int, of trials: Int, atLeast limit: Double) -> EffectTest? {
    guard let interval = Statistics.proportionInterval(successes: successes, of: trials) else { return nil }
    let p =
      successes == trials
      ? 1
      : 1 - SpecialFunctions.incompleteBeta(limit, Double(successes + 1), Double(trials - successes))
    return EffectTest(
      name, Double(successes) / Double(trials), interval: interval, count: trials, pValue: p,
      isHarmless: interval.lower >= limit, margin: "at least \(Numbers.percent(limit))")
  }

  /// An effect of either sign, roughly normal, that should be within ± `limit`.
  package static func normal(
    _ name: String, _ estimate: Double, error: Double, count: Int, within limit: Double, unit: String? = nil
  ) -> EffectTest? {
    guard estimate.isFinite, error.isFinite, error > 0 else { return nil }
    let reach = Statistics.normalReach95 * error
    let interval = Interval(lower: estimate - reach, upper: estimate + reach, level: 0.95)
    let p =
      SpecialFunctions.normalDistribution(-(abs(estimate) - limit) / error)
      + SpecialFunctions.normalDistribution(-(abs(estimate) + limit) / error)
    return EffectTest(
      name, estimate, interval: interval, count: count, pValue: p,
      isHarmless: interval.lower >= -limit && interval.upper <= limit, margin: "within ±\(Numbers.plain(limit))",
      unit: unit)
  }

  /// An effect, roughly normal, of which only more than `limit` is harm.
  package static func normal(
    _ name: String, _ estimate: Double, error: Double, count: Int, atMost limit: Double, unit: String? = nil
  ) -> EffectTest? {
    guard estimate.isFinite, error.isFinite, error > 0 else { return nil }
    let reach = Statistics.normalReach95 * error
    let interval = Interval(lower: estimate - reach, upper: estimate + reach, level: 0.95)
    return EffectTest(
      name, estimate, interval: interval, count: count,
      pValue: SpecialFunctions.normalDistribution(-(estimate - limit) / error), isHarmless: interval.upper <= limit,
      margin: "at most \(Numbers.plain(limit))", unit: unit)
  }
}

/// Correction for many tests: Benjamini and Yekutieli's false-discovery rate, which holds under any dependence. The
/// checks look at the same rows, so their p-values depend on each other in ways that nobody knows; Benjamini and
/// Hochberg's, a factor of about ln m kinder, would need them to be positively dependent.
package enum FalseDiscovery {
  /// Corrected p-values, in the given order.
  package static func corrected(_ pValues: [Double]) -> [Double] {
    let m = Double(pValues.count)
    let harmonic = pValues.indices.reduce(0.0) { $0 + 1 / Double($1 + 1) }
    var result = pValues
    var least = 1.0
    for (rank, index) in pValues.indices.sorted(by: { (pValues[$0], $0) < (pValues[$1], $1) }).enumerated().reversed() {
      least = min(least, pValues[index] * m * harmonic / Double(rank + 1))
      result[index] = least
    }
    return result
  }
}
