import Compute
import Environments

/// The rewards of one finite world, seen through one canonicalisation: makes rewards canonical, measures and compares
/// them. What depends on the world alone is computed once, so many rewards are cheap.
///
/// ```swift
/// let space = try RewardSpace(mdp, .valueAdjusted)
/// let a = try space.canonical(first), b = try space.canonical(second)
/// space.distance(a, b, normalization: .l2, comparison: .norm(.l2))     // 0 … 2
/// ```
///
/// States that cannot be reached are left out, since no policy can tell rewards there apart. Norms are those of rewards
/// on (s, a, s′): a canonical reward that ignores the next state counts once for each.
///
/// Source: Skalse et al., "STARC: A General Framework For Quantifying Differences Between Reward Functions", ICLR 2024.
public struct RewardSpace: Sendable {
  /// How rewards that differ by shaping alone are made the same.
  public let canonicalization: Canonicalization
  package let world: ReachableStates
  let policy: [Double]
  let evaluator: PolicyEvaluator?
  let minimal: MinimalReward?

  /// States left out because nothing leads there.
  public var unreachableCount: Int { world.unreachableCount }

  /// - `reachableOnly`: false keeps states that cannot be reached; then distances may see differences that no
  ///   policy can.
  /// - Throws: `InputError` if the discount is 1, or a weight is not positive.
  public init(
    _ mdp: TabularMDP, _ canonicalization: Canonicalization = .valueAdjusted, reachableOnly: Bool = true
  ) throws {
    self.canonicalization = canonicalization
    world = try ReachableStates(mdp, reachableOnly: reachableOnly)
    switch canonicalization {
    case .valueAdjusted(let base), .valuePotential(let base):
      policy = world.weights(of: base)
      evaluator = PolicyEvaluator(world, policy: policy)
      minimal = nil
    case .minimal(let norm):
      policy = []
      evaluator = nil
      minimal = try MinimalReward(world, norm)
    case .projection:
      policy = []
      evaluator = nil
      minimal = try MinimalReward(world, rowWeights: [Double](repeating: 1, count: world.rowCount), spread: .even)
    case .none, .epic, .dard:
      policy = world.weights(of: nil)
      evaluator = nil
      minimal = nil
    }
  }

  /// A reward with everything taken out that the canonicalisation takes out.
  ///
  /// - Throws: `InputError` if the reward is for another world, or too large for this canonicalisation.
  public func canonical(_ reward: RewardTable) throws -> CanonicalReward {
    guard reward.states == world.originalStateCount, reward.actions == world.actionCount else {
      throw InputError(
        "the reward is for \(reward.states) states and \(reward.actions) actions", at: "reward",
        remedy: "the world has \(world.originalStateCount) and \(world.actionCount)")
    }
    switch canonicalization {
    case .none:
      return CanonicalReward(isDense: reward.axes == .transition, values: raw(reward), scale: 0)
    case .valueAdjusted:
      let expected = world.expected(reward)
      let values = evaluator?.values(expected) ?? []
      return CanonicalReward(
        isDense: false, values: world.shaped(expected, by: values),
        scale: max(Vectors.largest(expected), Vectors.largest(values)))
    case .valuePotential:
      let values = evaluator?.values(world.expected(reward)) ?? []
      let dense = try shapedDense(reward, by: values)
      return CanonicalReward(isDense: true, values: dense, scale: Vectors.largest(values))
    case .minimal, .projection:
      let expected = world.expected(reward)
      guard let minimal else { return CanonicalReward(isDense: false, values: expected, scale: 0) }
      let (values, scale) = try minimal.remainder(of: expected)
      return CanonicalReward(isDense: false, values: values, scale: scale)
    case .epic: return try EPICTransform(world).canonical(reward)
    case .dard: return try DARDTransform(world).canonical(reward)
    }
  }

  /// The reward as it is: on reachable (s, a) if it ignores the next state, else on all reachable transitions.
  private func raw(_ reward: RewardTable) -> [Double] {
    reward.axes == .transition ? world.dense(reward) : world.expected(reward)
  }

  private func shapedDense(_ reward: RewardTable, by potential: [Double]) throws -> [Double] {
    try world.requireDenseFits()
    var values = world.dense(reward)
    let count = world.stateCount
    for row in 0..<world.rowCount {
      let here = potential[row / world.actionCount]
      for next in 0..<count {
        values[row * count + next] += (next < world.liveCount ? world.discount * potential[next] : 0) - here
      }
    }
    return values
  }
}

/// A reward made canonical by a ``RewardSpace``; belongs to that space.
public struct CanonicalReward: Sendable, Hashable {
  /// Whether there is a value for each next state; otherwise one for each reachable state and action.
  package let isDense: Bool
  package let values: [Double]
  /// The size of the numbers that were subtracted from one another: what rounding is judged by.
  package let scale: Double
  /// Whether nothing is left but rounding: the reward makes no difference between policies (where the canonicalisation
  /// is a STARC one).
  public let isTrivial: Bool

  package init(isDense: Bool, values: [Double], scale: Double) {
    self.isDense = isDense
    self.values = values
    self.scale = scale
    let largest = Vectors.largest(values)
    isTrivial = largest <= 1e-10 * max(scale, largest)
  }
}

extension ReachableStates {
  /// A reward on all reachable transitions: [reachable state × action × state].
  package func dense(_ reward: RewardTable) -> [Double] {
    let count = stateCount
    var values = [Double](repeating: 0, count: rowCount * count)
    for row in 0..<rowCount {
      let original = states[row / actionCount] * actionCount + row % actionCount
      switch reward.axes {
      case .state, .stateAction:
        let value = reward.axes == .state ? reward.values[states[row / actionCount]] : reward.values[original]
        for next in 0..<count { values[row * count + next] = value }
      case .transition:
        let base = original * originalStateCount
        for next in 0..<count { values[row * count + next] = reward.values[base + states[next]] }
      }
    }
    return values
  }

  func requireDenseFits() throws {
    let (entries, overflow) = rowCount.multipliedReportingOverflow(by: stateCount)
    guard !overflow, entries <= 1 << 27 else {
      throw InputError(
        "a reward on all transitions of \(stateCount) states has \(overflow ? "too many" : "\(entries)") entries",
        at: "reward", remedy: "use VAL, minimal2 or projection, which need one for each state and action")
    }
  }
}
