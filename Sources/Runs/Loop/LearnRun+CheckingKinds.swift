import Agents
import Compute
import Environments
import Feedback

extension LearnRun {
  /// Refuses a learner that does not suit its settings or the world before anything is written. Questions that wait for a
  /// learner's exploration need one that explores.
  static func checkLearner(
    _ settings: LearnSettings, _ entry: EnvironmentEntry, _ learners: LearnerRegistry,
    _ cautionReference: CautionReference?, _ fallback: CautionFallback?
  ) throws {
    let learner = try settings.makeLearner(learners, in: entry.specification, random: RandomSource(seed: 0))
    try cautionReference?.hold(learner)
    try cautionReference?.checkVisits(settings.caution, learner, in: entry)
    try fallback?.check(learner)
    try AskingFirst(settings.caution, in: entry, fallback)?.check(learner)
    _ = try directions(settings, entry, learner)
    guard !settings.feedback.afterPretraining || learner.preparationSteps >= learner.rolloutSize else {
      throw InputError(
        "the learner does not explore by itself for a rollout of \(learner.rolloutSize) steps",
        at: "feedback.afterPretraining", remedy: "set run.learner to sac and sac.pretrainingSteps to 9000, for example")
    }
  }

  /// Refuses a run that asks a kind which cannot be asked in its environment at all, before anything is written and any
  /// page is opened. Clips of random play are tried, so that what refuses is the world, not the agent.
  package static func checkKinds(
    _ settings: LearnSettings, _ entry: EnvironmentEntry, _ kinds: FeedbackRegistry
  ) throws {
    for name in try settings.feedback.kindNames(among: kinds) {
      guard let failure = try problem(asking: kinds.kind(name), settings, entry) else { continue }
      let others = try kinds.kinds.filter { try $0.name != name && problem(asking: $0, settings, entry) == nil }
      let remedy = failure.remedy ?? "leave it out"
      throw InputError(
        "'\(name)' cannot be asked in \(entry.specification.id): \(failure.problem)", at: "feedback.kinds",
        remedy: others.isEmpty
          ? remedy : remedy + "; what can be asked there: " + others.map(\.name).joined(separator: ", "))
    }
  }

  /// Why this kind cannot be asked there; nil if it can.
  private static func problem(
    asking kind: AnyFeedbackKind, _ settings: LearnSettings, _ entry: EnvironmentEntry
  ) throws -> InputError? {
    let random = RandomSource(seed: UInt64(settings.run.seed)).child("feedback/check")
    var failure: InputError?
    for attempt in 0..<10 {
      let source = random.child(kind.name, attempt)
      let clips = entry.randomClips(
        max(2, settings.feedback.options), steps: settings.feedback.segmentLength, random: source)
      // Simulated people judge clips by themselves only at one length.
      if kind.level != .none, settings.person.answering == .simulated,
        !clips.contains(where: { $0.count >= settings.feedback.segmentLength })
      {
        failure = InputError(
          "no episode of random play lasts the \(settings.feedback.segmentLength) steps of a segment",
          remedy: "lower feedback.segmentLength")
        continue
      }
      var draws = source.stream("question")
      var material = QuestionMaterial(clips: clips, world: FeedbackWorld(entry), options: settings.feedback.options) {
        clip, step, actions in
        let start = clips[clip].start ?? EpisodePosition(slot: clip, episode: 0, step: 0)
        let before = clips[clip].actions.prefix(step * entry.specification.actionSpace.rowSize)
        return entry.whatIf(start: start, random: source, actions: before + actions, from: start.step + step)
      }
      let details = settings.person.comparisonDetails
      (material.strengths, material.ties) = (details.strengths, details.ties)
      do {
        _ = try kind.ask(material, random: &draws)
        return nil
      } catch let error as InputError {
        failure = error
      }
    }
    return failure
  }
}
