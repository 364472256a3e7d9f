import Compute
import Findings
import Foundation

/// One measured effect against a margin of practical importance.
///
/// The p-value is of the hypothesis that the effect is *within* the margin (a minimum-effect test), so that a clean
/// large file does not fail by significance alone; the effect is shown to be harmless when its whole interval lies
/// within the margin (an equivalence test), so that a small file does not pass for want of data.
public struct EffectTest: Codable, Sendable, Hashable {
  /// What a test does to its check's verdict.
  public enum Role: String, Codable, Sendable {
    /// Fails the check, and has to be shown harmless for it to hold.
    case decides
    /// Fails the check only: one of many groups, each too small to be shown harmless.
    case alarms
    /// Has to be shown harmless only: what many small effects amount to together.
    case assures
  }

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
  /// The same, corrected for the check's other tests and for the other checks; equal to ``pValue`` until then.
  public var correctedPValue: Double
  /// Whether the interval lies within the margin.
  public var isHarmless: Bool
  /// In words: "at most 1 %".
  public var margin: String
  /// The unit, if it has one.
  public var unit: String?
  /// What the test does to its check's verdict.
  public var role: Role

  /// An effect with its own test; `pValue` is of the hypothesis that the effect is within the margin.
  public init(
    _ name: String, _ estimate: Double, interval: Interval?, count: Int, pValue: Double, isHarmless: Bool,
    margin: String, unit: String? = nil, role: Role = .decides
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
    self.role = role
  }

  /// Whether the test fails its check.
  var fails: Bool { role != .assures && correctedPValue <= 0.05 }

  /// The same test with another role.
  public func with(role: Role) -> EffectTest {
    var test = self
    test.role = role
    return test
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

  /// So many of so many.
  typealias Share = (count: Int, of: Int)

  /// The difference of two shares (Agresti and Caffo's adjustment: two successes and two failures added), of which only
  /// more than `limit` is harm; of both signs if it is nil, within five points.
  static func difference(
    _ name: String, _ first: Share, _ second: Share, atMost limit: Double? = nil
  ) -> EffectTest? {
    guard first.of >= 10, second.of >= 10 else { return nil }
    func parts(_ share: Share) -> (Double, Double) {
      let p = Double(share.count + 1) / Double(share.of + 2)
      return (p, p * (1 - p) / Double(share.of + 2))
    }
    let (a, b) = (parts(first), parts(second))
    let (estimate, error, count) = (a.0 - b.0, (a.1 + b.1).squareRoot(), first.of + second.of)
    return limit.map { .normal(name, estimate, error: error, count: count, atMost: $0) }
      ?? .normal(name, estimate, error: error, count: count, within: 0.05)
  }
}
