/// A linear program: the best value of a linear objective over variables with bounds and linear constraints.
///
/// ```swift
/// var program = LinearProgram(variableCount: 2)                // maximise 3x + 2y with x, y ≥ 0
/// program.objective = [3, 2]
/// program.addConstraint([(0, 1), (1, 1)], upper: 4)            // x + y ≤ 4
/// program.addConstraint([(0, 1)], upper: 3)                    // x ≤ 3
/// let solution = try program.solve()
/// solution.objective                                           // 11, at (3, 1)
/// solution.rowDuals                                            // (2, 1): what one more unit of each bound is worth
/// ```
///
/// Solved by COIN-OR CLP (J. Forrest et al.), a simplex method: an optimum is a vertex, and the multipliers are exact to
/// rounding. Not for integer or quadratic programs.
public struct LinearProgram: Sendable {
  /// The number of variables.
  public let variableCount: Int
  /// Whether the objective is maximised; otherwise it is minimised.
  public var maximize: Bool
  /// One coefficient per variable; 0 unless set.
  public var objective: [Double]
  /// 0 unless set; −∞ for none.
  public var lower: [Double]
  /// +∞ unless set.
  public var upper: [Double]

  package private(set) var rowStarts = [0]
  package private(set) var columns: [Int] = []
  package private(set) var coefficients: [Double] = []
  package private(set) var rowLower: [Double] = []
  package private(set) var rowUpper: [Double] = []

  /// A program without constraints, whose variables are at least 0 and whose objective is zero until set.
  public init(variableCount: Int, maximize: Bool = true) {
    precondition(variableCount >= 0, "a program has no negative number of variables")
    self.variableCount = variableCount
    self.maximize = maximize
    objective = [Double](repeating: 0, count: variableCount)
    lower = objective
    upper = [Double](repeating: .infinity, count: variableCount)
  }

  /// The number of constraints.
  public var constraintCount: Int { rowLower.count }

  /// Adds lower ≤ Σ coefficient · variable ≤ upper; equal bounds make an equation. A variable named twice counts with
  /// the sum of its coefficients.
  public mutating func addConstraint(
    _ terms: [(variable: Int, coefficient: Double)], lower: Double = -.infinity, upper: Double = .infinity
  ) {
    let start = columns.count
    for (variable, coefficient) in terms where coefficient != 0 {
      precondition((0..<variableCount).contains(variable), "there is no variable \(variable)")
      if let index = columns[start...].firstIndex(of: variable), terms.count <= 32 {
        coefficients[index] += coefficient
      } else {
        columns.append(variable)
        coefficients.append(coefficient)
      }
    }
    if terms.count > 32 { mergeRepeated(from: start) }
    rowStarts.append(columns.count)
    rowLower.append(lower)
    rowUpper.append(upper)
  }

  /// In long rows repeated variables are found by sorting.
  private mutating func mergeRepeated(from start: Int) {
    let order = (start..<columns.count).sorted { (columns[$0], $0) < (columns[$1], $1) }
    var merged: [(Int, Double)] = []
    for index in order {
      if let last = merged.last, last.0 == columns[index] {
        merged[merged.count - 1].1 += coefficients[index]
      } else {
        merged.append((columns[index], coefficients[index]))
      }
    }
    columns.replaceSubrange(start..., with: merged.map(\.0))
    coefficients.replaceSubrange(start..., with: merged.map(\.1))
  }

  /// The terms of one constraint.
  public func constraint(_ index: Int) -> (terms: [(variable: Int, coefficient: Double)], lower: Double, upper: Double)
  {
    let range = rowStarts[index]..<rowStarts[index + 1]
    return (range.map { (columns[$0], coefficients[$0]) }, rowLower[index], rowUpper[index])
  }
}

/// What ``LinearProgram/solve()`` found.
public struct LinearProgramSolution: Sendable, Hashable, Codable {
  /// How the solver ended.
  public enum Status: String, Sendable, Codable {
    /// No point is better, within the solver's tolerance.
    case optimal
    /// No point keeps all constraints and bounds.
    case infeasible
    /// The objective gets better without end.
    case unbounded
  }

  /// How the solver ended; only an optimal solution has values.
  public let status: Status
  /// The optimum; ±∞ if unbounded, NaN if infeasible.
  public let objective: Double
  /// One value per variable; empty unless optimal.
  public let values: [Double]
  /// One multiplier per constraint: the change of the optimum per unit of that constraint's active bound, whether the
  /// program maximises or minimises. Empty unless optimal.
  public let rowDuals: [Double]
  /// objective − constraintsᵀ · rowDuals, one per variable: the change of the optimum per unit of an active bound of
  /// the variable. Empty unless optimal.
  public let reducedCosts: [Double]
  /// If infeasible, Farkas's proof: one multiplier per constraint. Weigh each constraint's lower bound with its
  /// positive multiplier and its upper bound with its negative one: the sum exceeds all that the same combination of
  /// the left-hand sides can reach within the variables' bounds. Scaled so that the largest magnitude is 1.
  public let certificate: [Double]?
}
