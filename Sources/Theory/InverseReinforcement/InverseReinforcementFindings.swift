import Agents
import Compute
import Environments
import Findings
import Rewards

extension MaximumEntropyFit {
  /// Whether the fit ended where it should.
  public var convergenceFinding: Finding {
    let what = objective == .matching ? "occupancies of demonstrations and learner" : "slopes of the log-likelihood"
    return Finding(
      id: "irl/converged", claim: "The search ended where its own rule ends it, not at the limit of iterations",
      verdict: stop == .maximumIterations ? .unknown : .holds,
      reason: stop == .maximumIterations
        ? "It stopped after \(iterations) iterations with \(what) still up to \(Numbers.plain(gap)) apart from where they "
          + "should be; actions that were always or never taken pull the reward to infinity."
        : "After \(Numbers.count(iterations, "iteration")) the largest gap in \(what) is \(Numbers.plain(gap)), and the "
          + "gradient has the norm \(Numbers.plain(gradientNorm)): at the best reward of this form both are 0. How far "
          + "this one's numbers are from the best one's, the gap does not say.",
      evidence: [
        Evidence("largest gap", gap), Evidence("norm of the gradient", gradientNorm),
        Evidence("iterations", Double(iterations)),
      ] + (logLikelihood.map { [Evidence("log-probability of a demonstrated action", $0)] } ?? []),
      assumptions: ["The objective is concave: tables and linear rewards; a network may end at a local optimum."],
      errorRate: "None for what is said: gap and gradient are computed exactly.",
      source: "Ziebart 2010, chapters 9 and 10; stopping rules of imitation 1.0.1")
  }
}

extension RewardPosterior {
  /// Whether the chains can be relied on.
  public var convergenceFinding: Finding {
    let isGood = worstRHat <= 1.05 && leastEffectiveSampleSize >= 100
    return Finding(
      id: "irl/sampled", claim: "The chains have sampled the posterior", verdict: isGood ? .holds : .unknown,
      reason: "The largest R̂ is \(Numbers.plain(worstRHat)) and the least effective sample size "
        + "\(Numbers.plain(leastEffectiveSampleSize.rounded()))"
        + (isGood ? "." : "; take more draws, or thin more: R̂ of at most 1.05 and 100 effective draws are wanted."),
      evidence: [
        Evidence("largest R̂", worstRHat), Evidence("least effective sample size", leastEffectiveSampleSize),
        Evidence("chains", Double(draws.count)),
      ],
      assumptions: ["Chains that agree have not all missed the same part of the posterior."],
      errorRate: "Unknown: no diagnostic shows that chains have converged, only that they have not.",
      source:
        "Elliptical slice sampling (Murray, Adams and MacKay 2010); R̂ and effective sample size as in Gelman et al., 3rd ed."
    )
  }
}

/// What demonstrations, however many, leave open about a reward.
public enum RewardIdentification {
  /// - `form`: what the learned reward may look like.
  public static func finding(
    _ mdp: TabularMDP, _ demonstrator: Demonstrator, _ form: RewardForm, _ demonstrations: Demonstrations
  )
    -> Finding
  {
    let seen = Set(demonstrations.trajectories.flatMap { $0.states.prefix($0.actions.count) })
    let reachable = mdp.reachableStates
    let unseen = (0..<mdp.stateCount).count { reachable[$0] && !mdp.isTerminal[$0] && !seen.contains($0) }
    let group =
      switch (demonstrator.model, demonstrator.horizon) {
      case (.maximumEntropy, nil), (.boltzmann, nil):
        "potential shaping γΦ(s′) − Φ(s) for every Φ (\(mdp.stateCount) dimensions of rewards on transitions) and "
          + "redistribution over next states"
      default: "at least a constant, and shaping by potentials that depend on time"
      }
    let narrowed =
      form.axes == .state ? " Rewards on states only exclude most of it, which is an assumption and no evidence." : ""
    return Finding(
      id: "irl/identified", claim: "Demonstrations alone determine the reward", verdict: .fails,
      bearing: .advice,
      reason: "They never do: what such a demonstrator does is the same after \(group).\(narrowed)"
        + (unseen > 0 ? " Besides, \(Numbers.count(unseen, "reachable state")) occurred in no demonstration." : "")
        + " What is learned may be compared only with this taken out, as STARC distances do, and may mislead under other dynamics.",
      evidence: [
        Evidence("reachable states without a demonstration", Double(unseen)),
        Evidence("demonstrated actions", Double(demonstrations.steps)),
      ],
      assumptions: [
        "The demonstrator is \(demonstrator.model == .maximumEntropy ? "of maximum causal entropy" : "Boltzmann-rational") "
          + "with rationality \(Numbers.plain(demonstrator.rationality)) and discount \(Numbers.plain(demonstrator.discount)).",
        "The world's dynamics are as given, and the demonstrator knows them.",
      ],
      errorRate: "None: a theorem.",
      source:
        "Ng, Harada and Russell 1999; Skalse et al., Invariance in policy optimisation and partial identifiability, 2023"
    )
  }
}
