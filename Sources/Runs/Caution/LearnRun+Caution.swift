import Agents
import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// Takes over what the reward has learned: the members' common unit, over all that was judged.
  func trainedReward(on choices: ChoiceSet) throws {
    evaluator.model = model
    if let cautious { cautious.units = try MemberUnits(model, judged: choices) }
  }

  /// Chooses whom the agent believes in this round, where it believes one member at a time: that member's number.
  ///
  /// By round rather than by episode: an episode is worth something only to an agent that goes after one reward for long
  /// enough to learn it, and critics that replay other episodes would mix the members, which is their mean with noise.
  /// The draw depends on the round alone, so that nothing of it has to be kept.
  func drawMember(_ iteration: Int) -> Int? {
    guard settings.caution.rule == .posterior, let cautious else { return nil }
    var stream = random.stream("caution/member", iteration)
    let member = stream.below(model.members)
    cautious.rule = .member(member)
    return member
  }

  /// A run that was interrupted goes on against the policy that it began with.
  func checkReferences(_ checkpoint: Checkpoint) throws {
    for (part, fingerprint, what, place) in [
      (
        "cautionReference", cautionReference?.fingerprint, "the policy that the agent is held near",
        settings.caution.reference
      ),
      ("cautionFallback", fallback?.fingerprint, "the policy that takes over", settings.caution.fallback),
    ] {
      guard let fingerprint, let before = checkpoint.texts[part], before != fingerprint else { continue }
      throw InputError(
        "\(what) is another one than when this run was interrupted", at: place,
        remedy: "put that run back as it was, or start a new run")
    }
  }

  /// What a trajectory is worth by the reward that pays the agent. Where that is one member, drawn anew in each round, it
  /// is the members' mean: policies of several rounds are held beside each other by it.
  func paid(_ trajectory: Trajectory) -> Double {
    guard let cautious, settings.caution.rule != .posterior else {
      return judge(trajectory).rewards.reduce(0) { $0 + Double($1) }
    }
    var rewards = [Float](repeating: 0, count: trajectory.count)
    rewards.withUnsafeMutableBufferPointer { rewards in
      guard let target = rewards.baseAddress else { return }
      trajectory.withTransitionRows(entry.specification) { cautious.evaluate($0, into: target) }
    }
    return rewards.reduce(0) { $0 + Double($1) }
  }
}

/// The policy that a run's agent is held near, or measured against: `caution.reference`.
struct CautionReference: Sendable {
  let policy: any ActingPolicy
  /// What a nat costs.
  let weight: Double
  /// Whether its episodes are all that is needed of it, so that its choices need no probabilities.
  let isAnybody: Bool
  /// Tells this policy from others, so that a run goes on against the one that it began with.
  let fingerprint: String

  /// The policy that the run which the settings name would end with; nil if they name none.
  ///
  /// - Throws: `InputError` if there is no run, or it acted in another world, or sees or acts differently.
  init?(
    _ settings: CautionSettings, in entry: EnvironmentEntry, _ registry: EnvironmentRegistry,
    _ learners: LearnerRegistry
  ) throws {
    guard settings.reference != RunSettings.noReference else { return nil }
    let run = try TrainedRun(
      trusted: settings.reference, in: entry, at: "caution.reference", registry: registry, learners: learners)
    (policy, weight) = (run.policy, settings.klWeight)
    isAnybody = settings.klWeight == 0 && (settings.chi2Weight > 0 || settings.quantile < 1)
    fingerprint = run.fingerprint
  }

  /// Holds a learner near the policy.
  ///
  /// - Throws: `InputError` if the learner cannot be, or the policy does not fit it.
  func hold(_ learner: any Learner) throws {
    guard !isAnybody || learner is TrajectoryQuantilizer else {
      // Where the choices cannot be compared, their divergence is not measured beside that of the visits.
      if learner is PPOLearner { try? learner.keepNear(policy, weight: 0) }
      return
    }
    if !(learner is TrajectoryQuantilizer), let own = learner.policy as? SquashedGaussianPolicy {
      return try check(own)
    }
    do {
      try learner.keepNear(policy, weight: weight)
    } catch var error as InputError {
      error.place = "caution.reference"
      throw error
    }
  }
}

extension CautionReference {
  /// What takes off what it costs to visit other things than the reference does; nil where it costs nothing.
  ///
  /// - Throws: `InputError` if the reference does nothing.
  func penalty(
    on reward: (any TransitionReward)?, _ settings: CautionSettings, _ learner: any Learner, in entry: EnvironmentEntry,
    random: RandomSource
  ) throws -> VisitPenalty? {
    guard settings.chi2Weight > 0, let reward else { return nil }
    let episodes = try policy.play(
      Self.episodes, in: entry, deterministic: false, random: random.child("caution/reference"))
    return try VisitPenalty(
      reward, weight: settings.chi2Weight, reference: episodes, in: entry.specification,
      fit: learner is PPOLearner ? .rollouts : .held)
  }

  /// Whether this learner can pay for its visits, in this world.
  ///
  /// - Throws: `InputError` if not.
  func checkVisits(_ settings: CautionSettings, _ learner: any Learner, in entry: EnvironmentEntry) throws {
    guard settings.chi2Weight > 0 else { return }
    guard learner is any GuardableLearner, !(learner is MPC) else {
      throw InputError(
        "this learner is paid for what it imagines, not for what it did", at: "caution.chi2Weight",
        remedy: "use ppo, sac, td3 or dqn")
    }
    guard entry.specification.image == nil else {
      throw InputError(
        "distances between images do not tell how far visits lie apart", at: "caution.chi2Weight",
        remedy: "use it in worlds that are seen as numbers")
    }
  }

  /// What of the reference its visits are told from.
  private static let episodes = 32

  /// Whether a policy of SAC's can be measured against this one; it is not held near it.
  private func check(_ own: SquashedGaussianPolicy) throws {
    guard weight == 0 else {
      throw InputError(
        "sac is measured against a reference, and not held near it", at: "caution.klWeight", remedy: "use ppo, or 0")
    }
    guard let reference = policy as? SquashedGaussianPolicy else {
      throw InputError(
        "the reference's choices are not of sac's kind", at: "caution.reference", remedy: "name a run of sac")
    }
    if let problem = own.problem(measuredAgainst: reference) {
      throw InputError(problem, at: "caution.reference", remedy: "name a run of the same version of this world")
    }
  }
}

extension LearnRun {
  /// How far SAC's choices are from the reference's by now, at the states that it visited in this round's last rollouts:
  /// the mean over the steps, with a 95 % interval from the episodes (a ratio of sums, Student's t); no interval of one.
  func sampledDivergence() -> [String: Double] {
    guard let reference = cautionReference?.policy as? SquashedGaussianPolicy,
      let own = learner.policy as? SquashedGaussianPolicy
    else { return [:] }
    var (kl, chiSquared) = ([(sum: Double, steps: Double)](), [(sum: Double, steps: Double)]())
    for piece in experience.pieces.map(\.trajectory) where piece.count > 0 {
      let seen = Array(piece.observations.prefix(piece.count * piece.observationSize))
      let found = own.divergences(from: reference, at: seen)
      kl.append((found.reduce(0) { $0 + $1.kl }, Double(piece.count)))
      chiSquared.append((found.reduce(0) { $0 + $1.chiSquared }, Double(piece.count)))
    }
    var scalars: [String: Double] = [:]
    for (name, sums) in [("sac/reference_kl", kl), ("sac/reference_chi2", chiSquared)] {
      guard let mean = Statistics.ratioOfSums(sums) else { continue }
      scalars[name] = mean.ratio
      scalars[name + "_lower"] = mean.interval.map { max(0, $0.lower) }
      scalars[name + "_upper"] = mean.interval?.upper
    }
    // A ratio can be larger than any number, and curves have none for that.
    return scalars.filter { $0.value.isFinite }
  }
}

extension LearnRun {
  /// How far what the agent came by in this round's last rollouts is from what the reference comes by: χ² of the visits, with
  /// a 95 % interval over the episodes (a ratio of sums, Student's t), which knows nothing of the estimate's own error.
  func divergenceOfVisits() throws -> [String: Double] {
    guard let visits, let sums = try visits.excesses(of: experience.pieces.map(\.trajectory)),
      let found = Statistics.ratioOfSums(sums)
    else { return [:] }
    var scalars = ["caution/visits_chi2": found.ratio]
    scalars["caution/visits_chi2_lower"] = found.interval?.lower
    scalars["caution/visits_chi2_upper"] = found.interval?.upper
    return scalars.filter { $0.value.isFinite }
  }
}

extension TrainedRun {
  /// The same of a run whose policy is trusted in this world.
  ///
  /// - Throws: `InputError` at `place` if there is no run, or it acted in another world, or sees or acts differently.
  init(
    trusted directory: String, in entry: EnvironmentEntry, at place: String, registry: EnvironmentRegistry,
    learners: LearnerRegistry
  ) throws {
    do {
      try self.init(directory: directory, registry: registry, learners: learners)
    } catch var error as InputError {
      error.place = place + (error.place.map { ", \($0)" } ?? "")
      throw error
    }
    let (theirs, ours) = (self.entry.specification, entry.specification)
    guard theirs.id == ours.id else {
      throw InputError(
        "the policy was learned in another world, '\(theirs.id)'", at: place, remedy: "name a run in '\(ours.id)'")
    }
    guard theirs.observationNames == ours.observationNames, theirs.actionSpace == ours.actionSpace else {
      throw InputError(
        "the policy sees or acts in '\(ours.id)' differently", at: place,
        remedy: "name a run of the same version of that world")
    }
  }
}
