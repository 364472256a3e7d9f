import Findings
import Foundation
import RewardFiles
import Testing

@Suite("The pages about the files audit")
struct CheckDocumentationTests {
  static func page(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    return try String(contentsOf: root.appendingPathComponent("Documentation/" + name), encoding: .utf8)
  }

  @Test("every check stands in the table of margins", arguments: AuditCheck.standard)
  func margins(check: AuditCheck) throws {
    let rows = try Self.page("audit.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
    let names = rows.flatMap { row in
      row.split(separator: "|")[0].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(names.contains(check.id))
  }

  @Test("the schemas know the verdicts there are, and no other", arguments: ["audit", "rollouts", "models"])
  func verdicts(name: String) throws {
    let schema = try JSONSerialization.jsonObject(with: Data(try Self.page("schemas/\(name)-1.json").utf8))
    let definitions = (schema as? [String: Any])?["$defs"] as? [String: Any]
    let words = (definitions?["verdict"] as? [String: Any])?["enum"] as? [String]
    #expect(words == Finding.Verdict.allCases.map(\.word))
  }
}
