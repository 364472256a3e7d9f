import Foundation
import Pactolus

/// Doing a study and showing what came of it.
enum Studying {
  /// Does what is left of a study, and shows its tables.
  static func run(_ study: Study, json: Bool, goOn: String) throws {
    let before = try study.status()
    if before.isFinished, !json {
      print("nothing to do: all \(before.trials) trials are in the table")
      return try report(study, json: json)
    }
    if let reduction = before.reduction, !json { Screen.write(reduction + "\n", to: STDERR_FILENO) }
    let interruption = Interruption()
    defer { withExtendedLifetime(interruption) {} }
    let screen = StudyScreen(json: json)
    let parts = Parts.current
    let status: StudyStatus
    do {
      defer { screen.clear() }
      status = try study.run(
        stop: interruption.flag, watch: { screen.take($0) }, registry: parts.environments, learners: parts.learners,
        kinds: parts.kinds)
    }
    guard status.isFinished else {
      if !json { print("Stopped at \(status.entered) of \(status.trials) trials. Go on with:  \(goOn)") }
      throw Conclusion.Stopped()
    }
    try report(study, json: json)
  }

  private struct Document: Encodable {
    var schema = 1
    var event = "concluded"
    /// Nil where nothing may be written.
    var page: String?
    var results: StudyResults
    var findings: [Finding]
  }

  /// Shows the tables of what has been done, and writes the page.
  static func report(_ study: Study, json: Bool, into page: String? = nil) throws {
    let results = try StudyResults(study)
    let findings = results.tables.contains(.outcomes) ? HeadlineOutcomes(results).findings : []
    if !json {
      let tables = StudyTables(results)
      print(tables.tables.map { TableText($0).aligned }.joined(separator: "\n\n"))
      print("\n" + tables.remarks.joined(separator: "\n"))
    }
    if let page { try StudyFiles.put(results, into: page) }
    // Whoever may only read a study sees its tables all the same.
    let isWritable = access(study.layout.directory, W_OK) == 0
    let path = isWritable ? try StudyFiles.write(results, date: Date()) : nil
    if json { return try JSONLine.print(Document(page: path, results: results, findings: findings)) }
    if !findings.isEmpty {
      print(
        "\n"
          + FindingText(
            findings, headline: HeadlineOutcomes.headline, width: min(Screen.width, 110), usesColor: Screen.hasColor
          ).summary)
    }
    if let path { print("report: \(path)") }
    if study.axes.isEmpty, hasRuns(study) {
      print("findings over all seeds: pactolus report \(study.layout.directory)")
    }
  }

  /// Whether the runs of a study are there to be reported on together.
  private static func hasRuns(_ study: Study) -> Bool {
    study.directories.allSatisfy { FileManager.default.fileExists(atPath: RunLayout($0).ledger) }
  }
}
