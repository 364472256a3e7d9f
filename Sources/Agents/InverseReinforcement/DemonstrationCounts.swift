import Environments
import Rewards

/// What a ``Demonstrator``'s likelihood and its occupancies need of ``Demonstrations``, per trajectory.
struct DemonstrationCounts {
  /// How often each action was chosen, with `time[t]`'s part for each step of a horizon: [steps × actions × states].
  /// These are not discounted: every choice counts in a likelihood.
  private(set) var choices: [Double]
  /// The mean discounted visits of each entry of the reward.
  private(set) var entries: [Double]
  let steps: Int

  init(
    _ demonstrations: Demonstrations, _ demonstrator: Demonstrator, _ form: RewardForm, in mdp: TabularMDP,
    countsLastState: Bool
  ) {
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    steps = demonstrator.horizon ?? 1
    choices = [Double](repeating: 0, count: steps * actions * states)
    entries = [Double](repeating: 0, count: form.entryCount(in: mdp))
    let share = 1 / Double(demonstrations.trajectories.count)
    for trajectory in demonstrations.trajectories {
      var weight = share
      for (step, action) in trajectory.actions.enumerated() {
        let state = trajectory.states[step]
        choices[((steps == 1 ? 0 : step) * actions + action) * states + state] += share
        let row = state * actions + action
        switch form.axes {
        case .state: entries[state] += weight
        case .stateAction: entries[row] += weight
        case .transition:
          let leads = mdp.transitions(state, action)
          if step + 1 < trajectory.states.count {
            let next = trajectory.states[step + 1]
            if let index = leads.first(where: { mdp.successors[$0] == next }) { entries[index] += weight }
          } else {
            for index in leads { entries[index] += weight * mdp.probabilities[index] }
          }
        }
        weight *= demonstrator.discount
      }
      if countsLastState, form.axes == .state, trajectory.states.count > trajectory.actions.count {
        entries[trajectory.states[trajectory.states.count - 1]] += weight
      }
    }
  }

  /// Exact visits instead of counted ones: what infinitely many demonstrations of a policy would be.
  init(entries: [Double], choices: [Double] = [], steps: Int) {
    (self.entries, self.choices, self.steps) = (entries, choices, steps)
  }
}
