import Compute
import Foundation

/// The cells of the study as numbers with intervals.
struct ShiftTable {
  let worlds: [String]
  let seeds: Int
  /// World by world, seed by seed.
  let cells: [ShiftStudy.Cell]

  static func text(_ interval: Interval?) -> String {
    interval.map { String(format: "95 %% %.3f … %.3f", $0.lower, $0.upper) } ?? ""
  }

  /// Of clips that are no shift: what the level promises.
  func falseAlarms(_ detector: String) -> ReproducedNumber {
    let shares = cells.compactMap { $0.falseAlarms[detector] ?? nil }
    let interval = Statistics.meanInterval(shares)?.within(0...1)
    // A share of 100 clips against a calibration of 99 has a deviation of about .031.
    return ReproducedNumber(
      "no shift, \(detector): false alarms", Statistics.mean(shares), interval: interval, reference: ShiftStudy.level,
      tolerance: 4 * 0.031 / Double(max(1, shares.count)).squareRoot(), note: Self.text(interval))
  }

  /// How well the reward orders pairs of clips under a shift: whether the shift matters to it.
  func accuracy(_ shift: PlantedShift) -> ReproducedNumber {
    func mean(_ key: String) -> Double {
      Statistics.mean(cells.compactMap { $0.accuracy[key] }.filter { $0.isFinite })
    }
    let planted = ShiftStudy.key(shift, .rewarded)
    let interval = Statistics.meanInterval(cells.compactMap { $0.accuracy[planted] }.filter { $0.isFinite })?
      .within(0...1)
    return ReproducedNumber(
      "\(shift.rawValue): pairs that the reward orders rightly", mean(planted), interval: interval,
      note: String(
        format: "%@; twin %.3f; without a shift %.3f", Self.text(interval), mean(ShiftStudy.key(shift, .other)),
        mean("reference")))
  }

  /// The area of one detector over all cells, its twin's beside it, and the worlds where it fails.
  func areas(_ shift: PlantedShift, _ detector: String) -> ReproducedNumber {
    let planted = readings(shift, .rewarded, detector)
    let twin = readings(shift, .other, detector)
    let areas = planted.compactMap(\.area)
    let interval = Statistics.meanInterval(areas)?.within(0...1)
    let twins = Statistics.meanInterval(twin.compactMap(\.area))?.within(0...1)
    func share(_ readings: [ShiftStudy.Reading]) -> String {
      let found = readings.compactMap(\.found)
      return found.isEmpty ? "–" : String(format: "%.0f %%", 100 * Statistics.mean(found))
    }
    var notes = [
      "\(Self.text(interval)), found \(share(planted))",
      String(
        format: "twin %.3f (%@), found %@", Statistics.mean(twin.compactMap(\.area)), Self.text(twins), share(twin)),
    ]
    let failing = worlds.indices.filter { index in
      let here = planted[index * seeds..<(index + 1) * seeds].compactMap(\.area)
      guard here.count > 1, let interval = Statistics.meanInterval(here) else { return true }
      return interval.lower <= 0.5
    }
    if !failing.isEmpty { notes.append("fails: " + failing.map { worlds[$0] }.joined(separator: ", ")) }
    let missing = planted.count - areas.count
    if missing > 0 { notes.append("not measurable in \(missing) of \(planted.count)") }
    return ReproducedNumber(
      "\(shift.rawValue), \(detector)", Statistics.mean(areas), interval: interval, note: notes.joined(separator: "; "))
  }

  /// One kind of ensemble over all shifts; of all but the first, what it gains over the first, cell by cell.
  func meanAreas(_ kinds: [String]) -> [ReproducedNumber] {
    func means(_ kind: String, _ screen: ShiftClips.Screen) -> [Double] {
      cells.map { cell in
        Statistics.mean(PlantedShift.allCases.compactMap { cell.readings[ShiftStudy.key($0, screen, kind)]?.area })
      }
    }
    let first = means(kinds[0], .rewarded)
    return kinds.flatMap { kind -> [ReproducedNumber] in
      let own = means(kind, .rewarded)
      let interval = Statistics.meanInterval(own)?.within(0...1)
      let area = ReproducedNumber(
        "all shifts, \(kind)", Statistics.mean(own), interval: interval,
        note: Self.text(interval) + String(format: "; twins %.3f", Statistics.mean(means(kind, .other))))
      guard kind != kinds[0] else { return [area] }
      let gains = zip(own, first).map { $0 - $1 }
      let gained = Statistics.meanInterval(gains)
      return [
        area,
        ReproducedNumber(
          "all shifts, \(kind): gain over \(kinds[0])", Statistics.mean(gains), interval: gained,
          note: Self.text(gained)),
      ]
    }
  }

  private func readings(_ shift: PlantedShift, _ screen: ShiftClips.Screen, _ name: String) -> [ShiftStudy.Reading] {
    cells.map { $0.readings[ShiftStudy.key(shift, screen, name)] ?? ShiftStudy.Reading() }
  }
}
