import Compute
import Environments

/// Two rewards that a source of data cannot tell apart, and a changed world in which their optimal policies differ.
public struct RewardDisagreement: Sendable {
  /// What was changed about the world.
  public enum Change: String, Sendable, Codable {
    /// To a world that the caller gave.
    case given
    /// Every action leads astray one time in four: to a state drawn at random; in large worlds, where an action drawn at
    /// random would have led.
    case dynamics
    /// The discount factor is halved, or one half where there was none.
    case discount
  }

  /// Which change it took for the two rewards to part.
  public let change: Change
  /// The changed world.
  public let world: TabularMDP
  /// The other reward, on [states × actions × states] of the world; where a state is terminal, 0. Infinite where the
  /// given one is so large that no double holds the other: ``wideOther`` holds it all the same. Empty in large worlds,
  /// which have ``differences``.
  public var other: [Double] { wideOther.map(\.nearest) }
  /// The other reward, whatever its size; empty in large worlds.
  public let wideOther: [WideNumber]
  /// In large worlds the transitions on which the other reward differs, by state, action and next state; nil in small ones.
  public let differences: [Difference]?
  /// The projected angle between the two in the changed world, in radians; nil if one of them is indifferent there, and in
  /// large worlds.
  public let angle: Double?
  /// The share of the given reward's range that is lost in the changed world by acting on the other one; nil if the
  /// given reward is indifferent there. Of several best policies, the uniform one loses so much; in large worlds, the
  /// luckiest.
  public let regret: Double?
  /// The share of the other reward's range that is lost by acting on the given one; nil if the other is indifferent.
  public let reverseRegret: Double?

  /// A direction of length 1 whose effect in the changed world is smaller is no use as a witness: the reward that it makes
  /// would have to be moved beyond all measure.
  private static let leastEffect = 1e-9

  init(
    change: Change, world: TabularMDP, regret: Double?, reverseRegret: Double?, differences: [Difference]
  ) {
    (self.change, self.world, self.regret, self.reverseRegret) = (change, world, regret, reverseRegret)
    (angle, wideOther, self.differences) = (nil, [], differences)
  }

  /// Nil if no change of the world within reach makes two such rewards part.
  ///
  /// - Parameter exponent: the given reward is `reward` · 2^exponent.
  init?(
    space: RewardCoordinates, reward: [Double], exponent: Int, free: Subspace, changed: TabularMDP?
  ) throws {
    guard free.dimension > 0 else { return nil }
    var worlds: [(Change, TabularMDP)] = []
    if let changed {
      guard changed.stateCount == space.mdp.stateCount, changed.actionCount == space.actionCount else {
        throw InputError(
          "the changed world has \(changed.stateCount) states and \(changed.actionCount) actions",
          remedy: "it needs \(space.mdp.stateCount) and \(space.actionCount), as the world itself")
      }
      worlds = [(.given, changed)]
    } else {
      worlds = [(.dynamics, try space.mdp.slippery()), (.discount, try space.mdp.shortSighted())]
    }
    for (change, world) in worlds {
      let geometry = try OccupancyGeometry(world)
      func seen(_ vector: [Double]) -> [Double] {
        geometry.projected(geometry.compact(space.expected(vector, in: world)))
      }
      let target = seen(reward)
      let effects = free.basis.map(seen)
      guard !target.isEmpty, effects.contains(where: { Vectors.norm($0) > Self.leastEffect }) else { continue }
      // Nearest to the opposite of the reward: if the ambiguity allows it, the other reward reverses every preference.
      var weights: [Double]
      if Vectors.norm(target) > 0 {
        weights = try LinearAlgebra.leastSquares(
          Matrix(effects).transposed, target.map { -2 * $0 }, tolerance: 1e-9
        ).solution
      } else {
        weights = effects.map { Vectors.norm($0) > Self.leastEffect ? 1 : 0 }
      }
      if weights.allSatisfy({ abs($0) < 1e-9 }) {
        // All effects lie across the reward: any of them turns it.
        weights = effects.map { Vectors.norm($0) > Self.leastEffect ? 1 : 0 }
      }
      let step =
        free.size == 0
        ? []
        : zip(free.basis, weights).reduce(into: space.zero) { sum, term in
          for index in sum.indices { sum[index] += term.1 * term.0[index] }
        }
      // The step is doubled until the two have different optimal policies, if they ever do.
      for doubling in 0..<12 {
        let factor = Double(1 << doubling)
        let other = zip(reward, step).map { $0 + factor * $1 }
        let (first, second) = (
          geometry.compact(space.expected(reward, in: world)), geometry.compact(space.expected(other, in: world))
        )
        let regret = try geometry.regret(of: second, under: first)
        let reverse = try geometry.regret(of: first, under: second)
        guard max(regret ?? 0, reverse ?? 0) > 1e-6 || doubling == 11 else { continue }
        guard max(regret ?? 0, reverse ?? 0) > 1e-6 || (geometry.angle(first, second) ?? 0) > 1e-6 else { break }
        self.change = change
        self.world = world
        differences = nil
        wideOther = space.full(other).map { WideNumber($0, exponent: exponent) }
        self.angle = geometry.angle(first, second)
        self.regret = regret
        self.reverseRegret = reverse
        return
      }
    }
    return nil
  }
}

extension RewardCoordinates {
  /// On [states × actions × states] of the world, 0 in terminal states.
  func full(_ compact: [Double]) -> [Double] {
    let width = actionCount * mdp.stateCount
    var result = [Double](repeating: 0, count: mdp.stateCount * width)
    for (index, state) in states.enumerated() {
      result.replaceSubrange(state * width..<(state + 1) * width, with: compact[index * width..<(index + 1) * width])
    }
    return result
  }
}

extension OccupancyGeometry {
  /// The share of a reward's range that is lost by a policy which is optimal for another reward; nil if the reward is
  /// the same for all policies. Of several optimal policies, the one that is uniform over optimal actions.
  func regret(of other: [Double], under reward: [Double]) throws -> Double? {
    let range = try range(reward)
    guard range.greatest > range.least else { return nil }
    let flat = [Double](repeating: 0, count: pairCount)
    let policy = softmax(flat, temperature: 1, allowed: optimalPairs(try optimum(other).q))
    return max(0, (range.greatest - Vectors.dot(try occupancy(policy), reward)) / (range.greatest - range.least))
  }
}

extension TabularMDP {
  /// The same world in which every action leads, one time in four, to a state drawn uniformly from those that can be
  /// reached.
  func slippery() throws -> TabularMDP {
    let reachable = reachableStates
    let targets = reachable.indices.filter { reachable[$0] }
    var dense = denseTransitions
    for row in 0..<stateCount * actionCount where !isTerminal[row / actionCount] {
      for next in 0..<stateCount { dense[row * stateCount + next] *= 0.75 }
      for next in targets { dense[row * stateCount + next] += 0.25 / Double(targets.count) }
    }
    return try rebuilt(dense, discount: discount)
  }

  /// The same world with half the discount factor; with one half if it has none.
  func shortSighted() throws -> TabularMDP {
    try with(rewards: rewards, discount: discount > 0 ? discount / 2 : 0.5)
  }

  func rebuilt(_ dense: [Double], discount: Double) throws -> TabularMDP {
    try TabularMDP(
      stateCount: stateCount, actionCount: actionCount,
      rowStarts: (0...stateCount * actionCount).map { $0 * stateCount },
      successors: (0..<stateCount * actionCount).flatMap { _ in Array(0..<stateCount) }, probabilities: dense,
      rewards: rewards, start: start, isTerminal: isTerminal, discount: discount)
  }
}
