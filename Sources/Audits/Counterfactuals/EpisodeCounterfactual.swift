import Compute
import Environments

/// What an episode of a finite world would have earned, with the same luck, had another policy acted from some step on.
///
/// ```swift
/// let other = try EpisodeCounterfactual(of: [0, 3, 4, 8], actions: [1, 0, 1], in: mdp, policy: best, from: 1)
/// other.expectedReturn - other.factualReturn       // what acting otherwise would have been worth, this time
/// ```
///
/// Luck is the world's own, one draw for each step (``GumbelCounterfactual``), the same whatever is done. It is not known,
/// but what happened tells of it: so the states at each step have a distribution, and the expectation is exact.
/// What the policy draws is its own, and independent of the luck.
public struct EpisodeCounterfactual: Sendable, Hashable {
  /// At each step, and after the last, how probable each state would have been.
  public let occupancy: [[Double]]
  /// The discounted return as it was.
  public let factualReturn: Double
  /// The discounted return that is expected of the policy with this luck, over as many steps.
  public let expectedReturn: Double

  /// - Parameters:
  ///   - states: those that were seen, one more than actions.
  ///   - actions: what was done.
  ///   - mdp: the world, with its rewards and discount.
  ///   - policy: who acts from `step` on.
  ///   - step: the first step at which it acts; before it everything is as it was.
  ///   - first: what is done from `step` on whatever the state, before the policy has its turn.
  /// - Throws: `InputError` for an episode that cannot have happened in this world.
  /// - Complexity: O(steps · states · actions · n² log n) for n successors.
  public init(
    of states: [Int], actions: [Int], in mdp: TabularMDP, policy: TabularPolicy, from step: Int = 0,
    doing first: [Int] = []
  ) throws {
    guard states.count == actions.count + 1 else {
      throw InputError(
        "\(states.count) states and \(actions.count) actions", at: "states",
        remedy: "there is one state more than actions")
    }
    guard (0...actions.count).contains(step) else {
      throw InputError("the episode has no step \(step)", at: "step", remedy: "0 to \(actions.count)")
    }
    guard policy.stateCount == mdp.stateCount, policy.actionCount == mdp.actionCount else {
      throw InputError("the policy is of another world", at: "policy")
    }
    if let action = first.first(where: { !(0..<mdp.actionCount).contains($0) }) {
      throw InputError("there is no action \(action)", at: "doing", remedy: "use 0 to \(mdp.actionCount - 1)")
    }
    var laws: [[Double]] = []
    for (time, action) in actions.enumerated() {
      guard (0..<mdp.stateCount).contains(states[time]), (0..<mdp.actionCount).contains(action),
        (0..<mdp.stateCount).contains(states[time + 1]), !mdp.isTerminal[states[time]]
      else { throw InputError("this cannot happen in the world", at: "step \(time)") }
      let law = Self.law(mdp, states[time], action)
      guard law[states[time + 1]] > 0 else {
        throw InputError(
          "state \(states[time + 1]) does not follow state \(states[time]) and action \(action)", at: "step \(time)")
      }
      laws.append(law)
    }
    var occupancy = states[...step].map { state in (0..<mdp.stateCount).map { $0 == state ? 1.0 : 0 } }
    var (factual, expected, factor) = (0.0, 0.0, 1.0)
    for time in actions.indices {
      let earned = mdp.rewards[states[time] * mdp.actionCount + actions[time]]
      factual += factor * earned
      if time < step {
        expected += factor * earned
      } else {
        var next = [Double](repeating: 0, count: mdp.stateCount)
        for (state, share) in occupancy[time].enumerated() where share > 0 {
          guard !mdp.isTerminal[state] else {
            next[state] += share
            continue
          }
          for action in 0..<mdp.actionCount {
            let row = state * mdp.actionCount + action
            let chance = time - step < first.count ? (first[time - step] == action ? 1 : 0) : policy.probabilities[row]
            let weight = share * chance
            guard weight > 0 else { continue }
            expected += factor * weight * mdp.rewards[row]
            let drawn = GumbelCounterfactual.probabilities(
              of: Self.law(mdp, state, action), given: states[time + 1], drawnFrom: laws[time])
            for (successor, probability) in drawn.enumerated() { next[successor] += weight * probability }
          }
        }
        occupancy.append(next)
      }
      factor *= mdp.discount
    }
    self.occupancy = occupancy
    (factualReturn, expectedReturn) = (factual, expected)
  }

  /// How probable each state is after a state and an action.
  private static func law(_ mdp: TabularMDP, _ state: Int, _ action: Int) -> [Double] {
    var law = [Double](repeating: 0, count: mdp.stateCount)
    for index in mdp.transitions(state, action) { law[mdp.successors[index]] += mdp.probabilities[index] }
    return law
  }
}
