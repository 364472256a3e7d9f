import Compute
import Environments

/// How a demonstrator is believed to choose, given a reward R: with which probabilities for each action.
///
/// `rationality` β multiplies the reward: 0 acts at random, ∞ optimally. Over a `horizon` the agent plans for exactly
/// so many steps with the world's discount or another; without one, forever.
public struct Demonstrator: Sendable, Hashable, Codable {
  /// How actions follow from values.
  public enum Model: String, Sendable, Hashable, Codable, CaseIterable {
    /// π ∝ exp(Q), Q soft: maximises β · return + causal entropy (Ziebart 2010).
    case maximumEntropy
    /// π ∝ exp(β Q*), Q* of an optimal agent (Ramachandran and Amir 2007).
    case boltzmann
  }

  /// How actions follow from values.
  public var model: Model
  /// β: the larger, the surer the best action.
  public var rationality: Double
  /// Steps of an episode; nil: it goes on forever.
  public var horizon: Int?
  /// Below 1 without a horizon.
  public var discount: Double

  /// - Throws: `InputError` for numbers that no demonstrator has.
  public init(_ model: Model, rationality: Double = 1, horizon: Int? = nil, discount: Double) throws {
    guard rationality > 0, rationality.isFinite else {
      throw InputError("the rationality is \(rationality)", remedy: "give a positive number")
    }
    if let horizon, horizon < 1 { throw InputError("the horizon is \(horizon)", remedy: "give at least 1") }
    guard discount >= 0, horizon == nil ? discount < 1 : discount <= 1 else {
      throw InputError(
        "the discount is \(discount)",
        remedy: horizon == nil ? "without a horizon it lies in [0, 1)" : "it lies in [0, 1]")
    }
    self.model = model
    self.rationality = rationality
    self.horizon = horizon
    self.discount = discount
  }

  /// What such an agent does under rewards on (state, action), [states × actions]: one policy, or one for each step of
  /// the horizon.
  public func policies(_ rewards: [Double], in mdp: TabularMDP) throws -> [TabularPolicy] {
    let planner = CausalPlanner(mdp, self)
    try planner.plan(rewards: planner.transposed(rewards))
    return planner.policies
  }
}
