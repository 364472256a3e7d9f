import Compute
import Findings

/// One line of a claims file: what is claimed of a run.
///
/// ```
/// accuracy above 0.7                        of answers that were predicted before they were learned from
/// return above -300                         the mean true return of the final policy
/// reward between -5 and 5                   wherever each number of a transition is between its extremes so far
/// never paid more when x = 1 than when x = 0
/// ledger complete
/// ```
///
/// `Documentation/certificates.md` lists all forms; ``ClaimLine`` reads them.
package struct Claim: Sendable, Hashable {
  /// What can be compared with a number.
  package enum Quantity: String, CaseIterable, Sendable, Hashable {
    case accuracy, `return`, improvement, unjudged, coverage, answers
    /// "people agree": of two people who answered the same question, how often they said the same.
    case agreement
  }

  /// What was recorded and can be had again, or held against other records.
  package enum Process: String, CaseIterable, Sendable, Hashable {
    case ledgerComplete = "ledger complete"
    case settingsRecorded = "settings recorded"
    case weightsRecorded = "weights recorded"
    case clipsReplay = "clips replay"
    case evaluationRepeats = "evaluation repeats"
    case runRepeats = "run repeats"
    case answersAsStated = "answers as stated"
  }

  package enum Statement: Sendable, Hashable {
    /// At least, or at most, this much.
    case limit(Quantity, isAbove: Bool, Double)
    case confidence(within: Double)
    case reward(ClosedRange<Double>)
    /// A line of ``AssertionFile``.
    case asserts(String)
    /// A share of episodes above `share` in which a component never leaves the range.
    case stays(component: String, ClosedRange<Double>, share: Double)
    /// A share of episodes below `share` in which a component is ever in the range.
    case enters(component: String, ClosedRange<Double>, share: Double)
    /// From what another run has learned.
    case distance(run: String, isAbove: Bool, Double)
    /// What the policy would earn, by the episodes of another run's policy.
    case offPolicy(run: String, isAbove: Bool, Double)
    case finding(String)
    /// A finding that a run need not have.
    case notGaming
    case attentive
    case process(Process)
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
    case .reward, .asserts, .process, .limit(.answers, _, _): .nothing
    case .finding, .notGaming, .distance, .limit(.unjudged, _, _), .limit(.coverage, _, _):
      .share(Self.errorOfFindings)
    default: error.map { .share($0) } ?? .rest
    }
  }

  /// Whether its error is the same however often it is settled while answers come in: what it spends, it spends once.
  package var isAnytimeValid: Bool {
    switch statement {
    case .limit(.accuracy, _, _), .limit(.agreement, _, _), .confidence: true
    default: demand == .nothing
    }
  }

  package var method: ClaimMethod {
    switch statement {
    case .reward, .asserts: .proof
    case .process, .limit(.answers, _, _): .record
    default: .test
    }
  }
}
