import Files
import Foundation
import Runs

/// What a project asks people about: the clips of a run (``RunSubject``) or the texts of a file (``TextSubject``).
///
/// The service knows people, rights, leases and what was stored; what a question looks like, which answers it takes, how
/// the work stands and what is written of it, it asks the project's subject.
protocol WorkbenchSubject: Sendable {
  /// Whether there is something that this endpoint could be about.
  func serves(_ endpoint: Endpoint) -> Bool
  /// What a page is told of the project when it opens.
  func description(for member: Member) throws -> Messages.Project
  /// How the work stands, as far as this person may know.
  func status(for member: Member) throws -> any Encodable
  /// A question as this person's page shows it.
  func message(_ lent: LentQuestion, for member: Member) throws -> Messages.Question
  /// Why there is no question for this person now.
  func wait(of member: Member) throws -> Messages.Asked
  /// What is stored of an answer, once it was found to fit its question.
  ///
  /// - Throws: `InputError` if it does not.
  func accept(_ content: Messages.Content, to stored: StoredQuestion, of member: Member) throws -> AcceptedAnswer
  /// The answers that stand, as a file.
  func export(_ form: ExportForm) throws -> WorkbenchService.Outcome
}

/// What the store keeps of an answer.
struct AcceptedAnswer {
  /// Nil for a sentence that was not understood.
  var content: JSONValue?
  /// Clips that the person made.
  var clips: [StoredSegment] = []
  /// The sentence, if it was not understood: it is kept, and teaches nothing.
  var notUnderstood: String?
}

/// What the answers of a project can be written as.
package enum ExportForm: String, Sendable, CaseIterable {
  /// All that is known of each, a line of JSON each.
  case jsonl
  /// What TRL trains on; ties and those who were unsure have no place there.
  case trl
  /// The ties, or those who were unsure.
  case ties
  /// A table.
  case csv
}
