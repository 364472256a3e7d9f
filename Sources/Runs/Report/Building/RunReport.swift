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
  ///   - directory: a run's directory, or one whose `seed-N` directories are runs.
  ///   - written: the time of writing, as text; nil leaves it out.
  /// - Throws: ``InputError`` if there is no run, or its ledger cannot be read.
  public init(directory: String, registry: EnvironmentRegistry = .standard, written: String?) throws {
    let layout = RunLayout(directory)
    let seeds = Self.seedDirectories(layout)
    self.directory = layout.directory
    if seeds.isEmpty || FileManager.default.fileExists(atPath: layout.ledger) {
      records = [try RunRecord(directory: layout.directory)]
    } else {
      records = try seeds.map { try RunRecord(directory: $0) }
    }
    model = try ReportModel(records: records, registry: registry, written: written)
  }

  /// Writes `report.html` into the directory, whole or not at all, and returns its path.
  @discardableResult public func write() throws -> String {
    let path = RunLayout(directory).report
    try DurableFile.write(Data(ReportPage(model).html().utf8), to: path)
    return path
  }

  /// The run directories of a study, by seed; those that have not begun yet are left out.
  private static func seedDirectories(_ layout: RunLayout) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.directory)) ?? []
    let seeds = names.compactMap { $0.hasPrefix("seed-") ? Int($0.dropFirst(5)) : nil }.sorted()
    return seeds.map { layout.seed($0) }.filter { FileManager.default.fileExists(atPath: $0.ledger) }
      .map(\.directory)
  }
}
