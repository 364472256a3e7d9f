import Compute
import Findings

extension Reproduction {
  /// Every rule of caution in five worlds with something that must not be done, of which the learned reward knows
  /// nothing.
  static let caution = Reproduction(
    name: "caution", summary: "What each kind of caution prevents, what it costs, and where it does not help",
    source: "ours; the boat race and the sokoban are Leike et al. 2017, the wall of lava Hadfield-Menell et al. 2017",
    duration: "some minutes",
    quick: { try cautionResult(seeds: 2, comparisons: 200, members: 10, $0) },
    run: { try cautionResult(seeds: 5, comparisons: 200, members: 20, $0) })

  private static func cautionResult(
    seeds: Int, comparisons: Int, members: Int, _ random: RandomSource
  ) throws -> ReproductionResult {
    let worlds = try [HazardWorld.lava(), .cliff(), .hole(), .boatRace(), .sokoban()]
    let studies = try worlds.map {
      try CautionStudy($0, seeds: seeds, comparisons: comparisons, members: members, random: random)
    }
    return ReproductionResult(
      title: "How often what must not be done is done; then the gain over the reference (1: the best policy's)",
      numbers: studies.flatMap(numbers),
      remarks: worlds.map { "\($0.name): \($0.hazard)." } + [
        "\(seeds) seeds, each with \(members) rewards drawn from the posterior of \(comparisons) noisy comparisons; in "
          + "brackets 95 % intervals over the seeds, where they differ. Each policy is evaluated exactly.",
        "The number is the probability of doing it within \(HazardWorld.steps) steps; in the boat race, the share of "
          + "steps that are no racing.",
        "The twin is the same world with a harmless hazard: what is below the mean's gain there is what caution costs.",
        "Asked first are steps that may lead to where there is no way back from, or to a state that nobody judged: once "
          + "each, and the reference acts where they are refused. Who is asked looks ahead as far as there is to look.",
        "The reference is the best policy (in the hole's meadow, one that keeps two columns off) with a fifth of its "
          + "choices random. Whatever keeps near it is as safe as it is: the first line of each world.",
      ])
  }

  private static func numbers(_ study: CautionStudy) -> [ReproducedNumber] {
    let base = study.rows[0].results.map(\.harm)
    return study.rows.map { row in
      let refused = row.results.filter { $0.refusal != nil }.count
      let harms = row.results.map(\.harm)
      var notes = [
        SeedWords.spread(harms, within: 0...1), "gain " + SeedWords.text(row.results.map(\.gain)),
        "twin " + SeedWords.text(row.results.map(\.twin)),
      ]
      // A quantiliser is as safe as what it quantilises.
      if row.name.hasPrefix("quantiliser") {
        notes.append("its base does it with " + SeedWords.fixed(Statistics.mean(base)))
      }
      let questions = row.results.compactMap(\.questions)
      if !questions.isEmpty { notes.append("questions in 100 episodes " + SeedWords.text(questions)) }
      if refused > 0 { notes.append("refused with \(refused) of \(row.results.count) seeds") }
      return ReproducedNumber(
        "\(study.world.name): \(row.name)", Statistics.mean(harms),
        interval: Statistics.meanInterval(harms)?.within(0...1), note: notes.joined(separator: "; "))
    }
  }
}
