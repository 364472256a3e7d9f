import Compute
import Theory

extension Reproduction {
  /// How often a random proxy Goodharts, and what early stopping costs and saves.
  static let goodhart = Reproduction(
    name: "goodhart",
    summary: "nearly 1,200 worlds × proxies of five families: how many Goodhart, and what early stopping costs",
    source: "Karwowski et al., “Goodhart's Law in Reinforcement Learning”, ICLR 2024", duration: "a few seconds"
  ) { random in
    let study = try GoodhartStudy(worldsPerFamily: 40, random: random)
    let all = study.shareThatFalls()
    let boltzmann = study.shareThatFallsBoltzmann()
    let (lost, unstopped) = (study.lostByStopping(), study.lostWithoutStopping())
    var numbers = [
      ReproducedNumber("worlds × proxies", Double(study.records.count)),
      ReproducedNumber(
        "share that Goodharts, maximum causal entropy", all.value, interval: all.interval,
        note: "families' sizes are ours"),
      ReproducedNumber("share that Goodharts, Boltzmann", boltzmann.value, interval: boltzmann.interval),
      ReproducedNumber(
        "true return below the start after early stopping: cases", Double(study.lossesAgainstStart),
        reference: 0, tolerance: 0, note: "theorem"),
      ReproducedNumber(
        "mean return given up by early stopping, of the range", lost.value, interval: lost.interval,
        note: "against the best corner of the path"),
      ReproducedNumber(
        "mean return lost without stopping, of the range", unstopped.value, interval: unstopped.interval,
        note: "against the best corner of the path"),
    ]
    for family in GoodhartStudy.Family.allCases {
      let share = study.shareThatFalls(family)
      numbers.append(
        ReproducedNumber("share that Goodharts, \(family.rawValue)", share.value, interval: share.interval))
    }
    for (low, high) in [(0.0, 30.0), (30, 60), (60, 90)] {
      let band = study.records.filter { (low..<high).contains($0.angle * 180 / .pi) }
      guard !band.isEmpty else { continue }
      numbers.append(
        ReproducedNumber(
          "mean drop height, angle \(Int(low))° to \(Int(high))°",
          Statistics.mean(band.map(\.causalEntropyDrop)), note: "\(band.count) cases; larger angles drop more"))
    }
    return ReproductionResult(
      title: "Goodhart's law over random worlds, grids, cliffs, paths and trees", numbers: numbers,
      remarks: [
        "The angle that early stopping guards against is the true one.",
        "The original's families have the same names but sizes that we do not know: shares cannot be compared.",
        "Intervals: 95 %, by worlds, of which each has six proxies.",
      ])
  }
}
