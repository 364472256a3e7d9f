import Audits
import Compute
import Environments
import Foundation

/// The report about what stands in a directory: one run, or a study of several seeds.
///
/// ```swift
/// let report = try RunReport(directory: "runs/pendulum", written: "20 November 2026, 23:00 UTC")
/// try report.write()                                   // runs/pendulum/report.html
/// print(FindingText(report.model.findings).summary)
/// ```
///
/// It reads ledgers alone, so it also works for runs that are under way or were killed.
public struct RunReport: Sendable {
  public let directory: String
  public let records: [RunRecord]
  public let model: ReportModel

  /// - Parameters:
  ///   - directory: of a run or of a ``Study``.
  ///   - written: the time of writing, as text; nil leaves it out.
  /// - Throws: ``InputError`` if there is no run, or its ledger cannot be read.
  public init(directory: String, registry: EnvironmentRegistry = .standard, written: String?) throws {
    self.directory = RunLayout(directory).directory
    if Study.isStudy(directory) {
      // Seeds that have not begun yet have nothing to show.
      let begun = try Study.open(directory: directory).directories.filter {
        FileManager.default.fileExists(atPath: RunLayout($0).ledger)
      }
      guard !begun.isEmpty else {
        throw InputError("no run of this study has begun", at: directory, remedy: "go on with 'pactolus resume'")
      }
      records = try begun.map { try RunRecord(directory: $0) }
    } else {
      records = [try RunRecord(directory: directory)]
    }
    model = try ReportModel(records: records, registry: registry, written: written)
  }

  /// Writes `report.html` into the directory, whole or not at all, and returns its path.
  @discardableResult public func write() throws -> String {
    let path = RunLayout(directory).report
    try DurableFile.write(Data(ReportPage(model).html().utf8), to: path)
    return path
  }
}
