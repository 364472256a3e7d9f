import Foundation
import Pactolus

/// How a verb of theory ends: findings for people, JSON for machines, a page on request.
enum TheoryConclusion {
  /// What `--json` prints: the findings as everywhere, and the numbers of this verb.
  struct Document<Numbers: Encodable>: Encodable {
    var schema = FindingDocument.currentSchema
    var verb: String
    var world: String
    var summary: TrustSummary
    var findings: [Finding]
    var numbers: Numbers
  }

  static func show(
    verb: String, world: String, findings: [Finding], numbers: some Encodable, report: ReportModel, json: Bool,
    grounds: Bool, out: String?
  ) throws {
    let file = try out.map { try ReportFile.write(report, to: $0) }
    if json {
      return try JSONLine.printPretty(
        Document(verb: verb, world: world, summary: TrustSummary(findings), findings: findings, numbers: numbers))
    }
    let text = FindingText(findings, width: min(Screen.width, 110), usesColor: Screen.hasColor)
    print(grounds ? text.grounds : text.summary)
    if let file { print("report: \(file.path)") }
  }
}
