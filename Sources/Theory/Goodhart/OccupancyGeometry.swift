import Compute
import Environments
import Rewards

/// The occupancy polytope Ω of a finite discounted world, on the state–action pairs that any policy can reach.
///
/// ```swift
/// let geometry = try OccupancyGeometry(world)
/// let angle = geometry.angle(geometry.compact(truth), geometry.compact(proxy))   // 0: both order policies alike
/// ```
///
/// Ω = {η ≥ 0 : Σ_a η(s',a) − γ Σ τ(s'|s,a) η(s,a) = μ0(s')}: unnormalised occupancies, so that a policy's return is
/// η · R̄. Two rewards order all policies alike exactly if their orthogonal projections onto span(Ω − Ω) point the same
/// way; potential shaping lies in what the projection removes (Karwowski et al., "Goodhart's Law in Reinforcement
/// Learning", ICLR 2024). States that cannot be reached are left out, because no policy moves along their directions;
/// so are terminal ones, in which nothing happens.
public struct OccupancyGeometry: Sendable {
  /// The world.
  public let mdp: TabularMDP
  /// The states that matter, by their number in the world, ascending.
  public let states: [Int]
  /// Actions in each state.
  public let actionCount: Int
  /// [pairs × states]: where each pair leads; what goes to terminal states is missing.
  let transitions: Matrix
  /// The probability of starting in each state.
  let start: [Double]
  /// The orthogonal projection M onto span(Ω − Ω), pairs × pairs; nil in large worlds, which have ``flow`` instead.
  let projection: Matrix?
  /// The flow equations of a large world, of which nothing dense but a factor in the states is kept.
  let flow: FlowFactor?
  /// By how much a projected reward may be off, for a reward of size 1: what M leaves of pure shaping, which should be
  /// nothing, for potentials up to 1/(1 − γ), and the rounding of the product.
  let noise: Double

  /// The most state–action pairs that this dense geometry takes on.
  public static let mostPairs = 5000
  /// From this many states on the sparse world is used as it is.
  static let sparseFrom = 400

  /// State–action pairs; pair `i` is action `i % actionCount` in `states[i / actionCount]`.
  public var pairCount: Int { states.count * actionCount }

  /// The affine dimension of Ω: 0 if there is nothing to choose.
  public var dimension: Int { states.count * (actionCount - 1) }

  /// - Throws: `InputError` for a discount of 1, or a world too large for dense matrices.
  public init(_ mdp: TabularMDP) throws {
    guard mdp.discount < 1 else {
      throw InputError("the discount is 1", at: "world", remedy: "occupancies need a discount below 1")
    }
    let states = mdp.liveStates
    guard states.count * mdp.actionCount <= Self.mostPairs else {
      throw InputError(
        "the world has \(states.count * mdp.actionCount) reachable state–action pairs",
        remedy: "this analysis holds dense matrices and takes at most \(Self.mostPairs)")
    }
    self.mdp = mdp
    self.states = states
    actionCount = mdp.actionCount
    start = states.map { mdp.start[$0] }
    var position = [Int](repeating: -1, count: mdp.stateCount)
    for (index, state) in states.enumerated() { position[state] = index }
    var transitions = Matrix(rows: states.count * mdp.actionCount, columns: states.count)
    for (index, state) in states.enumerated() {
      for action in 0..<mdp.actionCount {
        for entry in mdp.transitions(state, action) where position[mdp.successors[entry]] >= 0 {
          transitions[index * mdp.actionCount + action, position[mdp.successors[entry]]] += mdp.probabilities[entry]
        }
      }
    }
    self.transitions = transitions
    let world = try states.count >= Self.sparseFrom ? ReachableStates(mdp, reachableOnly: true) : nil
    if let world, world.liveCount == states.count {
      let flow = try FlowFactor(world)
      self.flow = flow
      projection = nil
      let rounding = 2 * Double(world.rowCount + 4) * Double.roundingUnit
      noise = (flow.leftOfShaping() + FlowFactor.leftover + rounding) / (1 - mdp.discount)
      return
    }
    flow = nil
    let projection = try Self.projection(transitions, actionCount: mdp.actionCount, discount: mdp.discount)
    self.projection = projection
    var shaping = -mdp.discount * transitions
    for pair in 0..<shaping.rows { shaping[pair, pair / mdp.actionCount] += 1 }
    let left = shaping.rows > 0 ? projection * shaping : shaping
    let most = (0..<left.rows).map { pair in left.row(pair).reduce(0) { $0 + abs($1) } }.max() ?? 0
    noise = (most + 2 * Double(shaping.rows + 4) * Double.roundingUnit) / (1 - mdp.discount)
  }

  /// M = I − Nᵀ(N Nᵀ)⁻¹N. The flow matrix N always has full rank: the columns of any one policy are invertible.
  private static func projection(_ transitions: Matrix, actionCount: Int, discount: Double) throws -> Matrix {
    var shaping = -discount * transitions
    for pair in 0..<shaping.rows { shaping[pair, pair / actionCount] += 1 }
    guard shaping.rows > 0 else { return Matrix(rows: 0, columns: 0) }
    let flow = shaping.transposed
    return .identity(shaping.rows) - shaping * (try LinearAlgebra.solve(flow * shaping, flow))
  }
}

extension OccupancyGeometry {
  /// A reward on [states × actions] of the world, or a policy's probabilities, on the pairs that matter.
  public func compact(_ full: [Double]) -> [Double] {
    precondition(full.count == mdp.stateCount * actionCount, "one value for each state and action")
    return states.flatMap { full[$0 * actionCount..<($0 + 1) * actionCount] }
  }

  /// The policy on the whole world, uniform where it does not matter.
  func policy(_ compact: [Double]) -> TabularPolicy {
    var probabilities = [Double](repeating: 1 / Double(actionCount), count: mdp.stateCount * actionCount)
    for (index, state) in states.enumerated() {
      for action in 0..<actionCount {
        probabilities[state * actionCount + action] = compact[index * actionCount + action]
      }
    }
    return TabularPolicy(probabilities: probabilities, actionCount: actionCount)
  }

  /// π(a|s) = η(s,a) / Σ_a η(s,a), uniform where a state is not visited.
  func policy(occupancy: [Double]) -> TabularPolicy {
    var probabilities = occupancy
    for index in states.indices {
      let range = index * actionCount..<(index + 1) * actionCount
      let visits = occupancy[range].reduce(0, +)
      for pair in range { probabilities[pair] = visits > 0 ? occupancy[pair] / visits : 1 / Double(actionCount) }
    }
    return policy(probabilities)
  }

  /// The part of a reward that tells policies apart: M R̄, and exactly 0 if that is nothing but rounding.
  public func projected(_ reward: [Double]) -> [Double] {
    let (unit, exponent) = Vectors.unitScaled(reward)
    let result = projection.map { $0 * unit } ?? flow?.remainder(unit) ?? unit
    guard Vectors.largest(result) > noise * Vectors.largest(unit) else {
      return [Double](repeating: 0, count: result.count)
    }
    return Vectors.timesTwo(result, to: exponent)
  }

  /// The projected angle between two rewards in radians, 0 … π; nil if either orders no policies.
  public func angle(_ first: [Double], _ second: [Double]) -> Double? {
    let (a, b) = (projected(Vectors.unitScaled(first).values), projected(Vectors.unitScaled(second).values))
    let (sizeA, sizeB) = (Vectors.norm(a), Vectors.norm(b))
    guard sizeA > 0, sizeB > 0 else { return nil }
    // Twice the arcsine of half the chord is accurate where the arccosine is not.
    let chord = Vectors.norm(zip(a, b).map { $0 / sizeA - $1 / sizeB })
    let sum = Vectors.norm(zip(a, b).map { $0 / sizeA + $1 / sizeB })
    return chord <= sum ? 2 * asinClamped(chord / 2) : .pi - 2 * asinClamped(sum / 2)
  }
}

extension TabularMDP {
  /// Reachable from the start, and not terminal.
  var liveStates: [Int] {
    let reachable = reachableStates
    return reachable.indices.filter { reachable[$0] && !isTerminal[$0] }
  }
}
