/// Where things are in a run's directory.
public struct RunLayout: Sendable, Hashable {
  /// The run's directory, without a slash at its end.
  public let directory: String

  /// The layout of this directory, whether it exists or not.
  public init(_ directory: String) {
    var trimmed = directory
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.directory = trimmed
  }

  /// The resolved settings, as the run was started with them.
  public var settings: String { directory + "/settings.yaml" }
  /// Everything that happened.
  public var ledger: String { directory + "/ledger.sqlite" }
  /// One directory for each checkpoint.
  public var checkpoints: String { directory + "/checkpoints" }
  /// Curves for TensorBoard.
  public var metrics: String { directory + "/metrics" }
  /// The report page.
  public var report: String { directory + "/report.html" }
  /// Held by the process that works on the run.
  public var lock: String { directory + "/lock" }
  /// Only in the directory of a study, whose runs are directories below it: what it does, in full.
  public var study: String { directory + "/study.json" }
  /// The same as it was written: the study's file, for people.
  public var studyFile: String { directory + "/study.yaml" }
  /// The results of a study's finished trials.
  public var studyTable: String { directory + "/table.sqlite" }

  /// One seed of a study without axes.
  public func seed(_ seed: Int) -> RunLayout { RunLayout(directory + "/seed-\(seed)") }
}
