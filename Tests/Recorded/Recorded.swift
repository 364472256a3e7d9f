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

  /// Long decimals to six digits; what is less than a billionth is rounding and counts as 0. Where the package stands
  /// is called `(package)`: a checkout may stand anywhere.
  private static func rounded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == root[0], bytes[index...].starts(with: root) {
        result += "(package)".utf8
        index += root.count
        continue
      }
      guard let number = Number(bytes, at: index) else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let written = String(decoding: bytes[index..<number.end], as: UTF8.self)
      if number.isLong, let value = Double(written) {
        result += (abs(value) < 1e-9 ? "0" : String(format: "%.6g", value)).utf8
      } else {
        result += written.utf8
      }
      index = number.end
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let root = Array(
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path.utf8)

  /// A number as it is written: where it ends, and whether it has digits that processors may round otherwise.
  private struct Number {
    var end: Int
    var isLong: Bool

    init?(_ bytes: [UInt8], at start: Int) {
      func digits(from index: Int) -> Int {
        var end = index
        while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
        return end
      }
      let first = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
      end = digits(from: first)
      guard end > first else { return nil }
      isLong = false
      if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
        let decimals = digits(from: end + 1)
        guard decimals > end + 1 else { return }
        isLong = decimals - end - 1 >= 6
        end = decimals
      }
      guard end + 1 < bytes.count, bytes[end] == UInt8(ascii: "e") else { return }
      let sign = bytes[end + 1]
      let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
      let exponent = digits(from: end + (isSigned ? 2 : 1))
      guard exponent > end + (isSigned ? 2 : 1) else { return }
      isLong = isLong || sign == UInt8(ascii: "-")
      end = exponent
    }
  }
}
