import Environments
import Feedback
import Files
import Findings

/// The source of answers to a run's questions: a simulated pool of people (`SimulatedAnswering`), people behind a
/// workbench, or people of a program that embeds Pactolus.
///
/// In each round a run announces its beginning (``begin(_:)``), asks (``ask(_:)``), and takes in the answers
/// (``collect(_:stop:)``); what it takes in goes to the ledger and, through the question's kind, into the reward.
/// People may be asked *before* the agent trains and taken in with the next round, so that they judge while it trains;
/// the first and the last round wait. What a run does is then a function of its settings and the answers, whenever they
/// were given: an answering that remembers (questions by their number, what was taken in by which round) lets a killed
/// run be resumed with nothing lost and nothing asked again.
///
/// Called from the run's thread.
public protocol Answering: AnyObject {
  /// Told before a round asks, with what it may ask about.
  ///
  /// - Returns: what is noticed about those who answer, to be written down.
  func begin(_ round: AskingRound) throws -> [Finding]

  /// Which kinds a round asks, under which numbers; by default the kinds in turns under the schedule's numbers, so that
  /// nobody rates forty clips before the first comparison.
  func plan(_ kinds: [String], _ numbers: QuestionNumbers) -> QuestionPlan

  /// Puts questions to whoever answers, by rising number; not called in a round that has none. A resumed run asks the
  /// same questions under the same numbers again; those known already change nothing.
  func ask(_ questions: [PosedQuestion]) throws

  /// Waits until every question of the rounds up to ``IntakeRound/last`` has its answers, then returns what this round
  /// takes in: everything said since the last one that took in. After a resume it returns the same for the same round.
  ///
  /// - Returns: nil if `stop` was raised while waiting.
  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]?

  /// Asks whether the agent may take a step, and waits. The world stands still meanwhile.
  ///
  /// - Parameters:
  ///   - question: of the kind `permission`. A resumed run asks the same under the same number again, and has to hear the
  ///     same, also that nobody answered.
  ///   - query: the query that the answer becomes.
  ///   - seconds: in which an answer has to come.
  ///   - stop: ends the waiting.
  func permit(_ question: PosedQuestion, query: Int, within seconds: Double, stop: StopFlag) throws -> PermissionReply

  /// What was noticed about people by the answers that the round took in; asked once, before the reward learns from them.
  func findings() -> [Finding]

  /// Queries whose answers count no more, because of who gave them.
  var withdrawn: [Int] { get }

  /// Whether an answer may be taken back after a round took it in (``AnswerEvent/takenBack(answer:person:)``); the run
  /// then remembers which query each answer became.
  var mayTakeBack: Bool { get }

  /// Told what the agent did in a round: the true returns of the episodes that ended, and its experience.
  func observe(returns: [Double], experience: [Trajectory])

  /// Returns when no one has paused the agent, or `stop` is raised. Called between rollouts.
  func waitWhilePaused(stop: StopFlag)

  /// Whether what is shown is looked at: gathering what it shows costs time.
  var isWatched: Bool { get }

  /// What there is to see after an iteration.
  func show(_ view: RunView)

  /// The reward as a round has just trained it, where ``isWatched`` says that somebody looks: before the agent trains on it.
  /// Keeping it takes a second copy of the judged steps.
  func show(_ reward: LearnedReward)

  /// What a checkpoint must keep so that the rest of the run repeats, as texts by name.
  func state() throws -> [String: String]

  /// Takes over what ``state()`` gave.
  ///
  /// - Throws: `InputError` if a part is missing or cannot be read.
  func restore(_ state: [String: String]) throws
}

/// People: nothing is known of them beforehand, they may watch, and think better of an answer.
extension Answering {
  public func begin(_ round: AskingRound) throws -> [Finding] { [] }
  public func plan(_ kinds: [String], _ numbers: QuestionNumbers) -> QuestionPlan {
    .inTurns(kinds, numbers.scheduled)
  }
  /// Nobody is there to be asked.
  public func permit(
    _ question: PosedQuestion, query: Int, within seconds: Double, stop: StopFlag
  ) throws -> PermissionReply { .late }
  public func findings() -> [Finding] { [] }
  public var withdrawn: [Int] { [] }
  public var mayTakeBack: Bool { true }
  public func observe(returns: [Double], experience: [Trajectory]) {}
  public func waitWhilePaused(stop: StopFlag) {}
  public var isWatched: Bool { true }
  public func show(_ view: RunView) {}
  public func show(_ reward: LearnedReward) {}
  public func state() throws -> [String: String] { [:] }
  public func restore(_ state: [String: String]) throws {}
}

/// Where a run gets its source of answers from.
public enum AnsweringSource {
  /// The simulated people that the settings describe.
  case simulated
  /// Made when the run has its directory, where they may keep files, and its lock.
  case people((RunLayout) throws -> any Answering)
}

/// A round that is about to ask.
public struct AskingRound: Sendable {
  /// Counted from 0.
  public var iteration: Int
  /// What questions can be about.
  public var trajectories: [Trajectory]
  /// Answers given so far.
  public var answers: Int
}

/// A round that takes in answers.
public struct IntakeRound: Sendable {
  /// Counted from 0.
  public var iteration: Int
  /// The round up to which every question must have its answers.
  public var last: Int
  /// The query that the first answer becomes; the others follow.
  public var firstQuery: Int

  package init(iteration: Int, last: Int, firstQuery: Int) {
    (self.iteration, self.last, self.firstQuery) = (iteration, last, firstQuery)
  }
}

/// A question on its way to the respondents.
public struct PosedQuestion: Sendable, Hashable {
  /// Counted from 0 over the run.
  public var number: Int
  /// The round that asks it.
  public var iteration: Int
  /// `FeedbackKind.name`.
  public var kind: String
  /// The question itself.
  public var question: Question<JSONValue>
  /// The question's clips with what it takes to draw them, one for each.
  public var clips: [StoredSegment]
  /// Whether the answer is kept apart from learning, to measure by.
  public var forEvaluation: Bool

  /// Takes the parts as they are.
  public init(
    number: Int, iteration: Int, kind: String, question: Question<JSONValue>, clips: [StoredSegment],
    forEvaluation: Bool = false
  ) {
    self.number = number
    self.iteration = iteration
    self.kind = kind
    self.question = question
    self.clips = clips
    self.forEvaluation = forEvaluation
  }

  /// A clip with what it takes to draw it again, if it is one of the question's; otherwise the clip alone.
  func stored(_ clip: Trajectory) -> StoredSegment {
    clips.first { $0.trajectory == clip } ?? StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
  }
}

/// What a person did.
public enum AnswerEvent: Sendable, Hashable {
  /// A person answered, or said why not.
  case answered(GivenAnswer)
  /// The person took back an answer that the run had taken in already.
  case takenBack(answer: Int, person: String)
}

/// An answer, or the reason why there is none.
public struct GivenAnswer: Sendable, Hashable {
  /// Names the answer when it is taken back: no two of a run are equal.
  public var number: Int
  /// What was asked.
  public var question: PosedQuestion
  /// Who answered.
  public var person: String
  /// Nil if the person gave none.
  public var content: JSONValue?
  /// The clips that the person made.
  public var clips: [StoredSegment]
  /// Why there is no answer.
  public var skipped: String?

  /// Takes the parts as they are.
  public init(
    number: Int, question: PosedQuestion, person: String, content: JSONValue?, clips: [StoredSegment] = [],
    skipped: String? = nil
  ) {
    self.number = number
    self.question = question
    self.person = person
    self.content = content
    self.clips = clips
    self.skipped = skipped
  }

  /// The answer as its kind reads it; nil if there is none.
  var answer: Answer<JSONValue>? { content.map { Answer($0, clips: clips.map(\.trajectory)) } }
}

/// What became of a question whose answer has to come in time.
public enum PermissionReply: Sendable, Hashable {
  /// Somebody answered.
  case given(GivenAnswer)
  /// Nobody did in time.
  case late
  /// The run was told to stop meanwhile.
  case stopped
}
