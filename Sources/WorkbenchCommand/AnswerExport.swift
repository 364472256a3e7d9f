import Compute
import Files
import Foundation
import Workbench

/// `pactolus export RUN --as answers`: what people said at a run's workbench, as a table.
enum AnswerExport {
  /// Writes the form that the file's ending names.
  ///
  /// - Returns: what was written, for the screen.
  /// - Throws: `InputError` if nobody has answered the run at a workbench, or the ending is no form.
  @Sendable static func write(_ run: String, to file: URL) throws -> String {
    guard let form = AnswerTable.Form(rawValue: file.pathExtension.lowercased()) else {
      throw InputError(
        "the ending says in which form the table is written, and '\(file.pathExtension)' is none", at: "--out",
        remedy: "use .jsonl, .csv or .parquet")
    }
    let table = try AnswerTable(run: run)
    try WholeFile.write(table.data(form), to: file)
    return "\(table.count) rows: \(file.relativePath)"
  }
}
