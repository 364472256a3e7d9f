import Compute
import Findings
import Foundation
import Reports
import RewardFiles
import Testing

@Suite("The page about rollouts")
struct RolloutReportTests {
  @Test("a page has the advice for what fails, its numbers, and what is untested; the same audit gives the same bytes")
  func page() throws {
    var table = RolloutTable()
    for row in 0..<100 {
      table.total.append(row == 7 ? .infinity : Double(row % 2))
      table.group.append(Int32(row / 4))
    }
    table.groupCount = 25
    let audit = RolloutAudit(table, random: RandomSource(seed: 1))
    let model = ReportModel(audit, title: "rollouts.jsonl")
    #expect(model.sections.map(\.id) == ["scores", "examples", "checks", "untested"])
    let failing = model.findings.filter { $0.verdict == .fails }
    #expect(failing.map(\.id) == ["rollouts/range"] && failing[0].advice?.command?.contains("--map total=") == true)
    #expect(model.facts.map(\.value).prefix(3) == ["100", "0", "25"])
    #expect(model.findings.contains { $0.id == "rollouts/range" && $0.verdict == .fails })
    #expect(TrustSummary(model.findings, headline: model.headline).headline == RolloutAudit.headlineWithoutGold.fails)
    #expect(ReportPage(model).html() == ReportPage(ReportModel(audit, title: "rollouts.jsonl")).html())
  }
}
