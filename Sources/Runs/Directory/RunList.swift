import Compute
import Foundation

/// One line of a list of runs.
public struct RunSummary: Sendable, Hashable, Codable {
  /// The run's directory.
  public var directory: String
  /// The environment's id; empty if the run cannot be read.
  public var environment: String
  /// The run's seed.
  public var seed: Int
  /// Whether it goes on.
  public var state: State
  /// Iterations done so far.
  public var iterations: Int
  /// The number of the last iteration.
  public var lastIteration: Int
  /// The agent's steps so far.
  public var agentSteps: Int
  /// Answers that count.
  public var answers: Int
  /// Mean true return of the last evaluation.
  public var trueReturn: Double?
  /// Seconds since 1970 of the first and the last event.
  public var started: Double?
  /// See ``started``.
  public var lastEvent: Double?
  /// Why the directory cannot be read; the rest is then empty.
  public var problem: String?

  /// Whether a process works on a run.
  public enum State: String, Sendable, Hashable, Codable {
    /// Some process works on it.
    case running
    /// It has gone to its end.
    case finished
    /// No process works on it; `resume` continues it.
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
      let settings = try ResolvedSettings(ofRun: SettingsFile(path: layout.settings)).settings
      environment = settings.run.environment
      seed = settings.run.seed
      lastIteration = settings.run.iterations
      state = RunLock.isHeld(layout) ? .running : .stopped
      // A run that was killed before its first event has a ledger without one, or none; that is not an error.
      guard try Ledger.hasEvents(layout) else { return }
      let record = try RunRecord(directory: directory)
      iterations = record.iterations.count
      agentSteps = record.iterations.last { $0.agentSteps > 0 }?.agentSteps ?? 0
      answers = record.answerCount
      let evaluation = record.finalEvaluation ?? record.iterations.last { $0.evaluation != nil }?.evaluation
      trueReturn = evaluation.map { Statistics.mean($0.trueReturns) }
      started = record.wallTimes.first
      lastEvent = record.wallTimes.last
      if record.finished != nil { state = .finished }
    } catch {
      state = .unreadable
      problem = "\(error)"
    }
  }

  private init(directory: String, problem: String) {
    self.directory = directory
    self.problem = problem
    (environment, seed, state, iterations, lastIteration, agentSteps, answers) = ("", 0, .unreadable, 0, 0, 0, 0)
  }

  /// All runs in a directory and below it, studies' seeds among them, by name. A study that cannot be read is one line
  /// that says why; a directory that is not there has no runs.
  ///
  /// - Throws: `InputError` if the directory is there and cannot be listed.
  public static func all(below directory: String) throws -> [RunSummary] {
    let files = FileManager.default
    func isRun(_ path: String) -> Bool { files.fileExists(atPath: RunLayout(path).settings) }
    if isRun(directory) { return [RunSummary(directory: directory)] }
    let names = try files.entries(of: directory).sorted()
    var found: [RunSummary] = []
    for name in names {
      let path = RunLayout(directory).directory + "/" + name
      if isRun(path) {
        found.append(RunSummary(directory: path))
      } else if Study.isStudy(path) {
        do {
          found += try Study.open(directory: path).directories.filter(isRun).map { RunSummary(directory: $0) }
        } catch {
          found.append(RunSummary(directory: path, problem: "\(error)"))
        }
      }
    }
    return found
  }
}
