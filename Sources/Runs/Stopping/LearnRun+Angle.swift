import Agents
import Compute
import Environments
import Files
import Findings
import Foundation
import Theory

/// Stopping by an angle: in a finite world each round's change of the policy is compared with the learned reward.
extension LearnRun {
  /// The directions in which the policies of the run's world differ; nil where it does not stop by an angle.
  ///
  /// - Throws: `InputError` if world or learner do not allow it.
  static func directions(
    _ settings: LearnSettings, _ entry: EnvironmentEntry, _ learner: any Learner
  ) throws -> OccupancyGeometry? {
    guard settings.run.stopWhen == .angle else { return nil }
    guard let view = FiniteWorldView(entry) else {
      throw InputError(
        "'\(entry.specification.id)' is not a finite, discounted world, and elsewhere nothing of this is exact",
        at: place, remedy: "use worse, which asks people; or a world with a table, such as pactolus/Delivery-v0")
    }
    do {
      _ = try view.table(learner.policy)
      return try OccupancyGeometry(view.world.mdp)
    } catch var error as InputError {
      error.place = place
      throw error
    }
  }

  private static let place = "run.stopWhen"

  /// How far the agent is from the policy that it is held near, or measured against, exactly: in finite worlds.
  func exactDivergence() throws -> [String: Double] {
    guard let finite, let cautionReference else { return [:] }
    // Only a network's choices have probabilities; whose visits or episodes count may be anybody.
    guard !cautionReference.isAnybody || (learner.policy is Policy && cautionReference.policy is Policy) else {
      return [:]
    }
    let found = finite.divergence(
      of: try finite.table(learner.policy), from: try finite.table(cautionReference.policy))
    var scalars = ["caution/exact_kl": found.kl]
    scalars["caution/exact_chi2"] = found.chiSquared
    return scalars.filter { $0.value.isFinite }
  }

  /// Before the first round's training: the policy that the run would end with if that goes wrong.
  func beginSteps(_ iteration: Int) throws {
    guard directions != nil, kept == nil else { return }
    kept = KeptPolicy(
      agent: try learner.snapshot(), episodes: AgentExperience(),
      moment: KeptPolicy.Moment(iteration: iteration - 1, agentSteps: counters.agentSteps))
    angled = AngleStopping()
  }

  /// Compares the change that this round made of the policy with the reward that the agent was paid. Where a truth
  /// within `run.stopAngle` of it could lose by that, the run ends with this round, and with the policy before it.
  ///
  /// - Returns: figures for curves, and why the run ends if it does.
  func weighStep(_ iteration: Int) throws -> (scalars: [String: Double], stopped: Finding?) {
    guard let directions, let finite, let before = kept, var state = angled, let bound = settings.run.stopAngle else {
      return ([:], nil)
    }
    let step = try PolicyStep(
      directions, from: try finite.table(try policy(of: before)), to: try finite.table(learner.policy),
      proxy: finite.rewards(agentReward(isNormalized: false)))
    var scalars = ["stopping/step_size": step.size]
    scalars["stopping/step_angle"] = step.angle.map { $0 * 180 / Double.pi }
    let safe = step.safeAngle.map { $0 * 180 / Double.pi }
    guard step.loses(angle: bound * Double.pi / 180) else {
      state.keptSteps += 1
      if let safe { state.safeAngle = min(state.safeAngle ?? safe, safe) }
      angled = state
      kept = KeptPolicy(
        agent: try learner.snapshot(), episodes: AgentExperience(),
        moment: KeptPolicy.Moment(iteration: iteration, agentSteps: counters.agentSteps))
      return (scalars, nil)
    }
    (state.stoppedAt, state.refused) = (iteration, safe)
    angled = state
    return (scalars, state.finding(bound: bound, kept: Self.words(before.moment)))
  }

  /// What there is to say at the end of a run that was not stopped; nil if it was, or could not have been.
  func findingOfSteps() -> Finding? {
    guard let angled, angled.stoppedAt == nil, let kept, let bound = settings.run.stopAngle else { return nil }
    return angled.finding(bound: bound, kept: Self.words(kept.moment))
  }

  private static func words(_ moment: KeptPolicy.Moment) -> String {
    moment.iteration < 0 ? "the policy that it began with" : "the policy after round \(moment.iteration)"
  }

  private func policy(of kept: KeptPolicy) throws -> any ActingPolicy {
    let agent = try makeUntrained()
    try agent.restore(kept.agent)
    return agent.policy
  }
}
