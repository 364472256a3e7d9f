import Compute
import Environments
import Rewards

/// The most that can be lost under a true reward by optimising another: over all pairs of policies of which
/// the other reward ranks the second at least as high as the first, the largest fall of the true return, as a share of
/// the distance between the best and the worst true return. From 0 (both rank all policies alike) to 1.
///
/// ```swift
/// let regret = try WorstCaseRegret(mdp, truth: a, proxy: b)
/// regret.value                 // nil: the true reward makes no difference, so nothing can be lost
/// regret.left, regret.taken    // the witnesses: leaving the first policy for the second loses that much
/// ```
///
/// One linear program over pairs of occupancy measures. This is the regret that STARC metrics bound from above and
/// below, by constants that depend on the world (Skalse et al., ICLR 2024): a state that is hardly ever reached can make
/// it as small or as large a multiple of a distance as one likes. It is at least the regret of the policies that are best
/// for the proxy.
public struct WorstCaseRegret: Sendable, Hashable, Codable {
  /// The share of the range of true returns that can be lost; nil if there is no range.
  public let value: Double?
  /// Best less worst true return.
  public let range: WideNumber
  /// The policy that the true reward would rather keep.
  public let left: TabularPolicy
  /// The policy that the proxy ranks at least as high.
  public let taken: TabularPolicy

  /// Losses below this share of the range are 0: the tolerance of the linear program.
  public static let tolerance = 1e-9

  /// Larger programs are refused: their time grows faster than their size.
  public static let rowLimit = 20_000

  /// - Throws: `InputError` for a discount of 1, a reward for another world, or a world beyond ``rowLimit``.
  public init(_ mdp: TabularMDP, truth: RewardTable, proxy: RewardTable) throws {
    let world = try ReachableStates(mdp, reachableOnly: true)
    let space = try RewardSpace(mdp, .valueAdjusted)
    try self.init(world, truth: space.canonical(truth), proxy: space.canonical(proxy), space: space)
  }

  /// The same from canonical rewards of a VAL space: shaping moves all returns alike, so nothing but numbers' size
  /// changes.
  init(_ world: ReachableStates, truth: CanonicalReward, proxy: CanonicalReward, space: RewardSpace) throws {
    let planner = ExactPlanner(world: world)
    let uniform = planner.policy(rows: [Double](repeating: 1 / Double(world.actionCount), count: world.rowCount))
    guard !truth.isTrivial else {
      self.init(value: nil, range: WideNumber(0), left: uniform, taken: uniform)
      return
    }
    guard world.rowCount <= Self.rowLimit else {
      throw InputError(
        "the worst-case regret of a world with \(world.rowCount) states × actions is too large a program",
        at: "world", remedy: "at most \(Self.rowLimit); the regret of best policies is a lower bound")
    }
    // Of size 1, lest the solver's absolute tolerances mean something else for each reward.
    let (rewards, noise) = truth.direction
    let range =
      planner.best(rewards, noise: noise).expectedReturn - planner.worst(rewards, noise: noise).expectedReturn
    let wide = WideNumber(range * Vectors.largest(truth.values), exponent: truth.exponent)
    guard range > 2 * planner.returnRounding(noise: noise) else {
      self.init(value: nil, range: wide, left: uniform, taken: uniform)
      return
    }
    let occupancies = try Self.solve(world, rewards, proxy.direction.values)
    let loss = zip(rewards, zip(occupancies.left, occupancies.taken)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    let share = min(1, max(0, loss / range))
    self.init(
      value: share < Self.tolerance ? 0 : share, range: wide,
      left: planner.policy(rows: Self.conditional(occupancies.left, world)),
      taken: planner.policy(rows: Self.conditional(occupancies.taken, world)))
  }

  private init(value: Double?, range: WideNumber, left: TabularPolicy, taken: TabularPolicy) {
    self.value = value
    self.range = range
    self.left = left
    self.taken = taken
  }

  /// max (η₁ − η₂) · truth subject to (η₁ − η₂) · proxy ≤ 0, both η the occupancy of some policy.
  private static func solve(
    _ world: ReachableStates, _ truth: [Double], _ proxy: [Double]
  ) throws -> (left: [Double], taken: [Double]) {
    let rows = world.rowCount
    var program = LinearProgram(variableCount: 2 * rows, maximize: true)
    for row in 0..<rows {
      program.objective[row] = truth[row]
      program.objective[rows + row] = -truth[row]
    }
    var flows = [[Int: Double]](repeating: [:], count: world.liveCount)
    for row in 0..<rows {
      flows[row / world.actionCount][row, default: 0] += 1
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < world.liveCount {
        flows[world.successors[index]][row, default: 0] -= world.discount * world.probabilities[index]
      }
    }
    for (state, flow) in flows.enumerated() {
      let terms = flow.sorted { $0.key < $1.key }
      for copy in 0..<2 {
        program.addConstraint(
          terms.map { (variable: copy * rows + $0.key, coefficient: $0.value) }, lower: world.start[state],
          upper: world.start[state])
      }
    }
    program.addConstraint(
      (0..<rows).filter { proxy[$0] != 0 }.flatMap {
        [(variable: $0, coefficient: proxy[$0]), (variable: rows + $0, coefficient: -proxy[$0])]
      }, upper: 0)
    let solution = try program.solve()
    guard solution.status == .optimal else {
      throw InputError(
        "the linear program for the worst-case regret ended as \(solution.status)", at: "world",
        remedy: "rewards or probabilities of very different size may be the cause")
    }
    return (Array(solution.values[0..<rows]), Array(solution.values[rows..<2 * rows]))
  }

  /// What a policy with this occupancy does in each reachable state; uniform where it never goes.
  private static func conditional(_ occupancy: [Double], _ world: ReachableStates) -> [Double] {
    let count = world.actionCount
    var rows = occupancy.map { max(0, $0) }
    for state in 0..<world.liveCount {
      let range = state * count..<(state + 1) * count
      let sum = rows[range].reduce(0, +)
      for row in range { rows[row] = sum > 1e-12 ? rows[row] / sum : 1 / Double(count) }
    }
    return rows
  }
}
