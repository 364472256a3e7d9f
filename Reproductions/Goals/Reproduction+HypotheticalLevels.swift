import Compute
import Environments

extension Reproduction {
  /// Whether questions about levels that are never met cure an agent that goes for the wrong thing.
  static let hypotheticalLevels = Reproduction(
    name: "hypothetical-levels",
    summary: "Whether asking about levels that are never met in training cures a wrong goal",
    source: "ours; the promise is ReQueST's (Reddy et al. 2019)", duration: "some minutes",
    quick: { try hypotheticalResult(seeds: 2, answers: 200, iterations: 40, levels: 100, $0) },
    run: { try hypotheticalResult(seeds: 5, answers: 600, iterations: 100, levels: 200, $0) })

  private static func hypotheticalResult(
    seeds: Int, answers: Int, iterations: Int, levels: Int, _ random: RandomSource
  ) throws -> ReproductionResult {
    let study = try HypotheticalLevelsStudy(
      seeds: seeds, answers: answers, iterations: iterations, levels: levels, random: random)
    let numbers = zip(HypotheticalLevelsStudy.Arm.allCases, study.cells).flatMap { arm, cells in
      [
        number("\(arm.rawValue): policy", cells, \.policy), number("\(arm.rawValue): planner", cells, \.planner),
      ]
    }
    return ReproductionResult(
      title: "The share of test levels in which the end of the corridor came before the coin",
      numbers: numbers,
      remarks: [
        "\(seeds) seeds, each \(answers) noisy comparisons of clips and \(iterations * LevelAgent.stepsPerIteration) steps of PPO "
          + "by the learned reward; \(levels) test levels. In brackets 95 % intervals over seeds.",
        "Policy: what PPO learnt, where the arm trains. Planner: exact planning in each test level by the same learned reward.",
        "With the coin at the end of every level that the agent meets, a right reward and a wrong one pay it alike: questions about "
          + "other levels can change what a planner does with the reward, not what a policy has learnt from it.",
      ])
  }

  private static func number(
    _ name: String, _ cells: [HypotheticalLevelsStudy.Cell],
    _ outcomes: KeyPath<HypotheticalLevelsStudy.Cell, LevelAgent.Outcomes>
  ) -> ReproducedNumber {
    let failures = cells.map { $0[keyPath: outcomes].share(.place) }
    func mean(_ what: Reached) -> String {
      SeedWords.fixed(Statistics.mean(cells.map { $0[keyPath: outcomes].share(what) }))
    }
    return ReproducedNumber(
      name, Statistics.mean(failures), interval: Statistics.meanInterval(failures)?.within(0...1),
      note: "coin first " + mean(.thing) + ", neither " + mean(.neither) + "; the policy's return in training levels "
        + SeedWords.fixed(Statistics.mean(cells.map(\.training.meanReturn))))
  }
}
