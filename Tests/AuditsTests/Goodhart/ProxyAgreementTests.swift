import Audits
import Compute
import Testing

@Suite("Agreement of predicted and true return")
struct ProxyAgreementTests {
  static func agreement(weight: Double, count: Int, seed: UInt64) -> ProxyAgreement {
    var stream = RandomSource(seed: seed).stream("episodes")
    let actual = (0..<count).map { _ in stream.normal() }
    return ProxyAgreement(predicted: actual.map { weight * $0 + stream.normal() }, actual: actual)
  }

  @Test("a good proxy holds, an unrelated one fails, a perverse one fails, few episodes leave it open")
  func verdicts() {
    #expect(Self.agreement(weight: 3, count: 60, seed: 1).finding().verdict == .holds)
    #expect(Self.agreement(weight: 0, count: 60, seed: 2).finding().verdict == .fails)
    #expect(Self.agreement(weight: -3, count: 60, seed: 3).finding().verdict == .fails)
    #expect(Self.agreement(weight: 1, count: 9, seed: 4).finding().verdict == .unknown)
  }

  @Test("episodes that are all alike are open, not perfect")
  func constant() {
    let same = ProxyAgreement(predicted: [1, 2, 3, 4, 5, 6, 7, 8, 9], actual: [Double](repeating: 500, count: 9))
    #expect(same.spearman == nil && same.finding().verdict == .notMeasurable)
    #expect(ProxyAgreement(predicted: [], actual: []).finding().verdict == .unknown)
  }

  @Test("a handful of episodes in the right order by luck prove nothing")
  func luck() {
    #expect(ProxyAgreement(predicted: [1, 2, 3, 4], actual: [1, 2, 3, 4]).finding().verdict == .unknown)
  }

  @Test("an unrelated proxy is said to hold in fewer than 1 % of 2,000 runs")
  func falseAlarms() {
    let wrong = (0..<2000).count {
      Self.agreement(weight: 0, count: 12, seed: UInt64($0) + 50).finding().verdict == .holds
    }
    #expect(wrong < 20)
  }
}
