import Findings
import Foundation
import Testing

@Suite("Trust summary")
struct TrustSummaryTests {
  static func finding(_ verdict: Finding.Verdict, _ bearing: Bearing = .trust) -> Finding {
    Finding(id: "\(bearing)/\(verdict)", claim: "c", verdict: verdict, bearing: bearing, reason: "r", source: "s")
  }

  static let words = Headline(holds: "all hold", fails: "one fails", mixed: "some hold", unknown: "none is settled")

  static func summary(_ findings: Finding...) -> TrustSummary { TrustSummary(findings, headline: words) }

  @Test("one failed claim decides, one that is not settled keeps it unknown, advice never decides")
  func verdict() {
    #expect(Self.summary(Self.finding(.holds), Self.finding(.fails), Self.finding(.unknown)).verdict == .fails)
    #expect(Self.summary(Self.finding(.holds), Self.finding(.unknown)).verdict == .unknown)
    #expect(Self.summary(Self.finding(.holds), Self.finding(.notMeasurable)).verdict == .unknown)
    #expect(Self.summary(Self.finding(.notMeasurable)).verdict == .notMeasurable)
    #expect(Self.summary(Self.finding(.holds), Self.finding(.fails, .advice)).verdict == .holds)
    #expect(Self.summary().verdict == .unknown)
  }

  @Test("the headline is the product's own, the sentence counts each verdict by its word")
  func sentence() {
    let mixed = Self.summary(Self.finding(.holds), Self.finding(.unknown), Self.finding(.notMeasurable))
    #expect(mixed.headline == "some hold")
    #expect(mixed.sentence == "Of 3 claims tested, 1 holds, 1 is unknown and 1 is not measurable.")
    #expect(Self.summary(Self.finding(.fails), Self.finding(.holds)).headline == "one fails")
    #expect(Self.summary(Self.finding(.holds)).headline == "all hold")
    #expect(Self.summary(Self.finding(.notMeasurable), Self.finding(.unknown)).headline == "none is settled")
  }

  @Test("several are plural, parts of none are left out, and advice is counted apart")
  func plurals() {
    #expect(Self.summary().sentence == "No claim was tested.")
    #expect(Self.summary(Self.finding(.holds, .advice)).sentence == "No claim was tested.")
    #expect(Self.summary(Self.finding(.holds)).sentence == "Of 1 claim tested, 1 holds.")
    #expect(
      Self.summary(Self.finding(.fails), Self.finding(.fails), Self.finding(.holds), Self.finding(.holds)).sentence
        == "Of 4 claims tested, 2 hold and 2 fail.")
    #expect(
      Self.summary(
        Self.finding(.unknown), Self.finding(.unknown), Self.finding(.notMeasurable), Self.finding(.notMeasurable)
      ).sentence == "Of 4 claims tested, 2 are unknown and 2 are not measurable.")
    #expect(
      Self.summary(Self.finding(.fails), Self.finding(.fails, .advice), Self.finding(.holds, .advice)).sentence
        == "Of 1 claim tested, 1 fails; 1 thing could be better.")
    #expect(
      Self.summary(Self.finding(.holds), Self.finding(.fails, .advice), Self.finding(.fails, .advice)).sentence
        == "Of 1 claim tested, 1 holds; 2 things could be better.")
    #expect(
      Self.summary(Self.finding(.holds), Self.finding(.unknown), Self.finding(.fails)).sentence
        == "Of 3 claims tested, 1 holds, 1 fails and 1 is unknown.")
    #expect(Self.summary(Self.finding(.unknown), Self.finding(.notMeasurable)).verdict == .unknown)
  }

  @Test("what is urgent comes first, and equals keep their order")
  func urgency() {
    let findings = [Self.finding(.holds), Self.finding(.fails, .advice), Self.finding(.unknown), Self.finding(.fails)]
    #expect(findings.byUrgency.map(\.id) == ["trust/fails", "advice/fails", "trust/unknown", "trust/holds"])
  }

  @Test("the words of older ledgers are still read, and a fifth verdict is refused")
  func words() throws {
    func read(_ word: String) throws -> Finding.Verdict {
      try JSONDecoder().decode([Finding.Verdict].self, from: Data("[\"\(word)\"]".utf8))[0]
    }
    #expect(try read("holds") == .holds && read("fails") == .fails && read("unknown") == .unknown)
    #expect(try read("not measurable") == .notMeasurable)
    #expect(throws: DecodingError.self) { try read("open") }
  }

  @Test("findings survive JSON")
  func json() throws {
    var finding = Self.finding(.fails)
    finding.evidence = [Evidence("e", 1.5, count: 3, unit: "steps")]
    let data = try JSONEncoder().encode(finding)
    #expect(try JSONDecoder().decode(Finding.self, from: data) == finding)
  }
}
