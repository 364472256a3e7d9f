import Findings
import Foundation

/// Text that was looked at once and is kept beside the tests: wording, order and digits stay as they are.
///
/// ```swift
/// try Recorded.check(page.html(), as: "goodhart-cliff")    // Recorded/goodhart-cliff.txt beside the test's file
/// ```
///
/// It is the second net, under tests with right values of their own: it says that something changed, not what is right.
/// After a change that is meant, run the tests with `PACTOLUS_RECORD=1`, which writes the files anew, and read the
/// difference before it is committed. Numbers count to six digits, so that processors that round otherwise agree.
package enum Recorded {
  /// The first line that differs, and how.
  package struct Differs: Error, CustomStringConvertible {
    package var description: String
  }

  /// - Throws: ``Differs`` if the text is not the recorded one, or none was recorded.
  package static func check(_ text: String, as name: String, file: String = #filePath) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Recorded")
    let place = folder.appendingPathComponent(name + ".txt")
    let now = rounded(text)
    if ProcessInfo.processInfo.environment["PACTOLUS_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return try Data(now.utf8).write(to: place)
    }
    guard let data = FileManager.default.contents(atPath: place.path) else {
      throw Differs(description: "\(name) was not recorded: run the test with PACTOLUS_RECORD=1 and read the file")
    }
    let before = String(decoding: data, as: UTF8.self)
    guard before != now else { return }
    let (old, new) = (before.components(separatedBy: "\n"), now.components(separatedBy: "\n"))
    let line = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    func shown(_ lines: [String]) -> String { lines.indices.contains(line) ? String(lines[line].prefix(400)) : "(end)" }
    throw Differs(
      description: "\(name), line \(line + 1)\nrecorded: \(shown(old))\nnow:      \(shown(new))")
  }

  /// Findings as text, with all that they say.
  package static func text(_ findings: [Finding]) -> String {
    findings.map { finding in
      var lines = ["\(finding.id): \(finding.verdict.word) (\(finding.bearing))", finding.claim, finding.reason]
      for evidence in finding.evidence {
        let interval = evidence.interval.map { " in \($0.lower) ... \($0.upper) at \($0.level)" } ?? ""
        let count = evidence.count.map { " of \($0)" } ?? ""
        lines.append("  \(evidence.name) = \(evidence.value) \(evidence.unit ?? "")\(interval)\(count)")
      }
      lines += finding.assumptions.map { "  if: \($0)" }
      return (lines + ["  error rate: \(finding.errorRate ?? "none")", "  source: \(finding.source)", ""])
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// Long decimals to six digits; what is less than a billionth is rounding and counts as 0.
  private static func rounded(_ text: String) -> String {
    text.replacing(/-?[0-9]+\.[0-9]{6,}(?:e[-+]?[0-9]+)?|-?[0-9]+(?:\.[0-9]+)?e-[0-9]+/) { match in
      guard let value = Double(match.output) else { return String(match.output) }
      return abs(value) < 1e-9 ? "0" : String(format: "%.6g", value)
    }
  }
}
