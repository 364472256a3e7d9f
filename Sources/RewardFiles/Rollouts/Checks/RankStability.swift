import Compute
import Findings

extension RolloutCheck {
  /// The order of the runs by reward is their order by truth.
  public static let rankStability = RolloutCheck(
    id: "rank-stability",
    title: "The order of the runs by reward is their order by truth",
    problem: "The order of the runs by reward is not their order by truth",
    explanation:
      "Runs (models, agents) in the order of the share accepted. For each two neighbours: the difference of the share that is truly right, "
      + "each from its own labels, weighted by verdict. If the errors differ between runs (one has learned what the verifier overlooks) the order "
      + "can turn. A run needs ten labels, and one of each verdict that it has.",
    advice:
      "Rank by the corrected shares, and label more rows of the two runs: pactolus sample rollouts FILES --for "
      + "gold --n 100 --stratify run,verdict --out LABELS",
    assumptions: "Labelled rows are a random sample of each run's rows with their verdict.",
    source: "Clopper & Pearson 1934; UTBoost (arXiv 2506.09289): leaderboards that changed",
    needs: [.totals, .gold, .runs]
  ) { rollouts throws(AuditGap) in
    try RankStability.measure(rollouts)
  }
}

private enum RankStability {
  struct Run {
    var name: String
    var accepted: Double
    var rates: GoldRates
    var labelled: Int
  }

  static func measure(_ rollouts: RolloutFacts) throws(AuditGap) -> CheckOutcome {
    let table = rollouts.table
    var runs: [Run] = []
    for (code, name) in table.run.names.enumerated() {
      let sample = GoldSample(table, accepted: rollouts.accepted, opinions: rollouts.texts.opinions) {
        table.run.codes[$0] == Int32(code)
      }
      let verdicts = Set(sample.strata.filter { $0.population > 0 }.map(\.accepted))
      guard sample.labelled >= 10, verdicts.allSatisfy({ sample.labelled(accepted: $0) > 0 }) else { continue }
      let all = sample.strata.reduce(0) { $0 + $1.population }
      let accepted = sample.strata.reduce(0) { $1.accepted ? $0 + $1.population : $0 }
      runs.append(
        Run(
          name: name, accepted: accepted / all, rates: GoldRates(sample, random: rollouts.random.child("run", code)),
          labelled: sample.labelled))
    }
    guard runs.count > 1 else { throw .missing("fewer than two runs with ten labels each") }
    runs.sort { ($0.accepted, $1.name) > ($1.accepted, $0.name) }
    let tests = zip(runs, runs.dropFirst()).map { first, second in
      let difference = first.rates.estimate.rightShare - second.rates.estimate.rightShare
      // Both at the edge that speaks for, and both at the edge that speaks against the order.
      let low = zip(right(first, many: false), right(second, many: true)).map { $0 - $1 }.sorted()
      let high = zip(right(first, many: true), right(second, many: false)).map { $0 - $1 }.sorted()
      let interval = Interval(
        lower: Statistics.quantile(sorted: low, 0.025), upper: Statistics.quantile(sorted: high, 0.975), level: 0.95)
      return EffectTest(
        "share right of \(first.name) less \(second.name)", difference, interval: interval,
        count: first.labelled + second.labelled,
        pValue: Double(max(1, high.count { $0 >= 0 })) / Double(high.count), isHarmless: interval.lower >= 0,
        margin: "at least 0")
    }
    let evidence = runs.flatMap { run in
      [
        Evidence("accepted of \(run.name)", run.accepted),
        Evidence("right of \(run.name)", run.rates.estimate.rightShare, count: run.labelled),
      ]
    }
    return CheckOutcome(tests: tests, evidence: evidence)
  }

  /// Draws of the share right, at its upper or lower edge.
  private static func right(_ run: Run, many: Bool) -> [Double] {
    run.rates.draws(right: many).map(\.rightShare)
  }
}
