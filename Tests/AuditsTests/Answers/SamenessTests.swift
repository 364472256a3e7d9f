import Audits
import Findings
import Testing

@Suite("Answers that are all alike")
struct SamenessTests {
  private static func kind(_ same: Int, of count: Int, kind: String = "rating") -> Sameness? {
    Sameness(kind: kind, answers: (0..<count).map { $0 < same ? "very bad" : "mark \($0)" })
  }

  @Test("300 ratings that all say the same fail; ratings that differ hold; few answers are no evidence")
  func verdicts() throws {
    let alike = try #require(Self.kind(300, of: 300))
    let finding = try #require(Sameness.finding([alike]))
    #expect(
      finding.verdict == .fails && finding.reason.hasPrefix("300 of 300 answers of the kind rating are “very bad”"))
    #expect(Sameness.finding([Self.kind(60, of: 300)].compactMap { $0 })?.verdict == .holds)
    #expect(Sameness.finding([Self.kind(12, of: 12)].compactMap { $0 })?.verdict == .unknown)
    #expect(Self.kind(9, of: 9) == nil && Sameness.finding([]) == nil)
  }

  @Test("one kind whose answers are alike is named among others whose are not")
  func named() throws {
    let kinds = [Self.kind(100, of: 300), Self.kind(300, of: 300, kind: "off-switch")].compactMap { $0 }
    let finding = try #require(Sameness.finding(kinds))
    #expect(finding.verdict == .fails && finding.reason.contains("off-switch") && !finding.reason.contains("rating"))
    #expect(finding.evidence.map(\.value) == [1.0 / 3, 1])
  }

  @Test("of two answers that are as common, the first in the alphabet is named, however they come")
  func order() throws {
    let one = try #require(Sameness(kind: "k", answers: (0..<20).map { $0 % 2 == 0 ? "a" : "b" }))
    let two = try #require(Sameness(kind: "k", answers: (0..<20).map { $0 % 2 == 0 ? "b" : "a" }))
    #expect(one == two && one.answer == "a" && one.same == 10)
  }
}
