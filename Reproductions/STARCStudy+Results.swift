import Compute
import Environments
import Rewards

extension Reproduction {
  private static let starcSource =
    "Skalse et al., \"STARC: A General Framework For Quantifying Differences Between Reward Functions\", ICLR "
    + "2024; settings and figure from lucyfarnik/starc, commit e13f8fa"

  /// The correlation of each metric's distances with regret.
  private static func correlations(
    _ outcome: STARCStudy.Outcome, suffix: String = "", reference: (String) -> Double?, tolerance: (String) -> Double?,
    note: (String) -> String = { _ in "" }
  ) -> [ReproducedNumber] {
    zip(STARCStudy.metrics, outcome.distances).compactMap { metric, distances in
      guard suffix.isEmpty || reference(metric.name) != nil else { return nil }
      return ReproducedNumber(
        metric.name + suffix, Statistics.pearson(distances, outcome.regrets),
        interval: Statistics.pearsonInterval(distances, outcome.regrets), reference: reference(metric.name),
        tolerance: tolerance(metric.name), note: note(metric.name))
    }
  }

  /// The means of six runs of the same design in NumPy, 384 worlds each, with exact returns and no thresholds.
  private static let exactReference = [
    "none-2-2": 0.541, "EPIC-2-2": 0.816, "DARD-2-2": 0.820, "VALPotential-2-2": 0.821, "VAL-2-2": 0.906,
    "VAL-1-1": 0.925, "VAL-2-angle": 0.917, "VAL-inf-inf": 0.789,
  ]

  /// The means of the same six runs with two thresholds.
  private static let thresholdReference = ["VAL-1-1": 0.863, "VAL-2-2": 0.865, "VAL-2-angle": 0.871]

  /// A single run of them, with which this study was compared before.
  private static let singleReference = ["VAL-1-1": 0.871, "VAL-2-2": 0.874, "VAL-2-angle": 0.880]

  /// The paper's figure.
  private static let figure = [
    "none-2-2": 0.618, "EPIC-2-2": 0.778, "DARD-2-2": 0.782, "VALPotential-2-2": 0.782, "VAL-2-2": 0.856,
    "VAL-1-1": 0.873, "VAL-inf-inf": 0.756,
  ]

  /// Correlation of distances with regret over random worlds.
  static let starc = Reproduction(
    name: "starc", summary: "STARC: correlation of distances with regret, 49,152 points", source: starcSource,
    duration: "some seconds"
  ) { random in
    let exact = try STARCStudy().run(random)
    let thresholds = try STARCStudy(returns: .thresholds).run(random)
    return ReproductionResult(
      title: "STARC: correlation of distances with regret, \(exact.regrets.count) points",
      numbers: correlations(
        exact, reference: { exactReference[$0] },
        tolerance: { ["VAL-1-1", "VAL-2-2", "VAL-2-angle"].contains($0) ? 0.005 : 0.025 },
        note: { name in figure[name].map { "paper's figure, Monte Carlo returns: \($0)" } ?? "" })
        + correlations(
          thresholds, suffix: ", thresholds", reference: { thresholdReference[$0] }, tolerance: { _ in 0.015 },
          note: { name in singleReference[name].map { "a single run of the reference: \($0)" } ?? "" }),
      remarks: [
        "Reference: the means of six runs of the same design in NumPy. Returns are exact on both sides, an action is "
          + "better if it is so by more than rounding, and nothing is lost only where nothing but rounding is left of "
          + "a reward.",
        "About 8 % of the rewards pay on transitions of probability 1e-10 alone. They do tell policies apart. A "
          + "planner that leaves an action only for one better by 1e-10 of the largest reward, and a rule that nothing "
          + "is lost where returns range over less than 1e-8, take them for rewards that do not: that is the whole "
          + "difference to the rows called \"thresholds\".",
        "Standard deviation between seeds: VAL-1-1 0.002, VAL-2-2 and angle 0.001, the others up to 0.011; with thresholds "
          + "0.006, 0.004 and 0.005, so that single runs with them cannot be held to 0.005.",
        "The intervals treat points as independent, which those of one pair are not: they are too narrow.",
      ])
  }

  /// The same with the paper's estimated returns.
  static let starcMonteCarlo = Reproduction(
    name: "starc-monte-carlo", summary: "STARC as in the paper: 16,384 points, returns by Monte Carlo",
    source: starcSource, duration: "a minute"
  ) { random in
    let outcome = try STARCStudy(worlds: 128, returns: .monteCarlo).run(random)
    return ReproductionResult(
      title: "STARC with returns by Monte Carlo: correlation of distances with regret, \(outcome.regrets.count) points",
      numbers: correlations(
        outcome, reference: { figure[$0] },
        tolerance: { $0.hasPrefix("VAL-") ? 0.03 : nil }),
      remarks: [
        "Reference: the paper's figure. Policies by value iteration to 1e-5; returns from each state, as often as "
          + "there are actions, over 225 steps. Of ranges within what being cut short takes off returns nothing is "
          + "measured; the paper does not say what it does there. With a limit of 1e-8 instead, quotients of noise, "
          + "up to 60 and more, bring all correlations down to 0.2.",
        "EPIC and DARD correlate better here than in the figure, by about 0.04, as they do with exact returns.",
      ])
  }
}
