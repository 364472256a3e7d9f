import Environments
import Foundation

/// One objective of ``MaximumEntropyIRL`` at the current parameters, with its gradient.
///
/// The likelihood's gradient needs one pass forward, as the occupancy does: with n_t(s, a) the demonstrated choices, soft
/// values change by d log π_t = dQ_t − dV_t, and dV_t is the discounted sum of dR along the policy. So the weights
/// −n_t(s) + γ Σ n_{t−1} P that enter at step t, followed along the policy, give the gradient in R̄ together with n itself.
final class MaximumEntropyObjective {
  let planner: CausalPlanner
  let parameters: RewardParameters
  private(set) var entries: [Double]
  /// With respect to the parameters.
  private(set) var gradient: [Double] = []
  /// The largest absolute entry of the gradient with respect to the reward's entries.
  private(set) var gap = Double.infinity
  private let irl: MaximumEntropyIRL
  private let counts: DemonstrationCounts
  private let kind: MaximumEntropyIRLSettings.Objective
  private let entering: [Double]
  private var rows: [Double]
  private var passing: [Double]
  private var last: [Double]

  init(
    _ irl: MaximumEntropyIRL, _ counts: DemonstrationCounts, _ kind: MaximumEntropyIRLSettings.Objective
  ) throws {
    self.irl = irl
    self.counts = counts
    self.kind = kind
    planner = CausalPlanner(irl.mdp, irl.demonstrator)
    parameters = try RewardParameters(
      irl.form, in: irl.mdp, learningRate: irl.settings.learningRate, random: irl.random)
    entries = [Double](repeating: 0, count: irl.form.entryCount(in: irl.mdp))
    rows = [Double](repeating: 0, count: irl.mdp.stateCount * irl.mdp.actionCount)
    passing = rows
    last = [Double](repeating: 0, count: irl.mdp.stateCount)
    entering = kind == .matching ? irl.mdp.start : Self.entering(counts, irl)
  }

  /// −n_t(s) + γ Σ n_{t−1}(s′, a) P(s | s′, a), [steps + 1 × states]; without a horizon all steps in one.
  private static func entering(_ counts: DemonstrationCounts, _ irl: MaximumEntropyIRL) -> [Double] {
    let (mdp, discount) = (irl.mdp, irl.demonstrator.discount)
    let (states, actions) = (mdp.stateCount, mdp.actionCount)
    let isEndless = irl.demonstrator.horizon == nil
    var result = [Double](repeating: 0, count: (counts.steps + 1) * states)
    for step in 0..<counts.steps {
      for action in 0..<actions {
        for state in 0..<states {
          let count = counts.choices[(step * actions + action) * states + state]
          guard count > 0 else { continue }
          result[step * states + state] -= count
          // At the end of a horizon nothing follows.
          guard isEndless || step + 1 < counts.steps else { continue }
          let later = isEndless ? 0 : (step + 1) * states
          for index in mdp.transitions(state, action) {
            result[later + mdp.successors[index]] += discount * count * mdp.probabilities[index]
          }
        }
      }
    }
    return result
  }

  /// The objective; fills ``gradient`` and ``gap``.
  func evaluate() throws -> Double {
    let (mdp, settings) = (irl.mdp, irl.settings)
    parameters.evaluate(into: &entries)
    irl.form.spread(entries, in: mdp, into: &rows)
    try planner.plan(rewards: rows)
    for row in passing.indices { passing[row] = 0 }
    for state in last.indices { last[state] = 0 }
    try planner.follow(entering: entering, into: &passing, last: &last)
    let beta = irl.demonstrator.rationality
    var slopes: [Double]
    var value: Double
    if kind == .matching {
      slopes = counts.entries
      irl.form.gather(passing, in: mdp, times: -1, into: &slopes)
      if settings.countsLastState, irl.form.axes == .state, irl.demonstrator.horizon != nil {
        for state in last.indices { slopes[state] -= last[state] }
      }
      // The gap is of occupancies; the objective is in units of rationality · reward.
      gap = slopes.reduce(0) { max($0, abs($1)) }
      value = beta * zip(counts.entries, entries).reduce(0) { $0 + $1.0 * $1.1 } - planner.startValue
    } else {
      slopes = [Double](repeating: 0, count: entries.count)
      for step in 0..<counts.steps {
        for row in passing.indices { passing[row] += counts.choices[step * passing.count + row] }
      }
      irl.form.gather(passing, in: mdp, times: 1, into: &slopes)
      gap = slopes.reduce(0) { max($0, abs($1)) }
      value = logLikelihood
    }
    if beta != 1 { for entry in slopes.indices { slopes[entry] *= beta } }
    gradient = parameters.gradient(slopes)
    if settings.ridge > 0 {
      let all = parameters.all
      for index in gradient.indices { gradient[index] -= settings.ridge * all[index] }
      value -= settings.ridge / 2 * all.reduce(0) { $0 + $1 * $1 }
    }
    return value
  }

  /// Of the demonstrated choices, per trajectory, under the last plan.
  var logLikelihood: Double { counts.logLikelihood(planner) }
}

extension DemonstrationCounts {
  /// Σ n log π under the planner's last plan.
  func logLikelihood(_ planner: CausalPlanner) -> Double {
    var sum = 0.0
    for index in choices.indices where choices[index] > 0 { sum += choices[index] * log(planner.policy[index]) }
    return sum
  }
}
