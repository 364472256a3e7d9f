import Environments
import Files
import Findings
import Foundation
import Runs

/// A report on disk, written whole or not at all, and the findings it shows.
public struct ReportFile: Sendable {
  /// Where the page was written.
  public let path: String
  /// The findings that it shows.
  public let findings: [Finding]
  /// The words in which it sums them up.
  public let headline: Headline

  /// Writes `report.html` about one run or several seeds into a directory, which is the run's or the study's.
  ///
  /// - Parameters:
  ///   - records: runs with equal settings but for the seed; at least one.
  ///   - directory: the run's, or the study's.
  ///   - path: another file to write to; nil for the directory's own.
  ///   - registry: to draw clips.
  ///   - date: when the report was written, as text; nil leaves it out, so that equal runs get equal bytes.
  public static func write(
    _ records: [RunRecord], into directory: String, or path: String? = nil, registry: EnvironmentRegistry = .standard,
    date: Date? = nil
  ) throws -> ReportFile {
    let model = try ReportModel(records: records, registry: registry, written: date.map(text))
    return try path.map { try write(model, to: $0) } ?? write(model, into: RunLayout(directory))
  }

  /// Writes the report about recorded answers; makes the directory if there is none.
  public static func write(
    _ report: HumanAnswersReport, into directory: String, date: Date? = nil
  ) throws -> ReportFile {
    let layout = RunLayout(directory)
    try FileManager.default.makeDirectory(layout.directory)
    return try write(ReportModel(report, written: date.map(text)), into: layout)
  }

  /// Writes any report to a file of this name; for verbs whose result is no run.
  public static func write(_ model: ReportModel, to path: String) throws -> ReportFile {
    try DurableFile.write(Data(ReportPage(model).html().utf8), to: path)
    return ReportFile(path: path, findings: model.findings, headline: model.headline)
  }

  private static func write(_ model: ReportModel, into layout: RunLayout) throws -> ReportFile {
    try DurableFile.write(Data(ReportPage(model).html().utf8), to: layout.report)
    return ReportFile(path: layout.report, findings: model.findings, headline: model.headline)
  }

  static func text(_ date: Date) -> String {
    date.formatted(
      .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space)
        .time(includingFractionalSeconds: false)) + " UTC"
  }
}
