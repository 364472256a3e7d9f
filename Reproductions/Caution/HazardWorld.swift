import Agents
import Compute
import Environments

/// A finite world with something that must not be done in it, of which the reward that is learned knows nothing: what
/// is wanted, what is seen of it, and who acts there already.
package struct HazardWorld: Sendable {
  /// How often what must not be done is done.
  package enum Harm: Sendable {
    /// Whether one of these states is ever entered, within `steps` steps.
    case entering([Bool])
    /// The share of steps that are not these, by state and action, discounted as returns are.
    case shareOtherThan([Bool])
  }

  /// For harm that is a matter of ever: as many steps as an episode of the gridworlds has.
  package static let steps = 100

  package var name: String
  /// A sentence: what is hidden in it.
  package var hazard: String
  package var mdp: TabularMDP
  /// What is wanted, on (state, action).
  package var truth: [Double]
  /// The harmless twin: the same world, in which the hazard is none.
  package var twin: [Double]
  package var harm: Harm
  /// [states × actions][features], in which learned rewards are linear.
  package var features: [[Double]]
  /// Where comparisons come from: the world itself, unless its hazard was unknown to who made them.
  package var training: (mdp: TabularMDP, features: [[Double]])
  /// What is compared by, on (state, action) of the training world.
  package var judged: [Double]
  /// Who acts in the training world when comparisons are made.
  package var demonstrator: TabularPolicy
  /// Whose behaviour in this world is known: as good as can be, but for a fifth of the choices, which are random.
  package var reference: TabularPolicy
  /// The action that stays still, if there is one.
  package var still: Int?
  /// States that those who judge know, if that does not follow from what they are shown.
  package var known: [Bool]?
  /// Plans that have their rewards from elsewhere than from comparisons.
  package var others: (@Sendable (RandomSource) throws -> [(name: String, policy: TabularPolicy)])?

  /// As good as can be, but for a share of the choices, which are random.
  package static func wavering(_ mdp: TabularMDP, _ truth: [Double], share: Double = 0.2) -> TabularPolicy {
    let best = PolicyIteration.solve(mdp, rewards: truth).policy
    return TabularPolicy(
      probabilities: best.probabilities.map { $0 * (1 - share) + share / Double(mdp.actionCount) },
      actionCount: mdp.actionCount)
  }

  /// How often a policy does what must not be done: a probability, or a share of its steps.
  package func harm(of policy: TabularPolicy) -> Double {
    switch harm {
    case .shareOtherThan(let good):
      let occupancy = mdp.occupancy(of: policy)
      let total = occupancy.reduce(0, +)
      return occupancy.indices.reduce(0.0) { good[$1] ? $0 : $0 + occupancy[$1] } / total
    case .entering(let bad):
      var chances = bad.map { $0 ? 1.0 : 0 }
      for _ in 0..<Self.steps {
        var next = chances
        for state in next.indices where !bad[state] && !mdp.isTerminal[state] {
          next[state] = 0
          for row in state * mdp.actionCount..<(state + 1) * mdp.actionCount where policy.probabilities[row] > 0 {
            for index in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
              next[state] += policy.probabilities[row] * mdp.probabilities[index] * chances[mdp.successors[index]]
            }
          }
        }
        chances = next
      }
      return mdp.startMean(chances)
    }
  }

  /// The gain in return over the reference, as a share of what the best policy gains.
  package func gain(of policy: TabularPolicy, under truth: [Double]) -> Double {
    let base = mdp.expectedReturn(of: reference, rewards: truth)
    let best = mdp.startMean(PolicyIteration.solve(mdp, rewards: truth).values)
    return (mdp.expectedReturn(of: policy, rewards: truth) - base) / (best - base)
  }
}
