import Agents
import Compute
import Environments
import Feedback

/// Every setting of a run that learns from feedback: one section beside each type that is configured.
///
/// Names, meanings and limits are the sections' own tables; ``descriptions`` has them all. The defaults are
/// `imitation`'s and Stable-Baselines3's; what works well for an environment is in the presets of `Environments`.
public struct LearnSettings: Sendable, Hashable {
  /// Where, how long and by whom.
  public var run = RunSettings()
  /// The sections of all learners there are; ``RunSettings/learner`` selects the one that counts.
  public var learners: LearnerSections
  /// The reward model and its training.
  public var reward = RewardSettings()
  /// What the agent does with that reward's uncertainty.
  public var caution = CautionSettings()
  /// What people are asked.
  public var feedback = FeedbackSettings()
  /// What the run begins with.
  public var demonstrations = DemonstrationSettings()
  /// Who answers.
  public var person = PersonSettings()
  /// How the run measures itself.
  public var evaluation = EvaluationSettings()

  /// All defaults.
  public init(learners: LearnerRegistry = .standard) {
    self.learners = learners.sections
  }

  /// PPO's section.
  public var ppo: PPOSettings {
    get { learners[PPOSettings.self] }
    set { learners[PPOSettings.self] = newValue }
  }

  /// Refuses combinations that cannot work.
  ///
  /// - Throws: `InputError` whose place is the name of a setting at fault.
  public func validate() throws {
    guard let learner = learners[section: run.learner] else {
      throw InputError.unknown("learner", run.learner, among: learners.names, at: "run.learner")
    }
    try learner.validate()
    let sections: [any SettingsSection] = [
      run, reward, caution, feedback, demonstrations, person, evaluation,
    ]
    for section in sections { try section.validate() }
    try caution.check(members: reward.members, paidBy: run.agentReward)
    let permissions = caution.permissions(rounds: run.iterations + 1)
    guard Double(feedback.comparisons - permissions) * feedback.initialShare >= 1 else {
      throw InputError(
        "\(run.iterations + 1) rounds set \(permissions) of \(feedback.comparisons) questions aside for permissions, and "
          + "too few are left for the rest", at: "caution.askFirstLimit",
        remedy: "set aside fewer, or ask more in all by feedback.comparisons")
    }
    guard !feedback.selection.needsEnsemble || reward.members > 1 else {
      throw InputError(
        "one network cannot disagree with itself", at: "feedback.selection",
        remedy: "set reward.members to 3 or more, or feedback.selection to random")
    }
  }

  /// Answers that a run asks for if it goes to its end.
  var totalAnswers: Int {
    feedback.comparisons + (run.stopWhen == .worse ? run.stopQuestions * max(0, run.iterations - 1) : 0)
  }

  /// The rows as they count for a new run: `run.preset` is one of the presets that there are.
  public func descriptions(in registry: EnvironmentRegistry) -> [SettingDescription] {
    descriptions.map { $0.name == "run.preset" ? $0.among(SettingsPreset.choices(in: registry)) : $0 }
  }

  /// The rows of all sections, in the order in which they are listed. A run that was made before may have any preset,
  /// whose values it has written down.
  public var descriptions: [SettingDescription] {
    var all = SettingDescription.rows(\.run)
    for section in learners.all { all += SettingDescription.rows(ofLearner: section) }
    all += SettingDescription.rows(\.reward) + SettingDescription.rows(\.caution)
    return all + SettingDescription.rows(\.feedback) + SettingDescription.rows(\.demonstrations)
      + SettingDescription.rows(\.person) + SettingDescription.rows(\.evaluation)
  }

  /// Every value by its name, in the spelling of a settings file.
  public var values: [String: String] {
    Dictionary(uniqueKeysWithValues: descriptions.map { ($0.name, $0.value(in: self).description) })
  }

  /// The values of a run, under today's names: what it stored under a former name, and what it did where a setting did
  /// not exist when it was made. Names that are no setting any more stay as they are.
  public func completed(_ stored: [String: String]) -> [String: String] {
    var values = stored
    for description in descriptions where values[description.name] == nil {
      let former = description.formerNames.first { stored[$0] != nil }
      values[description.name] = former.flatMap { stored[$0] } ?? description.valueWhereAbsent.description
      if let former { values[former] = nil }
    }
    return values
  }
}
