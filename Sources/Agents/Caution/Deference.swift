import Compute
import Foundation

/// The off-switch game: what it is worth to wait for a person rather than to act, or to switch oneself off
/// (Hadfield-Menell et al. 2017).
///
/// The agent believes that its plan is worth U more than being switched off, and is not sure. If it waits, the person
/// lets it go ahead with the probability `approval(U)`. Then Δ = E[approval(U) U] − max(E U, 0) is what waiting is
/// worth; a rational person makes it at least 0, and above 0 if U may have either sign. With a person who errs it may
/// be negative: then the agent believes to know better, and whether it is to be allowed that is not for this number to
/// say. The belief is the assumption: an agent that is sure of the wrong thing sees nothing in waiting.
public struct Deference: Sendable, Hashable, Codable {
  /// Who decides.
  public enum Person: Sendable, Hashable, Codable {
    /// Lets the plan go ahead exactly if it is worth something.
    case rational
    /// With the probability 1 ÷ (1 + exp(−U ÷ β)); β above 0.
    case boltzmann(temperature: Double)

    /// The probability that the plan goes ahead.
    public func approval(_ worth: Double) -> Double {
      switch self {
      case .rational: worth >= 0 ? 1 : 0
      case .boltzmann(let temperature): 1 / (1 + exp(-worth / temperature))
      }
    }
  }

  /// E U: going ahead unasked.
  public let acting: Double
  /// E[approval(U) U].
  public let waiting: Double
  /// What waiting is worth over the better of acting and switching off.
  public var value: Double { waiting - max(acting, 0) }

  /// A belief of several values with their probabilities, which are scaled to sum to 1.
  ///
  /// - Throws: `InputError` if sizes or numbers do not fit.
  public init(worths: [Double], probabilities: [Double], person: Person) throws {
    try Self.check(person)
    let total = probabilities.reduce(0, +)
    guard worths.count == probabilities.count, worths.allSatisfy(\.isFinite), probabilities.allSatisfy({ $0 >= 0 }),
      total > 0, total.isFinite
    else { throw InputError("a probability is wanted for each worth, not all 0") }
    acting = Vectors.dot(worths, probabilities) / total
    waiting = zip(worths, probabilities).reduce(0) { $0 + $1.1 * person.approval($1.0) * $1.0 } / total
  }

  /// A normal belief. For a person who errs, by quadrature to about nine digits.
  ///
  /// - Throws: `InputError` for a deviation that is not positive.
  public init(mean: Double, deviation: Double, person: Person) throws {
    try Self.check(person)
    guard deviation > 0, deviation.isFinite, mean.isFinite else {
      throw InputError("the belief has the deviation \(deviation)", remedy: "give a positive number")
    }
    acting = mean
    switch person {
    case .rational:
      let ratio = mean / deviation
      waiting =
        mean * SpecialFunctions.normalDistribution(ratio) + deviation * exp(-ratio * ratio / 2) / (2 * .pi).squareRoot()
    case .boltzmann(let temperature):
      // The trapezoid rule on a smooth function that vanishes at both ends converges faster than any power.
      let steps = Int(min(max(200, 240 * deviation / temperature), 2_000_000))
      let (low, width) = (-12.0, 24.0 / Double(steps))
      var sum = 0.0
      for index in 0...steps {
        let x = low + width * Double(index)
        let worth = mean + deviation * x
        sum += exp(-x * x / 2) * person.approval(worth) * worth
      }
      waiting = sum * width / (2 * .pi).squareRoot()
    }
  }

  private static func check(_ person: Person) throws {
    if case .boltzmann(let temperature) = person, !(temperature > 0 && temperature.isFinite) {
      throw InputError("the person's temperature is \(temperature)", remedy: "give a positive number")
    }
  }
}
