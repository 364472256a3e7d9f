import Compute
import Environments

/// The person lets the agent take a step, or has something safer done in its place.
///
/// A choice between two courses from the same moment on: the step that the agent is about to take and what follows, and
/// what is done otherwise and what follows. To allow it says that it is at least as good, so that the reward learns from
/// permissions as from any choice. Where both courses go on by the same policy, an agent that leaves that policy only
/// where a person who sees far enough allowed it does at least as well as the policy (the policy improvement theorem).
///
/// It misleads where what is shown of the courses ends before the harm begins, and where people allow everything out of
/// habit: such an answer is grounded as a preference all the same. An answer that does not come in time is no evidence.
public enum Permission: FeedbackKind {
  public static let name = "permission"
  public static let summary = "the person lets the agent take a step, or has something safer done"

  /// The step, and why it is asked about.
  public struct Details: Codable, Hashable, Sendable {
    /// The action row that the agent is about to take.
    public var action: [Float]
    /// The action row that is taken otherwise.
    public var instead: [Float]
    /// Why the step is asked about; empty where it was drawn.
    public var causes: [Cause]

    /// Takes the parts as they are.
    public init(action: [Float], instead: [Float], causes: [Cause] = []) {
      (self.action, self.instead, self.causes) = (action, instead, causes)
    }
  }

  /// Why a step waits for a person.
  public enum Cause: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing like what is seen was judged.
    case unfamiliar
    /// It may lead to where there is no way back from.
    case irreversible
  }

  /// What the person decides.
  public struct Decision: Codable, Hashable, Sendable {
    /// Whether the agent takes the step.
    public var allow: Bool

    /// Takes the parts as they are.
    public init(allow: Bool) { self.allow = allow }
  }

  /// For how many steps a drawn question shows what follows.
  private static let horizon = 8
  /// How many steps before the moment are shown.
  private static let lead = 25

  /// A step of the clip, against another action that is kept up.
  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let replay = try material.replay()
    let clip = try material.first(1)[0]
    let step = random.below(clip.count)
    let width = clip.actionRowSize
    let action = Array(clip.actions[step * width..<(step + 1) * width])
    let others = material.world.specification.actionSpace.candidates(2, random: &random).filter { $0 != action }
    guard !others.isEmpty else {
      throw InputError("there is only one action, and nothing to allow", remedy: "ask in a world with a choice")
    }
    let instead = others[random.below(others.count)]
    let end = min(clip.count, step + horizon)
    let courses = [
      replay(0, step, Array(clip.actions[step * width..<end * width])),
      replay(0, step, (step..<end).flatMap { _ in instead }),
    ]
    guard courses.allSatisfy({ $0.count > 0 }) else {
      throw InputError("the clip cannot be replayed up to step \(step)")
    }
    return Question(courses, details: Details(action: action, instead: instead))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let (step, other) = (
      describe(question.details.action, in: world), describe(question.details.instead, in: world)
    )
    var allow = try ReplyOffer("yes\(step.map { ": \($0)" } ?? "")", Decision(allow: true))
    var refuse = try ReplyOffer("no\(other.map { ": \($0) instead" } ?? "")", Decision(allow: false))
    (allow.clip, refuse.clip) = (0, 1)
    let causes = question.details.causes.map(sentence)
    var shown = Presentation(
      (["May the agent do this?"] + causes).joined(separator: " "),
      captions: ["if it may", "if it may not"], reply: .pick([allow, refuse]))
    shown.leads = [lead, lead]
    return shown
  }

  private static func sentence(_ cause: Cause) -> String {
    switch cause {
    case .unfamiliar: "Nothing like this was judged."
    case .irreversible: "There may be no way back."
    }
  }

  /// The name of a discrete action; nil for others, which are told by what they lead to.
  private static func describe(_ action: [Float], in world: FeedbackWorld) -> String? {
    guard case .discrete(let names) = world.specification.actionSpace, let first = action.first,
      let index = Int(exactly: first), names.indices.contains(index)
    else { return nil }
    return names[index]
  }

  public static func check(
    _ answer: Answer<Decision>, to question: Question<Details>, in world: FeedbackWorld
  ) throws {
    try question.needs(clips: 2...2)
    let width = world.specification.actionSpace.rowSize
    for (name, action, clip) in [
      ("action", question.details.action, question.clips[0]), ("instead", question.details.instead, question.clips[1]),
    ] {
      guard action.count == width, action.allSatisfy(\.isFinite) else {
        throw InputError(
          "the action has \(action.count) numbers, or one that is none", at: "question.\(name)",
          remedy: "give \(width)")
      }
      guard Array(clip.actions.prefix(width)) == action else {
        throw InputError(
          "what is shown begins with another action", at: "question.\(name)", remedy: "give the clip's first action")
      }
    }
    let size = question.clips[0].observationSize
    guard question.clips[0].observations.prefix(size) == question.clips[1].observations.prefix(size) else {
      throw InputError("the courses begin at different moments", at: "question.clips")
    }
  }

  public static func ground(
    _ answer: Answer<Decision>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { [choice(question, allowed: answer.content.allow, person: person)] }

  public static func possibleAnswers(
    to question: Question<Details>, in world: FeedbackWorld
  ) -> [[Answer<Decision>]]? { [[Answer(Decision(allow: true)), Answer(Decision(allow: false))]] }

  public static func label(of answer: Answer<Decision>) -> Int? { answer.content.allow ? 0 : 1 }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Decision>? {
    let choice = choice(question, allowed: true, person: respondent.person)
    return Answer(Decision(allow: respondent.pick(choice, random: &random) == 0))
  }

  private static func choice(_ question: Question<Details>, allowed: Bool, person: PersonModel) -> Choice {
    Choice(
      options: [person.option(question.clips[0], shownFirst: true), person.option(question.clips[1])],
      picked: allowed ? 0 : 1, rationality: person.rationality, lapse: person.lapse)
  }
}
