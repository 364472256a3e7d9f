import Findings
import Foundation
import Reports
import Testing

@Suite("Badges")
struct BadgeTests {
  private static func finding(_ verdict: Finding.Verdict, _ bearing: Bearing = .trust) -> Finding {
    Finding(id: "x", claim: "c", verdict: verdict, bearing: bearing, reason: "r", source: "s")
  }

  @Test("a badge counts what decides: one failure is a failure, what is not settled is said, advice does not count")
  func messages() {
    func message(_ verdicts: [Finding.Verdict], advice: [Finding.Verdict] = []) -> String {
      Badge(verdicts.map { Self.finding($0) } + advice.map { Self.finding($0, .advice) }, label: "l").message
    }
    #expect(message([.fails, .holds, .fails]) == "2 checks fail" && message([.fails, .unknown]) == "1 check fails")
    #expect(message([.holds, .holds], advice: [.fails]) == "passes 2 checks")
    #expect(
      message([.holds, .unknown, .notMeasurable]) == "2 of 3 not settled" && message([.unknown]) == "1 of 1 not settled"
    )
    #expect(message([], advice: [.holds]) == "not tested")
  }

  @Test("the picture is as wide as its words, and what is in them cannot break it")
  func picture() {
    let short = Badge([Self.finding(.holds)], label: "model").svg
    #expect(
      short == Badge([Self.finding(.holds)], label: "model").svg
        && short.contains("aria-label=\"model: passes 1 check\""))
    let odd = Badge([Self.finding(.fails)], label: "<a & \"b\">").svg
    #expect(odd.contains("&lt;a &amp; &quot;b&quot;&gt;") && !odd.contains("<a &"))
  }
}
