import Findings

/// Findings as lines for a terminal or a log: the verdict first, then each claim, what is urgent before what is well.
///
/// ```swift
/// print(FindingText(findings, width: 100).summary)
/// ```
public struct FindingText: Sendable {
  private let findings: [Finding]
  private let width: Int
  private let usesColor: Bool

  /// - Parameters:
  ///   - findings: in any order; what is urgent is shown first.
  ///   - width: columns of the terminal; lines are broken between words, at no fewer than 40 columns.
  ///   - usesColor: writes ANSI colours. Every verdict also has its own sign and word.
  public init(_ findings: [Finding], width: Int = 100, usesColor: Bool = false) {
    self.findings = findings
    self.width = max(40, width)
    self.usesColor = usesColor
  }

  /// The headline, and a claim with its reason on a few lines each.
  public var summary: String { text(showsGrounds: false) }

  /// The same with the evidence, assumptions, error rate and source of each claim.
  public var grounds: String { text(showsGrounds: true) }

  private func text(showsGrounds: Bool) -> String {
    let trust = TrustSummary(findings)
    var lines = [painted("\(Self.sign(trust.verdict)) \(trust.headline)", trust.verdict)]
    lines += wrapped(trust.sentence, indent: 2)
    for finding in findings.byUrgency {
      lines.append("")
      let word = ReportPage.word(finding.verdict)
      let head = painted("\(Self.sign(finding.verdict)) \(word)", finding.verdict)
      let claim = wrapped(finding.claim + (finding.bearing == .advice ? " (advice)" : ""), indent: 9)
      lines.append(head + String(repeating: " ", count: 7 - word.count) + claim[0].dropFirst(9))
      lines += claim.dropFirst()
      lines += wrapped(FindingSentence.of(finding.reason), indent: 9)
      if showsGrounds { lines += ground(finding) }
    }
    return lines.joined(separator: "\n")
  }

  private func ground(_ finding: Finding) -> [String] {
    var lines: [String] = []
    for item in finding.evidence { lines += wrapped("· \(item.name): \(EvidenceText.line(item))", indent: 9) }
    for assumption in finding.assumptions { lines += wrapped("if: \(assumption)", indent: 9) }
    if let errorRate = finding.errorRate { lines += wrapped("error rate: \(errorRate)", indent: 9) }
    return lines + wrapped("source: \(finding.source) (\(finding.id))", indent: 9)
  }

  /// Broken between words; a word longer than a line stands alone on one.
  private func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(margin + line)
    return lines
  }

  private func painted(_ text: String, _ verdict: Verdict) -> String {
    guard usesColor else { return text }
    let code =
      switch verdict {
      case .holds: "32"
      case .fails: "31"
      case .unknown: "33"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private static func sign(_ verdict: Verdict) -> String {
    switch verdict {
    case .holds: "✓"
    case .fails: "✕"
    case .unknown: "?"
    }
  }
}

/// Reasons are clauses or sentences; shown, they are sentences.
enum FindingSentence {
  static func of(_ text: String) -> String {
    guard let first = text.first, let last = text.last else { return text }
    return first.uppercased() + text.dropFirst() + (".!?".contains(last) ? "" : ".")
  }
}
