import Compute
import Environments

/// The world for which a reward was written, with the features that it weighs: what a proxy brings about there.
///
/// ```swift
/// let design = try ProxyDesign(mdp, features: features)
/// let behaviors = proxies.map { design.behavior(of: $0) }
/// let posterior = try ProxyRewardPosterior(candidates: candidates, behaviors: behaviors, written: 3)
/// ```
public struct ProxyDesign: Sendable {
  /// The world that the proxy was designed for.
  public let mdp: TabularMDP
  /// [states × actions × features].
  public let features: [Double]
  /// The number of features of a reward.
  public let featureCount: Int

  /// - Parameters:
  ///   - mdp: with a discount below 1; its own rewards do not matter.
  ///   - features: of each action in each state, [states × actions][features].
  /// - Throws: `InputError` if sizes do not fit, or for a discount of 1.
  public init(_ mdp: TabularMDP, features: [[Double]]) throws {
    let width = features.first?.count ?? 0
    guard width > 0, features.count == mdp.stateCount * mdp.actionCount,
      features.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
    else {
      throw InputError(
        "features are wanted for each of \(mdp.stateCount) states and \(mdp.actionCount) actions, as many for each")
    }
    guard mdp.discount < 1 else {
      throw InputError("a discount of 1", remedy: "give one below 1: expected features are discounted sums")
    }
    self.mdp = mdp
    self.features = features.flatMap { $0 }
    featureCount = width
  }

  /// The reward on (state, action) under these weights.
  public func rewards(_ weights: [Double]) -> [Double] {
    precondition(weights.count == featureCount, "one weight for each feature")
    return (0..<mdp.stateCount * mdp.actionCount).map { row in
      (0..<featureCount).reduce(0) { $0 + weights[$1] * features[row * featureCount + $1] }
    }
  }

  /// The discounted sum of features that a policy is expected to meet.
  public func expectedFeatures(of policy: TabularPolicy) -> [Double] {
    let occupancy = mdp.occupancy(of: policy)
    return (0..<featureCount).map { feature in
      occupancy.indices.reduce(0) { $0 + occupancy[$1] * features[$1 * featureCount + feature] }
    }
  }

  /// What a proxy brings about: the expected features of its plan.
  ///
  /// - Parameters:
  ///   - weights: the proxy.
  ///   - temperature: 0 for the optimal plan, among equals the first; above it for the soft one, in which a tie is
  ///     shared.
  /// - Throws: `InputError` for a negative temperature.
  public func behavior(of weights: [Double], temperature: Double = 0) throws -> [Double] {
    let rewards = rewards(weights)
    let policy =
      temperature == 0
      ? PolicyIteration.solve(mdp, rewards: rewards).policy
      : try SoftValueIteration.solve(mdp, rewards: rewards, temperature: temperature).policy
    return expectedFeatures(of: policy)
  }
}
