import Compute
import Findings
import Foundation
import Recorded
import Reports
import RunFixtures
import Runs
import Testing

@Suite("Findings on a terminal, by hand")
struct TerminalTests {
  private static let headline = RunFindings.headline

  private static func finding(_ reason: String, _ verdict: Finding.Verdict = .holds, claim: String = "c") -> Finding {
    Finding(
      id: "a/b", claim: claim, verdict: verdict, reason: reason,
      evidence: [
        Evidence("share", 0.123456, interval: Interval(lower: 0.1, upper: 0.2, level: 0.95), count: 1200, unit: "nats"),
        Evidence("bare", 2),
      ], assumptions: ["it is so"], errorRate: "none", source: "s")
  }

  private static func lines(_ findings: [Finding], width: Int, grounds: Bool = false, color: Bool = false) -> [String] {
    let text = FindingText(findings, headline: headline, width: width, usesColor: color)
    return (grounds ? text.grounds : text.summary).components(separatedBy: "\n")
  }

  @Test("words go to the next line where they would not fit, to the character; forty columns are the least")
  func wrapping() {
    // "holds" and the sign take nine columns, so that thirty-one are left of forty.
    let fits = String(repeating: "x", count: 20) + " " + String(repeating: "y", count: 9)
    let margin = String(repeating: " ", count: 9)
    let one: String = "\(margin)\(fits.uppercasedFirst)."
    #expect(Self.lines([Self.finding(fits)], width: 40).last == one)
    let wide = String(repeating: "x", count: 20) + " " + String(repeating: "y", count: 10)
    let two: [String] = wide.uppercasedFirst.components(separatedBy: " ")
    let broken: [String] = ["\(margin)\(two[0])", "\(margin)\(two[1])."]
    #expect(Array(Self.lines([Self.finding(wide)], width: 40).suffix(2)) == broken)
    let whole: String = "\(margin)\(wide.uppercasedFirst)."
    #expect(Self.lines([Self.finding(wide)], width: 41).last == whole)
    #expect(Self.lines([Self.finding(wide)], width: 1) == Self.lines([Self.finding(wide)], width: 40))
  }

  @Test("verdict, claim and reason stand in columns; grounds below, with units, intervals and counts")
  func columns() {
    let lines = Self.lines(
      [Self.finding("why", claim: "it works"), Self.finding("too few", .notMeasurable)], width: 100, grounds: true)
    #expect(
      Array(lines.dropFirst(2)) == [
        "",
        "– not measurable  c",
        "                  Too few.",
        "                  · share: 0.1235 nats [0.1, 0.2] (95 %), n = 1,200",
        "                  · bare: 2",
        "                  if: it is so",
        "                  error rate: none",
        "                  source: s (a/b)",
        "",
        "✓ holds           it works",
        "                  Why.",
        "                  · share: 0.1235 nats [0.1, 0.2] (95 %), n = 1,200",
        "                  · bare: 2",
        "                  if: it is so",
        "                  error rate: none",
        "                  source: s (a/b)",
      ])
  }

  @Test("signs, colours and styles of the four verdicts; a sentence ends once")
  func signs() {
    for (verdict, sign, style, color) in [
      (Finding.Verdict.holds, "✓", "holds", "32"), (.fails, "✕", "fails", "31"), (.unknown, "?", "unknown", "33"),
      (.notMeasurable, "–", "not-measurable", "33"),
    ] {
      #expect(verdict.sign == sign && verdict.style == style)
      let lines = Self.lines([Self.finding("r", verdict)], width: 80, color: true)
      #expect(lines[0].hasPrefix("\u{1B}[\(color)m\(sign) ") && lines[0].hasSuffix("\u{1B}[0m"))
      #expect(lines[3].hasPrefix("\u{1B}[\(color)m\(sign) \(verdict.word)\u{1B}[0m  c"))
    }
    for (said, shown) in [("so", "So."), ("so.", "So."), ("So!", "So!"), ("so?", "So?"), ("ß", "SS.")] {
      #expect(Self.lines([Self.finding(said)], width: 80).last == "         " + shown)
    }
  }

  @Test("a report about tables of ranked demonstrations")
  func demonstrations() throws {
    try withTemporaryDirectory { folder in
      var stream = RandomSource(seed: 3).stream("table")
      var table = "A,B,label,scoreA,scoreB\n"
      for _ in 0..<50 {
        let a = stream.below(5)
        let b = (a + 1 + stream.below(4)) % 5
        let scores = [1, 2.5, 2.5, 4, 9.0]
        table +=
          "d\(a),d\(b),\(stream.bernoulli(0.2) ? "0.5" : scores[a] > scores[b] ? "0" : "1"),\(scores[a]),\(scores[b])\n"
      }
      try table.write(toFile: folder + "/raters.csv", atomically: true, encoding: .utf8)
      let answers = try RecordedAnswers.study(URL(fileURLWithPath: folder), random: RandomSource(seed: 1))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      let model = answers.report(title: "raters", written: "now")
      try Recorded.check(
        answers.lines.joined(separator: "\n") + "\n" + String(decoding: try encoder.encode(model), as: UTF8.self),
        as: "demonstrations")
    }
  }
}

extension String {
  fileprivate var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
}
