import Compute
import Findings
import Foundation

/// One line of a claims file: what is claimed of a run.
///
/// ```
/// accuracy above 0.7                        of answers that were predicted before they were learned from
/// return above -300                         the mean true return of the final policy
/// improvement above 50                      over uniformly random actions
/// unjudged below 0.1                        the share of visits unlike everything that was judged
/// confidence within 0.05                    of the share of answers that come true
/// answers at least 200
/// reward between -5 and 5                   wherever each number of a transition is between its extremes so far
/// theta_dot between -8 and 8 in 0.95        of fresh episodes, throughout
/// finding shift/unjudged holds              any finding of the run's report, by its name
/// ledger complete
/// run repeats                               bit for bit; asks for `--recompute`
/// ```
package struct Claim: Sendable, Hashable {
  /// What can be compared with a number.
  package enum Quantity: String, CaseIterable, Sendable, Hashable {
    case accuracy, `return`, improvement, unjudged, answers
  }

  package enum Statement: Sendable, Hashable {
    /// At least, or at most, this much.
    case limit(Quantity, isAbove: Bool, Double)
    case confidence(within: Double)
    case reward(ClosedRange<Double>)
    case stays(component: String, ClosedRange<Double>, share: Double)
    case finding(String)
    case ledgerComplete
    case runRepeats
  }

  /// As it is written.
  package let line: String
  /// "file:line".
  package let place: String
  package let statement: Statement
  /// What its verdict may err, if the file says so.
  package let error: Double?

  package init(line: String, error: Double?, at place: String) throws {
    (self.line, self.error, self.place) = (line, error, place)
    statement = try ClaimLine(line, place).statement()
  }

  /// Verdicts on findings, and on the share of unjudged visits, were made at this error before the claim was.
  static let errorOfFindings = 0.025

  /// What it asks of the error budget.
  package var demand: ErrorBudget.Demand {
    switch statement {
    case .reward, .ledgerComplete, .runRepeats, .limit(.answers, _, _): .nothing
    case .finding, .limit(.unjudged, _, _): .share(Self.errorOfFindings)
    default: error.map { .share($0) } ?? .rest
    }
  }

  package var method: ClaimMethod {
    switch statement {
    case .reward: .proof
    case .ledgerComplete, .runRepeats, .limit(.answers, _, _): .record
    default: .test
    }
  }
}

/// Reads one claim.
private struct ClaimLine {
  let words: [String]
  let place: String

  init(_ line: String, _ place: String) {
    words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    self.place = place
  }

  private static let examples =
    "for example 'accuracy above 0.7', 'return at least -300', 'confidence within 0.05', 'reward between -5 and 5', "
    + "'x between -2 and 2 in 0.95', 'finding reward-model/accuracy holds', 'ledger complete' or 'run repeats'"

  private func refused(_ problem: String, _ remedy: String = ClaimLine.examples) -> InputError {
    InputError("'\(words.joined(separator: " "))': \(problem)", at: place, remedy: remedy)
  }

  func statement() throws -> Claim.Statement {
    guard let first = words.first else { throw refused("an empty claim") }
    let rest = Array(words.dropFirst())
    switch (first, rest.first) {
    case ("ledger", _):
      guard rest == ["complete"] else { throw refused("of the ledger one can claim that it is complete") }
      return .ledgerComplete
    case ("run", _):
      guard rest == ["repeats"] else { throw refused("of the run one can claim that it repeats") }
      return .runRepeats
    case ("finding", _):
      guard rest.count == 2, rest[1] == "holds" else { throw refused("not 'finding NAME holds'") }
      return .finding(rest[0])
    case ("confidence", _):
      guard rest.count == 2, rest[0] == "within" else { throw refused("not 'confidence within NUMBER'") }
      let reach = try number(rest[1])
      guard reach > 0, reach < 0.5 else { throw refused("nothing is within \(rest[1])", "give 0.01 to 0.49") }
      return .confidence(within: reach)
    default:
      // Components of what is seen may have names of several words.
      guard let place = words.firstIndex(of: "between"), place > 0 else { return try limit(first, rest) }
      return try between(words[..<place].joined(separator: " "), Array(words[place...]))
    }
  }

  /// "NAME between A and B", for a component of what is seen "in SHARE".
  private func between(_ name: String, _ rest: [String]) throws -> Claim.Statement {
    guard rest.count >= 4, rest[2] == "and" else { throw refused("not '… between A and B'") }
    let (low, high) = (try number(rest[1]), try number(rest[3]))
    guard low < high else {
      throw refused("nothing lies between \(rest[1]) and \(rest[3])", "give the lower one first")
    }
    if name == "reward" {
      guard rest.count == 4 else { throw refused("'reward between A and B' is claimed of every transition") }
      return .reward(low...high)
    }
    guard rest.count == 6 || rest.count == 8 && rest[6...] == ["of", "episodes"], rest[4] == "in" else {
      throw refused("in what share of episodes?", "write '\(name) between \(rest[1]) and \(rest[3]) in 0.95'")
    }
    let share = try number(rest[5])
    guard share > 0, share < 1 else {
      throw refused("a share of \(rest[5]) of episodes", "give more than 0 and less than 1: no sample shows 'always'")
    }
    return .stays(component: name, low...high, share: share)
  }

  /// "QUANTITY above NUMBER".
  private func limit(_ name: String, _ rest: [String]) throws -> Claim.Statement {
    guard let quantity = Claim.Quantity(rawValue: name) else {
      throw InputError.unknown(
        "quantity", name,
        among: Claim.Quantity.allCases.map(\.rawValue) + ["confidence", "reward", "finding", "ledger", "run"], at: place
      )
    }
    let isAbove: Bool
    switch rest.dropLast() {
    case ["above"], ["at", "least"]: isAbove = true
    case ["below"], ["at", "most"]: isAbove = false
    default: throw refused("not '\(name) above NUMBER' or '\(name) below NUMBER'")
    }
    return .limit(quantity, isAbove: isAbove, try number(rest.last ?? ""))
  }

  private func number(_ text: String) throws -> Double {
    guard let value = Double(text), value.isFinite else { throw refused("'\(text)' is not a number") }
    return value
  }
}
