import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

/// Terrains a, b and lava in a row of states; the designer's world has no lava.
@Suite("Draws from what a proxy leaves open")
struct ProxyRewardSamplerTests {
  /// Two places, to be chosen between for ever; the third feature is met by neither.
  private static func design() throws -> ProxyDesign {
    let mdp = try ShapedWorlds.twoStates(discount: 0.5).mdp
    return try ProxyDesign(mdp, features: [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]])
  }

  @Test("a proxy's behaviour: its optimal plan's discounted features, and a tie shared by the soft one")
  func behaviors() throws {
    let design = try Self.design()
    // 1 + ½ + ¼ + … = 2 of the better terrain.
    #expect(zip(try design.behavior(of: [1, 0, 5]), [2, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(try design.behavior(of: [-1, 0, 5]), [0, 2, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(try design.behavior(of: [3, 3, 0], temperature: 1), [1, 1, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(throws: InputError.self) { try design.behavior(of: [1, 0, 0], temperature: -1) }
  }

  @Test("draws agree with the integral of prior times likelihood, and lava keeps its prior")
  func integral() throws {
    let design = try Self.design()
    let behaviors = try [[1.0, 0, 0], [0, 1, 0]].map { try design.behavior(of: $0) }
    var settings = ProxyRewardSampler.Settings()
    settings.draws = 2_000
    let sampler = try ProxyRewardSampler(
      behaviors: behaviors, trained: behaviors[0], rationality: 1, settings: settings)
    let samples = try sampler.sample(random: RandomSource(seed: 4))
    // Only d = a − b counts, N(0, 2) before: likelihood 1 ÷ (1 + exp(−2d)).
    var (mass, mean) = (0.0, 0.0)
    for step in -8_000...8_000 {
      let difference = Double(step) / 1_000
      let weight = exp(-difference * difference / 4) / (1 + exp(-2 * difference))
      mass += weight
      mean += weight * difference
    }
    let ours = samples.weights[0].mean - samples.weights[1].mean
    // Chains' standard errors, five of them: a false alarm in two million.
    let error = (samples.weights[0].variance / samples.weights[0].effectiveSampleSize).squareRoot()
    #expect(abs(ours - mean / mass) < 5 * 2 * error)
    #expect(samples.weights.allSatisfy { $0.rHat < 1.02 })
    #expect(samples.bitsLearned[2] < 0.02)
    #expect(samples.bitsLearned[0] > 0.1 && samples.bitsLearned[1] > 0.1)
  }

  @Test("a normaliser over proxies drawn goes over into the exact one")
  func sampledNormalizer() throws {
    let behaviors = [[2.0, 0, 0], [0, 2, 0], [1, 1, 0], [0.5, 1, 0.3]]
    let exact = try ProxyRewardSampler(behaviors: behaviors, trained: behaviors[2], rationality: 0.7)
    var random = RandomSource(seed: 9).stream("proxies", 0)
    let drawn = (0..<40_000).map { _ in behaviors[random.below(4)] }
    let sampled = try ProxyRewardSampler(behaviors: drawn, trained: behaviors[2], rationality: 0.7)
    for weights in [[0.0, 0, 0], [1, -1, 2], [-0.5, 0.8, -3]] {
      #expect(abs(sampled.logLikelihood(weights) - exact.logLikelihood(weights)) < 0.05)
    }
  }

  @Test("the likelihood is that of the posterior over listed candidates")
  func agrees() throws {
    let behaviors = [[1.0, 0, 0], [0, 1, 0]]
    let candidates = [[1.0, 0, -5], [1, 0, 5], [0, 1, 0]]
    let sampler = try ProxyRewardSampler(behaviors: behaviors, trained: behaviors[0])
    let likelihoods = candidates.map { exp(sampler.logLikelihood($0)) }
    let posterior = try ProxyRewardPosterior(candidates: candidates, behaviors: behaviors, written: 0)
    for (likelihood, probability) in zip(likelihoods, posterior.probabilities) {
      #expect(abs(likelihood / likelihoods.reduce(0, +) - probability) < 1e-12)
    }
    #expect(abs(likelihoods[0] / 2 - 0.7311) < 5e-5)
  }

  /// From a start to a goal that is never left: over two cells of dirt in three steps, and if there is a short way
  /// through lava in two.
  ///
  /// States: start, lava, dirt, dirt, goal; actions: the short way, the long one, stay; features: dirt, goal, lava.
  private static func crossing(hasShortWay: Bool) throws -> ProxyDesign {
    let leads = [[hasShortWay ? 1 : 2, 2, 0], [4, 4, 1], [3, 3, 2], [4, 4, 3], [4, 4, 4]]
    let terrain = [0, 2, 0, 0, 1]
    let mdp = try TabularMDP(
      stateCount: 5, actionCount: 3, rowStarts: Array(0...15), successors: leads.flatMap { $0 },
      probabilities: [Double](repeating: 1, count: 15), rewards: [Double](repeating: 0, count: 15),
      start: [1, 0, 0, 0, 0], isTerminal: [Bool](repeating: false, count: 5), discount: 0.9)
    return try ProxyDesign(
      mdp, features: leads.flatMap { $0 }.map { next in (0..<3).map { $0 == terrain[next] ? 1 : 0 } })
  }

  @Test("the proxy's plan goes through lava that its designer never met, caution takes the way round", arguments: 0..<4)
  func lava(seed: Int) throws {
    // Where it was made, there was only the long way; the goal is better than dirt, and of lava nothing was said.
    let (made, new) = (try Self.crossing(hasShortWay: false), try Self.crossing(hasShortWay: true))
    let written = [0.0, 1, 0]
    let trained = try made.behavior(of: written)
    let levels = [-1.0, 0, 1]
    let behaviors = try levels.flatMap { dirt in try levels.map { try made.behavior(of: [dirt, $0, 0]) } }
    let samples = try ProxyRewardSampler(
      behaviors: behaviors, trained: trained, rationality: 20
    ).sample(random: RandomSource(seed: UInt64(seed)))
    let draws = samples.posterior.candidates
    #expect(samples.bitsLearned[2] < 0.05)

    #expect(PolicyIteration.solve(new.mdp, rewards: new.rewards(written)).policy.actions[0] == 0)
    let plan = try CautiousPlan.forWholePlan(
      new.mdp, rewards: draws.map(new.rewards),
      offsets: draws.map { zip($0, trained).reduce(0) { $0 + $1.0 * $1.1 } })
    #expect(abs(plan.policy.probabilities[1] - 1) < 1e-6)
    #expect(abs(plan.worst) < 1e-6)
    let steps = try CautiousPlan.forEachStep(new.mdp, rewards: draws.map(new.rewards), offsets: draws.map { $0[0] })
    #expect(steps.policy.actions[0] != 0)
  }

  @Test("the same seed gives the same draws; misfits are refused")
  func refusals() throws {
    let sampler = try ProxyRewardSampler(behaviors: [[1, 0], [0, 1]], trained: [1, 0])
    #expect(try sampler.sample(random: RandomSource(seed: 1)) == sampler.sample(random: RandomSource(seed: 1)))
    #expect(throws: InputError.self) { try ProxyRewardSampler(behaviors: [[1]], trained: [1, 0]) }
    #expect(throws: InputError.self) { try ProxyRewardSampler(behaviors: [], trained: [1, 0]) }
    #expect(throws: InputError.self) { try ProxyRewardSampler(behaviors: [[1]], trained: [1], rationality: -1) }
  }
}
