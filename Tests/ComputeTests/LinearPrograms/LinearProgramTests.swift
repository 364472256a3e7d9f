import Compute
import Testing

@Suite("Linear programs")
struct LinearProgramTests {
  @Test("a program by hand: optimum, vertex, and what each bound is worth")
  func byHand() throws {
    var program = LinearProgram(variableCount: 2)
    program.objective = [3, 2]
    program.addConstraint([(0, 1), (1, 1)], upper: 4)
    program.addConstraint([(0, 1)], upper: 3)
    let solution = try program.solve()
    #expect(solution.status == .optimal)
    #expect(abs(solution.objective - 11) < 1e-9)
    #expect(zip(solution.values, [3, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(solution.rowDuals, [2, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(solution.reducedCosts.allSatisfy { abs($0) < 1e-9 })
  }

  @Test(
    "numbers of any size: the same vertex, and duals in the numbers' own units", arguments: [-900, -300, -80, 80, 300])
  func anySize(exponent: Int) throws {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    var program = LinearProgram(variableCount: 2)
    program.objective = [3 * unit, 2 * unit]
    program.addConstraint([(0, 1 / unit), (1, 1 / unit)], upper: 4 / unit)
    program.addConstraint([(0, unit)], upper: 3 * unit)
    let solution = try program.solve()
    #expect(zip(solution.values, [3, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(abs(solution.objective / unit - 11) < 1e-9)
    // A unit of the first bound is worth 2, in the objective's unit, times the row's own: (2 · unit) · unit.
    #expect(abs(solution.rowDuals[0] / unit / unit - 2) < 1e-9 || exponent < -500)
    #expect(abs(solution.rowDuals[1] - 1) < 1e-9)
  }

  @Test("a bound beside which everything else vanishes is refused, not fatal")
  func hugeBound() {
    var program = LinearProgram(variableCount: 1)
    program.objective = [1]
    program.upper[0] = 1e25
    #expect(throws: InputError.self) { try program.solve() }
    var row = LinearProgram(variableCount: 1)
    row.objective = [1]
    row.addConstraint([(0, 1)], upper: 1e30)
    #expect(throws: InputError.self) { try row.solve() }
  }

  @Test("minimising: duals are the change of the optimum per unit of the bound, with the same sign rule")
  func minimise() throws {
    var program = LinearProgram(variableCount: 2, maximize: false)
    program.objective = [2, 3]
    program.addConstraint([(0, 1), (1, 1)], lower: 10)
    program.upper[0] = 6
    let solution = try program.solve()
    #expect(abs(solution.objective - 24) < 1e-9)
    #expect(abs(solution.rowDuals[0] - 3) < 1e-9)
    #expect(abs(solution.reducedCosts[0] + 1) < 1e-9)
  }

  @Test("free variables, equations, a variable named twice, and no constraints at all")
  func shapes() throws {
    var program = LinearProgram(variableCount: 2)
    program.lower = [-.infinity, -.infinity]
    program.objective = [1, 1]
    program.addConstraint([(0, 1), (1, -1)], lower: 1, upper: 1)
    program.addConstraint([(0, 0.5), (0, 0.5)], upper: -2)
    let solution = try program.solve()
    #expect(zip(solution.values, [-2, -3]).allSatisfy { abs($0 - $1) < 1e-9 })
    var box = LinearProgram(variableCount: 2)
    box.upper = [2, 3]
    box.objective = [1, -1]
    #expect(try box.solve().values == [2, 0])
    #expect(try LinearProgram(variableCount: 0).solve().status == .optimal)
  }

  @Test("a long row adds up the coefficients of a variable named twice, as a short one does")
  func longRows() throws {
    var program = LinearProgram(variableCount: 40)
    program.objective[7] = 1
    program.addConstraint((0..<40).map { ($0, 1) } + [(7, 3)], upper: 8)
    #expect(abs(try program.solve().objective - 2) < 1e-9)
  }

  @Test("no bound: unbounded; contradiction: infeasible, also where both could be said")
  func statuses() throws {
    var program = LinearProgram(variableCount: 2)
    program.objective = [1, 0]
    program.addConstraint([(1, 1)], upper: 1)
    let unbounded = try program.solve()
    #expect(unbounded.status == .unbounded && unbounded.objective == .infinity)
    program.addConstraint([(1, 1)], lower: 2)
    let both = try program.solve()
    #expect(both.status == .infeasible)
    try expectProof(both, of: program)
  }

  @Test("an infeasible program comes with Farkas's proof, on a hundred random ones")
  func certificates() throws {
    for seed in 0..<100 {
      var random = RandomSource(seed: UInt64(seed)).stream("infeasible")
      let (variables, rows) = (2 + random.below(6), 3 + random.below(8))
      var program = LinearProgram(variableCount: variables, maximize: seed.isMultiple(of: 2))
      program.objective = (0..<variables).map { _ in random.normal() }
      if seed.isMultiple(of: 3) { program.lower[0] = -.infinity }
      for _ in 0..<rows {
        let terms = (0..<variables).map { (variable: $0, coefficient: random.normal()) }
        program.addConstraint(terms, lower: random.normal())
      }
      // The negative of the rows' sum, asked to be larger than the rows allow.
      var sum = [Double](repeating: 0, count: variables)
      var bound = 0.0
      for row in 0..<rows {
        let (terms, lower, _) = program.constraint(row)
        for (variable, coefficient) in terms { sum[variable] += coefficient }
        bound += lower
      }
      program.addConstraint(sum.enumerated().map { ($0.offset, -$0.element) }, lower: -bound + 0.1)
      let solution = try program.solve()
      #expect(solution.status == .infeasible, "seed \(seed)")
      try expectProof(solution, of: program)
    }
  }

  /// Weighs the rows with the certificate: what they ask for exceeds what the variables' bounds allow.
  private func expectProof(_ solution: LinearProgramSolution, of program: LinearProgram) throws {
    let certificate = try #require(solution.certificate)
    var combined = [Double](repeating: 0, count: program.variableCount)
    var asked = 0.0
    for (row, weight) in certificate.enumerated() where abs(weight) > 1e-9 {
      let (terms, lower, upper) = program.constraint(row)
      asked += weight * (weight > 0 ? lower : upper)
      for (variable, coefficient) in terms { combined[variable] += weight * coefficient }
    }
    var reach = 0.0
    for (variable, weight) in combined.enumerated() where abs(weight) > 1e-8 {
      reach += weight * (weight > 0 ? program.upper[variable] : program.lower[variable])
    }
    #expect(asked > reach + 1e-9, "the certificate proves nothing: \(asked) against \(reach)")
  }

  @Test("random programs: primal and dual agree, and slack goes with a multiplier of nought")
  func duality() throws {
    for seed in 0..<200 {
      var random = RandomSource(seed: UInt64(seed)).stream("programs")
      let (variables, rows) = (1 + random.below(8), 1 + random.below(8))
      var program = LinearProgram(variableCount: variables, maximize: random.bernoulli(0.5))
      program.objective = (0..<variables).map { _ in random.normal() }
      program.upper = (0..<variables).map { _ in random.uniform(1, 5) }
      let inside = (0..<variables).map { program.upper[$0] * random.uniform() }
      for _ in 0..<rows {
        let terms = (0..<variables).map { (variable: $0, coefficient: random.bernoulli(0.3) ? 0 : random.normal()) }
        let value = terms.reduce(0) { $0 + $1.coefficient * inside[$1.variable] }
        let kind = random.below(3)
        program.addConstraint(
          terms, lower: kind == 0 ? -.infinity : value, upper: kind == 1 ? .infinity : kind == 2 ? value : value + 0.1)
      }
      let solution = try program.solve()
      #expect(solution.status == .optimal)
      let better: Double = program.maximize ? 1 : -1
      // The dual objective: bounds weighed with their multipliers.
      var dual = 0.0
      for (row, multiplier) in solution.rowDuals.enumerated() where abs(multiplier) > 1e-9 {
        let (terms, lower, upper) = program.constraint(row)
        let bound = better * multiplier > 0 ? upper : lower
        dual += multiplier * bound
        let activity = terms.reduce(0) { $0 + $1.coefficient * solution.values[$1.variable] }
        #expect(abs(activity - bound) < 1e-6, "seed \(seed): slack with a multiplier")
      }
      for (variable, cost) in solution.reducedCosts.enumerated() where abs(cost) > 1e-9 {
        dual += cost * (better * cost > 0 ? program.upper[variable] : program.lower[variable])
      }
      #expect(abs(dual - solution.objective) < 1e-6 * max(1, abs(dual)), "seed \(seed)")
    }
  }

  @Test("numbers that no program can have are refused, and named")
  func badNumbers() {
    func expectRefusal(_ text: String, _ change: (inout LinearProgram) -> Void) {
      var program = LinearProgram(variableCount: 2)
      change(&program)
      #expect { try program.solve() } throws: { ($0 as? InputError)?.description.contains(text) == true }
    }
    expectRefusal("coefficient of variable 1 is nan") { $0.objective[1] = .nan }
    expectRefusal("constraint 0 has the coefficient inf of variable 1") { $0.addConstraint([(1, .infinity)], upper: 1) }
    expectRefusal("variable 0 has the bounds 2.0 and 1.0") { ($0.lower[0], $0.upper[0]) = (2, 1) }
    expectRefusal("constraint 0 has the bounds") { $0.addConstraint([(0, 1)], lower: 3, upper: 2) }
    expectRefusal("constraint 0 has the bounds nan") { $0.addConstraint([(0, 1)], lower: .nan) }
  }
}
