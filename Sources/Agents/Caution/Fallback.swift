import Compute
import Environments

/// Another rule where states were judged, and a trusted policy in those that were not.
///
/// The other rule plans exactly, knowing that the trusted policy takes over: it may go through unjudged states if it
/// is led out of them well, as the rewards there have it. With `strict`, rewards in unjudged states count as the least
/// that any judged state pays, so that it goes there only if it must.
///
/// What it promises is only that in unjudged states it acts as is trusted, and how often it is there. It assumes that
/// the trusted policy is harmless from *every* unjudged state, also those to which it would never have come by itself,
/// which is where it fails: a careful driver put behind the wheel in mid-skid.
public struct Fallback<Inner: CautionRule>: CautionRule {
  /// What acts where states were judged.
  public var inner: Inner
  /// By state.
  public var judged: [Bool]
  /// How to act where they were not; the problem's reference unless given.
  public var trusted: TabularPolicy?
  /// Whether rewards of unjudged states are believed least.
  public var strict: Bool

  public var name: String { "\(inner.name), with a fallback" }
  public var assumption: String { "the trusted policy is harmless from every state that was not judged" }
  public var failure: String { "states into which the trusted policy would never have come" }

  /// A rule with a fallback.
  public init(_ inner: Inner, judged: [Bool], trusted: TabularPolicy? = nil, strict: Bool = true) {
    (self.inner, self.judged, self.trusted, self.strict) = (inner, judged, trusted, strict)
  }

  public func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    let mdp = problem.mdp
    guard judged.count == mdp.stateCount else {
      throw InputError("\(judged.count) states are said to be judged or not", remedy: "the world has \(mdp.stateCount)")
    }
    let policy = try trusted ?? problem.trusted(by: name).policy
    try CautionProblem.check(policy, in: mdp, "the trusted policy")
    let actions = mdp.actionCount
    /// What the trusted policy makes of a number for each action.
    func mean(_ state: Int, _ values: [Double]) -> Double {
      (0..<actions).reduce(0) { $0 + policy.probabilities[state * actions + $1] * values[state * actions + $1] }
    }
    let followed = try mdp.rewired { state, _ in
      guard !judged[state] else { return nil }
      var shares: [Int: Double] = [:]
      for action in 0..<actions {
        for index in mdp.transitions(state, action) {
          shares[mdp.successors[index], default: 0] +=
            policy.probabilities[state * actions + action] * mdp.probabilities[index]
        }
      }
      return shares.keys.sorted().map { ($0, shares[$0] ?? 0) }
    }
    let rewards = problem.rewards.map { reward in
      let least = reward.indices.reduce(Double.infinity) { judged[$1 / actions] ? min($0, reward[$1]) : $0 }
      return reward.indices.map { row in
        judged[row / actions] ? reward[row] : strict && least.isFinite ? least : mean(row / actions, reward)
      }
    }
    let inside = try CautionProblem(
      followed, rewards: rewards, weights: problem.weights, reference: problem.reference.map { following(policy, $0) })
    let choice = try inner.choose(in: inside, random: &random)
    var result = choice
    result.policy = following(policy, choice.policy)
    result.occupancy = mdp.occupancy(of: result.policy)
    result.returns = problem.returns(of: result.occupancy)
    let away = result.occupancy.indices.reduce(0.0) { judged[$1 / actions] ? $0 : $0 + result.occupancy[$1] }
    result.promise = CautionPromise(
      "it acts as is trusted in every state that nobody judged; the share of its (discounted) steps there is",
      away / result.occupancy.reduce(0, +))
    return result
  }

  private func following(_ trusted: TabularPolicy, _ other: TabularPolicy) -> TabularPolicy {
    TabularPolicy(
      probabilities: other.probabilities.indices.map { row in
        judged[row / other.actionCount] ? other.probabilities[row] : trusted.probabilities[row]
      }, actionCount: other.actionCount)
  }
}
