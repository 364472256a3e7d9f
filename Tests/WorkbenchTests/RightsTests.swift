import Foundation
import Testing
import Workbench

@Suite("Rights at the workbench")
struct RightsTests {
  /// Written down again, by hand: who may call what.
  private static let table: [(endpoint: String, method: String, roles: String)] = [
    ("/api/join", "POST", "everybody"),
    ("/api/leave", "POST", "owner researcher annotator viewer"),
    ("/api/me", "GET", "owner researcher annotator viewer"),
    ("/api/project", "GET", "owner researcher annotator viewer"),
    ("/api/status", "GET", "owner researcher annotator viewer"),
    ("/api/events", "GET", "owner researcher annotator viewer"),
    ("/api/questions", "POST", "owner researcher annotator"),
    ("/api/answers", "POST", "owner researcher annotator"),
    ("/api/undo", "POST", "owner researcher annotator"),
    ("/api/play", "POST", "owner researcher annotator"),
    ("/api/preview", "POST", "owner researcher annotator"),
    ("/api/bend", "POST", "owner researcher annotator"),
    ("/api/uncertainty", "POST", "owner researcher annotator"),
    ("/api/what-if", "POST", "owner researcher annotator"),
    ("/api/pause", "POST", "owner researcher"),
    ("/api/people", "GET", "owner researcher"),
    ("/api/export", "GET", "owner researcher"),
    ("/api/export/trl", "GET", "owner researcher"),
    ("/api/export/ties", "GET", "owner researcher"),
    ("/api/export/csv", "GET", "owner researcher"),
    ("/api/export/set-aside", "GET", "owner researcher"),
    ("/api/unanswered", "GET", "owner researcher"),
    ("/api/invites", "POST", "owner"),
    ("/api/invites", "GET", "owner"),
    ("/api/invites/revoke", "POST", "owner"),
    ("/api/sessions", "GET", "owner researcher annotator viewer"),
    ("/api/sessions/end", "POST", "owner researcher annotator viewer"),
    ("/api/people/remove", "POST", "owner"),
    ("/api/people/erase", "POST", "owner"),
    ("/api/project", "POST", "owner"),
    ("/api/people/role", "POST", "owner"),
    ("/api/agreement", "GET", "owner researcher"),
    ("/api/differences", "GET", "owner researcher"),
    ("/api/question", "POST", "owner researcher"),
    ("/api/decide", "POST", "owner researcher"),
    ("/api/audit", "GET", "owner researcher"),
    ("/api/export/answers.jsonl", "GET", "owner researcher"),
    ("/api/export/answers.csv", "GET", "owner researcher"),
    ("/api/export/answers.parquet", "GET", "owner researcher"),
    ("/api/guide", "GET", "owner researcher annotator viewer"),
    ("/api/guide", "POST", "owner"),
    ("/api/practice", "POST", "owner researcher annotator"),
    ("/api/own", "GET", "owner researcher annotator"),
    ("/api/lesson", "GET", "owner researcher annotator"),
    ("/api/history", "GET", "owner researcher annotator"),
    ("/api/history/change", "POST", "owner researcher annotator"),
  ]

  @Test("every role at every route: the table of rights is the one written here, and has no other line")
  func rolesAtRoutes() {
    for line in Self.table {
      let found = Endpoint.allCases.filter { $0.path == line.endpoint && $0.method.rawValue == line.method }
      #expect(found.count == 1, "\(line.method) \(line.endpoint)")
      for role in Role.allCases {
        let allowed = found.first?.roles?.contains(role) ?? true
        let wanted = line.roles == "everybody" || line.roles.split(separator: " ").contains(Substring(role.rawValue))
        #expect(allowed == wanted, "\(role) at \(line.method) \(line.endpoint)")
      }
    }
    #expect(Endpoint.allCases.count == Self.table.count)
  }

  @Test("an annotator is told of their own answers and of nothing else; a researcher sees the run")
  func blindness() throws {
    try Bench.open { bench in
      let (ann, ruth) = (try bench.join("Ann"), try bench.join("Ruth", .researcher))
      try bench.ask(0..<3)
      for question in try bench.questions(ruth, count: 2) { _ = try bench.answer(question, ruth) }
      let own = try bench.send(.status, ann)
      #expect(Set((own.body as? [String: Any] ?? [:]).keys) == ["phase", "message", "answers", "open"])
      #expect(own["answers"] as? Int == 0)
      #expect(own["open"] as? Int == 1)
      let full = try bench.send(.status, ruth)
      #expect((full.body as? [String: Any] ?? [:]).count > 4)
      // Which share of the questions is about the person is for those who set it.
      #expect(try bench.send(.project, ann)["settings"] == nil)
      #expect(try bench.send(.project, ruth)["settings"] != nil)
      let question = try #require(try bench.questions(ann).first)
      #expect(
        Set(question.fields.keys).isSubset(of: [
          "id", "lease", "kind", "prompt", "captions", "reply", "clips", "details", "again", "previous",
        ]))
    }
  }
}
