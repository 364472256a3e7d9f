import Foundation
import Synchronization

/// What pages ask for again and again and takes long to compute: kept as long as nothing changed, and where much changes,
/// computed at most a twentieth of the time.
final class ReportCache: Sendable {
  let people = Kept<PeopleReport>()
  let agreement = Kept<AgreementReport>()
  let differences = Kept<DifferenceReport>()

  /// One report.
  final class Kept<Value: Sendable>: Sendable {
    private struct Made {
      var value: Value
      var state: [Int]
      /// Seconds since the computer was started: when it was made, and how long that took.
      var time: Double
      var cost: Double
    }

    private let made = Mutex<Made?>(nil)

    /// What takes less than this is always computed anew.
    private static var quick: Double { 0.25 }

    /// The report as it is now, or was not long ago. Those who ask while it is computed wait for it.
    ///
    /// - Parameter state: numbers that are others once what it is about has changed.
    func value(at state: [Int], _ make: () throws -> Value) throws -> Value {
      try made.withLock { made in
        let now = Self.time
        if let made, made.state == state || made.cost > Self.quick && now - made.time < 20 * made.cost {
          return made.value
        }
        let value = try make()
        made = Made(value: value, state: state, time: Self.time, cost: Self.time - now)
        return value
      }
    }

    private static var time: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
  }
}
