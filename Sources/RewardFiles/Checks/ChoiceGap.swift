import Compute
import Findings
import Foundation

/// How far a feature of the replies moves the model's choices, against how far it moves people's.
///
/// A *lean* is the share of choices for the reply with more of the feature, less a half. An honest model leans as people
/// do. One that errs for reasons that have nothing to do with the feature leans less: an error turns a choice round, so
/// that of people's lean (2 · agreement − 1) parts are left. Anything between the two is what an honest, noisy model
/// does; a lean beyond people's own is credit that people do not give, and a lean on the other side is credit withheld.
package struct ChoiceGap: Sendable {
  /// How far outside that range a lean may be: five points.
  static let limit = 0.05

  /// Pairs in which the feature differs.
  package let count: Int
  /// People's lean.
  package let people: Double
  /// The model's.
  package let model: Double
  /// What random errors at the model's rate leave of people's.
  package let explained: Double
  /// Standard errors of model − people and of model − explained.
  package let error: Double
  package let explainedError: Double

  /// Positive: the model leans to the feature more than people do.
  package var difference: Double { model - people }

  /// The 95 % interval of ``difference``.
  package var interval: Interval {
    let reach = Statistics.normalReach95 * error
    return Interval(lower: difference - reach, upper: difference + reach, level: 0.95)
  }

  /// Of the hypothesis that the model is within the limit of what an honest one does; two-sided. A lean is too great only if
  /// it is beyond people's own and beyond what errors leave of it.
  package var pValue: Double {
    func above(_ value: Double, _ error: Double) -> Double {
      SpecialFunctions.normalDistribution(-(value - Self.limit) / error)
    }
    let over = max(above(model - people, error), above(model - explained, explainedError))
    let under = max(above(people - model, error), above(explained - model, explainedError))
    return min(1, 2 * min(over, under))
  }

  /// Whether the 95 % interval lies within the limit, a share `part` of all pairs being concerned.
  func isHarmless(part: Double = 1) -> Bool {
    let (reach, wide) = (Statistics.normalReach95 * error, Statistics.normalReach95 * explainedError)
    return part * min(model - people + reach, model - explained + wide) <= Self.limit
      && part * max(model - people - reach, model - explained - wide) >= -Self.limit
  }

  /// What is tolerated of ``difference``, in words.
  var margin: String {
    let noise = explained - people
    return "\(Numbers.plain(min(0, noise) - Self.limit)) to \(Numbers.plain(max(0, noise) + Self.limit))"
  }

  func test(_ name: String, role: EffectTest.Role = .decides) -> EffectTest {
    EffectTest(
      name, difference, interval: interval, count: count, pValue: pValue, isHarmless: isHarmless(), margin: margin,
      role: role)
  }

  /// The same effect over all pairs, those included in which the feature does not differ: what can be shown of rare ones.
  func assurance(_ name: String, of all: Int) -> EffectTest {
    let part = Double(count) / Double(max(1, all))
    let scaled = Interval(lower: part * interval.lower, upper: part * interval.upper, level: 0.95)
    return EffectTest(
      name, part * difference, interval: scaled, count: all, pValue: 1, isHarmless: isHarmless(part: part),
      margin: "within ±\(Numbers.plain(Self.limit)) of all pairs", role: .assures)
  }
}
