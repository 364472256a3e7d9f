import ArgumentParser
import Foundation
import Pactolus

/// How every verb that audits shows what it found: sentences, JSON, or a page with pictures.
struct TheoryOutput: ParsableArguments {
  @Flag(help: "Print JSON: the findings and all the numbers.")
  var json = false

  @Flag(help: "Show the evidence, the assumptions and the source of each finding.")
  var grounds = false

  @Option(help: ArgumentHelp("Also write a self-contained HTML report to this file.", valueName: "file"))
  var out: String?

  /// - Parameters:
  ///   - findings: what the audit found.
  ///   - numbers: what it measured; only JSON shows all of it.
  ///   - preface: lines for a terminal, shown before the findings.
  ///   - report: the page about the same findings.
  func show(
    _ findings: [Finding], numbers: some Encodable, preface: @autoclosure () -> String = "",
    report: @autoclosure () throws -> ReportModel
  ) throws {
    let model = try report()
    if let out { _ = try ReportFile.write(model, to: out) }
    if json {
      let document = FindingDocument(findings, headline: model.headline, numbers: numbers)
      return Screen.write(String(decoding: try document.json(), as: UTF8.self) + "\n", to: STDOUT_FILENO)
    }
    let preface = preface()
    if !preface.isEmpty { print(preface + "\n") }
    let text = FindingText(
      findings, headline: model.headline, width: min(Screen.width, 110), usesColor: Screen.hasColor)
    print(grounds ? text.grounds : text.summary)
    if let out { print("report: \(out)") }
  }
}
