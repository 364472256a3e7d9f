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
  /// By how much an advantage can be off, at most, if the equation of each value is off by 1.
  private let spread: Double

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
    if let evaluator { spread = Self.spread(world, evaluator) } else { spread = 0 }
  }

  /// The largest sum of magnitudes in a row of (γτ − I)(I − γP)⁻¹: exact in small worlds, else its bound
  /// (1 + γ)/(1 − γ).
  private static func spread(_ world: ReachableStates, _ evaluator: PolicyEvaluator) -> Double {
    let bound = (1 + world.discount) / (1 - world.discount)
    guard world.liveCount <= 64 else { return bound }
    var sums = [Double](repeating: 0, count: world.rowCount)
    let zero = sums
    for state in 0..<world.liveCount {
      var noise = [Double](repeating: 0, count: world.rowCount)
      for row in state * world.actionCount..<(state + 1) * world.actionCount { noise[row] = 1 }
      for (row, value) in world.shaped(zero, by: evaluator.values(noise)).enumerated() { sums[row] += abs(value) }
    }
    return min(bound, Vectors.largest(sums))
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
    // At size 1, so that no unit of reward is too large or too small for norms.
    let (unit, exponent) = reward.unitScaled
    switch canonicalization {
    case .none:
      let values = raw(unit)
      return CanonicalReward(
        isDense: unit.axes == .transition, values: values, scale: world.termSize(unit),
        rounding: world.expectationRounding(unit), exponent: exponent)
    case .valueAdjusted:
      return valueAdjusted(world.expected(unit), inputRounding: world.expectationRounding(unit), exponent: exponent)
    case .valuePotential:
      let expected = world.expected(unit)
      let values = evaluator?.values(expected) ?? []
      let rounding = valueRounding(
        expected, values, world.shaped(expected, by: values), inputRounding: world.expectationRounding(unit))
      let size = max(Vectors.largest(unit.values), Vectors.largest(values))
      return CanonicalReward(
        isDense: true, values: try shapedDense(unit, by: values), scale: size,
        rounding: 8 * Double.roundingUnit * size + (1 + world.discount) * rounding, exponent: exponent)
    case .minimal, .projection:
      let expected = world.expected(unit)
      guard let minimal else {
        return CanonicalReward(isDense: false, values: expected, scale: 0, rounding: 0, exponent: exponent)
      }
      let (values, scale, rounding) = try minimal.remainder(
        of: expected, inputRounding: world.expectationRounding(unit))
      return CanonicalReward(isDense: false, values: values, scale: scale, rounding: rounding, exponent: exponent)
    case .epic: return try EPICTransform(world).canonical(unit).scaled(by: exponent)
    case .dard: return try DARDTransform(world).canonical(unit).scaled(by: exponent)
    }
  }

  private func valueAdjusted(_ expected: [Double], inputRounding: Double, exponent: Int) -> CanonicalReward {
    let values = evaluator?.values(expected) ?? []
    let advantages = world.shaped(expected, by: values)
    let own = inputRounding + world.shapingRounding(expected, values)
    let rounding = own + spread * valueNoise(expected, values, advantages, inputRounding: inputRounding)
    return CanonicalReward(
      isDense: false, values: advantages, scale: max(Vectors.largest(expected), Vectors.largest(values)),
      rounding: rounding, exponent: exponent)
  }

  /// How far the values of states can be from the exact ones.
  private func valueRounding(
    _ expected: [Double], _ values: [Double], _ advantages: [Double], inputRounding: Double
  ) -> Double {
    valueNoise(expected, values, advantages, inputRounding: inputRounding) / (1 - world.discount)
  }

  /// What the equation of the values may be off by in one state: what rounding did to the rewards, and what the solver
  /// left, which is the policy's own mean advantage.
  private func valueNoise(
    _ expected: [Double], _ values: [Double], _ advantages: [Double], inputRounding: Double
  ) -> Double {
    var left = 0.0
    for state in 0..<world.liveCount {
      var mean = 0.0
      for row in state * world.actionCount..<(state + 1) * world.actionCount { mean += policy[row] * advantages[row] }
      left = max(left, abs(mean))
    }
    return left + inputRounding + world.shapingRounding(expected, values)
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
  /// The values in a unit of their own: the reward's are these times 2^``exponent``.
  package let values: [Double]
  /// The size of the numbers that were subtracted from one another.
  package let scale: Double
  /// By how much each value may be off: what rounding can have done to the terms that it was made of.
  package let rounding: Double
  /// The power of two by which the reward was divided, so that its values have about the size 1.
  package let exponent: Int
  /// The values in the reward's own units; infinite where no double holds them.
  package var ownValues: [Double] { Vectors.timesTwo(values, to: exponent) }
  /// Whether nothing is left but rounding: the reward makes no difference between policies (where the canonicalisation
  /// is a STARC one).
  public let isTrivial: Bool

  package init(isDense: Bool, values: [Double], scale: Double, rounding: Double, exponent: Int = 0) {
    self.isDense = isDense
    self.values = values
    self.scale = scale
    self.rounding = rounding
    self.exponent = exponent
    isTrivial = Vectors.largest(values) <= rounding
  }

  func scaled(by more: Int) -> CanonicalReward {
    CanonicalReward(isDense: isDense, values: values, scale: scale, rounding: rounding, exponent: exponent + more)
  }
}

extension ReachableStates {
  /// The largest number of states that one action can lead to.
  var widestRow: Int {
    (0..<rowCount).reduce(1) { max($0, rowStarts[$1 + 1] - rowStarts[$1]) }
  }

  /// The size of the terms that a reward's expectation is summed from.
  func termSize(_ table: RewardTable) -> Double {
    guard table.axes == .transition else { return Vectors.largest(expected(table)) }
    var largest = 0.0
    for row in 0..<rowCount {
      let base = (states[row / actionCount] * actionCount + row % actionCount) * originalStateCount
      var sum = 0.0
      for index in rowStarts[row]..<rowStarts[row + 1] {
        sum += probabilities[index] * abs(table.values[base + states[successors[index]]])
      }
      largest = max(largest, sum)
    }
    return largest
  }

  /// What rounding can make of one expected reward: its values and probabilities are rounded numbers, and so are the
  /// products and sums.
  func expectationRounding(_ table: RewardTable) -> Double {
    Double(table.axes == .transition ? widestRow + 3 : 2) * Double.roundingUnit * termSize(table)
  }

  /// What rounding can make of a sum over successors, relative to the size of its terms.
  package var sumRounding: Double { Double(widestRow + 4) * Double.roundingUnit }

  /// What rounding can make of one shaped reward.
  func shapingRounding(_ rewards: [Double], _ potential: [Double]) -> Double {
    sumRounding * (Vectors.largest(rewards) + 2 * Vectors.largest(potential))
  }

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
