import Compute
import Environments
import Foundation

/// A person who judges by the environment's own reward, with stated flaws.
///
/// ```swift
/// let person = SimulatedJudgment.boltzmann()          // `imitation`'s default gatherer
/// let other = SimulatedJudgment.bPref(.stochastic())  // B-Pref's "Stoc"
/// ```
public enum SimulatedJudgment: ComparisonRespondent, Codable, Hashable {
  /// Prefers the larger (discounted) true return; ties exactly where the returns are equal.
  case rational(discount: Double = 1)
  /// Prefers the first with probability 1 / (1 + exp((R₂ − R₁) / temperature)), the exponent limited to ± threshold; as
  /// `imitation`'s `SyntheticGatherer` when sampling. Never ties. Temperature 0 is ``rational(discount:)``.
  case boltzmann(temperature: Double = 1, discount: Double = 1, threshold: Double = 50)
  /// One of B-Pref's teachers.
  case bPref(BPrefTeacher)

  /// - Throws: `InputError` for invalid parameters.
  public func validate() throws {
    switch self {
    case .rational(let discount): try Self.check(discount: discount)
    case .boltzmann(let temperature, let discount, let threshold):
      try Self.check(discount: discount)
      guard temperature >= 0, temperature.isFinite else {
        throw InputError("the person's temperature is \(temperature)", remedy: "use 0 (no noise) or more")
      }
      guard threshold > 0 else {
        throw InputError("the person's threshold is \(threshold)", remedy: "use a positive number")
      }
    case .bPref(let teacher): try teacher.validate()
    }
  }

  private static func check(discount: Double) throws {
    guard discount >= 0, discount <= 1 else {
      throw InputError("the person's discount is \(discount)", remedy: "use a number of 0 ... 1")
    }
  }

  public func answer(first: Trajectory, second: Trajectory, random: inout RandomStream) -> ComparisonAnswer {
    switch self {
    case .rational(let discount):
      return Self.better(first.trueReturn(discount: discount), second.trueReturn(discount: discount))
    case .boltzmann(let temperature, let discount, let threshold):
      let returns = (first.trueReturn(discount: discount), second.trueReturn(discount: discount))
      guard temperature > 0 else { return Self.better(returns.0, returns.1) }
      let probability = Self.preference(
        returns.0, returns.1, temperature: temperature, threshold: threshold)
      return random.bernoulli(probability) ? .first : .second
    case .bPref(let teacher):
      return teacher.answer(first: first, second: second, random: &random)
    }
  }

  public var canTie: Bool {
    switch self {
    case .rational: true
    case .boltzmann(let temperature, _, _): !(temperature > 0)
    case .bPref(let teacher): teacher.canTie
    }
  }

  public mutating func adapt(to recent: RecentReturns) {
    guard case .bPref(var teacher) = self else { return }
    teacher.adapt(to: recent)
    self = .bPref(teacher)
  }

  /// The probability that the first of two returns is preferred.
  public static func preference(
    _ first: Double, _ second: Double, temperature: Double, threshold: Double = 50
  ) -> Double {
    1 / (1 + exp(min(max((second - first) / temperature, -threshold), threshold)))
  }

  private static func better(_ first: Double, _ second: Double) -> ComparisonAnswer {
    first == second ? .tie : (first > second ? .first : .second)
  }
}

extension Trajectory {
  /// Σ γ^t r_t of the environment's own rewards, t counted from the trajectory's first transition.
  public func trueReturn(discount: Double) -> Double {
    var power = 1.0
    var sum = 0.0
    for reward in rewards {
      sum += power * Double(reward)
      power *= discount
    }
    return sum
  }
}
