import Compute
import Rewards
import Testing

/// The worked example, by hand: features dirt, grass, lava; the designer saw dirt and grass only.
@Suite("What is meant by a proxy reward")
struct ProxyRewardPosteriorTests {
  private static let candidates = [[1.0, 0, -5], [1, 0, 5], [0, 1, 0]]
  private static let behaviors = [[1.0, 0, 0], [0, 1, 0]]

  private static func posterior(_ rationality: Double = 1) throws -> ProxyRewardPosterior {
    try ProxyRewardPosterior(candidates: candidates, behaviors: behaviors, written: 0, rationality: rationality)
  }

  @Test("the worked example's posterior: e ÷ (1 + e) twice and 1 ÷ (1 + e), normalised")
  func worked() throws {
    let probabilities = try Self.posterior().probabilities
    for (ours, theirs) in zip(probabilities, [0.4223, 0.4223, 0.1554]) { #expect(abs(ours - theirs) < 5e-5) }
  }

  @Test("the mean goes through lava, caution round it, and says what binds and what it costs")
  func plans() throws {
    let (lava, safe) = ([2.0, 0, 1], [1.0, 1, 0])
    let posterior = try Self.posterior()
    #expect(abs(posterior.mean(of: lava) - 1.689) < 5e-4)
    #expect(abs(posterior.mean(of: safe) - 1) < 1e-12)
    #expect(posterior.worst(of: lava).value == -3)
    #expect(posterior.worst(of: safe).value == 1)
    let choice = posterior.cautiousPlan(among: [lava, safe])
    #expect(choice.plan == 1 && choice.meanPlan == 0)
    #expect(abs(choice.cost - 0.689) < 5e-4)
    #expect(posterior.cautiousPlan(among: [lava]).binding == 0)
    // Compared with what was trained, dirt alone is worth nothing to who wants grass.
    #expect(posterior.worst(of: safe, zero: .trained).value == 0)
  }

  @Test("nothing is learned about what no behaviour met, whatever the rationality")
  func lava() throws {
    for rationality in [0, 0.5, 1, 20] {
      let posterior = try Self.posterior(rationality)
      #expect(abs(posterior.probabilities[0] - posterior.probabilities[1]) < 1e-12)
    }
    #expect(try Self.posterior(0).bitsLearned().allSatisfy { abs($0) < 1e-12 })
    #expect(try Self.posterior(50).probabilities[2] < 1e-12)
  }

  @Test("a candidate below the bound is ignored, and misfits are refused")
  func bounds() throws {
    let posterior = try Self.posterior(50)
    #expect(posterior.worst(of: [0, -9, 0]).value == -9)
    #expect(posterior.worst(of: [0, -9, 0], ignoring: 1e-6).value == 0)
    #expect(throws: InputError.self) {
      try ProxyRewardPosterior(candidates: [[1]], behaviors: [[1, 2]], written: 0)
    }
    #expect(throws: InputError.self) { try ProxyRewardPosterior(candidates: [[1]], behaviors: [[1]], written: 1) }
    #expect(throws: InputError.self) {
      try ProxyRewardPosterior(candidates: [[1]], prior: [0], behaviors: [[1]], written: 0)
    }
  }
}
