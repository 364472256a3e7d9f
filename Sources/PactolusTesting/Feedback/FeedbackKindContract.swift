import Compute
import Environments
import Feedback
import Files
import Rewards

/// Everything a kind of feedback promises, checked in one call.
///
/// ```swift
/// @Test func keepsTheContract() throws { try expectContract(of: AnyFeedbackKind(StarRating.self)) }
/// ```
///
/// Questions are asked about a ``RingWorld`` of five places, whose rewards are known, and answered by the kind's own
/// simulation. All randomness has fixed seeds, so the verdict is always the same.
public struct FeedbackKindContract: Sendable {
  /// Parts of the contract.
  public enum Promise: String, Sendable, Hashable, CaseIterable {
    /// Question, answer and meaning survive the file; what is shown has a prompt; the same stream asks and answers the
    /// same.
    case roundTrip
    /// A record changed anywhere is understood or refused with an `InputError`, never more.
    case damage
    /// The gradient of the training loss on its choices is that of finite differences of the loss's definition.
    case gradient
    /// A simulated person answers by the likelihood: χ² of 4,000 answers to each of three questions; a sound kind
    /// fails with probability 10⁻⁶.
    case simulation
    /// A reward is recovered from 500 answers: correlation above 0.9 over the five places; a sound kind fails with
    /// probability below 10⁻³.
    case recovery
  }

  let kind: AnyFeedbackKind
  /// Who answers, and who is believed to: not a person without flaws, whom many errors would leave as they are.
  let person = PersonModel(rationality: 1.5, lapse: 0.04, discount: 0.9, cutPoints: [-2, -0.5, 0.5, 2])

  /// The contract of this kind.
  public init(_ kind: AnyFeedbackKind) { self.kind = kind }

  /// What the kind does not keep of these promises; empty if it keeps all.
  ///
  /// - Complexity: about a second, most of it for ``Promise/recovery``.
  /// - Throws: what the kind throws where it may not.
  public func violations(_ promises: [Promise] = Promise.allCases) throws -> [ContractViolation] {
    var list = ViolationList()
    let world = try RingWorld.world()
    for promise in promises {
      switch promise {
      case .roundTrip: try checkRoundTrip(in: world, &list)
      case .damage: try checkDamage(in: world, &list)
      case .gradient: try checkGradient(in: world, &list)
      case .simulation: try checkSimulation(in: world, &list)
      case .recovery: try checkRecovery(in: world, &list)
      }
    }
    return list.violations
  }

  /// A question of the kind, and `person`'s answer to it.
  ///
  /// - Throws: `BrokenContract` if the simulated person gives no answer.
  func answered(
    _ world: FeedbackWorld, by person: PersonModel, seed: UInt64
  ) throws -> (question: Question<JSONValue>, answer: Answer<JSONValue>) {
    var random = RandomSource(seed: seed).stream("contract")
    let question = try kind.ask(RingWorld.material(world, seed: seed), random: &random)
    var respondent: any Respondent = RewardRespondent(person)
    guard let answer = try kind.simulate(question, in: world, respondent: &respondent, random: &random) else {
      throw BrokenContract(
        subject: kind.name, violations: [ContractViolation("a simulated person without doubts gives an answer")])
    }
    return (question, answer)
  }

  /// The reward reads the next observation: the place that a move leads to.
  func encoding() throws -> TransitionEncoding {
    try TransitionEncoding(
      RewardInputs(observation: false, action: false, nextObservation: true), specification: RingWorld().specification)
  }
}

/// Checks that a kind of feedback keeps ``FeedbackKindContract``.
///
/// - Throws: ``BrokenContract`` with every promise that it does not keep.
public func expectContract(
  of kind: AnyFeedbackKind, _ promises: [FeedbackKindContract.Promise] = FeedbackKindContract.Promise.allCases
) throws {
  try BrokenContract.throwIfBroken(FeedbackKindContract(kind).violations(promises), subject: kind.name)
}
