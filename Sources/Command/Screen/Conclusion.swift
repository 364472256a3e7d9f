import Foundation
import Pactolus

/// What stands at the end of a run: the returns, how far to trust them, and where the report is.
package enum Conclusion {
  private struct Line: Encodable {
    var event = "concluded"
    var directory: String
    /// Nil where the page could not be written.
    var report: String?
    var headline: String
    var verdict: Finding.Verdict
    var findings: [Finding]
  }

  package static func show(
    _ outcomes: [RunOutcome], isFinished: Bool = true, directory: String, screen: ProgressScreen, json: Bool
  ) throws {
    screen.clear()
    guard isFinished, outcomes.allSatisfy(\.finished) else {
      if !json { print("Stopped. Go on with:  pactolus resume \(directory)") }
      throw Stopped()
    }
    let records = try outcomes.map { try RunRecord(directory: $0.directory) }
    let report = try ReportFile.write(
      records, into: directory, registry: Parts.current.environments, date: Date())
    if !json {
      let known = try Parts.current.environments.entry(records[0].environment).returns
      print(returns(outcomes, records, known))
    }
    try show(report, directory: directory, json: json)
  }

  static func show(_ report: ReportFile, directory: String, json: Bool, isWritten: Bool = true) throws {
    if json {
      let summary = TrustSummary(report.findings, headline: report.headline)
      return try JSONLine.print(
        Line(
          directory: directory, report: isWritten ? report.path : nil, headline: summary.headline,
          verdict: summary.verdict,
          findings: report.findings))
    }
    let text = FindingText(
      report.findings, headline: report.headline, width: min(Screen.width, 110), usesColor: Screen.hasColor)
    print(text.summary)
    if isWritten { print("report: \(report.path)") }
  }

  /// The run was stopped on request; it can be resumed.
  package struct Stopped: Error { package init() {} }

  private static func returns(_ outcomes: [RunOutcome], _ records: [RunRecord], _ known: KnownReturns) -> String {
    let means = outcomes.map { Statistics.mean($0.trueReturns) }
    let spread = outcomes.count > 1 ? means : outcomes[0].trueReturns
    let over = outcomes.count > 1 ? "\(outcomes.count) seeds" : "\(spread.count) episodes"
    var text = String(format: "true return %.1f", Statistics.mean(spread))
    if let interval = known.meanInterval(spread) {
      text += String(format: " (95 %% interval of the mean over \(over): %.1f to %.1f)", interval.lower, interval.upper)
    }
    let answers = outcomes.reduce(0) { $0 + $1.answers }
    let steps = outcomes.reduce(0) { $0 + $1.allSteps }
    return text
      + (records[0].isPaidByTruth
        ? ", learned from the true reward in \(steps) steps; \(answers) answers were asked beside it"
        : ", learned from \(answers) answers and \(steps) steps")
  }
}
