import Compute
import Findings
import Foundation
import RewardFiles
import Testing

@Suite("Audit of rollouts")
struct RolloutAuditTests {
  @Test("every check explains itself, advises, and has a stable name of its own", arguments: RolloutCheck.standard)
  func explanations(check: RolloutCheck) throws {
    #expect(
      check.explanation.count > 100 && check.title.count > 10 && !check.source.isEmpty && !check.assumptions.isEmpty)
    #expect(check.advice.contains(": pactolus ") && check.advice.count > 30)
    #expect(!check.title.hasSuffix("."))
    #expect(RolloutCheck.standard.count { $0.id == check.id } == 1)
    #expect(try RolloutCheck.named(check.id) == check)
  }

  @Test("without rows every check is unknown, and says what it lacks", arguments: RolloutCheck.standard)
  func nothing(check: RolloutCheck) {
    let result = RolloutTable().result(check)
    #expect(result.verdict == .unknown && result.missing?.isEmpty == false)
  }

  @Test("with totals alone only the checks of totals say anything")
  func totals() {
    let table = RolloutTable((0..<100).map { MadeRollout(prompt: $0 / 4, total: $0 % 3 == 0 ? 1 : 0) })
    let audit = RolloutAudit(table, random: RandomSource(seed: 1))
    let tested = audit.results.filter { $0.missing == nil && $0.notMeasurable == nil }.map(\.check.id)
    #expect(tested == ["range", "group-collapse"])
    #expect(audit.acceptedShare == 0.34 && audit.acceptance == "a total of at least 0.5")
  }

  @Test("an unknown name is an error with the nearest one")
  func names() throws {
    let error = #expect(throws: InputError.self) { try RolloutCheck.named("false-positive") }
    #expect(try #require(error).description.contains("false-positives"))
  }

  @Test("one's own check runs beside the others and is corrected with them")
  func own() throws {
    let own = RolloutCheck(
      id: "own", title: "Half are paid", problem: "More are paid", explanation: "",
      advice: "Pay fewer: pactolus audit rollouts FILES", assumptions: "", source: "", needs: [.totals]
    ) { rollouts throws(AuditGap) in
      CheckOutcome(tests: [.share("paid", rollouts.accepted.count { $0 == 1 }, of: rollouts.count, atMost: 0.1)])
    }
    let table = RolloutTable((0..<100).map { MadeRollout(prompt: $0 / 4, total: $0 % 2 == 0 ? 1 : 0) })
    let audit = RolloutAudit(table, checks: RolloutCheck.standard + [own], random: RandomSource(seed: 1))
    #expect(audit[own]?.verdict == .fails)
    let test = try #require(audit[own]?.outcome.tests.first)
    // All checks count, those that these rollouts cannot answer as well: another file hides no failure.
    let stakes = RolloutCheck.standard.reduce(1) { $0 + $1.stake }
    #expect(abs(test.correctedPValue - stakes * test.pValue) <= 1e-12 * stakes * test.pValue)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(audit)) as? [String: Any]
    let results = try #require(json?["results"] as? [[String: Any]])
    #expect(results.last?["check"] as? String == "own" && results.last?["verdict"] as? String == "fails")
    let finding = try #require(audit.findings.first { $0.id == "rollouts/own" })
    #expect(finding.problem == "More are paid" && finding.advice?.text == "Pay fewer")
  }

  @Test("rewards of two values, of 0 … 1 and of any range have their own lines between accepted and rejected")
  func thresholds() {
    #expect(RolloutFacts.threshold([-1, 1, 1, .nan]) == 0)
    #expect(RolloutFacts.threshold([0, 0.2, 0.9]) == 0.5)
    #expect(RolloutFacts.threshold([-100, 0, 20]) == -40)
    // Four doubled totals of a hundred do not move the line.
    let doubled = [Double](repeating: 0, count: 48) + [Double](repeating: 1, count: 48) + [2, 2, 2, 2]
    #expect(RolloutFacts.threshold(doubled) == 0.5)
    #expect(RolloutFacts.threshold([1, 1]) == 0.5 && RolloutFacts.threshold([3, 3]) == .infinity)
    #expect(RolloutFacts.verdicts([1, 0.4, .nan], from: 0.5) == [1, 0, -1])
  }
}
