import Compute
import Environments
import Feedback

/// People who answer a run's questions while it goes on: behind the workbench, or in a program that embeds Pactolus.
///
/// A run asks the questions of an iteration *before* it trains and takes their answers in with the next, so that people
/// judge while the agent trains; the first and the last round wait. What a run does is then a function of its settings
/// and the answers, whenever they were given: an answering that remembers (questions by their number, what was taken in
/// by which iteration) lets a killed run be resumed with nothing lost and nothing asked again.
///
/// Called from the run's thread.
public protocol LiveAnswering: Sendable {
  /// Puts questions before people. A resumed run asks the same questions under the same numbers again; those known
  /// already change nothing.
  func ask(_ questions: [LiveQuestion]) throws

  /// Waits until every question of the iterations up to `last` has its answers, then returns what this iteration takes
  /// in: everything said since the last one that took in. After a resume it returns the same for the same iteration.
  ///
  /// - Returns: nil if `stop` was raised while waiting.
  func collect(iteration: Int, waitingForQuestionsUpTo last: Int, stop: StopFlag) throws -> [LiveEvent]?

  /// Returns when nobody wants the agent to stand still, or `stop` is raised. Called between rollouts.
  func waitWhilePaused(stop: StopFlag)

  /// What there is to see after an iteration.
  func show(_ view: LiveView)
}

/// A question of a run to people.
public struct LiveQuestion: Sendable, Hashable {
  /// Counted from 0 over the run.
  public var number: Int
  public var iteration: Int
  /// `FeedbackKind.name`.
  public var kind: String
  public var question: Question<JSONValue>
  /// The question's clips with what it takes to draw them, one for each.
  public var clips: [StoredSegment]
  /// Whether the answer is kept apart from learning, to measure by.
  public var forEvaluation: Bool

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
}

/// Something that a person did.
public enum LiveEvent: Sendable, Hashable {
  case answered(LiveAnswer)
  /// The person thought better of an answer that was taken in already.
  case takenBack(answer: Int, person: String)
}

public struct LiveAnswer: Sendable, Hashable {
  /// Names the answer when it is taken back: no two of a run are equal.
  public var number: Int
  public var question: LiveQuestion
  public var person: String
  /// Nil if the person gave none.
  public var content: JSONValue?
  /// The clips that the person made.
  public var clips: [StoredSegment]
  /// Why there is no answer.
  public var skipped: String?

  public init(
    number: Int, question: LiveQuestion, person: String, content: JSONValue?, clips: [StoredSegment] = [],
    skipped: String? = nil
  ) {
    self.number = number
    self.question = question
    self.person = person
    self.content = content
    self.clips = clips
    self.skipped = skipped
  }
}

/// What there is to see of a run after an iteration, besides what its ledger says.
public struct LiveView: Sendable {
  public var iteration: Int
  /// The agent's newest window, and the one of its last experience that is least like what was judged.
  public var newest: StoredSegment?
  public var farthest: StoredSegment?
  /// The predicted reward over two components of the observation, the others at their means; nil if there are not two,
  /// or nothing was learned yet.
  public var heat: Heat?
  /// How much of the predicted reward's variation over the agent's experience each input accounts for, by its gradient:
  /// shares, summing to 1. Correlated inputs share what they have in common arbitrarily.
  public var attention: [Share] = []
  /// Answers to comparisons whose predicted probability the training changed most: what they, and those like them, did.
  public var influence: [Influence] = []

  public struct Heat: Sendable {
    public var names: [String]
    public var ranges: [ClosedRange<Double>]
    public var columns: Int
    public var rows: Int
    /// Row after row, lowest second component first.
    public var values: [Double]
  }

  public struct Share: Sendable {
    public var name: String
    public var share: Double
  }

  public struct Influence: Sendable {
    /// ``LiveQuestion/number``
    public var question: Int
    public var person: String
    /// Change of the probability of what was answered.
    public var change: Double
  }
}
