import Compute
import Environments

extension Reproduction {
  /// Goal misgeneralisation in our procedural worlds, against the share of training levels in which the accident does
  /// not hold.
  static let misgeneralisation = Reproduction(
    name: "misgeneralisation",
    summary: "How often PPO goes for the place where the coin always was, against the share of varied levels",
    source: "Langosco et al. 2022 (worlds of our own in their style; their figures give no numbers in text)",
    duration: "some minutes",
    quick: { try misgeneralisationResult(.quick, $0) },
    run: { try misgeneralisationResult(MisgeneralisationStudy.Plan(), $0) })

  private static func misgeneralisationResult(
    _ plan: MisgeneralisationStudy.Plan, _ random: RandomSource
  ) throws -> ReproductionResult {
    let study = try MisgeneralisationStudy(plan, random: random)
    let numbers = plan.families.indices.flatMap { family in
      plan.shares.indices.map { share in number(study, family, share) }
    }
    return ReproductionResult(
      title: "The share of test levels in which the agent came to the accident's place before the thing",
      numbers: numbers,
      remarks: plan.families.indices.map { falls(study, $0) } + [
        "\(plan.seeds) seeds, each \(plan.iterations * LevelAgent.stepsPerIteration) steps of PPO by the true reward in "
          + "fresh levels; each agent acts by draws in \(plan.levels) test levels and in as many fresh training levels. In "
          + "brackets 95 % intervals over seeds (Student's): the levels of one agent are not independent of each other.",
        "No number is published in text. What is: failure falls as the share rises over 0, 2, 3, 6 and 11 %, and a few per "
          + "cent already help much (Langosco et al. 2022, CoinRun).",
        "Test levels begin at a fixed place, and no shortest way to the accident's place leads through the thing.",
      ])
  }

  private static func number(_ study: MisgeneralisationStudy, _ family: Int, _ share: Int) -> ReproducedNumber {
    let cells = study.cells[family][share]
    func mean(_ value: (MisgeneralisationStudy.Cell) -> Double) -> String {
      SeedWords.fixed(Statistics.mean(cells.map(value)))
    }
    let each = study.failures(family, share).map(SeedWords.fixed).joined(separator: " ")
    return ReproducedNumber(
      "\(study.plan.families[family].rawValue), \(percent(study.plan.shares[share])) varied",
      Statistics.mean(study.failures(family, share)), interval: study.interval(family, share),
      note: "thing first " + mean { $0.test.share(.thing) } + ", neither " + mean { $0.test.share(.neither) }
        + "; return in tests " + mean(\.test.meanReturn) + ", in training " + mean(\.training.meanReturn)
        + "; seeds " + each)
  }

  /// What a world's curve does, seen against the published one.
  private static func falls(_ study: MisgeneralisationStudy, _ family: Int) -> String {
    let means = study.plan.shares.indices.map { Statistics.mean(study.failures(family, $0)) }
    let world = study.plan.families[family]
    if world == .shapes {
      let each = study.failures(family, 0).indices.map { seed in
        let test = study.cells[family][0][seed].test
        return test.share(.place) > test.share(.thing) ? "colour" : "shape"
      }
      return "\(world.rawValue): trained on a yellow gem alone, the agents prefer, seed by seed: "
        + each.joined(separator: ", ") + "."
    }
    let steps = zip(means, means.dropFirst()).count { $0 < $1 - 0.02 }
    return "\(world.rawValue): from \(SeedWords.fixed(means[0])) without varied levels to "
      + "\(SeedWords.fixed(means[means.count - 1])) with all varied; "
      + (steps == 0
        ? "it never rises by more than .02 on the way." : "on the way it rises \(steps) times by more than .02.")
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}
