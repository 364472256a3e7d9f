/// A table as text.
package struct TableText {
  private let table: ReportModel.Table

  package init(_ table: ReportModel.Table) { self.table = table }

  /// Aligned columns for a terminal, the caption before them.
  package var aligned: String {
    let lines = [table.columns] + table.rows
    let numeric = Set(table.numeric)
    let widths = table.columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let texts = lines.map { line in
      var text = line.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return numeric.contains(column) ? space + cell : cell + space
      }.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    return ([table.caption] + texts).joined(separator: "\n")
  }

  /// A table of Markdown, without the caption.
  package var markdown: String {
    let numeric = Set(table.numeric)
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let rule = line(table.columns.indices.map { numeric.contains($0) ? "---:" : "---" })
    return ([line(table.columns), rule] + table.rows.map(line)).joined(separator: "\n")
  }
}
