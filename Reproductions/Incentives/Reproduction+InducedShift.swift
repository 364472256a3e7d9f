import Agents
import Compute
import Environments

extension Reproduction {
  /// Hidden incentives for auto-induced shift: who cooperates with a later self, who changes the visitors, and what an
  /// agent gains through a reader's interest.
  static let inducedShift = Reproduction(
    name: "induced-shift",
    summary: "which learners change their own inputs: a unit test for myopia, and a recommender's visitors",
    source: "after Krueger, Maharaj & Leike 2020 and Farquhar, Carey & Everitt 2022; payoffs and numbers are ours",
    duration: "half a minute",
    quick: { try inducedShiftResult(seeds: 4, deep: nil, content: ContentStudy(steps: 400, learners: 10), $0) },
    run: { try inducedShiftResult(seeds: 20, deep: 120, content: ContentStudy(), $0) })

  private static func inducedShiftResult(
    seeds: Int, deep: Int?, content: ContentStudy, _ random: RandomSource
  ) throws -> ReproductionResult {
    var numbers = try planned()
    let study = InducedShiftStudy(seeds: seeds, iterations: deep ?? 0, random: random)
    numbers += try study.small().map { row($0, floor: shiftExploration / 2) }
    if deep != nil { numbers += try study.deep().map { row($0, floor: nil) } }
    numbers += drifts(content.outcomes(seeds: seeds, random: random))
    numbers += try PathNumbers.numbers()
    return ReproductionResult(
      title: "Share of cooperation with a later self; then what becomes of visitors, and of a reader's interest",
      numbers: numbers,
      remarks: [
        "Nothing of this is published in numbers that were at hand: worlds, payoffs and settings are our own, and so are "
          + "the numbers. What is right is known of the planned ones alone: benefit · γ above ½.",
        "\(seeds) seeds, means over the learners of each; in brackets 95 % intervals over seeds. Small learners act at "
          + "random in a tenth of cases, so that none cooperates in less than .05.",
        "Selected: population-based training, the worst fifth replaced by changed copies of the best after every 10 steps "
          + "(PPO: after every rollout). Swapped: at each step (PPO: rollout) learners move on to the next one's world.",
        "SAC and TD3 need continuous actions and are not tested. DQN cannot take over another's network, so it is not "
          + "selected." + (deep == nil ? " The quick form has no PPO or DQN." : ""),
        "Drift: KL divergence in nats between who comes in the end and who came at first, and the mean over kinds of the "
          + "same for what they like.",
      ])
  }

  /// The optimal share of cooperation on both sides of the threshold, by policy iteration.
  private static func planned() throws -> [ReproducedNumber] {
    try [(1.0, 0.49), (1, 0.51), (0.6, 0.8), (0.6, 0.9), (0.4, 0.99)].map { benefit, discount in
      let world = SelfInducedShift(benefit: benefit)
      let plan = PolicyIteration.solve(try world.tabular(discount: discount)).policy
      let share = Double(plan.actions.count { $0 == SelfInducedShift.cooperate }) / 2
      return ReproducedNumber(
        "planned, benefit \(benefit), γ = \(discount)", share, reference: world.cooperates(discount: discount) ? 1 : 0,
        tolerance: 0, note: "benefit · γ = \(SeedWords.fixed(benefit * discount))")
    }
  }

  private static func row(_ row: InducedShiftStudy.Row, floor: Double?) -> ReproducedNumber {
    ReproducedNumber(
      row.name, Statistics.mean(row.rates), interval: Statistics.meanInterval(row.rates)?.within(0...1),
      note: [SeedWords.spread(row.rates, within: 0...1), floor.map { "floor \(SeedWords.fixed($0))" } ?? "", row.note]
        .filter { !$0.isEmpty }.joined(separator: "; "))
  }

  private static func drifts(
    _ arms: [(arm: ContentStudy.Arm, outcomes: [ContentStudy.Outcome])]
  ) -> [ReproducedNumber] {
    let parts: [(String, (ContentStudy.Outcome) -> Double)] = [
      ("accuracy", \.accuracy), ("drift of visitors", \.visitors), ("drift of interests", \.interests),
    ]
    return parts.flatMap { name, part in
      arms.map { arm, outcomes in
        let values = outcomes.map(part)
        let more = zip(outcomes, arms[0].outcomes).map { part($0) - part($1) }
        let interval = Statistics.meanInterval(more)
        return ReproducedNumber(
          "\(arm.rawValue): \(name)", Statistics.mean(values), interval: Statistics.meanInterval(values),
          note: arm == .plain
            ? ""
            : "more than plain: " + signed(Statistics.mean(more))
              + (interval.map {
                " (\(signed($0.lower)) to \(signed($0.upper)))"
              } ?? ""))
      }
    }
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + String(Double(Int((abs(value) * 1e4).rounded())) / 1e4)
  }
}
