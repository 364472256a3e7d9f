import Compute
import Environments

/// One way in which people give feedback: how it is asked, shown, checked, grounded and simulated.
///
/// A kind is one file. Its meaning is what ``ground(_:to:in:person:)`` returns: choices, which are all that the trainer
/// ever sees. Add the kind to ``FeedbackKinds/standard``, and the command line, the ledger, the files and the contract
/// tests have it; or, from outside, to a ``FeedbackRegistry``.
public protocol FeedbackKind: Sendable {
  /// What a question holds besides its clips.
  associatedtype Details: Codable & Hashable & Sendable
  /// What an answer holds besides the clips that the person made.
  associatedtype Content: Codable & Hashable & Sendable

  /// In lower case with hyphens: `best-of-k`.
  static var name: String { get }
  /// One sentence for a list.
  static var summary: String { get }
  /// Whether a question is about two clips that a strategy of asking may choose together (``QuestionSelector``); false
  /// unless the kind overrides it.
  static var isAboutPairs: Bool { get }

  /// Whether one question may go to several people, who are then held against one another (`SimulatedPool`); false
  /// unless the kind says otherwise.
  static var isShared: Bool { get }

  /// What of a clip's level its answers depend on, besides differences between clips; ``AnswerLevel/none``, the default.
  static var level: AnswerLevel { get }

  /// Makes a question from material.
  ///
  /// - Throws: `InputError` if the material does not suffice.
  static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details>

  /// What a screen shows.
  static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation

  /// Refuses an answer that does not fit its question, or an invalid question (both may come from a file).
  ///
  /// - Throws: `InputError`, its place a field of the answer or the question.
  static func check(_ answer: Answer<Content>, to question: Question<Details>, in world: FeedbackWorld) throws

  /// What the answer means under a model of the person; empty if it is no evidence. Called after `check`.
  static func ground(
    _ answer: Answer<Content>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice]

  /// The choice whose first option's probability is predicted before the answer is known, so that predictions can be
  /// held against answers. Nil unless the kind overrides it: nothing is predicted.
  static func forecast(_ question: Question<Details>) -> Choice?

  /// What a simulated respondent answers: drawn from the likelihood that `ground` states, with the respondent's own
  /// reward and flaws. Nil for a respondent who cannot tell.
  static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Content>?

  /// Which of two things an answer says, 0 or 1, to hold people against one another (`DawidSkene`); nil, the default, if
  /// it says neither.
  static func label(of answer: Answer<Content>) -> Int?

  /// What several people's answers to one question come to where no single one of them is trusted; nil, the default, if
  /// they come to nothing.
  static func majority(of answers: [Answer<Content>]) -> Answer<Content>?

  /// For an answer that states a reward: what it gives each transition of the question's clips, [clips][transitions], to
  /// be looked at before the answer is given. Nil for others; the default. Called after `check`.
  static func rewards(
    stated answer: Answer<Content>, to question: Question<Details>, in world: FeedbackWorld
  ) throws -> [[Double]]?

  /// Every answer that the question allows, in groups: the answers of a group differ in what they mean for the clips,
  /// the groups in the manner of saying it (how strongly), which is the person's habit and no evidence. Under `ground`
  /// the probabilities of a group's answers sum to 1.
  ///
  /// Nil where the answers cannot be counted (a clip that the person makes, a curve); the default.
  static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) throws -> [[Answer<Content>]]?
}

extension FeedbackKind {
  public static var isAboutPairs: Bool { false }
  public static var isShared: Bool { false }
  public static var level: AnswerLevel { .none }
  public static func label(of answer: Answer<Content>) -> Int? { nil }
  public static func majority(of answers: [Answer<Content>]) -> Answer<Content>? { nil }
  public static func forecast(_ question: Question<Details>) -> Choice? { nil }
  public static func rewards(
    stated answer: Answer<Content>, to question: Question<Details>, in world: FeedbackWorld
  ) throws -> [[Double]]? { nil }
  public static func possibleAnswers(
    to question: Question<Details>, in world: FeedbackWorld
  ) throws -> [[Answer<Content>]]? { nil }
}

/// What of a clip's level, of how good it is by itself, an answer depends on.
///
/// Units of reward are arbitrary, so a kind that depends on the level needs a person whose reward has a zero and a unit
/// that fit the world (`PersonalScale`): otherwise every answer is the same one.
public enum AnswerLevel: Sendable, Hashable {
  /// Nothing: only differences count.
  case none
  /// How far it is from what is middling.
  case middling
  /// Whether it is better than nothing at all.
  case nothing
}

/// A question for a person: the clips that it is about, and what else the kind of feedback needs to know.
public struct Question<Details: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// What is shown; the kind decides how many there are and what each is.
  public var clips: [Trajectory]
  /// What the question holds besides its clips.
  public var details: Details

  /// Takes the parts as they are.
  public init(_ clips: [Trajectory], details: Details) {
    self.clips = clips
    self.details = details
  }
}

extension Question where Details == NoDetails {
  /// A question that is its clips.
  public init(_ clips: [Trajectory]) { self.init(clips, details: NoDetails()) }
}

/// What a person said, and the clips that they made in saying it (a demonstration, a correction).
public struct Answer<Content: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// What was said.
  public var content: Content
  /// The clips that the person made; most kinds have none.
  public var clips: [Trajectory]

  /// Takes the parts as they are.
  public init(_ content: Content, clips: [Trajectory] = []) {
    self.content = content
    self.clips = clips
  }
}

/// For questions that are their clips, and answers that are theirs.
public struct NoDetails: Codable, Hashable, Sendable {
  /// There is nothing to say.
  public init() {}
}

/// What a question can be made of.
public struct QuestionMaterial: Sendable {
  /// Candidate clips: a kind takes the first that it needs, so that a strategy of asking decides by their order.
  public var clips: [Trajectory]
  /// The world in which the clips were made.
  public var world: FeedbackWorld
  /// How many options, for kinds that leave it open (best of k, ranking, sampled alternatives).
  public var options: Int
  /// Whether the respondent can be asked how strongly they prefer.
  public var strengths = true
  /// Whether the respondent may call two clips equal.
  public var ties = true
  /// What would have happened in a clip, had these actions (row after row) been taken from this step of it on; for
  /// kinds that offer something else than what was done. Nil where clips cannot be replayed, as when they come from a
  /// file.
  public var whatIf: (@Sendable (_ clip: Int, _ step: Int, _ actions: [Float]) -> Trajectory)?

  /// Takes the parts as they are; strengths and ties can be said.
  public init(
    clips: [Trajectory], world: FeedbackWorld, options: Int = 4,
    whatIf: (@Sendable (_ clip: Int, _ step: Int, _ actions: [Float]) -> Trajectory)? = nil
  ) {
    self.clips = clips
    self.world = world
    self.options = options
    self.whatIf = whatIf
  }

  /// ``whatIf`` for kinds that cannot do without.
  ///
  /// - Throws: `InputError` if clips cannot be replayed.
  func replay() throws -> @Sendable (_ clip: Int, _ step: Int, _ actions: [Float]) -> Trajectory {
    guard let whatIf else {
      throw InputError("the clips cannot be replayed with other actions", remedy: "ask about a run's own experience")
    }
    return whatIf
  }

  /// The first `count` clips.
  ///
  /// - Throws: `InputError` if there are fewer, or one is empty.
  public func first(_ count: Int) throws -> [Trajectory] {
    guard count > 0, clips.count >= count else {
      throw InputError(
        "the question needs \(count) clips and there are \(clips.count)", remedy: "gather more experience first")
    }
    let taken = Array(clips.prefix(count))
    guard taken.allSatisfy({ $0.count > 0 }) else { throw InputError("a clip has no transitions") }
    return taken
  }
}

/// The world that questions are about.
public struct FeedbackWorld: Sendable {
  /// The environment as the registry knows it.
  public var entry: EnvironmentEntry
  /// The environment's specification.
  public var specification: EnvironmentSpecification { entry.specification }
  /// The exact table, if the world is finite.
  public var tabular: TabularWorld? { entry.tabular }
  /// What can be named about a transition.
  public var features: [NamedFeature] { entry.features }

  /// The world of an environment.
  public init(_ entry: EnvironmentEntry) { self.entry = entry }
}
