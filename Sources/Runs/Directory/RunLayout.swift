/// Where things stand in a run's directory.
public struct RunLayout: Sendable, Hashable {
  public let directory: String

  public init(_ directory: String) {
    var trimmed = directory
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.directory = trimmed
  }

  public var settings: String { directory + "/settings.yaml" }
  public var ledger: String { directory + "/ledger.sqlite" }
  public var checkpoints: String { directory + "/checkpoints" }
  public var metrics: String { directory + "/metrics" }
  public var report: String { directory + "/report.html" }
  public var lock: String { directory + "/lock" }
  /// Only in the directory of a study, whose seeds are run directories below it.
  public var study: String { directory + "/study.json" }

  /// One seed of a study.
  public func seed(_ seed: Int) -> RunLayout { RunLayout(directory + "/seed-\(seed)") }
}
