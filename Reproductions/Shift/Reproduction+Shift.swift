import Compute
import Foundation

extension Reproduction {
  /// What detectors of the unfamiliar find, what they find that does not matter, and how often they are wrong.
  static let shift = Reproduction(
    name: "shift", summary: "Detectors of shift: six planted shifts and their harmless twins, in four worlds",
    source: "our own study; detectors after Lee et al. 2018, Sun et al. 2022, Osband et al. 2018, Vovk et al. 2021",
    duration: "three minutes; --quick half of one",
    quick: { random in
      var (study, streams) = (ShiftStudy(), ShiftStreams())
      (study.worlds, study.seeds) = ([ShiftWorld.all[0], ShiftWorld.all[3]], 2)
      (streams.unchanged, streams.changed) = (100, 20)
      return try result(study, streams, random: random)
    },
    run: { random in try result(ShiftStudy(), ShiftStreams(), random: random) })

  private static func result(
    _ study: ShiftStudy, _ streams: ShiftStreams, random: RandomSource
  ) throws -> ReproductionResult {
    let cells = try Parts.run(study.worlds.count * study.seeds) { part in
      let world = study.worlds[part / study.seeds]
      return try study.cell(world, random: random.child("shift/\(world.name)", part % study.seeds))
    }
    let table = ShiftTable(worlds: study.worlds.map(\.name), seeds: study.seeds, cells: cells)
    let detectors = ShiftStudy.Detector.allCases.map(\.rawValue)
    let kinds = ClipRewards.Diversity.allCases.map(\.rawValue)
    var numbers = detectors.map { table.falseAlarms($0) }
    for shift in PlantedShift.allCases {
      numbers.append(table.accuracy(shift))
      numbers += detectors.map { table.areas(shift, $0) }
    }
    for shift in PlantedShift.allCases { numbers += kinds.map { table.areas(shift, $0) } }
    numbers += table.meanAreas(kinds)
    numbers += try streamNumbers(streams, study.worlds[0], random: random)
    return ReproductionResult(
      title: "Shift: area under the ROC curve of clips of \(study.steps) steps, mean of \(study.worlds.count) worlds × "
        + "\(study.seeds) seeds",
      numbers: numbers,
      remarks: [
        "A clip shows two screens: the world that is rewarded, and an independent episode of the same world that is not. The "
          + "twin of a shift is the same shift on the second screen: of the same size, and no reward depends on it.",
        "Found: the share of clips with a conformal p-value of at most .05, against 99 calibration clips. A detector that "
          + "looks at inputs cannot tell a twin from a harm; p-values say what is new, not what is bad.",
        "Fails where the interval over a world's seeds reaches down to one half.",
        "Half of the usual agent's steps are random, so that a stronger agent does less that is new, not more. Randomised priors "
          + "are as large as an untrained network's outputs, and come with bootstrapped answers.",
        "Bets are valid for exchangeable numbers only. Steps of one episode are not: their row shows what happens then.",
      ])
  }

  private static func streamNumbers(
    _ streams: ShiftStreams, _ world: ShiftWorld, random: RandomSource
  ) throws -> [ReproducedNumber] {
    let quiet = try streams.alarms(world, streams: streams.unchanged, shift: nil, random: random)
    var numbers: [ReproducedNumber] = []
    for method in ShiftStreams.Method.allCases {
      let count = quiet.counts[method] ?? 0
      let interval = Statistics.proportionInterval(successes: count, of: streams.unchanged)
      numbers.append(
        ReproducedNumber(
          "\(streams.unchanged) unchanged streams: alarms by \(method.rawValue)",
          Double(count) / Double(streams.unchanged), interval: interval,
          note: ShiftTable.text(interval)
            + (method == .bets ? "; promised: at most .05" : method == .betsOnRows ? "; promises nothing here" : "")))
      if method == .bets {
        numbers.append(
          ReproducedNumber(
            "the same beyond .05, surely", max(0, (interval?.lower ?? 1) - ShiftStudy.level), reference: 0, tolerance: 0
          ))
      }
    }
    for shift in PlantedShift.allCases {
      let found = try streams.alarms(world, streams: streams.changed, shift: shift, random: random.child("changed"))
      for method in [ShiftStreams.Method.bets, .sum] {
        let delays = found.delays[method] ?? []
        let delay = delays.isEmpty ? "never" : String(format: "after %.0f clips (median)", Statistics.median(delays))
        numbers.append(
          ReproducedNumber(
            "\(shift.rawValue) half-way: found by \(method.rawValue)",
            Double(delays.count) / Double(streams.changed),
            interval: Statistics.proportionInterval(successes: delays.count, of: streams.changed),
            note: "\(delay); before it \(found.early[method] ?? 0)"))
      }
    }
    return numbers
  }
}
