import Compute
import Environments
import Feedback
import Synchronization

/// ``Thumbs`` that refuse to be asked when they are told to.
package enum Shy: FeedbackKind {
  package enum Manner: Sendable {
    /// Asks whatever there is.
    case bold
    /// Refuses every clip.
    case silent
    /// Refuses as often as a run tries the agent's own clips, then asks once.
    case afterTenTries
    /// Refuses so often, then asks whatever there is.
    case after(Int)
  }

  private static let state = Mutex<(manner: Manner, refusals: Int)>((.bold, 0))

  package static func become(_ manner: Manner) { state.withLock { $0 = (manner, 0) } }

  package static let name = "shy"
  package static let summary = "thumbs that are not always asked for"

  package static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    let isAskable = state.withLock { state in
      switch state.manner {
      case .bold: return true
      case .silent: return false
      case .afterTenTries:
        state.refusals = (state.refusals + 1) % 11
        return state.refusals == 0
      case .after(let tries):
        state.refusals += 1
        return state.refusals > tries
      }
    }
    guard isAskable else { throw InputError("too shy") }
    return try Thumbs.ask(material, random: &random)
  }

  package static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    try Thumbs.show(question, in: world)
  }

  package static func check(
    _ answer: Answer<Thumbs.Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld
  ) throws { try Thumbs.check(answer, to: question, in: world) }

  package static func ground(
    _ answer: Answer<Thumbs.Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { Thumbs.ground(answer, to: question, in: world, person: person) }

  package static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Thumbs.Thumb>? { Thumbs.simulate(question, in: world, respondent: &respondent, random: &random) }
}

extension FeedbackRegistry {
  /// With thumbs, and with shy ones.
  package static let withShyThumbs = FeedbackRegistry.withThumbs.adding(Shy.self)
}
