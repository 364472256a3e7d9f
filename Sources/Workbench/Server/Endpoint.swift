import Foundation

/// Everything that can be asked of the server, and who may.
///
/// The one table of rights: the server looks nothing up elsewhere, and the tests walk through all of it.
package enum Endpoint: String, CaseIterable, Sendable {
  case join, leave, me, project, status, events
  case questions, answers, undo, play, preview, bend
  case pause, people, invites
  case invitations
  case revoke = "invites/revoke"
  case sessions
  case endSession = "sessions/end"
  case remove = "people/remove"
  case quality = "project/quality"
  case export
  case exportTRL = "export/trl"
  case exportTies = "export/ties"
  case exportTable = "export/csv"
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
    case .agreement, .differences, .audit: .get
    case .join, .leave, .questions, .answers, .undo, .play, .preview, .bend, .pause: .post
    case .invites, .revoke, .endSession, .remove, .quality, .role, .question, .decide: .post
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
    case .questions, .answers, .undo, .play, .preview, .bend: [.owner, .researcher, .annotator]
    case .pause, .people, .export, .exportTRL, .exportTies, .exportTable, .unanswered: [.owner, .researcher]
    case .agreement, .differences, .question, .decide, .audit: [.owner, .researcher]
    case .exportJSONL, .exportCSV, .exportParquet: [.owner, .researcher]
    case .invites, .invitations, .revoke, .remove, .quality, .role, .guideChange: [.owner]
    case .practice, .own, .lesson, .history, .historyChange: [.owner, .researcher, .annotator]
    }
  }
}
