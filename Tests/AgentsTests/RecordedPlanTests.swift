import Agents
import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing

/// What planners and inverse reinforcement learning find in small worlds. Right values have tests of their own.
@Suite("Planners and rewards from behaviour, digit for digit")
struct RecordedPlanTests {
  private static func worlds() throws -> [(name: String, mdp: TabularMDP)] {
    try [
      ("ending", InverseReinforcementGradientTests.ending()), ("small", MaximumEntropyIRLTests.small()),
      (
        "dense",
        RandomWorlds.sparse(
          states: 9, actions: 2, branching: 9, discount: 0.8, random: RandomSource(seed: 3).stream("dense"))
      ),
    ]
  }

  private static func text(_ values: some Sequence<Double>) -> String {
    values.map { String(format: "%.6g", abs($0) < 1e-9 ? 0 : $0) }.joined(separator: " ")
  }

  @Test("planners")
  func planners() throws {
    var text = ""
    for seed in 0..<16 {
      let world = try AssortedWorld.number(seed)
      let (mdp, rewards) = (world.mdp, world.rewards)
      text += "\(world)\n"
      for (name, solution) in try [
        ("policy iteration", PolicyIteration.solve(mdp, rewards: rewards)),
        ("value iteration", ValueIteration.solve(mdp.with(rewards: rewards), tolerance: 1e-4)),
        ("modified", ModifiedPolicyIteration.solve(mdp, rewards: rewards, sweepsPerPolicy: 3, tolerance: 1e-4)),
        (
          "modified, at once", ModifiedPolicyIteration.solve(mdp, rewards: rewards, sweepsPerPolicy: 0, tolerance: 1e-4)
        ),
      ] {
        text += "\(name): \(Self.text(solution.values)) \(solution.policy.actions) \(solution.sweeps) "
        text += "\(solution.neverEnding) \(solution.residual < 1e-9 ? "exact" : Self.text([solution.residual]))\n"
      }
      let soft = try SoftValueIteration.solve(mdp, rewards: rewards, temperature: 0.7, tolerance: 1e-4)
      text += "soft: \(Self.text(soft.values)) \(Self.text(soft.actionValues)) \(soft.sweeps)\n"
      let horizon = try SoftValueIteration.solve(mdp, rewards: rewards, temperature: 0.7, horizon: 2)
      text += "horizon: \(horizon.values.map { Self.text($0) }) \(Self.text(horizon.policies[0].probabilities))\n"
      text += "boltzmann: \(Self.text(TabularPolicy.boltzmann(rewards, in: mdp, temperature: 0.5).probabilities))\n"
    }
    try Recorded.check(text, as: "planners")
  }

  @Test("maximum-entropy inverse reinforcement learning")
  func maximumEntropy() throws {
    var text = ""
    for (name, mdp) in try Self.worlds() {
      for horizon in [nil, 3] as [Int?] {
        let demonstrator = try Demonstrator(
          .maximumEntropy, rationality: 1.5, horizon: horizon, discount: horizon == nil ? 0.7 : 0.9)
        let policies = try demonstrator.policies(mdp.rewards, in: mdp)
        let demonstrations = try Demonstrations(
          simulating: policies, in: mdp, count: 5, length: 3, random: RandomSource(seed: 2))
        text += "\(name) \(horizon ?? 0): \(demonstrations.trajectories.map { "\($0.states)\($0.actions)" })\n"
        text += "\(demonstrations.steps) \(demonstrations.longest) \(demonstrations.shortest)\n"
        for axes in RewardTable.Axes.allCases {
          for objective in [nil, .matching, .likelihood] as [MaximumEntropyIRLSettings.Objective?] {
            var settings = MaximumEntropyIRLSettings()
            (settings.objective, settings.maximumIterations) = (objective, 30)
            settings.countsLastState = axes == .state
            settings.ridge = objective == nil ? 0 : 0.05
            let fit = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(axes), settings: settings).fit(demonstrations)
            text += "\(axes) \(fit.objective) \(fit.iterations) \(fit.stop) "
            text += Self.text([
              fit.gap, fit.gradientNorm, fit.logLikelihood ?? -99, fit.objectives[0], fit.objectives.last!,
            ])
            text +=
              " | \(Self.text(fit.parameters.prefix(8))) | \(Self.text(fit.policies[0].probabilities.prefix(6)))\n"
          }
        }
        let network = RewardForm(.state, .network(features: [], count: 0, hidden: [3]))
        var settings = MaximumEntropyIRLSettings()
        settings.maximumIterations = 3
        let fit = try MaximumEntropyIRL(mdp, demonstrator, network, settings: settings).fit(demonstrations)
        text += "network \(Recorded.short(fit.parameters)) \(Recorded.short(fit.reward.values))\n"
      }
    }
    try Recorded.check(text, as: "maximum-entropy")
  }

  @Test("posteriors over rewards")
  func posterior() throws {
    var text = ""
    for (name, mdp) in try Self.worlds().prefix(2) {
      let demonstrator = try Demonstrator(.boltzmann, rationality: 2, discount: 0.7)
      let demonstrations = try Demonstrations(
        simulating: demonstrator.policies(mdp.rewards, in: mdp), in: mdp, count: 3, length: 4,
        random: RandomSource(seed: 6))
      var settings = BayesianIRLSettings()
      (settings.priorScale, settings.chains, settings.warmup, settings.draws, settings.thinning) = (0.8, 2, 3, 11, 2)
      let features = (0..<mdp.stateCount * 2).map { Double($0 % 3) - 0.5 }
      for form in [RewardForm(.state), RewardForm(.state, .linear(features: features, count: 2))] {
        let posterior = try BayesianIRL(mdp, demonstrator, form, settings: settings).sample(demonstrations)
        text += "\(name): \(Self.text(posterior.draws[1][10])) | \(Self.text(posterior.logLikelihoods[1].suffix(3)))\n"
        for parameter in posterior.parameters {
          text += Self.text([
            parameter.mean, parameter.standardDeviation, parameter.interval.lower, parameter.interval.upper,
            parameter.interval.level, parameter.rHat, parameter.effectiveSampleSize,
          ])
          text += "\n"
        }
        text += Self.text([posterior.worstRHat, posterior.leastEffectiveSampleSize]) + " | "
        text += Self.text(posterior.meanReward.values) + "\n"
      }
    }
    try Recorded.check(text, as: "posterior")
  }

  @Test("proxies and what is implicit in a state")
  func proxies() throws {
    var settings = ProxyRewardSampler.Settings()
    (settings.chains, settings.warmup, settings.draws, settings.priorScale) = (2, 3, 12, 1.3)
    let behaviors = [[2.0, 0, 0], [0, 2, 0.5], [1, 1, 0]]
    let sampler = try ProxyRewardSampler(
      behaviors: behaviors, trained: behaviors[1], rationality: 0.7, settings: settings)
    let samples = try sampler.sample(random: RandomSource(seed: 4))
    var text = samples.posterior.candidates.suffix(3).map { Self.text($0) + "\n" }.joined()
    for weight in samples.weights {
      text += Self.text([weight.mean, weight.variance, weight.rHat, weight.effectiveSampleSize]) + "\n"
    }
    text += Self.text(samples.bitsLearned) + "\n"
    text += Self.text([sampler.logLikelihood([0.4, -1, 3])]) + "\n"

    let mdp = try MaximumEntropyIRLTests.small()
    let preferences = try ImplicitPreferences(
      mdp, features: [[0, 1], [1, 0.5], [-1, 0], [2, 1]], steps: 4, temperature: 0.8)
    for (learningRate, epochs, tolerance) in [(0.1, 50, 1e-3), (0.2, 3, 1e-3), (0.05, 60, 0.3)] {
      var settings = ImplicitPreferences.Settings()
      (settings.learningRate, settings.epochs, settings.tolerance) = (learningRate, epochs, tolerance)
      (settings.mean, settings.standardDeviation) = ([0.1, -0.2], 0.7)
      let fit = try preferences.fit(observed: 3, settings)
      text += Self.text(fit.weights + [fit.logLikelihood, fit.logLikelihoodBefore]) + " \(fit.epochs)\n"
    }
    let usual = try preferences.fit(observed: 1)
    text += Self.text(usual.weights + [usual.logLikelihood, usual.logLikelihoodBefore]) + " \(usual.epochs)\n"

    let (rewards, other) = ((0..<8).map { Double($0 % 3) }, (0..<8).map { 1 - Double($0 % 2) * 2 })
    for offsets in [nil, [1.0, -0.5]] {
      let plan = try CautiousPlan.forWholePlan(mdp, rewards: [rewards, other], offsets: offsets)
      text += Self.text(plan.policy.probabilities + plan.binding + [plan.worst]) + "\n"
      let steps = try CautiousPlan.forEachStep(mdp, rewards: [rewards, other], offsets: offsets)
      text += Self.text(steps.policy.probabilities + steps.binding + [steps.worst]) + "\n"
    }
    try Recorded.check(text, as: "proxies")
  }

  @Test("diagnostics of chains of few draws")
  func diagnostics() throws {
    let chains: [[[Double]]] = [
      [[1, 2, 3, 4]], [[1, 2, 3, 4], [2, 1, 4, 4]], [[0, 0, 0, 0], [0, 0, 0, 0]], [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]],
      [[1, -1, 1, -1, 1, -1, 1, -1.5]], [[0, 1, 1, 2, 3, 5, 8, 13, 21], [3, 1, 4, 1, 5, 9, 2, 6, 5]],
      [(0..<40).map { sin(Double($0) / 7) }, (0..<40).map { cos(Double($0) / 5) }],
    ]
    let text = chains.map { chains in
      let found = ChainDiagnostics(chains)
      return Self.text([found.mean, found.variance, found.rHat, found.effectiveSampleSize]) + "\n"
    }.joined()
    try Recorded.check(text, as: "diagnostics")
  }
}
