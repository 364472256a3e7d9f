import Agents
import Audits
import Compute
import Environments
import Foundation
import Rewards

extension TrainedRun {
  /// What paid the agent, on (state, action) of a finite world; nil if that was the world's own reward, or the world is
  /// not exactly finite.
  func paid(in finite: ViewedWorld) throws -> (name: String, rewards: [Double])? {
    guard let view = finite.table else { return nil }
    switch settings.run.agentReward {
    case .truth: return nil
    case .learned: return ("what the learned reward pays", view.rewards(RewardEvaluator(reward)))
    default:
      return try LearnRun.namedReward(settings, finite.entry).map {
        ("what “\($0.reward.name)” pays", view.rewards($0))
      }
    }
  }

  /// How the loss of this policy divides; nil, and why, where that cannot be said.
  func gap(in finite: ViewedWorld, deterministic: Bool) throws -> (RewardResultGap?, String?) {
    guard finite.isExact else { return (nil, "The view of the world is not exact.") }
    guard let view = finite.table else { return (nil, "The world is not discounted.") }
    let mdp = finite.world.mdp
    let table: TabularPolicy
    if deterministic {
      table = TabularPolicy(actions: likeliest(in: finite.world), actionCount: mdp.actionCount)
    } else {
      do { table = try view.table(policy) } catch let error as InputError { return (nil, error.problem + ".") }
    }
    return (
      try RewardResultGap(mdp, truth: mdp.rewards, learned: paid(in: finite)?.rewards ?? mdp.rewards, policy: table),
      nil
    )
  }

  private func likeliest(in world: TabularWorld) -> [Int] {
    let states = world.mdp.stateCount
    var actions = [Float](repeating: 0, count: states)
    let actor = Self.actor(policy, states)
    var rows = actions.mutableSpan
    actor.act(world.observations.span, into: &rows)
    return actions.map { Int($0) }
  }

  private static func actor(_ policy: some ActingPolicy, _ count: Int) -> any BatchActor {
    policy.makeActor(count: count)
  }
}
