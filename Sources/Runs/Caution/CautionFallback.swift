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
  /// What is done in the place of steps that the agent is not to take.
  var guarding: (any StepGuardRule)? { askingFirst?.rule ?? fallback?.rule }

  /// From now on what was judged until now is familiar: in what the agent does this round, and in what it is tried by.
  func beginGuarding(_ iteration: Int, stop: StopFlag = StopFlag()) throws {
    let guardable = learner as? any GuardableLearner
    if let asking = askingFirst {
      askingFirst?.rule.standing = [:]
      if asking.rule.reasons.unfamiliar { askingFirst?.rule.ground = try judgedGround(iteration, asking.rule.level) }
      let round = PermissionRound(self, iteration, stop)
      permissions = round
      guardable?.stepGuard = askingFirst?.rule.makeGuard(count: learner.slots, desk: round)
    } else if let before = fallback {
      fallback?.rule.ground = try judgedGround(iteration, before.rule.level)
      guardable?.stepGuard = fallback?.rule.makeGuard(count: learner.slots)
    }
  }

  /// What was judged; nil where that is too little, or nothing but one and the same: then nothing is familiar.
  private func judgedGround(_ iteration: Int, _ level: Double) throws -> FamiliarGround? {
    // Events behind this position are of the future: a run that was killed plays them again.
    let record = try RunRecord(ledger, directory: layout.directory, before: ledger.position)
    let judged = try ledger.segments(record.judgedSegments).map(\.trajectory)
    return try? FamiliarGround(judged: judged, level: level, random: random.child("fallback", iteration))
  }

  /// How often something else was done in this round's training than the agent chose, and what was asked.
  var guarded: [String: Double] {
    switch (learner as? any GuardableLearner)?.stepGuard {
    case let guarding as FallbackGuard where guarding.steps > 0:
      return ["caution/takeovers": Double(guarding.takeovers) / Double(guarding.steps)]
    case let asking as AskFirstGuard where asking.counts.steps > 0:
      let counts = asking.counts
      return [
        "caution/takeovers": Double(counts.replaced) / Double(counts.steps),
        "caution/permissions_asked": Double(counts.asked), "caution/permissions_given": Double(counts.allowed),
        "caution/permissions_refused": Double(counts.refused),
        "caution/permissions_late": Double(counts.asked - counts.allowed - counts.refused),
        "caution/steps_beyond_limit": Double(counts.beyondLimit),
      ]
    default: return [:]
    }
  }
}
