import Foundation

extension RunClock {
  /// The machine's own.
  public static let system = RunClock(
    wallTime: { Date().timeIntervalSince1970 },
    monotonic: { ProcessInfo.processInfo.systemUptime })
}
