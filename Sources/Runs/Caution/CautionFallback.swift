import Agents
import Compute
import Environments

/// A trusted policy that takes over in a run wherever nobody judged: `caution.fallback`.
struct CautionFallback: Sendable {
  /// Who takes over, where, and by what was judged so far.
  var rule: FallbackRule
  /// Tells the trusted policy from others, so that a run goes on with the one that it began with.
  let fingerprint: String

  /// The policy that the run which the settings name would end with; nil if they name none.
  ///
  /// - Throws: `InputError` if there is no run, it acted in another world, or sees or acts differently; or if this world is
  ///   seen as pictures, between which no distance tells what is familiar.
  init?(
    _ settings: CautionSettings, in entry: EnvironmentEntry, _ registry: EnvironmentRegistry,
    _ learners: LearnerRegistry
  ) throws {
    guard settings.fallback != RunSettings.noReference else { return nil }
    guard entry.specification.image == nil else {
      throw InputError(
        "distances between images do not tell what is familiar", at: "caution.fallback",
        remedy: "use it in worlds that are seen as numbers")
    }
    let run = try TrainedRun(
      trusted: settings.fallback, in: entry, at: "caution.fallback", registry: registry, learners: learners)
    rule = FallbackRule(trusted: run.policy, level: settings.level, in: entry.specification)
    fingerprint = run.fingerprint
  }

  /// Whether this learner's steps can be guarded.
  ///
  /// - Throws: `InputError` if not.
  func check(_ learner: any Learner) throws {
    guard learner is any GuardableLearner else {
      throw InputError(
        "this learner does not let another policy take over", at: "caution.fallback", remedy: "use ppo, sac, td3 or dqn"
      )
    }
  }
}

extension LearnRun {
  /// From now on what was judged until now is familiar: in what the agent does this round, and in what it is tried by.
  func beginGuarding(_ iteration: Int) throws {
    guard let before = fallback else { return }
    // Events behind this position are of the future: a run that was killed plays them again.
    let record = try RunRecord(ledger, directory: layout.directory, before: ledger.position)
    let judged = try ledger.segments(record.judgedSegments).map(\.trajectory)
    var rule = before.rule
    // Too little was judged, or nothing but one and the same: then nothing is familiar.
    rule.ground = try? FamiliarGround(judged: judged, level: rule.level, random: random.child("fallback", iteration))
    fallback?.rule = rule
    (learner as? any GuardableLearner)?.stepGuard = rule.makeGuard(count: learner.slots)
  }

  /// How often the trusted policy acted in this round's training.
  var guarded: [String: Double] {
    guard let guarding = (learner as? any GuardableLearner)?.stepGuard as? FallbackGuard, guarding.steps > 0 else {
      return [:]
    }
    return ["caution/takeovers": Double(guarding.takeovers) / Double(guarding.steps)]
  }
}
