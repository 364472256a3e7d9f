import Compute
import Oversight
import Testing

/// Right values: every strategy of the proposer tried against every choice of the opponent, and counts by hand.
struct QuantifiedFormulaTests {
  /// Whether some strategy of the proposer meets every choice of the opponent; a strategy names a value for each variable
  /// of "some" and each beginning of an assignment.
  private func hasStrategy(_ formula: QuantifiedFormula) -> Bool {
    let count = formula.quantifiers.count
    // One bit for each variable and each assignment of those before it.
    let bits = (1 << count) - 1
    return (0..<(1 << bits)).contains { strategy in
      (0..<(1 << count)).allSatisfy { wished in
        var assignment = 0
        for variable in 0..<count {
          let own = strategy >> ((1 << variable) - 1 + assignment) & 1
          let theirs = wished >> (count - 1 - variable) & 1
          assignment = assignment << 1 | (formula.quantifiers[variable] == .some ? own : theirs)
        }
        return formula.table[assignment]
      }
    }
  }

  @Test("of all 2,120 formulas with up to three variables the honest side wins exactly the true ones")
  func everySmallFormula() throws {
    var tried = 0
    for count in 1...3 {
      for quantifiers in FormulaCensus.orders(of: count) {
        let entries = 1 << count
        for bits in 0..<(1 << entries) {
          let formula = try QuantifiedFormula(quantifiers, table: (0..<entries).map { bits >> $0 & 1 == 1 })
          let truth = hasStrategy(formula)
          #expect(formula.debate.claimIsTrue == truth && formula.isTrue == truth, "\(formula)")
          tried += 1
        }
      }
    }
    #expect(tried == 2_120)
  }

  @Test("random formulas of four to twelve variables: debate agrees with taking the variables away")
  func random() throws {
    var random = RandomSource(seed: 1).stream("formulas")
    var truths = 0
    for index in 0..<300 {
      let count = 4 + index % 9
      let quantifiers = (0..<count).map { _ in random.bernoulli(0.5) ? QuantifiedFormula.Quantifier.some : .every }
      let clauses = (0..<(count / 2)).map { _ in
        (0..<3).map { _ in (1 + random.below(count)) * (random.bernoulli(0.5) ? 1 : -1) }
      }
      let formula = try QuantifiedFormula(quantifiers, clauses: clauses)
      #expect(formula.debate.claimIsTrue == formula.isTrue)
      truths += formula.isTrue ? 1 : 0
    }
    #expect(truths > 30 && truths < 270, "both kinds occur: \(truths)")
  }

  @Test("by hand: of one variable 3 of 4 formulas are true for some, 1 for every; advice decides 4 and 2")
  func oneVariable() {
    let (some, every) = (FormulaCensus(of: [.some]), FormulaCensus(of: [.every]))
    #expect((some.formulas, some.areTrue, some.byAdvice) == (4, 3, 4))
    #expect((every.formulas, every.areTrue, every.byAdvice) == (4, 1, 2))
  }

  @Test("the counts of every order of up to three quantifiers are those of the recursion")
  func counts() throws {
    for count in 0...3 {
      for quantifiers in FormulaCensus.orders(of: count) {
        #expect(try FormulaCensus(trying: quantifiers) == FormulaCensus(of: quantifiers))
      }
    }
  }

  @Test("advice decides all formulas exactly where no variable is the opponent's")
  func adviceIsEnoughForSome() {
    for quantifiers in FormulaCensus.orders(of: 4) {
      let census = FormulaCensus(of: quantifiers)
      #expect((census.byAdvice == census.formulas) == quantifiers.allSatisfy { $0 == .some })
      #expect(census.byDebate == census.formulas)
    }
  }

  @Test("a proof without an opponent has to foresee every choice")
  func strategies() throws {
    let formula = try QuantifiedFormula([.every, .some, .every, .some], clauses: [])
    #expect(formula.strategyBits == 2 + 4)
    #expect(formula.isTrue, "nothing is asked")
    #expect(try !QuantifiedFormula([.some], clauses: [[]]).isTrue, "an empty clause never holds")
  }

  @Test("clauses and tables that do not fit are refused")
  func refused() {
    #expect(throws: InputError.self) { try QuantifiedFormula([.some], clauses: [[1], [2]]) }
    #expect(throws: InputError.self) { try QuantifiedFormula([.some], clauses: [[0]]) }
    #expect(throws: InputError.self) { try QuantifiedFormula([.some], clauses: [[.min]]) }
    #expect(throws: InputError.self) { try QuantifiedFormula([.some], table: [true]) }
    #expect(throws: InputError.self) {
      try QuantifiedFormula(Array(repeating: .some, count: 64), clauses: [])
    }
  }
}
