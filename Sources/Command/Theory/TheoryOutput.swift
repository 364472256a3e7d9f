import ArgumentParser
import Foundation
import Pactolus

/// How the verbs of theory show what they found: sentences, JSON, or a page with pictures.
struct TheoryOutput: ParsableArguments {
  @Flag(help: "Print JSON: the findings and all the numbers.")
  var json = false

  @Flag(help: "Show the evidence, the assumptions and the source of each finding.")
  var grounds = false

  @Option(help: ArgumentHelp("Also write a self-contained HTML report to this file.", valueName: "file"))
  var out: String?

  private struct Document<Numbers: Encodable>: Encodable {
    var schema = FindingDocument.currentSchema
    var summary: TrustSummary
    var findings: [Finding]
    var numbers: Numbers
  }

  func show(_ findings: [Finding], numbers: some Encodable, report: @autoclosure () throws -> ReportModel) throws {
    if let out { _ = try ReportFile.write(try report(), to: out) }
    if json {
      return try JSONLine.printPretty(Document(summary: TrustSummary(findings), findings: findings, numbers: numbers))
    }
    let text = FindingText(findings, width: min(Screen.width, 110), usesColor: Screen.hasColor)
    print(grounds ? text.grounds : text.summary)
    if let out { print("report: \(out)") }
  }
}
