import Compute
import Foundation

/// What makes a person's answers differ from their values; each flaw alone, or several together. All zero: none.
///
/// Every person who judges by true returns can have them (``SimulatedPerson``). What a person values, how noisily and
/// how far they look, is said by ``SimulatedJudgment``; regret instead of return is another reward to judge by.
public struct PersonFlaws: Codable, Sendable, Hashable {
  /// The probability of an answer without looking.
  public var lazy = 0.0
  /// What a lazy person presses.
  public var lazyKey = LazyKey.any
  /// Attention lost with every thousand answers: after n of them the person answers without looking with probability
  /// 1 − exp(−drift · n / 1000), beside ``lazy``.
  public var drift = 0.0
  /// The probability of refusing a question after a look.
  public var skips = 0.0
  /// Calls clips equal whose true returns differ by no more.
  public var tieBand = 0.0
  /// The bias towards the clip shown first: in nats for people who choose by a softmax, in units of true return for
  /// those who decide exactly.
  public var sideBias = 0.0
  /// The bias towards a clip for each transition in it, in the same units.
  public var lengthBias = 0.0
  /// The probability of pressing the wrong key.
  public var slips = 0.0
  /// The probability of saying the opposite on purpose.
  public var adversarial = 0.0

  /// Without looking.
  public enum LazyKey: String, Codable, Sendable, Hashable, CaseIterable {
    /// The first or the second, by a coin.
    case any
    /// Always the first.
    case first
    /// Always "equal".
    case tie
  }

  /// No flaws: set those that there are.
  public init() {}

  /// The probability of an answer without looking, after so many answers.
  public func blindness(after answers: Int) -> Double { 1 - (1 - lazy) * exp(-drift * Double(answers) / 1000) }

  var hasHabits: Bool { sideBias != 0 || lengthBias != 0 }

  /// - Throws: `InputError` for the first invalid one.
  public func validate() throws {
    for (name, value) in [
      ("lazy", lazy), ("skips", skips), ("slips", slips), ("adversarial", adversarial),
    ] where !(value >= 0 && value <= 1) {
      throw InputError("the person's \(name) is \(value)", remedy: "use a probability of 0 ... 1")
    }
    for (name, value) in [("drift", drift), ("tieBand", tieBand)] where !(value >= 0 && value.isFinite) {
      throw InputError("the person's \(name) is \(value)", remedy: "use 0 or more")
    }
    for (name, value) in [("sideBias", sideBias), ("lengthBias", lengthBias)] where !value.isFinite {
      throw InputError("the person's \(name) is \(value)", remedy: "use a finite number")
    }
  }
}
