import Agents
import Compute
import Environments

extension CautionStudy {
  /// All rules, with settings that follow from what is learned: nothing here knows the truth, but for the
  /// correlation of `ChiSquaredPenalty`, which is measured under the reference as if those steps had been labelled.
  static func rules(
    _ world: HazardWorld, _ problem: CautionProblem, known: [Bool], random: RandomSource
  ) throws -> [any CautionRule] {
    let mdp = problem.mdp
    let scale = 1 - mdp.discount
    let base = mdp.occupancy(of: world.reference).map { $0 * scale }
    let mean = problem.meanReward
    let deviation = max(CorrelatedProxy.deviation(of: mean, under: base), 1e-6)
    let correlation = CorrelatedProxy.correlation(mean, world.truth, under: base)
    let range = (mean.max() ?? 1) - (mean.min() ?? 0)
    let unknown = known.flatMap { [Double](repeating: $0 ? 0 : 1, count: mdp.actionCount) }
    var stream = random.stream("caution/attainable")
    let others = (0..<8).map { _ in
      (0..<mdp.stateCount).flatMap { _ in [Double](repeating: stream.uniform(), count: mdp.actionCount) }
    }
    let baseline = world.still.map { ImpactPenalty.Baseline.inaction(action: $0) } ?? .start
    var rules: [any CautionRule] = [
      MeanReturn(), PosteriorSampling(), WorstCase(), WorstCase(from: .reference), try TailMean(share: 0.2),
      try MeanLessDeviation(deviations: 2), try OccupancyQuantilizer(share: 0.5),
      try OccupancyQuantilizer(share: 0.1), try RelativeEntropyPenalty(weight: deviation),
    ]
    // Without a correlation no promise can be made: what is left is to go on as the reference does.
    let promised: any CautionRule =
      correlation > 0
      ? try ChiSquaredPenalty(.correlation(min(correlation, 1))) : try OccupancyQuantilizer(share: 1)
    rules.append(LabelledRule(promised, "near the reference (χ²), as its promise needs"))
    rules.append(LabelledRule(try ChiSquaredPenalty(.weight(deviation / 10)), "near the reference (χ²), σ ÷ 10"))
    rules[8] = LabelledRule(rules[8], "near the reference (KL), σ")
    rules[3] = LabelledRule(rules[3], "worst case, from the reference")
    return rules + [
      Fallback(MeanReturn(), judged: known, trusted: world.reference),
      SafeExploration(MeanReturn(), safe: known),
      LabelledRule(
        SideConstraints([
          .init("what nobody judged", cost: unknown, budget: Vectors.dot(unknown, base) / scale)
        ]), "no more of what nobody judged than the reference"),
      LabelledRule(
        ImpactPenalty(.relativeReachability(discount: 1), from: baseline, weight: range / 2),
        "relative reachability, half the range"),
      LabelledRule(
        ImpactPenalty(.relativeReachability(discount: 1), from: baseline, weight: 5 * range),
        "relative reachability, 5 × the range"),
      LabelledRule(
        ImpactPenalty(.attainableUtility(rewards: others), from: baseline, weight: range * scale),
        "attainable utility, the range × (1 − γ)"),
    ]
  }
}

/// A rule under a name that does not change with what was learned.
struct LabelledRule: CautionRule {
  var rule: any CautionRule
  var name: String
  var assumption: String { rule.assumption }
  var failure: String { rule.failure }

  init(_ rule: any CautionRule, _ name: String) { (self.rule, self.name) = (rule, name) }

  func choose(in problem: CautionProblem, random: inout RandomStream) throws -> CautionChoice {
    try rule.choose(in: problem, random: &random)
  }
}
