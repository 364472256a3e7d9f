import Findings
import Foundation
import Testing

@Suite("Trust summary")
struct TrustSummaryTests {
  static func finding(_ verdict: Verdict, _ bearing: Bearing = .trust) -> Finding {
    Finding(id: "\(bearing)/\(verdict)", claim: "c", verdict: verdict, bearing: bearing, reason: "r", source: "s")
  }

  @Test("one failed claim decides, an open one keeps it open, advice never decides")
  func verdict() {
    #expect(TrustSummary([Self.finding(.holds), Self.finding(.fails), Self.finding(.unknown)]).verdict == .fails)
    #expect(TrustSummary([Self.finding(.holds), Self.finding(.unknown)]).verdict == .unknown)
    #expect(TrustSummary([Self.finding(.holds), Self.finding(.fails, .advice)]).verdict == .holds)
    #expect(TrustSummary([]).verdict == .unknown)
  }

  @Test("what is urgent comes first, and equals keep their order")
  func urgency() {
    let findings = [Self.finding(.holds), Self.finding(.fails, .advice), Self.finding(.unknown), Self.finding(.fails)]
    #expect(findings.byUrgency.map(\.id) == ["trust/fails", "advice/fails", "trust/unknown", "trust/holds"])
  }

  @Test("findings survive JSON")
  func json() throws {
    var finding = Self.finding(.fails)
    finding.evidence = [Evidence("e", 1.5, count: 3, unit: "steps")]
    let data = try JSONEncoder().encode(finding)
    #expect(try JSONDecoder().decode(Finding.self, from: data) == finding)
  }
}
