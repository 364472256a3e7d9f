import Compute

/// How far a plan looks and how hard it is looked for.
package struct PlanningSettings: Codable, Sendable, Hashable {
  /// Steps of a plan.
  package var horizon = 30
  /// Steps for which a plan keeps each action.
  package var hold = 2
  /// Plans that are tried in each round.
  package var population = 64
  /// The best plans of a round, around which the next are drawn.
  package var elites = 8
  /// Rounds of the search.
  package var rounds = 4
  /// What a reward one step later is worth.
  package var discount: Float = 0.99
  /// Steps from one search to the next.
  package var replanEvery = 1

  package init() {}

  /// Actions that a plan is made of.
  var knots: Int { (horizon + hold - 1) / hold }
}
