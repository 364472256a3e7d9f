import Agents
import Environments

/// Policies worth suspecting where there are too many to check all of them.
enum Suspects {
  /// The best and the worst policy, those that follow the worst in more and more states, in the order in which the best
  /// visits them and in reverse, and the best with single decisions changed.
  static func policies(_ mdp: TabularMDP, _ reward: [Double], limit: Int = 400) -> [TabularPolicy] {
    let best = PolicyIteration.solve(mdp, rewards: reward).policy
    let worst = PolicyIteration.solve(mdp, rewards: reward.map { -$0 }).policy
    let counting = mdp.countingStates
    let occupancy = mdp.occupancy(of: best)
    let visits = (0..<mdp.stateCount).map { state in
      occupancy[state * mdp.actionCount..<(state + 1) * mdp.actionCount].reduce(0, +)
    }
    let order = (0..<mdp.stateCount).filter { counting[$0] }.sorted { (visits[$0], $0) < (visits[$1], $1) }
    let (bestActions, worstActions) = (best.actions, worst.actions)
    var found = [bestActions, worstActions]
    for states in [order, order.reversed()] {
      var actions = bestActions
      for state in states {
        actions[state] = worstActions[state]
        found.append(actions)
      }
    }
    for state in order {
      for action in 0..<mdp.actionCount where action != bestActions[state] {
        var actions = bestActions
        actions[state] = action
        found.append(actions)
      }
    }
    // Evenly thinned out if there are too many; the first two always stay.
    let step = max(1, (found.count + limit - 1) / limit)
    let kept = found.indices.filter { $0 < 2 || $0 % step == 0 }
    return kept.map { TabularPolicy(actions: found[$0], actionCount: mdp.actionCount) }
  }
}
