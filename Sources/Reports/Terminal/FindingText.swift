import Findings

/// Findings as lines for a terminal or a log: the verdict first, then each claim, what is urgent before what is well.
///
/// ```swift
/// print(FindingText(findings, headline: RunFindings.headline, width: 100).summary)
/// ```
public struct FindingText: Sendable {
  private let findings: [Finding]
  private let headline: Headline
  private let width: Int
  private let usesColor: Bool

  /// - Parameters:
  ///   - findings: in any order; what is urgent is shown first.
  ///   - headline: the product's words for the sum of the findings.
  ///   - width: columns of the terminal; lines are broken between words, at no fewer than 40 columns.
  ///   - usesColor: writes ANSI colours. Every verdict also has its own sign and word.
  public init(_ findings: [Finding], headline: Headline, width: Int = 100, usesColor: Bool = false) {
    self.findings = findings
    self.headline = headline
    self.width = max(40, width)
    self.usesColor = usesColor
  }

  /// The headline, and a claim with its reason on a few lines each.
  public var summary: String { text(showsGrounds: false) }

  /// The same with the evidence, assumptions, error rate and source of each claim.
  public var grounds: String { text(showsGrounds: true) }

  private func text(showsGrounds: Bool) -> String {
    let trust = TrustSummary(findings, headline: headline)
    var lines = [painted("\(trust.verdict.sign) \(trust.headline)", trust.verdict)]
    lines += wrapped(trust.sentence, indent: 2)
    // Claims are in one column, right of the longest verdict.
    let column = 4 + (findings.map(\.verdict.word.count).max() ?? 0)
    for finding in findings.byUrgency {
      lines.append("")
      let word = finding.verdict.word
      let head = painted("\(finding.verdict.sign) \(word)", finding.verdict)
      let claim = wrapped(
        (finding.problem ?? finding.claim) + (finding.bearing == .advice ? " (advice)" : ""), indent: column)
      lines.append(head + String(repeating: " ", count: column - 2 - word.count) + claim[0].dropFirst(column))
      lines += claim.dropFirst()
      lines += wrapped(FindingSentence.of(finding.reason), indent: column)
      lines += advice(finding, indent: column)
      if showsGrounds { lines += ground(finding, indent: column) }
    }
    return lines.joined(separator: "\n")
  }

  /// What to do, and the next command on a line of its own, whole, so that it can be copied.
  private func advice(_ finding: Finding, indent: Int) -> [String] {
    guard let advice = finding.advice else { return [] }
    return wrapped("What to do: " + FindingSentence.of(advice.text), indent: indent)
      + (advice.command.map { [String(repeating: " ", count: indent + 2) + $0] } ?? [])
  }

  private func ground(_ finding: Finding, indent: Int) -> [String] {
    var lines: [String] = []
    for item in finding.evidence { lines += wrapped("· \(item.name): \(EvidenceText.line(item))", indent: indent) }
    for assumption in finding.assumptions { lines += wrapped("if: \(assumption)", indent: indent) }
    if let errorRate = finding.errorRate { lines += wrapped("error rate: \(errorRate)", indent: indent) }
    return lines + wrapped("source: \(finding.source) (\(finding.id))", indent: indent)
  }

  /// Broken between words; a word longer than a line has one for itself.
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

  private func painted(_ text: String, _ verdict: Finding.Verdict) -> String {
    guard usesColor else { return text }
    let code =
      switch verdict {
      case .holds: "32"
      case .fails: "31"
      case .unknown, .notMeasurable: "33"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

extension Finding.Verdict {
  /// A sign that does not rest on colour, for a terminal and for a page.
  package var sign: String {
    switch self {
    case .holds: "✓"
    case .fails: "✕"
    case .unknown: "?"
    case .notMeasurable: "–"
    }
  }

  /// The name of a page's style for it.
  package var style: String {
    switch self {
    case .holds, .fails, .unknown: rawValue
    case .notMeasurable: "not-measurable"
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
