import Audits
import Compute
import Testing

@Suite("Off-policy evaluation with linear features")
struct LinearEstimatesTests {
  private static func oneHot(_ log: CountedLog, ridge: Double = 1e-12) throws -> LinearEstimates {
    let (states, actions) = (log.policy.stateCount, log.policy.actionCount)
    let pairs = log.states.indices.map { log.states[$0] * actions + log.actions[$0] }
    let target = log.states.map { state in
      (0..<states * actions).map { $0 / actions == state ? log.policy.probabilities[$0] : 0 }
    }
    return try LinearEstimates(
      log.episodes, features: Matrix(pairs.map { pair in (0..<states * actions).map { $0 == pair ? 1 : 0 } }),
      targetFeatures: Matrix(target), ridge: ridge)
  }

  @Test("with a feature for each pair it is the tabular fit, value, model and all")
  func tabular() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged + OffPolicyFixture.all)
    let linear = try Self.oneHot(log)
    #expect(abs(try linear.value - OffPolicyEstimate.value(.fittedQ, log)) < 1e-9)
    let (model, table) = try (linear.modeled(folds: 3), TableEstimates(log).modeled(folds: 3))
    for (ours, theirs) in zip(model.actionValues + model.values, table.actionValues + table.values) {
      #expect(abs(ours - theirs) < 1e-9)
    }
  }

  @Test("read the other way round, it is a sum of weighted rewards")
  func dual() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged)
    for ridge in [1e-9, 0.1, 5] {
      let linear = try Self.oneHot(log, ridge: ridge)
      let sum = zip(try linear.weights, log.episodes.rewards).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(try linear.value - sum) < 1e-9, "ridge \(ridge)")
    }
  }

  @Test("an interval by fitting anew holds the truth of a bandit whose reward is linear, and narrows")
  func interval() throws {
    // Reward 1 + 2 x a + noise, x in 0 … 1, a logged as 0 or 1 evenly; the target always does 1: 1 + 2 · ½ = 2.
    func linear(_ count: Int) throws -> LinearEstimates {
      var draws = RandomSource(seed: 3).stream("linear")
      var (features, target, rewards) = ([[Double]](), [[Double]](), [Double]())
      for _ in 0..<count {
        let (x, action) = (draws.uniform(), draws.bernoulli(0.5) ? 1.0 : 0)
        features.append([1, x * action, x * (1 - action)])
        target.append([1, x, 0])
        rewards.append(1 + 2 * x * action + 0.5 * draws.normal())
      }
      let log = try LoggedEpisodes(
        lengths: [Int](repeating: 1, count: count), rewards: rewards, behavior: [Double](repeating: 0.5, count: count),
        target: features.map { $0[2] == 0 ? 1 : 0 }, discount: 1)
      return try LinearEstimates(log, features: Matrix(features), targetFeatures: Matrix(target))
    }
    let random = RandomSource(seed: 4)
    let few = try #require(linear(100).interval(resamples: 300, random: random))
    let many = try #require(linear(2000).interval(resamples: 300, random: random))
    #expect(few.contains(2) && many.contains(2) && many.halfWidth < 0.35 * few.halfWidth)
    #expect(try linear(1).interval(random: random) == nil)
  }

  @Test("features that do not fit are refused")
  func badInput() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged).episodes
    let rows = Matrix(rows: log.rewards.count, columns: 2, repeating: 1)
    let fewer = Matrix(rows: 3, columns: 2, repeating: 1)
    #expect(throws: InputError.self) { try LinearEstimates(log, features: fewer, targetFeatures: rows) }
    #expect(throws: InputError.self) { try LinearEstimates(log, features: rows, targetFeatures: fewer) }
    #expect(throws: InputError.self) { try LinearEstimates(log, features: rows, targetFeatures: rows, ridge: 0) }
  }
}
