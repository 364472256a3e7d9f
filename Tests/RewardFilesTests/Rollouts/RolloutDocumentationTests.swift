import Foundation
import RewardFiles
import Testing

@Suite("The page about the audit of rollouts")
struct RolloutDocumentationTests {
  @Test("every check stands in the table of margins", arguments: RolloutCheck.standard)
  func margins(check: RolloutCheck) throws {
    let rows = try CheckDocumentationTests.page("rollouts.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
    let names = rows.flatMap { row in
      row.split(separator: "|")[0].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(names.contains(check.id))
  }

  @Test("the page lists every probe to send to a grader", arguments: CompletionPhrases.masterKeys.sorted())
  func probes(key: String) throws {
    let page = try CheckDocumentationTests.page("rollouts.md").lowercased()
    #expect(key.isEmpty || key == "```" || key == "**" || page.contains("`\(key)`"))
  }
}
