import Findings
import Foundation
import Reports
import Runs
import Testing

@Suite("Findings as text and JSON")
struct FindingTextTests {
  static let findings = SyntheticReport.model().findings

  @Test("no line is wider than asked, at any width", arguments: [40, 60, 80, 120])
  func width(columns: Int) {
    let text = FindingText(Self.findings, headline: RunFindings.headline, width: columns).grounds
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
  }

  @Test("the verdict comes first, then what fails, then what is not settled, then what holds")
  func order() throws {
    let lines = FindingText(Self.findings, headline: RunFindings.headline).summary.split(separator: "\n")
    #expect(lines[0] == "✕ Not to be relied on as it stands")
    let words = lines.dropFirst().compactMap { $0.hasPrefix(" ") ? nil : $0.split(separator: " ")[1] }
    #expect(words.first == "fails" && words.last == "holds")
  }

  @Test("colours only if asked for")
  func colors() {
    #expect(!FindingText(Self.findings, headline: RunFindings.headline).summary.contains("\u{1B}"))
    #expect(FindingText(Self.findings, headline: RunFindings.headline, usesColor: true).summary.contains("\u{1B}[31m"))
  }

  @Test("JSON has a version and a summary, keeps the findings, and is the same each time")
  func json() throws {
    var findings = Self.findings
    findings[0].evidence.append(Evidence("undefined", .nan))
    let document = FindingDocument(findings, headline: RunFindings.headline, numbers: ["width": Double.infinity])
    let data = try document.json()
    #expect(try document.json() == data)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["schema"] as? Int == 1)
    #expect((object["summary"] as? [String: Any])?["verdict"] as? String == "fails")
    #expect((object["findings"] as? [Any])?.count == findings.count)
    #expect((object["numbers"] as? [String: Any])?["width"] as? String == "infinity")
  }

  @Test("each verdict is shown by its own word, the same as in JSON", arguments: Finding.Verdict.allCases)
  func words(verdict: Finding.Verdict) throws {
    let finding = Finding(id: "a/b", claim: "c", verdict: verdict, reason: "r", source: "s")
    let document = FindingDocument([finding], headline: RunFindings.headline, numbers: [String: Double]())
    let object = try #require(try JSONSerialization.jsonObject(with: document.json()) as? [String: Any])
    let said = try #require((object["findings"] as? [[String: Any]])?.first?["verdict"] as? String)
    #expect(FindingText([finding], headline: RunFindings.headline).summary.contains(" \(said)  c"))
    let model = ReportModel(
      kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline, findings: [finding])
    #expect(ReportPage(model).html().contains("</i>\(said)</span>"))
  }
}
