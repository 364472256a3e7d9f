import Compute
import Environments
import Foundation

/// A simulated person: how they judge, and what goes wrong on the way to the answer.
///
/// ```swift
/// var person = SimulatedPerson(.boltzmann(temperature: 2))
/// person.flaws.sideBias = 0.5
/// person.flaws.drift = 1                 // after 700 answers every second one is given without looking
/// ```
///
/// An answer is made in this order; a flaw that is off draws no random number:
///
/// 1. without looking (``PersonFlaws/lazy``, ``PersonFlaws/drift``): the lazy key;
/// 2. refused (``PersonFlaws/skips``);
/// 3. considered: by ``base``, the habits of side and length added to the difference of the returns;
/// 4. called equal, if the true returns are within ``PersonFlaws/tieBand``;
/// 5. turned round by a slip, and 6. turned round on purpose; ties, and what is no answer, cannot be.
public struct SimulatedPerson: ComparisonRespondent, Codable, Hashable {
  /// How they judge.
  public var base: SimulatedJudgment
  /// What keeps them from answering as they judge.
  public var flaws: PersonFlaws
  /// The answers given so far, by which they drift.
  public var answered = 0

  /// Takes the parts as they are; ``validate()`` checks them.
  public init(_ base: SimulatedJudgment, flaws: PersonFlaws = PersonFlaws()) {
    self.base = base
    self.flaws = flaws
  }

  /// - Throws: `InputError` for invalid parameters, alone or together.
  public func validate() throws {
    try base.validate()
    try flaws.validate()
    if case .bPref = base, flaws.hasHabits {
      throw InputError(
        "one of B-Pref's teachers is given a bias of side or length", remedy: "use a rational or boltzmann person")
    }
  }

  public mutating func adapt(to recent: RecentReturns) { base.adapt(to: recent) }

  public func answer(first: Trajectory, second: Trajectory, random: inout RandomStream) -> ComparisonAnswer {
    let blindness = flaws.blindness(after: answered)
    if blindness > 0, random.bernoulli(blindness) {
      switch flaws.lazyKey {
      case .any: return random.bernoulli(0.5) ? .first : .second
      case .first: return .first
      case .tie: return .tie
      }
    }
    if flaws.skips > 0, random.bernoulli(flaws.skips) { return .skipped }
    var answer = considered(first, second, random: &random)
    if flaws.tieBand > 0, answer.isEvidence, abs(first.trueReturn - second.trueReturn) <= flaws.tieBand {
      answer = .tie
    }
    for probability in [flaws.slips, flaws.adversarial] where probability > 0 && random.bernoulli(probability) {
      answer = answer.turned
    }
    return answer
  }

  public var canTie: Bool {
    base.canTie || flaws.tieBand > 0 || (flaws.lazyKey == .tie && (flaws.lazy > 0 || flaws.drift > 0))
  }

  private func considered(
    _ first: Trajectory, _ second: Trajectory, random: inout RandomStream
  ) -> ComparisonAnswer {
    let habit = flaws.sideBias + flaws.lengthBias * Double(first.count - second.count)
    guard habit != 0 else { return base.answer(first: first, second: second, random: &random) }
    switch base {
    case .boltzmann(let temperature, let discount, let threshold) where temperature > 0:
      // A bias in nats is worth so much return.
      let probability = SimulatedJudgment.preference(
        first.trueReturn(discount: discount) + temperature * habit, second.trueReturn(discount: discount),
        temperature: temperature, threshold: threshold)
      return random.bernoulli(probability) ? .first : .second
    case .rational(let discount), .boltzmann(_, let discount, _):
      let difference = first.trueReturn(discount: discount) - second.trueReturn(discount: discount) + habit
      return difference == 0 ? .tie : difference > 0 ? .first : .second
    case .bPref: return base.answer(first: first, second: second, random: &random)
    }
  }
}

extension ComparisonAnswer {
  /// The other clip; a tie, and what is no answer, stay.
  var turned: ComparisonAnswer {
    switch self {
    case .first: .second
    case .second: .first
    case .tie, .cannotTell, .skipped: self
    }
  }
}
