import Findings
import Foundation
import Reports
import Testing

@Suite("Findings as text and JSON")
struct FindingTextTests {
  static let findings = SyntheticReport.model().findings

  @Test("no line is wider than asked, at any width", arguments: [40, 60, 80, 120])
  func width(columns: Int) {
    let text = FindingText(Self.findings, width: columns).grounds
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
  }

  @Test("the verdict comes first, then what fails, then what is open, then what holds")
  func order() throws {
    let lines = FindingText(Self.findings).summary.split(separator: "\n")
    #expect(lines[0] == "✕ Not to be relied on as it stands")
    let words = lines.dropFirst().compactMap { $0.hasPrefix(" ") ? nil : $0.split(separator: " ")[1] }
    #expect(words.first == "fails" && words.last == "holds")
  }

  @Test("colours only if asked for")
  func colors() {
    #expect(!FindingText(Self.findings).summary.contains("\u{1B}"))
    #expect(FindingText(Self.findings, usesColor: true).summary.contains("\u{1B}[31m"))
  }

  @Test("JSON has a version and a summary, keeps the findings, and is the same each time")
  func json() throws {
    var findings = Self.findings
    findings[0].evidence.append(Evidence("undefined", .nan))
    let data = try FindingDocument(findings).json()
    #expect(try FindingDocument(findings).json() == data)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["schema"] as? Int == 1)
    #expect((object["summary"] as? [String: Any])?["verdict"] as? String == "fails")
    #expect((object["findings"] as? [Any])?.count == findings.count)
  }
}
