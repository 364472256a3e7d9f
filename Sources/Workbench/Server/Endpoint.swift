import Foundation

/// Everything that can be asked of the server, and who may.
///
/// The one table of rights: the server looks nothing up elsewhere, and the tests walk through all of it.
package enum Endpoint: String, CaseIterable, Sendable {
  case join, leave, me, project, status, events
  case questions, answers, undo, play, preview, bend, uncertainty
  case whatIf = "what-if"
  case pause, people, invites
  case invitations
  case revoke = "invites/revoke"
  case sessions
  case endSession = "sessions/end"
  case remove = "people/remove"
  case erase = "people/erase"
  case quality = "project/quality"
  case export
  case exportTRL = "export/trl"
  case exportTies = "export/ties"
  case exportTable = "export/csv"
  case exportSetAside = "export/set-aside"
  case unanswered
  case role = "people/role"
  case agreement, differences, question, decide, audit
  case exportJSONL = "export/answers.jsonl"
  case exportCSV = "export/answers.csv"
  case exportParquet = "export/answers.parquet"
  case guide, practice, own, lesson, history
  case guideChange = "guide/change"
  case historyChange = "history/change"

  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  package var method: Method {
    switch self {
    case .me, .project, .status, .events, .people, .invitations, .sessions, .unanswered: .get
    case .export, .exportTRL, .exportTies, .exportTable, .exportJSONL, .exportCSV, .exportParquet: .get
    case .exportSetAside: .get
    case .agreement, .differences, .audit: .get
    case .join, .leave, .questions, .answers, .undo, .play, .preview, .bend, .uncertainty, .whatIf, .pause: .post
    case .invites, .revoke, .endSession, .remove, .erase, .quality, .role, .question, .decide: .post
    case .guide, .own, .lesson, .history: .get
    case .practice, .guideChange, .historyChange: .post
    }
  }

  package var path: String {
    switch self {
    case .quality: "/api/project"
    case .invitations: "/api/invites"
    case .guideChange: "/api/guide"
    default: "/api/" + rawValue
    }
  }

  /// Nil for all, signed in or not.
  package var roles: Set<Role>? {
    switch self {
    case .join: nil
    case .leave, .me, .project, .status, .events, .sessions, .endSession, .guide: Set(Role.allCases)
    case .questions, .answers, .undo, .play, .preview, .bend, .uncertainty, .whatIf:
      [.owner, .researcher, .annotator]
    case .pause, .people, .export, .exportTRL, .exportTies, .exportTable, .unanswered: [.owner, .researcher]
    case .agreement, .differences, .question, .decide, .audit: [.owner, .researcher]
    case .exportJSONL, .exportCSV, .exportParquet, .exportSetAside: [.owner, .researcher]
    case .invites, .invitations, .revoke, .remove, .erase, .quality, .role, .guideChange: [.owner]
    case .practice, .own, .lesson, .history, .historyChange: [.owner, .researcher, .annotator]
    }
  }

  /// Bytes of a body that is read without asking for room.
  package static let smallBody = 64 << 10

  /// Bytes of a request's body: what people do themselves, step by step, may be long.
  package var largestBody: Int {
    switch self {
    case .answers, .play, .preview, .bend: 4 << 20
    case .join, .leave: 4 << 10
    default: Self.smallBody
    }
  }

  /// Whether an answer takes a processor for long; others wait for the disk at most.
  package var isLong: Bool {
    switch self {
    case .play, .preview, .bend, .uncertainty, .whatIf, .practice, .lesson, .history, .people, .agreement, .differences,
      .question, .decide, .export, .exportTRL, .exportTies, .exportTable, .exportJSONL, .exportCSV, .exportParquet,
      .exportSetAside:
      true
    default: false
    }
  }
}
