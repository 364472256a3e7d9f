import Compute
import Foundation

/// The reward of least norm among all equivalent ones.
///
/// Redistribution over next states leaves only κ(s, a), the expected reward after shaping by some potential Φ; the
/// least norm of what can stand on the next states is then |κ| times a number that depends on the transitions alone. So
/// only Φ is searched: by weighted least squares for L2 (weights 1/‖τ(s, a)‖²), by linear programs for L1 (1/max τ) and
/// the maximum (1).
struct MinimalReward: Sendable {
  let spread: Spread
  private let world: ReachableStates
  private let solver: Solver

  /// How κ(s, a) is laid out over next states.
  enum Spread: Sendable {
    /// The same for each.
    case even
    /// In proportion to the transition's probability: κ τ / ‖τ‖².
    case proportional
    /// All on the likeliest next state: κ / max τ.
    case likeliest

    var isEven: Bool { if case .even = self { true } else { false } }

    /// By what a row's |κ| (squared for L2) counts in a norm.
    func factor(_ world: ReachableStates, row: Int, norm: RewardNorm) -> Double {
      let range = world.rowStarts[row]..<world.rowStarts[row + 1]
      switch self {
      case .even: return 1
      case .likeliest:
        let largest = range.reduce(0) { max($0, world.probabilities[$1]) }
        switch norm {
        case .l1, .maximum, .weightedMaximum: return 1 / largest
        case .l2: return 1 / (largest * largest)
        case .weightedL1: return 1
        case .weightedL2: return 1 / largest
        }
      case .proportional:
        let squares = range.reduce(0) { $0 + world.probabilities[$1] * world.probabilities[$1] }
        switch norm {
        case .l1: return 1 / squares
        case .l2: return 1 / squares
        case .maximum, .weightedMaximum:
          return range.reduce(0) { max($0, world.probabilities[$1]) } / squares
        case .weightedL1: return 1
        case .weightedL2:
          let cubes = range.reduce(0) {
            $0 + world.probabilities[$1] * world.probabilities[$1] * world.probabilities[$1]
          }
          return cubes / (squares * squares)
        }
      }
    }
  }

  private enum Solver: Sendable {
    case leastSquares(ShapingLeastSquares)
    case program(weights: [Double], isMaximum: Bool, start: ShapingLeastSquares)
  }

  init(_ world: ReachableStates, _ norm: MinimalNorm) throws {
    func sums(_ measure: (Double) -> Double) -> [Double] {
      (0..<world.rowCount).map { row in
        (world.rowStarts[row]..<world.rowStarts[row + 1]).reduce(0) { $0 + measure(world.probabilities[$1]) }
      }
    }
    let even = [Double](repeating: 1, count: world.rowCount)
    switch norm {
    case .l2: try self.init(world, rowWeights: sums { $0 * $0 }.map { 1 / $0 }, spread: .proportional)
    case .weightedL2(let weights):
      guard weights.count == world.originalStateCount * world.actionCount else {
        throw InputError(
          "there are \(weights.count) weights", at: "minimal weighted L2",
          remedy: "give one for each state and action: \(world.originalStateCount * world.actionCount)")
      }
      if let row = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw InputError(
          "the weight is \(weights[row])", at: "state \(row / world.actionCount), action \(row % world.actionCount)",
          remedy: "weights are positive; a weight of 0 would hide differences")
      }
      let squares = sums { $0 * $0 }
      try self.init(
        world,
        rowWeights: (0..<world.rowCount).map { row in
          weights[world.states[row / world.actionCount] * world.actionCount + row % world.actionCount] / squares[row]
        }, spread: .proportional)
    case .l1:
      let weights = (0..<world.rowCount).map { row in
        1 / (world.rowStarts[row]..<world.rowStarts[row + 1]).reduce(0) { max($0, world.probabilities[$1]) }
      }
      let start = try ShapingLeastSquares(world, weights: even)
      self.init(world, spread: .likeliest, solver: .program(weights: weights, isMaximum: false, start: start))
    case .maximum:
      let start = try ShapingLeastSquares(world, weights: even)
      self.init(world, spread: .even, solver: .program(weights: even, isMaximum: true, start: start))
    }
  }

  private init(_ world: ReachableStates, spread: Spread, solver: Solver) {
    self.world = world
    self.spread = spread
    self.solver = solver
  }

  init(_ world: ReachableStates, rowWeights: [Double], spread: Spread) throws {
    self.init(world, spread: spread, solver: .leastSquares(try ShapingLeastSquares(world, weights: rowWeights)))
  }

  /// κ of the minimal reward, the size of what was subtracted, and how far each value may be off by rounding (by the
  /// program's tolerance, where it is one).
  func remainder(
    of expected: [Double], inputRounding: Double
  ) throws -> (values: [Double], scale: Double, rounding: Double) {
    switch solver {
    case .leastSquares(let system): return try system.remainder(of: expected, inputRounding: inputRounding)
    case .program(let weights, let isMaximum, let start):
      // From the projection, which equivalent rewards share, and scaled, so that they get the same program.
      let (projected, scale, rounding) = try start.remainder(of: expected, inputRounding: inputRounding)
      let length = Vectors.wideNorm(projected)
      guard Vectors.largest(projected) > rounding else { return (projected, scale, rounding) }
      // Rounded, lest the last digit choose between minimisers.
      let unit = projected.map { ($0 / length * 1e10).rounded() / 1e10 }
      // A minimiser for −R is minus one for R; the mean of the two treats opposite rewards in the same way.
      let forward = try program(unit, weights, isMaximum)
      let backward = try program(unit.map { -$0 }, weights, isMaximum)
      return (zip(forward, backward).map { ($0 - $1) / 2 * length }, scale, rounding + 4e-9 * length)
    }
  }

  /// min over Φ of Σ w |κ|, or of max w |κ|, with κ = rewards + γ τ Φ − Φ.
  private func program(_ rewards: [Double], _ weights: [Double], _ isMaximum: Bool) throws -> [Double] {
    let reachable = world.liveCount
    let rows = world.rowCount
    let bounds = isMaximum ? 1 : rows
    var program = LinearProgram(variableCount: reachable + bounds, maximize: false)
    for state in 0..<reachable { program.lower[state] = -.infinity }
    for bound in 0..<bounds { program.objective[reachable + bound] = isMaximum ? 1 : weights[bound] }
    for row in 0..<rows {
      let state = row / world.actionCount
      var coefficients: [Int: Double] = [state: -1]
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < reachable {
        coefficients[world.successors[index], default: 0] += world.discount * world.probabilities[index]
      }
      let terms = coefficients.sorted { $0.key < $1.key }.map { (variable: $0.key, coefficient: $0.value) }
      let bound = reachable + (isMaximum ? 0 : row)
      // −t ≤ r + KΦ ≤ t
      program.addConstraint(terms + [(variable: bound, coefficient: -1)], upper: -rewards[row])
      program.addConstraint(terms + [(variable: bound, coefficient: 1)], lower: -rewards[row])
    }
    let solution = try program.solve()
    return world.shaped(rewards, by: Array(solution.values[0..<reachable]))
  }
}
