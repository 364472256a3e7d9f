import Compute
import Files
import Findings
import Foundation
import Runs

/// What a study's report leaves on disk: the page and a table of every trial in the study's directory, and tables in pages
/// of documentation.
package enum StudyFiles {
  /// Writes `study.html` and `trials.csv` into the study's directory; returns the page's path.
  package static func write(_ results: StudyResults, date: Date? = nil) throws -> String {
    let directory = results.status.directory
    let csv = StudyTables(results).csv
    var table = CSVTable(header: csv.header)
    table.rows = csv.rows
    try DurableFile.write(table.data, to: directory + "/trials.csv")
    let model = ReportModel(results, written: date.map(ReportFile.text))
    return try ReportFile.write(model, to: directory + "/study.html").path
  }

  /// Puts the study's tables, as Markdown, between the two marks of a page: `<!-- table: study NAME -->` and
  /// `<!-- end of table -->`.
  ///
  /// - Throws: `InputError` if the page lacks the marks.
  package static func put(_ results: StudyResults, into path: String) throws {
    let begin = "<!-- table: study \(results.status.study) -->\n"
    let end = "<!-- end of table -->"
    let text = String(decoding: try WholeFile.read(URL(fileURLWithPath: path)), as: UTF8.self)
    guard let opening = text.range(of: begin),
      let closing = text.range(of: end, range: opening.upperBound..<text.endIndex)
    else {
      throw InputError(
        "there is no place for the study's table", at: path,
        remedy: "put the lines '\(begin.trimmingWhitespace)' and '\(end)' where it belongs")
    }
    let table = markdown(results)
    let page = text[..<opening.upperBound] + table + text[closing.lowerBound...]
    try WholeFile.write(Data(page.utf8), to: URL(fileURLWithPath: path))
  }

  /// The tables with what stands beside them.
  package static func markdown(_ results: StudyResults) -> String {
    let tables = StudyTables(results)
    let shown = tables.tables.map { table in
      (tables.tables.count > 1 ? table.caption + "\n\n" : "") + TableText(table).markdown + "\n\n"
    }
    return shown.joined() + tables.remarks.joined(separator: " ") + "\n"
  }
}
