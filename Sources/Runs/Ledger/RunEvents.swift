import Findings

/// The first event of every run.
public struct RunStarted: Sendable, Hashable, Codable {
  /// Every setting by its name, in the spelling of the settings file.
  public var settings: [String: String]
  /// The arithmetic in use: runs repeat bit for bit on machines that agree in it.
  public var arithmetic: String
  /// The ledger's format.
  public var format: Int
  /// The most questions of the first round, where people answer and did not say otherwise; nil for the share that the
  /// settings have.
  public var firstQuestions: Int?

  package init(settings: [String: String], arithmetic: String, format: Int, firstQuestions: Int? = nil) {
    self.settings = settings
    self.arithmetic = arithmetic
    self.format = format
    self.firstQuestions = firstQuestions
  }
}

/// The run goes on with another arithmetic than before: from here on it is not what the first one would have made.
///
/// The ledger's events from the last checkpoint up to this one belong to the abandoned course. They stay, and do not
/// count.
public struct RunContinued: Sendable, Hashable, Codable {
  /// The first event that does not count any more; this event's own number if all do.
  public var from: Int
  /// The arithmetic in use from now on.
  public var arithmetic: String

  package init(from: Int, arithmetic: String) {
    self.from = from
    self.arithmetic = arithmetic
  }
}

/// The reward model was fitted to all answers that count.
public struct RewardTrained: Sendable, Hashable, Codable {
  /// The round.
  public var iteration: Int
  /// Choices that it was trained on.
  public var comparisons: Int
  /// Passes over them.
  public var epochs: Int
  /// Mean negative logarithm of the probability of what was chosen, after training.
  public var loss: Double
  /// On answers with a clear preference; nil without any.
  public var accuracy: Double?
  /// The same on answers held out of training; nil without any.
  public var heldOutLoss: Double?
  /// See ``heldOutLoss``.
  public var heldOutAccuracy: Double?
  /// Pairs that nobody answered and the members valued, over all members and steps; nil where they do not.
  public var pseudoPairs: Int?
  /// Those of them that a member learned from by its own guess. They are no answers, and in no count of any.
  public var pseudoLabels: Int?

  package init(
    iteration: Int, comparisons: Int, epochs: Int, loss: Double, accuracy: Double?, heldOutLoss: Double?,
    heldOutAccuracy: Double?, pseudoPairs: Int? = nil, pseudoLabels: Int? = nil
  ) {
    self.iteration = iteration
    self.comparisons = comparisons
    self.epochs = epochs
    self.loss = loss
    self.accuracy = accuracy
    self.heldOutLoss = heldOutLoss
    self.heldOutAccuracy = heldOutAccuracy
    self.pseudoPairs = pseudoPairs
    self.pseudoLabels = pseudoLabels
  }
}

/// The agent took its steps of this iteration on the learned reward.
public struct AgentTrained: Sendable, Hashable, Codable {
  /// The round.
  public var iteration: Int
  /// The agent's own steps so far, and all steps so far including those taken only to have something to ask about.
  public var agentSteps: Int
  /// See ``agentSteps``.
  public var allSteps: Int
  /// True returns of the training episodes that ended in this iteration.
  public var trueReturns: [Double]
  /// Mean learned reward per step of this iteration's experience.
  public var meanPredictedReward: Double
  /// `ppo/…` figures of the last update.
  public var statistics: [String: Double]

  package init(
    iteration: Int, agentSteps: Int, allSteps: Int, trueReturns: [Double], meanPredictedReward: Double,
    statistics: [String: Double]
  ) {
    self.iteration = iteration
    self.agentSteps = agentSteps
    self.allSteps = allSteps
    self.trueReturns = trueReturns
    self.meanPredictedReward = meanPredictedReward
    self.statistics = statistics
  }
}

/// Whole episodes of the current policy, judged by the truth and by the model.
public struct Evaluated: Sendable, Hashable, Codable {
  /// The round.
  public var iteration: Int
  /// The final evaluation has its own number of episodes.
  public var final: Bool
  /// By the environment's own reward, one for each episode.
  public var trueReturns: [Double]
  /// By the model.
  public var predictedReturns: [Double]
  /// Steps of each episode.
  public var lengths: [Int]
  /// Mean over steps of the standard deviation of the members' rewards; nil for one member.
  public var disagreement: Double?
  /// Segments of these episodes kept for showing: best- and worst-judged first.
  public var clips: [Int]
  /// The round after which the agent had this policy, where the run ends with its best one; nil for the latest.
  public var kept: Int?

  package init(
    iteration: Int, final: Bool, trueReturns: [Double], predictedReturns: [Double], lengths: [Int],
    disagreement: Double?, clips: [Int]
  ) {
    self.iteration = iteration
    self.final = final
    self.trueReturns = trueReturns
    self.predictedReturns = predictedReturns
    self.lengths = lengths
    self.disagreement = disagreement
    self.clips = clips
  }
}

/// A checkpoint is in `checkpoints/<iteration>`.
public struct CheckpointWritten: Sendable, Hashable, Codable {
  /// The round after which it was written.
  public var iteration: Int
  /// FNV-1a of the weights' bytes, hexadecimal.
  public var weights: String

  package init(iteration: Int, weights: String) {
    self.iteration = iteration
    self.weights = weights
  }
}

/// What the final model makes of every segment that was ever shown.
public struct SegmentsJudged: Sendable, Hashable, Codable {
  /// Predicted return by segment number.
  public var predictedReturns: [Double]

  package init(predictedReturns: [Double]) {
    self.predictedReturns = predictedReturns
  }
}

/// An audit's claim.
public struct FindingMade: Sendable, Hashable, Codable {
  /// What was found.
  public var finding: Finding

  package init(finding: Finding) {
    self.finding = finding
  }
}

/// The last event of a run that went to its end.
public struct RunFinished: Sendable, Hashable, Codable {
  /// Rounds in all.
  public var iterations: Int
  /// The agent's steps.
  public var agentSteps: Int
  /// All steps.
  public var allSteps: Int
  /// Answers given.
  public var answers: Int

  package init(iterations: Int, agentSteps: Int, allSteps: Int, answers: Int) {
    self.iterations = iterations
    self.agentSteps = agentSteps
    self.allSteps = allSteps
    self.answers = answers
  }
}
