import RewardFiles
import Testing

@Suite("Every check says what is wrong and what to do")
struct CheckAdviceTests {
  private static let pairs = AuditCheck.standard.map { [$0.id, $0.title, $0.problem, $0.advice] }
  private static let rollouts = RolloutCheck.standard.map { [$0.id, $0.title, $0.problem, $0.advice] }

  @Test("a failing check has a sentence that is true, and advice that ends with a command", arguments: pairs + rollouts)
  func advice(of check: [String]) {
    let (title, problem, advice) = (check[1], check[2], check[3])
    #expect(!problem.isEmpty && problem != title && problem.first?.isUppercase == true && problem.last != ".")
    let parts = advice.split(separator: ": pactolus ")
    #expect(parts.count == 2 && parts[0].count > 20 && advice.first?.isUppercase == true && advice.last != ".")
  }

  @Test("no two checks of an audit say the same")
  func different() {
    for checks in [Self.pairs, Self.rollouts] {
      #expect(Set(checks.map { $0[2] }).count == checks.count && Set(checks.map { $0[3] }).count == checks.count)
    }
  }
}
