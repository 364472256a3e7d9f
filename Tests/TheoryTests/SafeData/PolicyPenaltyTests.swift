import Compute
import Environments
import Findings
import Testing
import Theory

@Suite("Safe data where a penalty keeps the policy near a reference")
struct PolicyPenaltyTests {
  private func audit(
    _ rewards: [Double], _ reference: [Double], _ coverage: [Double], _ kind: PolicyPenalty.Kind, _ strength: Double,
    _ limit: Double, error: Double? = nil, scale: Double = 1
  ) throws -> SafeDataAudit {
    let mdp = try SmallWorlds.bandit(rewards.count)
    return try SafeDataAudit(
      reward: rewards.map { scale * $0 }, in: mdp, coverage: coverage, error: error, regretLimit: limit,
      penalty: PolicyPenalty(
        kind, strength: scale * strength,
        reference: TabularPolicy(probabilities: reference, actionCount: rewards.count), in: mdp))
  }

  /// Right values by SLSQP (SciPy) from many starts in every orthant of changes.
  @Test(
    "KL: the least error is that of a general optimiser",
    arguments: [
      (
        [0, 1, 0.5], [1 / 3.0, 1 / 3.0, 1 / 3.0], [1 / 3.0, 1 / 3.0, 1 / 3.0], 0.1, 0.5, 1 / 3.0
      ), ([0, 1, 0.5], [0.2, 0.3, 0.5], [0.5, 0.25, 0.25], 0.3, 0.6, 0.5045415711066475),
      ([0, 0.2, 0.9, 1], [0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], 0.2, 0.5, 0.0855018853174356),
      ([0, 0.2, 0.9, 1], [0.1, 0.3, 0.2, 0.4], [0.4, 0.1, 0.3, 0.2], 0.05, 0.7, 0.09144986672297523),
      ([0, 0.3, 1], [0.1, 0.2, 0.7], [0.6, 0.35, 0.05], 0.5, 0.6, 0.09259293772708337),
      ([0, 0.1, 0.5, 0.8, 1], [0.05, 0.15, 0.3, 0.3, 0.2], [0.3, 0.3, 0.1, 0.1, 0.2], 0.15, 0.8, 0.3879088243973681),
    ] as [([Double], [Double], [Double], Double, Double, Double)])
  func leastError(
    rewards: [Double], reference: [Double], coverage: [Double], strength: Double, limit: Double, error: Double
  ) throws {
    for scale in [1, 0x1p-40, 0x1p300] {
      let audit = try audit(rewards, reference, coverage, .kl, strength, limit, scale: scale)
      #expect(abs(audit.margin.largestSafeError - error) < 1e-9)
      // The reward that is just so wrong does what is said of it.
      #expect(abs(audit.margin.regret - limit) < 1e-9)
      let learned = audit.margin.reward.map { $0 / scale }
      let cost = zip(coverage, zip(learned, rewards)).reduce(0) { $0 + $1.0 * abs($1.1.0 - $1.1.1) }
      #expect(abs(cost - error) < 1e-9)
    }
  }

  @Test("a bad action without data costs nothing, one that the reference never takes does no harm")
  func ends() throws {
    let open = try audit([0, 1], [0.5, 0.5], [0, 1], .kl, 0.2, 0.5, error: 0.1)
    #expect(open.margin.largestSafeError == 0 && open.findings[0].verdict == .fails)
    let closed = try audit([0, 1], [0, 1], [0.5, 0.5], .kl, 0.2, 0.5, error: 10)
    #expect(closed.margin.largestSafeError == .infinity && closed.findings[0].verdict == .holds)
    #expect(closed.findings[0].reason.contains("however wrong"))
    // The penalty itself: even the true reward is left for the reference.
    let strong = try audit([0, 1], [0.9, 0.1], [0.5, 0.5], .kl, 100, 0.5, error: 0.001)
    #expect(strong.margin.largestSafeError == 0 && strong.findings[0].verdict == .fails)
    #expect(strong.findings[0].assumptions.contains { $0.contains("KL(π ‖ reference)") })
  }

  @Test("a weak penalty gives the margin of none, from either kind")
  func weak() throws {
    let (rewards, coverage) = ([0.0, 0.4, 1], [0.3, 0.3, 0.4])
    let mdp = try SmallWorlds.bandit(3)
    let none = try SafeDataAudit(reward: rewards, in: mdp, coverage: coverage, error: nil, regretLimit: 0.7)
    let kl = try audit(rewards, [1 / 3.0, 1 / 3.0, 1 / 3.0], coverage, .kl, 0.01, 0.7)
    let l1 = try audit(rewards, [1 / 3.0, 1 / 3.0, 1 / 3.0], coverage, .l1, 1e-6, 0.7)
    #expect(abs(kl.margin.largestSafeError - none.margin.largestSafeError) < 0.01)
    #expect(abs(l1.margin.largestSafeError - none.margin.largestSafeError) < 1e-4)
    #expect(kl.best == nil && l1.best != nil && l1.summary.sufficientError == nil)
  }

  @Test("several states, no strength and a penalty that decides nothing are refused")
  func refusals() throws {
    let two = try SmallWorlds.twoStates()
    #expect {
      try PolicyPenalty(.kl, strength: 1, reference: .uniform(stateCount: 2, actionCount: 2), in: two)
    } throws: { "\($0)".contains("2 states in which something is chosen") }
    let one = try SmallWorlds.bandit(2)
    for strength in [0, -1, Double.infinity, .nan] {
      #expect(throws: InputError.self) {
        try PolicyPenalty(.l1, strength: strength, reference: .uniform(stateCount: 1, actionCount: 2), in: one)
      }
    }
    #expect(throws: InputError.self) { try audit([0, 1], [0.5, 0.5], [0.5, 0.5], .kl, 1e-4, 0.5) }
  }
}
