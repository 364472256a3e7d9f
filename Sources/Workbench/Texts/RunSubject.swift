import Compute
import Files
import Foundation
import Runs

/// The clips of a run as what a project is about.
struct RunSubject: WorkbenchSubject {
  let service: WorkbenchService

  func serves(_ endpoint: Endpoint) -> Bool { true }
  func description(for member: Member) throws -> Messages.Project { try service.description(for: member) }
  func status(for member: Member) throws -> any Encodable { try service.runStatus(for: member) }
  func message(_ lent: LentQuestion, for member: Member) throws -> Messages.Question { try service.message(lent) }
  func wait(of member: Member) throws -> Messages.Asked { try service.wait(of: member) }

  func accept(_ content: Messages.Content, to stored: StoredQuestion, of member: Member) throws -> AcceptedAnswer {
    try service.accept(content, to: stored)
  }

  func export(_ form: ExportForm) throws -> WorkbenchService.Outcome {
    guard form == .jsonl else {
      throw InputError(
        "\(form.rawValue) is of pairs of texts, and these answers are about clips",
        remedy: "take all answers, a line of JSON each")
    }
    return .file(try service.store.exported(), name: "answers-and-clips.jsonl", type: "application/x-ndjson")
  }
}
