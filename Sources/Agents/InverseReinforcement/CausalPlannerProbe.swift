import Environments

/// A planner's policies and the visits of its states, for tests and audits that compare them with others'.
package struct CausalPlannerProbe {
  private let mdp: TabularMDP
  private let demonstrator: Demonstrator
  private let countsLast: Bool

  package init(_ mdp: TabularMDP, _ demonstrator: Demonstrator, countsLast: Bool = true) {
    (self.mdp, self.demonstrator, self.countsLast) = (mdp, demonstrator, countsLast)
  }

  /// Discounted visits of each state from the world's start; those in which a horizon ends only if they count.
  package func visits(_ rewards: [Double]) throws -> (policies: [TabularPolicy], states: [Double]) {
    let planner = CausalPlanner(mdp, demonstrator)
    try planner.plan(rewards: planner.transposed(rewards))
    var rows = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    var states = [Double](repeating: 0, count: mdp.stateCount)
    try planner.follow(entering: mdp.start, into: &rows, last: &states)
    if !countsLast { states = states.map { _ in 0 } }
    for row in rows.indices { states[row % mdp.stateCount] += rows[row] }
    return (planner.policies, states)
  }
}

extension MaximumEntropyIRL {
  /// Where learning begins.
  package func initialParameters() throws -> [Double] {
    try RewardParameters(form, in: mdp, learningRate: settings.learningRate, random: random).all
  }

  /// The objective and its gradient at given parameters.
  package func objective(_ demonstrations: Demonstrations, at point: [Double]) throws -> (
    value: Double, gradient: [Double]
  ) {
    let counts = DemonstrationCounts(
      demonstrations, demonstrator, form, in: mdp, countsLastState: settings.countsLastState)
    let objective = try MaximumEntropyObjective(self, counts, settings.objective ?? .likelihood)
    objective.parameters.all = point
    let value = try objective.evaluate()
    return (value, objective.gradient)
  }
}
