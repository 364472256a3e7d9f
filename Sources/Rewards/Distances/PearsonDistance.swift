import Compute
import Environments

/// EPIC and DARD: √((1 − ρ)/2) of two transformed rewards over a coverage distribution, from 0 (equal up to shaping,
/// scale and a constant) to 1 (opposite).
///
/// ```swift
/// let d = try PearsonDistance(mdp, .epic, coverage: .feasible).distance(sparse, dense)
/// d.value          // nil where a transformed reward is constant, for which no correlation exists
/// ```
///
/// Neither is a STARC metric: rewards that rank all policies in the same way can lie apart, and no multiple of the
/// distance bounds regret. Sources: Gleave et al., "Quantifying differences in reward functions", ICLR 2021; Wulfe et
/// al., "Dynamics-aware comparison of learned reward functions", ICLR 2022.
public struct PearsonDistance: Sendable {
  /// How rewards are made comparable: EPIC's or DARD's canonical form.
  public enum Transform: String, Sendable, Hashable, Codable, CaseIterable {
    /// EPIC's: shaped by means over all states and actions.
    case epic
    /// DARD's: shaped by means over what follows the two states of the transition.
    case dard
  }

  /// Which transitions are counted, with equal weight.
  public enum Coverage: String, Sendable, Hashable, Codable, CaseIterable {
    /// All of S × A × S, also what cannot happen.
    case product
    /// What can happen, each possible (s, a, s′) once. DARD's papers use this.
    case feasible
  }

  /// A distance with what it was computed from.
  public struct Result: Sendable, Hashable, Codable {
    /// Nil if either transformed reward is constant.
    public let value: Double?
    /// Pearson's ρ.
    public let correlation: Double?
    /// The share of the transitions looked at that cannot happen.
    public let infeasibleShare: Double
  }

  /// How rewards are made comparable.
  public let transform: Transform
  /// How transitions are weighted.
  public let coverage: Coverage
  let world: ReachableStates

  /// A distance by its transform and coverage.
  public init(
    _ mdp: TabularMDP, _ transform: Transform, coverage: Coverage = .feasible, reachableOnly: Bool = true
  ) throws {
    self.transform = transform
    self.coverage = coverage
    world = try ReachableStates(mdp, reachableOnly: reachableOnly)
  }

  /// The transformed reward, to compare many without doing it again.
  public func canonical(_ reward: RewardTable) throws -> CanonicalReward {
    guard reward.states == world.originalStateCount, reward.actions == world.actionCount else {
      throw InputError(
        "the reward is for \(reward.states) states and \(reward.actions) actions", at: "reward",
        remedy: "the world has \(world.originalStateCount) and \(world.actionCount)")
    }
    // At size 1, so that squares neither overflow nor vanish.
    let (unit, exponent) = reward.unitScaled
    switch transform {
    case .epic: return try EPICTransform(world).canonical(unit).scaled(by: exponent)
    case .dard: return try DARDTransform(world).canonical(unit).scaled(by: exponent)
    }
  }

  /// The distance of two rewards of the same world, 0 for equal ones and 1 for opposite ones.
  public func distance(_ first: RewardTable, _ second: RewardTable) throws -> Result {
    try distance(canonical(first), canonical(second))
  }

  /// The distance of two rewards that are in canonical form already.
  public func distance(_ first: CanonicalReward, _ second: CanonicalReward) -> Result {
    let count = world.stateCount
    let feasible = Double(world.successors.count) / Double(max(1, world.rowCount * count))
    let paired: PairedDistance
    switch coverage {
    case .product: paired = PairedDistance(first.values, second.values, scales: (first.scale, second.scale))
    case .feasible:
      let places = (0..<world.rowCount).flatMap { row in
        (world.rowStarts[row]..<world.rowStarts[row + 1]).map { row * count + world.successors[$0] }
      }
      paired = PairedDistance(
        places.map { first.values[$0] }, places.map { second.values[$0] }, scales: (first.scale, second.scale))
    }
    return Result(
      value: paired.value, correlation: paired.correlation,
      infeasibleShare: coverage == .product ? 1 - feasible : 0)
  }
}

/// √((1 − ρ)/2) of paired numbers. Taken from the differences of the standardised numbers, of which it is half the root
/// mean square, so that small distances are exact to rounding and not to its root.
package struct PairedDistance: Sendable {
  /// Nil if either side does not vary beyond the rounding of numbers of its scale.
  package let value: Double?
  package let correlation: Double?

  package init(_ first: [Double], _ second: [Double], scales: (Double, Double) = (0, 0)) {
    precondition(first.count == second.count, "one number of each for every pair")
    let count = Double(max(1, first.count))
    func standardized(_ values: [Double], _ scale: Double) -> (centre: Double, factor: Double)? {
      let centre = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count
      let size = max(scale, Vectors.largest(values))
      return variance.squareRoot() > 1e-12 * size ? (centre, 1 / variance.squareRoot()) : nil
    }
    guard let a = standardized(first, scales.0), let b = standardized(second, scales.1) else {
      value = nil
      correlation = nil
      return
    }
    var apart = 0.0
    for index in first.indices {
      let difference = (first[index] - a.centre) * a.factor - (second[index] - b.centre) * b.factor
      apart += difference * difference
    }
    let squared = min(1, apart / count / 4)
    value = squared.squareRoot()
    correlation = 1 - 2 * squared
  }
}
