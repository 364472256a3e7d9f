import Compute
import Environments
import Findings
import Foundation

/// A run's ledger, gathered for reading: the report, the workbench and the audits are computed from this.
///
/// ```swift
/// let record = try RunRecord(directory: "runs/pendulum")
/// for iteration in record.iterations { print(iteration.agentSteps, iteration.trueReturns) }
/// ```
///
/// Reads the ledger alone, without the run's lock, so it also works while the run goes on; a run that was killed shows
/// what is on disk. It changes nothing.
public struct RunRecord: Sendable {
  /// The run's directory.
  public let directory: String
  /// Every setting by its name, in the spelling of the settings file.
  public let settings: [String: String]
  /// The environment's id and the seed, from the settings.
  public let environment: String
  /// See ``environment``.
  public let seed: UInt64
  /// The arithmetic that the run was made with: ``RunStarted/arithmetic``.
  public let arithmetic: String
  /// All rounds, in order.
  public private(set) var iterations: [Iteration] = []
  /// All questions of whatever kind, in the order in which they were asked.
  public private(set) var questions: [AskedQuestion] = []
  /// Comparisons that no person was asked, and that are not among the ``questions``: demonstrated segments before the
  /// agent's.
  public private(set) var automaticComparisons = 0
  /// The last evaluation, with its own number of episodes; nil until the run has finished.
  public private(set) var finalEvaluation: JudgedEpisodes?
  /// What fixed policies earn; nil until the run has finished, and for runs made before these were measured.
  public internal(set) var references: ReferencesMeasured?
  /// Nil until the run has finished.
  public private(set) var finished: RunFinished?
  /// Where the run went on with another arithmetic: it is not exact from there.
  public private(set) var continuations: [RunContinued] = []
  /// Questions that could not be asked as they were planned, in order.
  public private(set) var replacements: [QuestionsReplaced] = []
  /// What audits have found, in order.
  public private(set) var findings: [Finding] = []
  /// Every stored segment, by its number.
  package private(set) var shownSegments: [ShownSegment] = []
  /// Seconds since 1970 of each event: for the time axis alone.
  public private(set) var wallTimes: [Double] = []

  /// One round of asking, learning the reward, learning to act.
  public struct Iteration: Sendable, Hashable {
    /// The round's number, from 0.
    public var index: Int
    /// The agent's own steps at the end of the iteration, and all steps including those taken only to ask about.
    public var agentSteps = 0
    /// See ``agentSteps``.
    public var allSteps = 0
    /// Answers given so far (those taken back not counted).
    public var answers = 0
    /// Training loss and accuracy: on the answers that the reward was trained on, after training.
    public var rewardLoss: Double?
    /// See ``rewardLoss``; nil without a clear preference.
    public var rewardAccuracy: Double?
    /// On answers that were held out of training (setting `reward.heldOutShare`); nil without any.
    public var heldOutLoss: Double?
    /// See ``heldOutLoss``.
    public var heldOutAccuracy: Double?
    /// On this iteration's answers, *before* the model learned from them: out-of-sample predictions, at no cost. Empty
    /// in the first iteration.
    public var predictions: [Prediction] = []
    /// Share of those that named the right one; ties, and predictions of exactly ½, left out. Nil without any.
    public var predictionAccuracy: Double? {
      let clear = predictions.filter { ($0.label == 0 || $0.label == 1) && $0.probability != 0.5 }
      guard !clear.isEmpty else { return nil }
      return Double(clear.count { ($0.probability > 0.5) == ($0.label == 1) }) / Double(clear.count)
    }
    /// Episodes of the policy at the end of the iteration; nil in iterations without an evaluation.
    public var evaluation: JudgedEpisodes?
    /// Of ``evaluation``; empty without one.
    public var trueReturns: [Double] { evaluation?.trueReturns ?? [] }
    /// Of ``evaluation``; empty without one.
    public var predictedReturns: [Double] { evaluation?.predictedReturns ?? [] }
    /// True returns of the training episodes that ended in this iteration.
    public var trainingReturns: [Double] = []
    /// Mean learned reward per step of the agent's experience.
    public var meanPredictedReward: Double?
    /// `ppo/…` figures of the last update.
    public var statistics: [String: Double] = [:]
    /// Seconds since 1970 when the agent had taken its steps.
    public var wallTime: Double?
  }

  /// A prediction of an answer.
  public struct Prediction: Sendable, Hashable {
    /// The question's number.
    public var query: Int
    /// The model's probability that the first segment is preferred.
    public var probability: Double
    /// What was said: 1 the first, 0 the second, ½ a tie.
    public var label: Double
    /// Standard deviation of the probability over the ensemble's members; nil for one member.
    public var disagreement: Double?
    /// Whether the question was a random one, kept apart: a fair sample, however the others were chosen.
    public var isFair = false
  }

  /// Whole episodes, judged by the truth and by the model of their time, pairwise.
  public struct JudgedEpisodes: Sendable, Hashable {
    /// By the environment's own reward.
    public var trueReturns: [Double]
    /// By the model.
    public var predictedReturns: [Double]
    /// Steps of each episode.
    public var lengths: [Int]
    /// Mean over steps of the standard deviation of the members' rewards; nil for one member.
    public var disagreement: Double?
    /// Numbers of stored segments of these episodes, best-judged first.
    public var clips: [Int]
  }

  /// - Throws: `InputError` if there is no ledger, or it is not one of ours.
  public init(directory: String) throws {
    let layout = RunLayout(directory)
    guard FileManager.default.fileExists(atPath: layout.ledger) else {
      throw InputError("no run here", at: directory, remedy: "name a directory that 'pactolus learn' has made")
    }
    try self.init(Ledger(reading: layout.ledger), directory: directory)
  }

  /// The ledger before this position.
  init(_ ledger: Ledger, directory: String, before end: Int? = nil) throws {
    let rows = try ledger.entries(before: end)
    guard case .runStarted(let started)? = rows.first?.event else {
      throw InputError("the ledger does not begin with a run's start", at: ledger.path)
    }
    self.directory = directory
    settings = LearnSettings().completed(started.settings)
    arithmetic = started.arithmetic
    environment = started.settings["run.environment"] ?? ""
    seed = started.settings["run.seed"].flatMap { UInt64($0) } ?? 0
    for row in rows {
      take(row.event, step: row.step)
      if let wallTime = row.wallTime { wallTimes.append(wallTime) }
      if case .agentTrained(let trained) = row.event { iterations[trained.iteration].wallTime = row.wallTime }
    }
    try judge(ledger)
  }

  /// The stored segments with these numbers: trajectories with what it takes to draw them.
  public func segments(_ numbers: [Int]) throws -> [StoredSegment] {
    try Ledger(reading: RunLayout(directory).ledger).segments(numbers)
  }

  // MARK: Gathering

  private var predictedReturns: [Double] = []
  /// Where a question of this number stands among ``questions``.
  private var placeOfQuery: [Int: Int] = [:]

  private mutating func change(_ index: Int, _ body: (inout Iteration) -> Void) {
    while iterations.count <= index { iterations.append(Iteration(index: iterations.count)) }
    body(&iterations[index])
  }

  private mutating func take(_ event: LedgerEvent, step: Int) {
    switch event {
    case .runStarted, .checkpointWritten: break
    case .runContinued(let continued): continuations.append(continued)
    case .comparisonAsked(let asked) where asked.isAutomatic == true: automaticComparisons += 1
    case .comparisonAsked(let asked): take(ComparisonForm.general(asked), step: step)
    case .comparisonAnswered(let given): take(ComparisonForm.general(given))
    case .questionAsked(let asked): take(asked, step: step)
    case .questionAnswered(let given): take(given)
    case .answerTakenBack(let taken):
      if let place = placeOfQuery[taken.query] { questions[place].takenBack = true }
    case .answersSetAside(let aside):
      for query in aside.queries {
        if let place = placeOfQuery[query] { questions[place].setAside = true }
      }
    case .questionsReplaced(let replaced): replacements.append(replaced)
    case .rewardTrained(let trained):
      let answers = answerCount
      change(trained.iteration) {
        $0.rewardLoss = trained.loss
        $0.rewardAccuracy = trained.accuracy
        $0.heldOutLoss = trained.heldOutLoss
        $0.heldOutAccuracy = trained.heldOutAccuracy
        $0.answers = answers
      }
    case .agentTrained(let trained):
      change(trained.iteration) {
        $0.agentSteps = trained.agentSteps
        $0.allSteps = trained.allSteps
        $0.trainingReturns = trained.trueReturns
        $0.meanPredictedReward = trained.meanPredictedReward
        $0.statistics = trained.statistics
      }
    case .evaluated(let evaluated):
      let evaluation = JudgedEpisodes(
        trueReturns: evaluated.trueReturns, predictedReturns: evaluated.predictedReturns, lengths: evaluated.lengths,
        disagreement: evaluated.disagreement, clips: evaluated.clips)
      if evaluated.final {
        finalEvaluation = evaluation
      } else {
        change(evaluated.iteration) { $0.evaluation = evaluation }
      }
    case .findingMade(let made): findings.append(made.finding)
    case .referencesMeasured(let measured): references = measured
    case .segmentsJudged(let judged): predictedReturns = judged.predictedReturns
    case .runFinished(let finished): self.finished = finished
    }
  }

  private mutating func take(_ asked: QuestionAsked, step: Int) {
    placeOfQuery[asked.query] = questions.count
    questions.append(AskedQuestion(asked: asked, step: step))
  }

  private mutating func take(_ given: QuestionAnswered) {
    guard let place = placeOfQuery[given.query] else { return }
    questions[place].given = given
    let predictions = questions[place].predictions
    // A round under way has no line of its own yet.
    if !predictions.isEmpty { change(questions[place].asked.iteration) { $0.predictions += predictions } }
  }

  private mutating func judge(_ ledger: Ledger) throws {
    shownSegments = try ledger.segmentsInBrief().enumerated().map { number, segment in
      ShownSegment(
        number: number, steps: segment.steps, trueReturn: segment.trueReturn,
        predictedReturn: predictedReturns.indices.contains(number) ? predictedReturns[number] : nil)
    }
  }
}
