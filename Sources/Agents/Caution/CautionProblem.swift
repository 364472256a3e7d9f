import Compute
import Environments

/// What a cautious planner is told: a finite world, the rewards that may be meant in it, and perhaps how somebody who
/// is trusted acts there.
///
/// The world goes on for ever: what was a terminal state is one that every action stays in, and pays nothing. So every
/// occupancy sums to 1 ÷ (1 − discount), and two of them can be compared as distributions.
///
/// ```swift
/// let problem = try CautionProblem(world, rewards: ensemble, reference: demonstrator)
/// let choice = try WorstCase().choose(in: problem, random: &stream)
/// choice.returns.min()   // what it promises, whichever of the rewards is meant
/// ```
public struct CautionProblem: Sendable {
  /// The world, without an end.
  public let mdp: TabularMDP
  /// By state: where all was over in the world as it was given.
  public let ends: [Bool]
  /// The rewards that may be meant, [members][states × actions].
  public let rewards: [[Double]]
  /// How probable each of them is; sums to 1.
  public let weights: [Double]
  /// How somebody acts who is trusted, or whose behaviour is at least known; nil if nobody is.
  public let reference: TabularPolicy?

  /// A problem of these parts.
  ///
  /// - Parameters:
  ///   - mdp: with a discount below 1; its own rewards do not matter.
  ///   - rewards: at least one, each on (state, action); what they pay in and after terminal states does not count.
  ///   - weights: of the rewards, not negative; they are scaled to sum to 1. Nil for equal ones.
  ///   - reference: for this world; in terminal states, where all actions are alike, it counts as uniform.
  /// - Throws: `InputError` for a discount of 1, sizes that do not fit, or numbers that are not finite.
  public init(
    _ mdp: TabularMDP, rewards: [[Double]], weights: [Double]? = nil, reference: TabularPolicy? = nil
  ) throws {
    guard mdp.discount < 1 else { throw InputError("a discount of 1", remedy: "give one below 1") }
    let rows = mdp.stateCount * mdp.actionCount
    guard !rewards.isEmpty, rewards.allSatisfy({ $0.count == rows && $0.allSatisfy(\.isFinite) }) else {
      throw InputError("at least one reward is wanted, each finite for every state and action")
    }
    let weights = weights ?? [Double](repeating: 1, count: rewards.count)
    let total = weights.reduce(0, +)
    guard weights.count == rewards.count, weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      throw InputError(
        "a weight is wanted for each of the \(rewards.count) rewards", remedy: "give numbers from 0, not all 0")
    }
    if let reference { try Self.check(reference, in: mdp, "the reference policy") }
    self.mdp = try mdp.absorbing()
    ends = mdp.isTerminal
    self.rewards = rewards.map { reward in
      reward.indices.map { mdp.isTerminal[$0 / mdp.actionCount] ? 0 : reward[$0] }
    }
    self.weights = weights.map { $0 / total }
    self.reference = reference.map { policy in
      TabularPolicy(
        probabilities: policy.probabilities.indices.map { row in
          mdp.isTerminal[row / mdp.actionCount] ? 1 / Double(mdp.actionCount) : policy.probabilities[row]
        }, actionCount: policy.actionCount)
    }
  }

  static func check(_ policy: TabularPolicy, in mdp: TabularMDP, _ name: String) throws {
    guard policy.stateCount == mdp.stateCount, policy.actionCount == mdp.actionCount else {
      throw InputError(
        "\(name) is for \(policy.stateCount) states and \(policy.actionCount) actions",
        remedy: "this world has \(mdp.stateCount) and \(mdp.actionCount)")
    }
    for state in 0..<mdp.stateCount {
      let row = policy.probabilities[state * mdp.actionCount..<(state + 1) * mdp.actionCount]
      guard row.allSatisfy({ $0 >= 0 }), abs(row.reduce(0, +) - 1) < 1e-6 else {
        throw InputError("the probabilities of \(name) do not sum to 1", at: "state \(state)")
      }
    }
  }

  /// The mean of the rewards: what an agent maximises that forgets its uncertainty.
  public var meanReward: [Double] { mixture(weights) }

  /// Σ share · reward, on (state, action).
  func mixture(_ shares: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    for (share, reward) in zip(shares, rewards) where share != 0 {
      for row in sum.indices { sum[row] += share * reward[row] }
    }
    return sum
  }

  /// What each reward makes of an occupancy.
  func returns(of occupancy: [Double]) -> [Double] { rewards.map { Vectors.dot($0, occupancy) } }

  /// The trusted policy and its occupancy.
  ///
  /// - Throws: `InputError` that names the rule if there is none.
  func trusted(by rule: String) throws -> (policy: TabularPolicy, occupancy: [Double]) {
    guard let reference else {
      throw InputError("\(rule) has nothing to keep near", remedy: "give the problem a reference policy")
    }
    return (reference, mdp.occupancy(of: reference))
  }
}
