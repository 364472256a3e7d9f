import Agents
import Compute
import Environments

/// How to act in a finite world of so many steps: a table for each step, the last one for all after it.
public struct StagedPolicy: Sendable, Hashable {
  /// By step; one alone where time makes no difference.
  public let stages: [TabularPolicy]

  /// A policy of these tables, at least one.
  public init(stages: [TabularPolicy]) {
    precondition(!stages.isEmpty, "a table for the first step")
    self.stages = stages
  }

  /// The same table at every step.
  public init(_ policy: TabularPolicy) { stages = [policy] }

  /// The best policy for these rewards (the table's own unless given); among equals the action listed first.
  ///
  /// With a horizon by dynamic programming from the last step, at the table's discount; otherwise by policy iteration.
  ///
  /// - Complexity: O(horizon × transitions) with a horizon.
  public init(optimal mdp: TabularMDP, horizon: Int?, rewards: [Double]? = nil) {
    guard let horizon else {
      stages = [PolicyIteration.solve(mdp, rewards: rewards).policy]
      return
    }
    let rewards = rewards ?? mdp.rewards
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var stages: [TabularPolicy] = []
    for _ in 0..<horizon {
      let table = mdp.actionValues(values, rewards: rewards)
      var actions = [Int](repeating: 0, count: mdp.stateCount)
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        let row = table[state * mdp.actionCount..<(state + 1) * mdp.actionCount]
        // A gain within rounding is none.
        let best = row.max()!
        actions[state] = row.firstIndex { $0 >= best - 1e-11 * max(1, abs(best)) }! - row.startIndex
        values[state] = best
      }
      stages.append(TabularPolicy(actions: actions, actionCount: mdp.actionCount))
    }
    self.stages = stages.reversed()
  }

  /// The table of a step.
  public subscript(step: Int) -> TabularPolicy { stages[min(step, stages.count - 1)] }

  /// What it earns from the start.
  package func value(in mdp: TabularMDP, horizon: Int?, rewards: [Double]? = nil) -> Double {
    let rewards = rewards ?? mdp.rewards
    guard let horizon else { return mdp.expectedReturn(of: stages[0], rewards: rewards) }
    var values = [Double](repeating: 0, count: mdp.stateCount)
    for step in (0..<horizon).reversed() {
      let table = mdp.actionValues(values, rewards: rewards)
      let probabilities = self[step].probabilities
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        values[state] = (state * mdp.actionCount..<(state + 1) * mdp.actionCount).reduce(0) {
          $0 + probabilities[$1] * table[$1]
        }
      }
    }
    return mdp.startMean(values)
  }

  /// How probable each state is after each number of steps from none.
  package func distributions(in mdp: TabularMDP, steps: Int) -> [[Double]] {
    var result = [mdp.start]
    for step in 0..<steps {
      var next = [Double](repeating: 0, count: mdp.stateCount)
      let probabilities = self[step].probabilities
      for (state, share) in result[step].enumerated() where share > 0 {
        if mdp.isTerminal[state] {
          next[state] += share
          continue
        }
        for action in 0..<mdp.actionCount {
          let weight = share * probabilities[state * mdp.actionCount + action]
          if weight == 0 { continue }
          for index in mdp.transitions(state, action) {
            next[mdp.successors[index]] += weight * mdp.probabilities[index]
          }
        }
      }
      result.append(next)
    }
    return result
  }

  /// Steps after which little of a discounted return is left, e⁻³ of it.
  static func effectiveSteps(_ discount: Double) -> Int { min(1_000, Int((3 / (1 - discount)).rounded(.up))) }
}
