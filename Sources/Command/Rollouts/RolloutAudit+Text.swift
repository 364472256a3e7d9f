import Foundation
import Pactolus

extension RolloutAudit {
  /// What a person should look at next, for a terminal: rows that checks found, whether or not they could settle anything, and
  /// what checks that only report have to say. Empty if there is nothing.
  var leads: String {
    var lines: [String] = []
    var shown: Set<Int> = []
    for result in results where result.verdict != .holds {
      // What a finding says already is not repeated.
      let notes = result.missing == nil && result.outcome.tests.isEmpty ? result.outcome.notes : []
      let examples = result.outcome.examples.filter { shown.insert($0.row).inserted }
      guard !examples.isEmpty || !notes.isEmpty else { continue }
      lines.append("  \(result.check.id)")
      lines += notes.map { "    \($0)" }
      for example in examples.prefix(3) {
        lines.append("    \(example.place): \(example.why)")
        if let text = example.text { lines.append("      " + Self.shortened(text)) }
      }
    }
    return lines.isEmpty ? "" : "worth reading:\n" + lines.joined(separator: "\n")
  }

  /// The end of a text, on one line: where answers stand.
  private static func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 100 ? "…" + line.suffix(100) : line
  }
}
