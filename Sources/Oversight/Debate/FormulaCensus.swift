/// All formulas with these quantifiers: how many are true, and how many one adviser or a debate decides rightly.
///
/// The numbers follow from a recursion, and for few variables from trying every table:
/// with N tables of one variable less, T of them true, "for some" makes N² − (N − T)² true and "for every" T².
package struct FormulaCensus: Sendable, Hashable {
  /// Formulas with these quantifiers, 2 ^ (2 ^ variables).
  package var formulas: Int
  /// Those that are true.
  package var areTrue: Int
  /// Those of which advice leads to the right verdict.
  package var byAdvice: Int
  /// Those of which debate leads to the right verdict.
  package var byDebate: Int

  /// The numbers by closed form; at most five variables: of six there are 2 ^ 64.
  package init(of quantifiers: [QuantifiedFormula.Quantifier]) {
    precondition(quantifiers.count <= 5, "the number of formulas is to fit an integer")
    var (tables, holding) = (2, 1)
    for quantifier in quantifiers.reversed() {
      let failing = tables - holding
      holding = quantifier == .some ? tables * tables - failing * failing : holding * holding
      tables *= tables
    }
    formulas = tables
    areTrue = holding
    // Advice errs of those that are false and can be satisfied: all false ones but the one that never holds.
    byAdvice = holding + 1
    byDebate = tables
  }

  /// The numbers by trying every table; at most three variables, 256 tables.
  package init(trying quantifiers: [QuantifiedFormula.Quantifier]) throws {
    precondition(quantifiers.count <= 3, "every table is tried")
    let entries = 1 << quantifiers.count
    (formulas, areTrue, byAdvice, byDebate) = (0, 0, 0, 0)
    for bits in 0..<(1 << entries) {
      let formula = try QuantifiedFormula(quantifiers, table: (0..<entries).map { bits >> $0 & 1 == 1 })
      let truth = formula.isTrue
      formulas += 1
      areTrue += truth ? 1 : 0
      byAdvice += formula.isAcceptedOnAdvice == truth ? 1 : 0
      byDebate += formula.debate.claimIsTrue == truth ? 1 : 0
    }
  }

  /// All orders of this many quantifiers.
  package static func orders(of variables: Int) -> [[QuantifiedFormula.Quantifier]] {
    (0..<(1 << variables)).map { bits in
      (0..<variables).map { bits >> (variables - 1 - $0) & 1 == 1 ? .some : .every }
    }
  }
}
