import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Bayesian inverse reinforcement learning")
struct BayesianIRLTests {
  static func world() throws -> TabularMDP {
    try RandomWorlds.sparse(
      states: 3, actions: 2, branching: 2, discount: 0.7, random: RandomSource(seed: 21).stream("world"))
  }

  /// Simulation-based calibration (Talts et al. 2018): the rank of the true value among draws is uniform. χ² over 8 bins,
  /// 7 degrees of freedom: 27.87 is exceeded with probability 2.3e-4, so the 4 quantities of a model together give a false
  /// alarm in at most 1 of 1000 seeds.
  @Test("ranks of true rewards among posterior draws are uniform", arguments: Demonstrator.Model.allCases)
  func calibrated(model: Demonstrator.Model) throws {
    let mdp = try Self.world()
    let demonstrator = try Demonstrator(model, rationality: 2, discount: 0.7)
    var settings = BayesianIRLSettings()
    (settings.chains, settings.warmup, settings.draws, settings.thinning) = (1, 30, 63, 2)
    let replicates = 240
    var bins = [[Int]](repeating: [Int](repeating: 0, count: 8), count: 4)
    for replicate in 0..<replicates {
      let random = RandomSource(seed: 77).child("calibration-\(model.rawValue)", replicate)
      let irl = try BayesianIRL(mdp, demonstrator, RewardForm(.state), settings: settings, random: random)
      var stream = random.stream("prior")
      let (truth, reward) = try irl.drawFromPrior(&stream)
      let policies = try demonstrator.policies(reward.expected(in: mdp), in: mdp)
      let demonstrations = try Demonstrations(simulating: policies, in: mdp, count: 4, length: 5, random: random)
      let posterior = try irl.sample(demonstrations)
      let product = truth[0] * truth[1]
      let draws = posterior.draws[0]
      let ranks =
        (0..<3).map { index in draws.count { $0[index] < truth[index] } }
        + [draws.count { $0[0] * $0[1] < product }]
      for (quantity, rank) in ranks.enumerated() { bins[quantity][rank / 8] += 1 }
    }
    for (quantity, counts) in bins.enumerated() {
      let expected = Double(replicates) / 8
      let statistic = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
      #expect(statistic < 27.87, "quantity \(quantity): \(counts)")
    }
  }

  @Test("two actions of one state: the posterior is that of a logistic regression")
  func logistic() throws {
    let mdp = try TabularMDP(states: 1, actions: 2, transitions: [1, 1], discount: 0)
    let demonstrator = try Demonstrator(.boltzmann, discount: 0)
    let demonstrations = try Demonstrations(
      [.init(states: [0, 0, 0, 0, 0], actions: [0, 0, 0, 0, 1])], in: mdp)
    // d = R(0) − R(1) ~ N(0, 2); likelihood σ(d)⁴ σ(−d): by quadrature.
    var (weight, mean) = (0.0, 0.0)
    for index in -4000...4000 {
      let d = Double(index) / 500
      let density = exp(-d * d / 4 - 4 * log1p(exp(-d)) - log1p(exp(d)))
      weight += density
      mean += density * d
    }
    let posterior = try BayesianIRL(mdp, demonstrator, RewardForm(.stateAction)).sample(demonstrations)
    #expect(abs(posterior.mean[0] - posterior.mean[1] - mean / weight) < 0.08)
    // Their sum was not seen at all and keeps its prior's variance of 2.
    let sums = posterior.draws.flatMap { $0.map { $0[0] + $0[1] } }
    #expect(abs(Statistics.variance(sums) - 2) < 0.25)
    #expect(posterior.worstRHat < 1.02 && posterior.leastEffectiveSampleSize > 400)
  }

  @Test("five demonstrations of one step weigh as much as one of five")
  func severalDemonstrations() throws {
    let mdp = try TabularMDP(states: 1, actions: 2, transitions: [1, 1], discount: 0)
    let demonstrator = try Demonstrator(.boltzmann, discount: 0)
    let several = try Demonstrations([0, 0, 0, 0, 1].map { .init(states: [0], actions: [$0]) }, in: mdp)
    // d = R(0) − R(1) ~ N(0, 2), likelihood σ(d)⁴ σ(−d). SciPy 1.17.1: integrate.quad of d · density over that of density
    // on −20 ... 20 is 0.98535. A posterior that took the five for one, with the likelihood's fifth root, has 0.43388.
    let posterior = try BayesianIRL(mdp, demonstrator, RewardForm(.stateAction)).sample(several)
    #expect(abs(posterior.mean[0] - posterior.mean[1] - 0.98535) < 0.08)
  }

  @Test("R̂ and the effective sample size know independent draws from a random walk")
  func diagnostics() {
    var stream = RandomSource(seed: 3).stream("chains")
    let independent = (0..<4).map { _ in (0..<500).map { _ in stream.normal() } }
    let good = ChainDiagnostics(independent)
    #expect(good.rHat < 1.01 && good.effectiveSampleSize > 1400 && good.effectiveSampleSize < 2900)
    // Autocorrelation ρ: ESS = n (1 − ρ) ÷ (1 + ρ).
    let correlated = (0..<4).map { _ in
      var x = stream.normal()
      return (0..<2000).map { _ -> Double in
        x = 0.8 * x + 0.6 * stream.normal()
        return x
      }
    }
    let effective = ChainDiagnostics(correlated).effectiveSampleSize
    #expect(effective > 8000 / 9 * 0.7 && effective < 8000 / 9 * 1.4)
    let apart = ChainDiagnostics(independent.enumerated().map { chain, draws in draws.map { $0 + Double(3 * chain) } })
    #expect(apart.rHat > 2)
  }
}
