import Compute
import Foundation

/// Streams of clips in which nothing changes, or half-way something does: how often there is an alarm, and how soon.
package struct ShiftStreams: Sendable {
  package init() {}

  var unchanged = 2000
  var changed = 200
  private static let (reference, length, steps) = (100, 100, 25)

  package enum Method: String, CaseIterable, Sendable {
    case bets = "bets on clips"
    case betsOnRows = "bets on single steps"
    case sum = "cumulative sum of clips"
  }

  package struct Alarms: Sendable {
    package var counts: [Method: Int] = [:]
    /// Of those after the change: clips that it took.
    var delays: [Method: [Double]] = [:]
    var early: [Method: Int] = [:]
  }

  /// Streams of one world, scored by Mahalanobis distances to clips that are no part of them.
  ///
  /// - Parameter shift: what comes after half of the stream; nil for nothing.
  package func alarms(_ world: ShiftWorld, streams: Int, shift: PlantedShift?, random: RandomSource) throws -> Alarms {
    let fitted = ShiftClips(world, count: 80, steps: Self.steps, random: random.child("fitted"))
    let score = try MahalanobisScore(fitted.rows)
    let noise = fitted.halfDeviations(world)
    let limit = try CumulativeSum.limit(falseAlarm: ShiftStudy.level, within: Self.length)
    let change = shift == nil ? 0 : Self.length / 2
    let found = try Parts.run(streams) { number in
      let source = random.child(shift?.rawValue ?? "unchanged", number)
      func clips(_ count: Int, _ name: String, _ shift: PlantedShift? = nil) -> (clips: [Double], rows: [Double]) {
        let clips = ShiftClips(
          world, count: count, steps: Self.steps, shift, noise: noise, random: source.child(name))
        let rows = score.scores(clips.rows)
        return (clips.means(of: rows), rows)
      }
      let before = clips(Self.reference, "reference")
      var (stream, rows) = clips(Self.length - (shift == nil ? 0 : Self.length / 2), "stream")
      if let shift {
        let after = clips(Self.length / 2, "shifted", shift)
        stream += after.clips
        rows += after.rows
      }
      var draws = source.stream("ties")
      var alarm: [Method: Int] = [:]
      var bets = try ExchangeabilityBets(reference: before.clips)
      var onRows = try ExchangeabilityBets(reference: before.rows)
      let calibration = try ConformalCalibration(before.clips, level: ShiftStudy.level)
      var sum = try CumulativeSum(limit: limit)
      for (index, value) in stream.enumerated() {
        bets.take(value, random: &draws)
        if bets.hasAlarm(level: ShiftStudy.level), alarm[.bets] == nil { alarm[.bets] = index }
        // p lies in 1 / (n + 1) … 1; the middle of its step, so that the normal number is finite.
        let p = calibration.pValue(value) - 0.5 / Double(Self.reference + 1)
        if sum.take(SpecialFunctions.normalQuantile(1 - p)), alarm[.sum] == nil { alarm[.sum] = index }
        for step in index * Self.steps..<(index + 1) * Self.steps {
          onRows.take(rows[step], random: &draws)
          if onRows.hasAlarm(level: ShiftStudy.level), alarm[.betsOnRows] == nil { alarm[.betsOnRows] = index }
        }
      }
      return alarm
    }
    var result = Alarms()
    for method in Method.allCases {
      let times = found.compactMap { $0[method] }
      result.counts[method] = times.count
      result.early[method] = times.count { $0 < change }
      result.delays[method] = times.filter { $0 >= change }.map { Double($0 - change + 1) }
    }
    return result
  }
}
