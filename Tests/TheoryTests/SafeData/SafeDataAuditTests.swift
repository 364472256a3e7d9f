import Compute
import Environments
import Findings
import Testing
import Theory

@Suite("Findings about data")
struct SafeDataAuditTests {
  @Test("an error below the margin holds, the margin itself fails, and the witness is shown")
  func verdicts() throws {
    let mdp = try PaperWorlds.twoStates()
    let coverage = [Double](repeating: 0.25, count: 4)
    func finding(_ error: Double?) throws -> Finding {
      try SafeDataAudit(
        reward: PaperWorlds.r1, in: mdp, coverage: coverage, error: error, regretLimit: 0.5
      ).findings[0]
    }
    #expect(try finding(0.16).verdict == .holds)
    #expect(try finding(1.0 / 6).verdict == .fails)
    #expect(try finding(0.2).verdict == .fails)
    #expect(try finding(nil).verdict == .holds)
    #expect(throws: InputError.self) { try finding(-1) }
  }

  @Test("a trivial reward holds and says so")
  func trivial() throws {
    let audit = try SafeDataAudit(
      reward: [1, 1, 1, 1], in: PaperWorlds.twoStates(), coverage: [1, 0, 0, 0], error: 0.1, regretLimit: 0.5)
    #expect(audit.findings.count == 1)
    #expect(audit.findings[0].verdict == .holds && audit.findings[0].reason.contains("trivial"))
  }

  @Test("where there are too many policies, the verdict is open between the bound and the first suspect that fails")
  func tooManyPolicies() throws {
    var stream = RandomSource(seed: 35).stream("tests/safe-data/large")
    let mdp = try RandomWorlds.starc(states: 20, actions: 3, random: RandomSource(seed: 35).stream("world"))
    let reward = (0..<60).map { _ in stream.normal() }
    let coverage = [Double](repeating: 1.0 / 60, count: 60)
    func finding(_ error: Double) throws -> Finding {
      let audit = try SafeDataAudit(reward: reward, in: mdp, coverage: coverage, error: error, regretLimit: 0.5)
      #expect(!audit.safety.isComplete && audit.best == nil)
      return audit.findings[0]
    }
    #expect(try finding(1e-6).verdict == .holds)
    #expect(try finding(1).verdict == .fails)
    let safety = try DataSafety(reward: reward, in: mdp, regretLimit: 0.5)
    let (bound, margin) = (try #require(safety.sufficientError(coverage)), try safety.margin(coverage).largestSafeError)
    #expect(bound < margin)
    #expect(try finding((bound + margin) / 2).verdict == .unknown)
    // On a world small enough for both, suspects never fail before some policy does.
    let small = try PaperWorlds.twoStates()
    let all = try DataSafety(reward: PaperWorlds.r1, in: small, regretLimit: 0.5)
    let some = try DataSafety(reward: PaperWorlds.r1, in: small, regretLimit: 0.5, limit: 1)
    let even = [Double](repeating: 0.25, count: 4)
    #expect(try some.margin(even).margin >= all.margin(even).margin - 1e-9)
  }
}
