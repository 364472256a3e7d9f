import Compute
import Foundation

/// One line of a list of runs.
public struct RunSummary: Sendable, Hashable, Codable {
  public var directory: String
  public var environment: String
  public var seed: Int
  public var state: State
  public var iterations: Int
  public var lastIteration: Int
  public var agentSteps: Int
  public var answers: Int
  /// Mean true return of the last evaluation.
  public var trueReturn: Double?
  /// Seconds since 1970 of the first and the last event.
  public var started: Double?
  public var lastEvent: Double?
  /// Why the directory cannot be read; the rest is then empty.
  public var problem: String?

  public enum State: String, Sendable, Hashable, Codable {
    /// Some process works on it.
    case running
    case finished
    /// Nobody works on it; `resume` goes on.
    case stopped
    /// See ``RunSummary/problem``.
    case unreadable
  }

  /// Of one run directory.
  public init(directory: String) {
    self.directory = directory
    environment = ""
    seed = 0
    state = .unreadable
    iterations = 0
    lastIteration = 0
    agentSteps = 0
    answers = 0
    do {
      let layout = RunLayout(directory)
      let settings = try ResolvedSettings(file: SettingsFile(path: layout.settings)).settings
      environment = settings.run.environment
      seed = settings.run.seed
      lastIteration = settings.run.iterations
      let record = try? RunRecord(directory: directory)
      iterations = record?.iterations.count ?? 0
      agentSteps = record?.iterations.last?.agentSteps ?? 0
      answers = record?.comparisons.count { $0.answer != nil && !$0.takenBack } ?? 0
      let evaluation = record?.finalEvaluation ?? record?.iterations.last { $0.evaluation != nil }?.evaluation
      trueReturn = evaluation.map { Statistics.mean($0.trueReturns) }
      started = record?.wallTimes.first
      lastEvent = record?.wallTimes.last
      state = record?.finished != nil ? .finished : RunLock.isHeld(layout) ? .running : .stopped
    } catch {
      problem = "\(error)"
    }
  }

  /// All runs in a directory and below it, studies' seeds among them, by name.
  public static func all(below directory: String) -> [RunSummary] {
    let files = FileManager.default
    func isRun(_ path: String) -> Bool { files.fileExists(atPath: RunLayout(path).settings) }
    if isRun(directory) { return [RunSummary(directory: directory)] }
    let names = ((try? files.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    var found: [RunSummary] = []
    for name in names {
      let path = RunLayout(directory).directory + "/" + name
      if isRun(path) {
        found.append(RunSummary(directory: path))
      } else if let study = try? Study.open(directory: path) {
        found += study.directories.filter(isRun).map { RunSummary(directory: $0) }
      }
    }
    return found
  }
}
