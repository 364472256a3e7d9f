import Compute
import Environments
import Findings
import Testing
import Theory

@Suite("Findings about hacking")
struct HackingAuditTests {
  func findings(
    _ truth: [Double], _ proxy: [Double], _ scope: HackingAudit.Scope = .everyDeterministic,
    near: HackingAudit.Neighbourhood? = nil
  ) throws -> [String: Finding] {
    let audit = try HackingAudit(
      truth: truth, proxy: proxy, in: PaperWorlds.twoStates(), scope: scope, near: near, random: RandomSource(seed: 1))
    return Dictionary(uniqueKeysWithValues: audit.findings.map { ($0.id, $0) })
  }

  @Test("a hackable proxy: the finding names the two policies and counts the pairs")
  func hackable() throws {
    let found = try findings(PaperWorlds.r1, PaperWorlds.r4)
    let finite = try #require(found["hacking/finite"])
    #expect(finite.verdict == .fails && finite.bearing == .trust)
    #expect(finite.reason.contains("from policy 11 to 10"))
    #expect(found["hacking/all-policies"]?.verdict == .fails)
    #expect(found["hacking/partner"]?.verdict == .holds)
  }

  @Test("a proxy in other words holds everywhere; a simplification holds for these policies and fails for all")
  func unhackable() throws {
    let same = try findings(PaperWorlds.r1, PaperWorlds.r1.map { 3 * $0 + 2 })
    #expect(same.values.allSatisfy { $0.verdict == .holds || $0.id == "hacking/partner" })
    let simple = try findings([0, 1, 0, 2], [-3, 1, -1, 3])
    #expect(simple["hacking/finite"]?.verdict == .holds)
    #expect(simple["hacking/simplification"]?.verdict == .holds)
    #expect(simple["hacking/all-policies"]?.verdict == .fails)
  }

  @Test(
    "a gap between returns that may be meant as a tie is shown, a wide one is not, of the true reward and of the proxy")
  func smallGaps() throws {
    // The last entry alone, moved by a millionth of a millionth of the range, parts two policies.
    func gaps(_ truth: [Double], _ proxy: [Double]) throws -> [String] {
      let finite = try #require(try findings(truth, proxy)["hacking/finite"])
      return finite.evidence.filter { $0.name.hasPrefix("smallest gap") && $0.value < 1e-6 }.map(\.name)
    }
    let near = [0.0, 0, 1, 1 + 1e-9]
    #expect(try gaps(PaperWorlds.r1, PaperWorlds.r4) == [])
    #expect(try gaps(near, PaperWorlds.r4) == ["smallest gap between true returns, as a share of their range"])
    #expect(try gaps(PaperWorlds.r4, near) == ["smallest gap between proxy returns, as a share of their range"])
  }

  @Test("a direction that is a billionth of the largest is rounding, at every size")
  func rowSpaces() throws {
    for scale in [1e-200, 1, 1e200] {
      let matrix = Matrix([[3 * scale, 0, 0], [0, 4e-8 * scale, 0], [0, 0, 2e-9 * scale]])
      #expect(try PolicyGeometry.rowSpace(matrix).rows == 2)
      // Beside larger counts more is rounding.
      #expect(try PolicyGeometry.rowSpace(matrix, atLeast: 100 * scale).rows == 1)
    }
    #expect(try PolicyGeometry.rowSpace(Matrix([[0, 0]])).rows == 0)
    #expect(try PolicyGeometry.rowSpace(Matrix(rows: 0, columns: 3)).columns == 3)
  }

  @Test("degenerate cases get a verdict that says so: trivial rewards, one policy, policies that do the same")
  func degenerate() throws {
    let flat = [Double](repeating: 2, count: 4)
    let trivialTruth = try findings(flat, PaperWorlds.r1)
    #expect(trivialTruth["hacking/finite"]?.verdict == .holds)
    #expect(trivialTruth["hacking/finite"]?.reason.contains("true reward is trivial") == true)
    #expect(trivialTruth["hacking/all-policies"]?.verdict == .holds)
    let trivialProxy = try findings(PaperWorlds.r1, flat)
    #expect(trivialProxy["hacking/finite"]?.reason.contains("proxy is trivial") == true)
    let one = TabularPolicy(actions: [0, 1], actionCount: 2)
    let single = try findings(PaperWorlds.r1, PaperWorlds.r4, .these([one, one], names: ["a", "b"]))
    #expect(single["hacking/finite"]?.verdict == .holds)
    #expect(single["hacking/finite"]?.reason.contains("only one policy") == true)
    // One state, one action: nothing to choose at all.
    let nothing = try TabularMDP(states: 1, actions: 1, transitions: [1], discount: 0.5)
    let audit = try HackingAudit(truth: [1], proxy: [2], in: nothing, random: RandomSource(seed: 1))
    #expect(audit.findings.allSatisfy { $0.verdict == .holds || $0.id == "hacking/partner" })
  }

  @Test("near a reference: what is safe within a radius, and how far one may go")
  func neighbourhood() throws {
    let uniform = TabularPolicy.uniform(stateCount: 2, actionCount: 2)
    func verdict(_ radius: Double?, _ mostLoss: Double) throws -> Finding.Verdict? {
      let near = HackingAudit.Neighbourhood(reference: uniform, name: "uniform", radius: radius, mostLoss: mostLoss)
      return try findings(PaperWorlds.r1, PaperWorlds.r4, near: near)["hacking/near-reference"]?.verdict
    }
    #expect(try verdict(nil, 0.1) == .holds)
    #expect(try verdict(0.01, 0.1) == .holds)
    #expect(try verdict(2, 0.1) == .fails)
    #expect(try verdict(2, 1) == .holds)
  }

  @Test("worlds of every awkward kind get findings, never a trap")
  func everyWorld() throws {
    var stream = RandomSource(seed: 41).stream("tests/hacking-audit")
    for index in 0..<150 {
      let mdp = try PaperWorlds.random(&stream, index: index)
      let (truth, proxy) = (PaperWorlds.reward(&stream, for: mdp), PaperWorlds.reward(&stream, for: mdp))
      let audit = try HackingAudit(
        truth: truth, proxy: proxy, in: mdp, orderLimit: 50, samples: 200, random: RandomSource(seed: 1))
      #expect(audit.findings.allSatisfy { !$0.reason.contains("nan") && !$0.reason.contains("undefined") })
      #expect(audit.numbers.worstLoss >= -1e-9)
      // What finitely many deterministic policies can do, all policies can.
      if audit.comparison?.isHackable == true { #expect(audit.inversion != nil) }
    }
  }
}
