import Compute
import Findings
import Foundation
import Reports
import RewardFiles
import Testing

@Suite("The page about a reward model's files")
struct AuditPageTests {
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;").replacing(
      "'", with: "&#39;")
  }

  private static func audit() -> FilesAudit {
    // The model prefers the longer reply always, people in three of five.
    let rows = (0..<400).map { index -> PreferenceRow in
      let people = index % 5 < 3
      let (long, short) = ("one two three four \(index)", "one \(index)")
      var row = PreferenceRow(
        prompt: "question \(index)", chosen: people ? long : short, rejected: people ? short : long,
        scoreChosen: people ? 1 : 0, scoreRejected: people ? 0 : 1)
      row.domain = index < 100 ? "code" : "<b>chat</b>"
      return row
    }
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    return FilesAudit(input, random: RandomSource(seed: 1))
  }

  @Test(
    "the two worst problems stand at the top with what to do, and no sign of failure beside a sentence that claims the opposite"
  )
  func problems() throws {
    let audit = Self.audit()
    let html = ReportPage(ReportModel(audit, title: "pairs.jsonl")).html()
    let failing = audit.findings.filter { $0.verdict == .fails && $0.bearing == .trust }
    try #require(!failing.isEmpty)
    let card = try #require(html.range(of: "<section class=\"verdict").map { html[$0.lowerBound...] })
    let worst = card.prefix(upTo: try #require(card.range(of: "</section>")).lowerBound)
    #expect(worst.components(separatedBy: "class=\"advice\"").count - 1 == min(2, failing.count))
    for finding in failing {
      #expect(worst.contains(Self.escaped(try #require(finding.problem))))
      #expect(!worst.contains(">" + Self.escaped(finding.claim) + "<"))
    }
    for finding in failing.prefix(2) { #expect(worst.contains(Self.escaped(try #require(finding.advice?.command)))) }
    #expect(FindingText(audit.findings, headline: audit.headline).summary.contains("What to do: "))
  }

  @Test("shares, scores and groups are there; names are escaped; the same audit gives the same bytes")
  func parts() {
    let model = ReportModel(Self.audit(), title: "pairs.jsonl")
    #expect(model.sections.map(\.id).starts(with: ["prefers", "scores", "groups"]))
    let longer = model.sections[0].shares[0].rows[0]
    #expect(longer.name == "the longer reply" && abs(longer.first - 0.6) < 1e-12 && longer.second == 1)
    #expect(longer.isOutside && longer.tolerated?.contains(1) == false)
    #expect(model.sections[2].tables[0].rows.map { $0[1] } == ["100", "300", "400"])
    let html = ReportPage(model).html()
    #expect(html.contains("&lt;b&gt;chat&lt;/b&gt;") && !html.contains("<b>chat</b>"))
    #expect(html == ReportPage(ReportModel(Self.audit(), title: "pairs.jsonl")).html())
  }

  @Test("a finding without a sentence of its own for failing is denied, not claimed")
  func denied() {
    let finding = Finding(id: "x/y", claim: "It works", verdict: .fails, reason: "it does not", source: "s")
    let words = Headline(holds: "h", fails: "f", mixed: "m", unknown: "u")
    let html = ReportPage(ReportModel(kind: .theory, title: "t", subtitle: "s", headline: words, findings: [finding]))
      .html()
    #expect(html.contains(">This does not hold: It works<") && !html.contains(">It works<"))
  }

  @Test("models side by side: nothing fails, both, one alone and neither add up, the better one is named")
  func models() throws {
    let rows = (0..<40).map { index -> PreferenceRow in
      var row = PreferenceRow(
        prompt: "p\(index)", chosen: "a\(index)", rejected: "b", scoreChosen: 1, scoreRejected: 0)
      row.members = ["weak": SIMD2(index < 15 ? 1 : 0, 0.5)]
      return row
    }
    let comparison = try ModelComparison(PreferenceTable(rows))
    let model = ReportModel(comparison, title: "pairs.jsonl")
    #expect(model.findings.map(\.claim) == ["score is right more often than weak"])
    #expect(model.findings[0].verdict == .holds)
    #expect(model.sections[0].tables[1].rows[0].prefix(6) == ["score", "weak", "15", "25", "0", "0"])
    #expect(!ReportPage(model).html().contains(" v-fails\""))
  }
}
