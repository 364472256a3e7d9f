import Compute

/// "For every x₁ there is an x₂ …": a formula over truth values, all of them quantified, in the order in which they are
/// chosen.
///
/// ```swift
/// // For every x₁ there is an x₂ that differs from it.
/// let formula = try QuantifiedFormula([.every, .some], clauses: [[1, 2], [-1, -2]])
/// formula.isTrue                       // true
/// formula.debate.claimIsTrue           // the same, found by debate
/// ```
///
/// Whether such a formula is true is the hardest of what can be decided in polynomial memory (PSPACE): no short proof is
/// known that a judge could read. In a debate each side chooses the variables of its quantifier, and the judge evaluates
/// the formula once.
public struct QuantifiedFormula: Sendable, Hashable {
  /// What is said of a variable.
  public enum Quantifier: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whatever the variable is; the opponent chooses it.
    case every
    /// For one of its two values; the proposer chooses it.
    case some
  }

  /// One for each variable, the outermost first.
  public let quantifiers: [Quantifier]
  /// Whether the unquantified formula holds, for each assignment; the first variable is the highest bit.
  public let table: [Bool]

  /// The most variables that a formula may have: its table has 2ⁿ entries.
  public static let variableLimit = 20

  /// A formula from its table.
  ///
  /// - Throws: `InputError` if the table's length is not 2 to the number of quantifiers.
  public init(_ quantifiers: [Quantifier], table: [Bool]) throws {
    try Self.check(quantifiers)
    guard table.count == 1 << quantifiers.count else {
      throw InputError(
        "a table of \(table.count) entries for \(quantifiers.count) variables", at: "table",
        remedy: "it has \(1 << quantifiers.count)")
    }
    self.quantifiers = quantifiers
    self.table = table
  }

  /// A formula in conjunctive normal form.
  ///
  /// - Parameters:
  ///   - quantifiers: one for each variable.
  ///   - clauses: each holds if one of its literals does: 3 is the third variable, −3 its negation.
  /// - Throws: `InputError` with the clause that names a variable which does not exist.
  public init(_ quantifiers: [Quantifier], clauses: [[Int]]) throws {
    try Self.check(quantifiers)
    let count = quantifiers.count
    for (index, clause) in clauses.enumerated() {
      for literal in clause where literal == 0 || literal < -count || literal > count {
        throw InputError(
          "literal \(literal) in a formula of \(count) variables", at: "clauses[\(index)]",
          remedy: "variables are numbered from 1; −3 is the negation of the third")
      }
    }
    self.quantifiers = quantifiers
    table = (0..<(1 << count)).map { assignment in
      clauses.allSatisfy { clause in
        clause.contains { literal in (assignment >> (count - abs(literal)) & 1 == 1) == (literal > 0) }
      }
    }
  }

  private static func check(_ quantifiers: [Quantifier]) throws {
    guard quantifiers.count <= variableLimit else {
      throw InputError(
        "a formula of \(quantifiers.count) variables", at: "quantifiers",
        remedy: "at most \(variableLimit): all assignments are tabulated")
    }
  }

  /// Whether the formula is true, by taking the variables away from the last to the first.
  ///
  /// - Complexity: linear in the table.
  public var isTrue: Bool {
    var values = table
    for quantifier in quantifiers.reversed() {
      values = stride(from: 0, to: values.count, by: 2).map { first in
        switch quantifier {
        case .every: values[first] && values[first + 1]
        case .some: values[first] || values[first + 1]
        }
      }
    }
    return values[0]
  }

  /// The debate in which each side chooses the variables of its quantifier, and the judge evaluates the formula for the
  /// one assignment that comes of it.
  public var debate: DebateTree { debate(from: 0, assignment: 0) }

  private func debate(from variable: Int, assignment: Int) -> DebateTree {
    guard variable < quantifiers.count else { return .end(favours: table[assignment]) }
    return .turn(
      quantifiers[variable] == .some ? .proposer : .opponent,
      (0..<2).map { debate(from: variable + 1, assignment: assignment << 1 | $0) })
  }

  /// What one adviser gets the same judge to accept: the adviser names a whole assignment, nobody objects, and the judge
  /// evaluates the formula for it. Right exactly of formulas that are true or cannot be satisfied.
  public var isAcceptedOnAdvice: Bool { table.contains(true) }

  /// The length in bits of a proof that needs no opponent: what the proposer would choose, for each of the choices
  /// before it. A debate says as many bits as there are variables.
  public var strategyBits: Int {
    var (bits, cases) = (0, 1)
    for quantifier in quantifiers {
      switch quantifier {
      case .every: cases *= 2
      case .some: bits += cases
      }
    }
    return bits
  }
}
