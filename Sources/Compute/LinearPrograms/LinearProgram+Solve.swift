import CClp

extension LinearProgram {
  /// - Throws: ``InputError`` for coefficients that are not finite and for bounds that are no numbers or the wrong way
  ///   round; or if the solver gives up, which numbers of very different magnitude can cause.
  public func solve() throws -> LinearProgramSolution {
    try validate()
    let answer = try clp(objective: objective)
    switch answer.status {
    case .optimal: return solution(answer)
    case .infeasible: return try infeasible()
    case .unbounded:
      // CLP may report this for an infeasible program as well.
      let feasible = try clp(objective: [Double](repeating: 0, count: variableCount))
      guard feasible.status == .optimal else { return try infeasible() }
      return LinearProgramSolution(
        status: .unbounded, objective: maximize ? .infinity : -.infinity, values: [], rowDuals: [], reducedCosts: [],
        certificate: nil)
    }
  }

  private func validate() throws {
    precondition(
      objective.count == variableCount && lower.count == variableCount && upper.count == variableCount,
      "one objective coefficient and two bounds per variable")
    if let index = objective.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the objective's coefficient of variable \(index) is \(objective[index])", at: "linear program")
    }
    if let index = coefficients.firstIndex(where: { !$0.isFinite }) {
      let row = rowStarts.lastIndex { $0 <= index }!
      throw InputError(
        "constraint \(row) has the coefficient \(coefficients[index]) of variable \(columns[index])",
        at: "linear program")
    }
    func check(_ lower: [Double], _ upper: [Double], _ name: String) throws {
      for (index, (low, high)) in zip(lower, upper).enumerated()
      where !(low <= high) || low == .infinity || high == -.infinity {
        throw InputError("\(name) \(index) has the bounds \(low) and \(high)", at: "linear program")
      }
    }
    try check(lower, upper, "variable")
    try check(rowLower, rowUpper, "constraint")
  }

  private func solution(_ answer: Answer) -> LinearProgramSolution {
    var value = 0.0
    for (coefficient, x) in zip(objective, answer.values) { value += coefficient * x }
    return LinearProgramSolution(
      status: .optimal, objective: value, values: answer.values, rowDuals: answer.duals,
      reducedCosts: reducedCosts(answer.duals), certificate: nil)
  }

  private func reducedCosts(_ duals: [Double]) -> [Double] {
    var costs = objective
    for row in 0..<constraintCount where duals[row] != 0 {
      for index in rowStarts[row]..<rowStarts[row + 1] { costs[columns[index]] -= duals[row] * coefficients[index] }
    }
    return costs
  }

  /// The multipliers of the program that buys feasibility most cheaply, one unit of cost per unit of violation: they
  /// prove that it has a cost.
  private func infeasible() throws -> LinearProgramSolution {
    let rows = constraintCount
    var elastic = LinearProgram(variableCount: variableCount + 2 * rows, maximize: false)
    elastic.lower.replaceSubrange(0..<variableCount, with: lower)
    elastic.upper.replaceSubrange(0..<variableCount, with: upper)
    for row in 0..<rows {
      let short = variableCount + 2 * row
      elastic.objective[short] = 1
      elastic.objective[short + 1] = 1
      elastic.addConstraint(
        constraint(row).terms + [(short, 1), (short + 1, -1)], lower: rowLower[row], upper: rowUpper[row])
    }
    let answer = try elastic.clp(objective: elastic.objective)
    let largest = answer.duals.reduce(0) { max($0, abs($1)) }
    return LinearProgramSolution(
      status: .infeasible, objective: .nan, values: [], rowDuals: [], reducedCosts: [],
      certificate: largest > 0 ? answer.duals.map { $0 / largest } : nil)
  }
}

extension LinearProgram {
  fileprivate struct Answer {
    var status: LinearProgramSolution.Status
    var values: [Double] = []
    var duals: [Double] = []
  }

  /// One run of CLP, which always minimises; the multipliers come back in the caller's sense.
  fileprivate func clp(objective: [Double]) throws -> Answer {
    guard let model = Clp_newModel() else { throw InputError("the linear-programming solver could not start") }
    defer { Clp_deleteModel(model) }
    Clp_setLogLevel(model, 0)
    let sign: Double = maximize ? -1 : 1
    // The solver's tolerances are absolute: numbers far from size 1 are brought there, by powers of two.
    let unit = Self.exponent(Vectors.largest(objective))
    let units = (0..<constraintCount).map { row in
      Self.exponent(coefficients[rowStarts[row]..<rowStarts[row + 1]].reduce(0) { max($0, abs($1)) })
    }
    func scaled(_ bounds: [Double], by units: [Int]) throws -> [Double] {
      try zip(bounds, units).map { bound, unit in
        guard bound.isFinite else { return Self.bound(bound) }
        let value = bound.timesTwo(to: -unit)
        guard abs(value) < Self.mostBound else {
          throw InputError(
            "a bound is \(bound), beside coefficients that are far smaller", at: "linear program",
            remedy: "bring the numbers nearer to each other in size")
        }
        return value
      }
    }
    let own = [Int](repeating: 0, count: variableCount)
    let (starts, rows, elements) = columnMajor(units)
    Clp_loadProblem(
      model, Int32(variableCount), Int32(constraintCount), starts, rows, elements, try scaled(lower, by: own),
      try scaled(upper, by: own), objective.map { sign * $0.timesTwo(to: -unit) }, try scaled(rowLower, by: units),
      try scaled(rowUpper, by: units))
    Clp_setPrimalTolerance(model, 1e-9)
    Clp_setDualTolerance(model, 1e-9)
    Clp_initialSolve(model)
    // A presolved run can leave a trace of infeasibility behind; the simplex from there removes it.
    if Clp_status(model) == 0, Clp_secondaryStatus(model) != 0 { Clp_primal(model, 0) }
    switch Clp_status(model) {
    case 0: break
    case 1: return Answer(status: .infeasible)
    case 2: return Answer(status: .unbounded)
    default:
      throw InputError(
        "the linear-programming solver gave up on \(variableCount) variables and \(constraintCount) constraints",
        remedy: "look for numbers of very different magnitude")
    }
    var answer = Answer(status: .optimal)
    if variableCount > 0 {
      answer.values = Array(UnsafeBufferPointer(start: Clp_primalColumnSolution(model), count: variableCount))
    }
    if constraintCount > 0 {
      let duals = UnsafeBufferPointer(start: Clp_dualRowSolution(model), count: constraintCount)
      answer.duals = zip(duals, units).map { sign * $0.timesTwo(to: unit - $1) }
    }
    return answer
  }

  /// Bounds beyond this are none to CLP, and some of them end the process.
  private static let mostBound = 1e20

  /// The power of two by which numbers of this size are divided; 0, so that nothing changes, unless they are far from
  /// size 1.
  private static func exponent(_ size: Double) -> Int {
    size > 0 && !(0x1p-20...0x1p20).contains(size) ? Int(size.exponent) : 0
  }

  /// CLP's word for no bound is the largest double.
  private static func bound(_ value: Double) -> Double {
    value.isInfinite ? (value > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude) : value
  }

  private func columnMajor(_ units: [Int]) -> (starts: [Int32], rows: [Int32], elements: [Double]) {
    var starts = [Int32](repeating: 0, count: variableCount + 1)
    for column in columns { starts[column + 1] += 1 }
    for column in 0..<variableCount { starts[column + 1] += starts[column] }
    var next = starts
    var rows = [Int32](repeating: 0, count: columns.count)
    var elements = [Double](repeating: 0, count: columns.count)
    for row in 0..<constraintCount {
      for index in rowStarts[row]..<rowStarts[row + 1] {
        let place = Int(next[columns[index]])
        rows[place] = Int32(row)
        elements[place] = units[row] == 0 ? coefficients[index] : coefficients[index].timesTwo(to: -units[row])
        next[columns[index]] += 1
      }
    }
    return (starts, rows, elements)
  }
}
