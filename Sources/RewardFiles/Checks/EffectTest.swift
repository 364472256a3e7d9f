import Compute
import Findings
import Foundation

/// One measured effect against a margin of practical importance.
///
/// The p-value is of the hypothesis that the effect is *within* the margin (a minimum-effect test), so that a clean
/// large file does not fail by significance alone; the effect is shown to be harmless when its whole interval lies
/// within the margin (an equivalence test), so that a small file does not pass for want of data.
public struct EffectTest: Codable, Sendable, Hashable {
  /// What was measured: "share of pairs with equal scores".
  public var name: String
  /// What came out, in ``unit``.
  public var estimate: Double
  /// The confidence interval, if there is one.
  public var interval: Interval?
  /// How many observations it rests on.
  public var count: Int
  /// Of the hypothesis that the effect is within the margin; before correction.
  public var pValue: Double
  /// The same, corrected for all the tests of the audit; equal to ``pValue`` until then.
  public var correctedPValue: Double
  /// Whether the interval lies within the margin.
  public var isHarmless: Bool
  /// In words: "at most 1 %".
  public var margin: String
  /// The unit, if it has one.
  public var unit: String?

  /// An effect with its own test; `pValue` is of the hypothesis that the effect is within the margin.
  public init(
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
  public static func share(_ name: String, _ successes: Int, of trials: Int, atMost limit: Double) -> EffectTest? {
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
  public static func share(_ name: String, _ successes: Int, of trials: Int, atLeast limit: Double) -> EffectTest? {
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
  public static func normal(
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
  public static func normal(
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

  /// The difference of two shares, tolerated within five points (Agresti and Caffo's adjustment: two successes and two
  /// failures added).
  static func difference(_ name: String, _ first: [Bool], _ second: [Bool]) -> EffectTest? {
    guard first.count >= 10, second.count >= 10 else { return nil }
    func parts(_ values: [Bool]) -> (Double, Double, Double) {
      let right = Double(values.count { $0 })
      let p = (right + 1) / Double(values.count + 2)
      return (right / Double(values.count), p, p * (1 - p) / Double(values.count + 2))
    }
    let (a, b) = (parts(first), parts(second))
    return .normal(
      name, a.1 - b.1, error: (a.2 + b.2).squareRoot(), count: first.count + second.count, within: 0.05)
  }
}
