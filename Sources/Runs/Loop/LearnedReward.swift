import Agents
import Compute
import Environments
import Feedback
import Rewards

/// A run's reward as it was trained last, with the answers that it was trained on: what it takes to say how far it can be
/// trusted.
///
/// A value: what the run does afterwards does not change it. A live run hands one to its `Answering` after each training;
/// what the reward does not know is found when somebody asks (``uncertainty()``). As long as it is kept, the judged steps are
/// in memory twice.
public struct LearnedReward: Sendable {
  /// The round that trained it, counted from 0.
  public let iteration: Int
  let model: RewardModel
  let answers: ChoiceSet
  let training: RewardTrainingSettings
  /// Of the run; what is drawn to find the uncertainties has a name of its own.
  let seed: Int

  /// The reward's four uncertainties, the same whenever they are asked for: chance is the run's seed under the name
  /// `uncertainty/page`.
  ///
  /// Complexity: some hundred small regressions, a few tenths of a second for some hundred answers.
  ///
  /// - Throws: `InputError` if the answers were encoded for another model.
  public func uncertainty() throws -> RewardUncertainty {
    try RewardUncertainty(
      model, answers: answers, training: training,
      random: RandomSource(seed: UInt64(seed)).child("uncertainty/page"))
  }
}

extension LearnedReward {
  /// That of a run's newest checkpoint; the run is only read. Nil if there is no run or no checkpoint yet, or nothing was
  /// learned by then.
  ///
  /// - Parameters:
  ///   - directory: the run.
  ///   - entry: where its agent acts.
  ///   - learners: the learners there are.
  ///   - kinds: the kinds of feedback there are.
  /// - Throws: `InputError` if what is there cannot be read.
  package init?(
    directory: String, in entry: EnvironmentEntry, learners: LearnerRegistry, kinds: FeedbackRegistry
  ) throws {
    let layout = RunLayout(directory)
    guard let checkpoint = try Checkpoint.newest(in: layout) else { return nil }
    let settings = try ResolvedSettings(ofRun: SettingsFile(path: layout.settings), learners: learners).settings
    let trainer = try RewardTrainer(settings.reward.training)
    try trainer.restore(
      TensorSnapshot(tensors: checkpoint.tensors(of: "trainer"), json: try checkpoint.part("trainer")))
    let model = try RewardModel(checkpoint.reward)
    let answered = try AnsweredFeedback(
      model.encoding, in: Ledger(reading: layout.ledger), before: checkpoint.ledgerPosition,
      world: FeedbackWorld(entry), kinds: kinds)
    let answers = answered.choices(memory: settings.feedback.memory)
    guard trainer.trainings > 0, answers.count > 0 else { return nil }
    self.init(
      iteration: checkpoint.iteration, model: model, answers: answers, training: settings.reward.training,
      seed: settings.run.seed)
  }
}

extension LearnRun {
  /// What the reward is now.
  func learnedReward(_ iteration: Int) -> LearnedReward {
    LearnedReward(
      iteration: iteration, model: model, answers: answered.choices(memory: settings.feedback.memory),
      training: settings.reward.training, seed: settings.run.seed)
  }
}

extension AnsweredFeedback {
  /// What a ledger had before this event, less what was taken back or set aside by then.
  ///
  /// - Throws: `InputError` if it cannot be read, or holds answers of a kind that is not among these.
  init(
    _ encoding: TransitionEncoding, in ledger: Ledger, before position: Int, world: FeedbackWorld,
    kinds: FeedbackRegistry
  ) throws {
    self.init(encoding)
    for answer in try ledger.answers(before: position) where !answer.forEvaluation {
      try append(answer.record.number, answer.record.choices(in: world, kinds: kinds))
    }
    for row in try ledger.entries(before: position) {
      switch row.event {
      case .answerTakenBack(let taken): withdraw(taken.query)
      case .answersSetAside(let aside): for query in aside.queries { withdraw(query) }
      default: break
      }
    }
  }
}
