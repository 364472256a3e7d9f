import Compute

extension Reproduction {
  /// The rules of caution that a deep agent can follow, in a continuous world with an edge of which nobody who judged
  /// knew.
  static let deepCaution = Reproduction(
    name: "deep-caution",
    summary: "What an ensemble's caution and a reference do for PPO and SAC at the edge of what was judged",
    source:
      "ours; worst case Coste et al. 2023, KL Stiennon et al. 2020, χ² Laidlaw et al. 2024, quantiles Taylor 2016",
    duration: "some minutes",
    quick: { try deepCautionResult(seeds: 4, sacSeeds: 1, iterations: 40, $0) },
    run: { try deepCautionResult(seeds: 20, sacSeeds: 5, iterations: 60, $0) })

  private static func deepCautionResult(
    seeds: Int, sacSeeds: Int, iterations: Int, _ random: RandomSource
  ) throws -> ReproductionResult {
    let studies = try EdgeMeadow.Slope.allCases.map {
      try DeepCautionStudy(
        $0, seeds: seeds, sacSeeds: sacSeeds, comparisons: 300, iterations: iterations, random: random)
    }
    return ReproductionResult(
      title:
        "The share of episodes that end in the pit; then the true reward of a step, that in the harmless twin, and the "
        + "share of steps that nobody judged",
      numbers: studies.flatMap(numbers),
      remarks: studies.map { study in
        "\(study.slope.rawValue): of \(DeepCautionStudy.members) members, "
          + study.rising.map(String.init).joined(separator: ", ")
          + " think better of the pit than of the end of what was judged (seed by seed)."
      } + [
        "\(seeds) seeds, each with its own clips, 300 noisy comparisons, ensemble, reference and agents; in brackets 95 % "
          + "intervals over the seeds, where they differ. Each agent is played for 50 episodes.",
        "The twin has more meadow where the pit is: what is below the mean's reward there is what caution costs.",
        "The reference imitates the person who was watched. As a fallback it acts, by its likeliest actions, wherever an "
          + "observation's conformal p-value against the judged clips is below \(DeepCautionStudy.level).",
        "χ² of visits is estimated (uLSIF) from \(DeepCautionStudy.compared) episodes of the reference; for PPO at each "
          + "rollout, for SAC from the rollout before, by the first \(sacSeeds) of the seeds.",
        "The best of \(DeepCautionStudy.chosenFrom) episodes that the reference draws, by the learned reward. Whoever replays "
          + "one of the best 50 % or 10 % of them does any harm at most 2 or 10 times as often as the reference, whose own rate "
          + "is in the first row; of those who imitate them nothing is promised.",
      ])
  }

  private static func numbers(_ study: DeepCautionStudy) -> [ReproducedNumber] {
    study.rows.map { row in
      let falls = row.outcomes.map(\.falls)
      return ReproducedNumber(
        "\(study.slope.rawValue): \(row.name)", Statistics.mean(falls),
        interval: Statistics.meanInterval(falls)?.within(0...1),
        note: [
          SeedWords.spread(falls, within: 0...1), "reward " + SeedWords.text(row.outcomes.map(\.reward)),
          "twin " + SeedWords.text(row.outcomes.map(\.twin)),
          "unjudged " + SeedWords.text(row.outcomes.map(\.unjudged)),
        ].joined(separator: "; "))
    }
  }
}
