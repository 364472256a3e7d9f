import Compute
import Environments
import Theory

/// How behaviour would have been judged by a person whom the agent did not change.
///
/// The behaviour is as it was: the other variables and the actions go as they go under the policy. Only the judge differs. In
/// the place of each delicate variable's value stands, step by step, its distribution under the baseline (its natural course),
/// independent of what was done: the reward of a step is its mean over that. So what is judged and who judges are kept apart,
/// where ``PathEffects`` also asks what the policy would have done had it met the unmoved person.
///
/// Exact: sums over the world's table.
package struct UnmovedJudgment: Sendable, Hashable {
  /// The return of the policy's behaviour, judged by the person as it made them.
  package let moved: Double
  /// The same behaviour, judged by the person as they would have been.
  package let unmoved: Double
  /// The return of the baseline's behaviour, judged by the person as they are under it.
  package let baseline: Double
  /// The same by step: as the person became, as they would have been, and of the baseline.
  package let steps: [Step]

  /// What one step earns on average, undiscounted.
  package struct Step: Sendable, Hashable, Encodable {
    package let moved: Double
    package let unmoved: Double
    package let baseline: Double
  }

  /// - Parameters:
  ///   - policy: over the world's states.
  ///   - world: it has a horizon.
  ///   - delicate: the variables that are put back; names of the world's.
  ///   - rule: the baseline.
  ///   - rewards: [states × actions]; who judges.
  ///   - isNever: states that the world never is in, so that nobody knows what would be said there; nil if there are none.
  /// - Throws: `InputError` for unknown variables, a world without a horizon, and where the judgment rests on a state that
  ///   never is.
  /// - Complexity: O(horizon × states × values of the delicate variables × actions).
  package init(
    of policy: StagedPolicy, in world: FactoredWorld, delicate: [String], baseline rule: FactoredRule,
    rewards: [Double],
    isNever: [Bool]? = nil
  ) throws {
    guard let horizon = world.horizon else {
      throw InputError("'\(world.title)' has no horizon", at: world.title, remedy: "give a horizon")
    }
    let (states, actions) = (world.stateCount, world.actions.count)
    precondition(rewards.count == states * actions, "a number for each state and action")
    let positions = try delicate.map { try world.position(of: $0) }
    let table = try world.tabular()
    let natural = StagedPolicy(rule.policy(in: world))
    let own = policy.distributions(in: table, steps: horizon)
    let course = natural.distributions(in: table, steps: horizon)
    let values = (0..<states).map { world.values(of: $0) }
    func paid(_ policy: StagedPolicy, _ step: Int, _ state: Int, judgedIn judged: Int) -> Double {
      (0..<actions).reduce(0) {
        $0 + policy[step].probabilities[state * actions + $1] * rewards[judged * actions + $1]
      }
    }
    var (found, factor) = ([Step](), 1.0)
    var sums = (moved: 0.0, unmoved: 0.0, baseline: 0.0)
    for step in 0..<horizon {
      // The delicate variables' joint distribution under the baseline.
      var shares: [[Int]: Double] = [:]
      for (state, share) in course[step].enumerated() where share > 0 {
        shares[positions.map { values[state][$0] }, default: 0] += share
      }
      let judges = shares.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      var (moved, unmoved, other) = (0.0, 0.0, 0.0)
      for (state, share) in own[step].enumerated() where share > 0 {
        moved += share * paid(policy, step, state, judgedIn: state)
        for (judge, probability) in judges {
          var seen = values[state]
          for (place, value) in zip(positions, judge) { seen[place] = value }
          let judged = world.state(of: seen)
          guard isNever?[judged] != true else {
            throw InputError(
              "\(delicate.joined(separator: ", ")) cannot be thought apart from the other variables: the world would be in a state "
                + "that it never is in", at: world.title,
              remedy: "declare another variable delicate, or use another baseline")
          }
          unmoved += share * probability * paid(policy, step, state, judgedIn: judged)
        }
      }
      for (state, share) in course[step].enumerated() where share > 0 {
        other += share * paid(natural, step, state, judgedIn: state)
      }
      found.append(Step(moved: moved, unmoved: unmoved, baseline: other))
      sums.moved += factor * moved
      sums.unmoved += factor * unmoved
      sums.baseline += factor * other
      factor *= world.discount
    }
    (steps, moved, unmoved, baseline) = (found, sums.moved, sums.unmoved, sums.baseline)
  }
}
