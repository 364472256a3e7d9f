import Foundation

/// A clock that only goes forward, for how long things take.
public enum SystemSeconds {
  /// Seconds since some moment.
  public static func now() -> Double { ProcessInfo.processInfo.systemUptime }
}
