import Compute
import Synchronization

/// How a study is getting on.
public struct StudyProgress: Sendable, Hashable, Codable {
  /// Trials in the table, and in all.
  public var entered: Int
  /// See ``entered``.
  public var trials: Int
  /// The agents' steps done, and in all.
  public var steps: Int
  /// See ``steps``.
  public var totalSteps: Int
  /// Since this process began or went on with the study.
  public var seconds: Double
  /// The agents' steps per second since then.
  public var stepsPerSecond: Double
  /// An estimate from the steps that are left; 0 where nothing is known yet.
  public var secondsLeft: Double

  /// The share that is done.
  public var share: Double {
    totalSteps > 0 ? Double(steps) / Double(totalSteps) : Double(entered) / Double(max(1, trials))
  }
}

/// What a study reports while it goes on. No part of what it computes.
public enum StudyEvent: Sendable, Hashable {
  /// Work begins; or there is none, if all trials are in the table.
  case started(StudyProgress)
  /// Some run has done an iteration.
  case progress(StudyProgress)
  /// A trial's result is in the table.
  case entered(trial: String, StudyProgress)
  /// A trial ended with an error.
  case failed(trial: String, reason: String)
}

/// Counts what a study's runs report.
final class StudyPace: Sendable {
  private struct Counts {
    var entered: Int
    /// Of trials that are in the table.
    var doneSteps: Int
    /// Of each run under way: its agent's steps, and those that it had when this process took it up.
    var current: [String: (steps: Int, before: Int)] = [:]
    /// Done by this process in runs that have ended.
    var worked = 0
    /// Runs that go on from a checkpoint, whose first report says how many steps they had.
    var resumed: Set<String> = []
  }

  private let counts: Mutex<Counts>
  private let trials: Int
  private let totalSteps: Int
  private let clock: RunClock
  private let start: Double
  private let progress: any ProgressSink
  private let watch: @Sendable (StudyEvent) -> Void

  init(
    all: [StudyTrial], open: [StudyTrial], clock: RunClock, progress: any ProgressSink,
    watch: @escaping @Sendable (StudyEvent) -> Void
  ) {
    (self.clock, self.progress, self.watch) = (clock, progress, watch)
    trials = all.count
    totalSteps = all.reduce(0) { $0 + $1.steps }
    start = clock.monotonic()
    let left = open.reduce(0) { $0 + $1.steps }
    counts = Mutex(Counts(entered: all.count - open.count, doneSteps: totalSteps - left))
    tell { .started($0) }
  }

  /// What a trial's run reports to.
  func sink(of trial: StudyTrial) -> any ProgressSink { TrialSink(trial: trial, pace: self) }

  func enter(_ trial: StudyTrial) {
    tell {
      .entered(trial: trial.title, $0)
    } after: { counts in
      let last = counts.current.removeValue(forKey: trial.key)
      counts.worked += trial.steps - (last?.before ?? 0)
      counts.doneSteps += trial.steps
      counts.entered += 1
    }
  }

  func fail(_ trial: StudyTrial, _ reason: String) {
    counts.withLock { counts in
      counts.current[trial.key] = nil
      watch(.failed(trial: trial.title, reason: reason))
    }
  }

  private func tell(_ event: (StudyProgress) -> StudyEvent, after change: (inout Counts) -> Void = { _ in }) {
    counts.withLock { counts in
      change(&counts)
      let under = counts.current.values.reduce(0) { $0 + $1.steps }
      let worked = counts.worked + counts.current.values.reduce(0) { $0 + $1.steps - $1.before }
      let seconds = max(clock.monotonic() - start, 1e-9)
      let done = counts.doneSteps + under
      let rate = Double(worked) / seconds
      watch(
        event(
          StudyProgress(
            entered: counts.entered, trials: trials, steps: done, totalSteps: totalSteps, seconds: seconds,
            stepsPerSecond: rate, secondsLeft: worked > 0 ? Double(totalSteps - done) / rate : 0)))
    }
  }

  private struct TrialSink: ProgressSink {
    let trial: StudyTrial
    let pace: StudyPace

    func report(_ event: ProgressEvent) {
      pace.progress.report(event)
      switch event {
      case .started(_, _, _, let resumedAt):
        if resumedAt != nil { pace.counts.withLock { _ = $0.resumed.insert(trial.key) } }
      case .iteration(let report):
        pace.tell {
          .progress($0)
        } after: { counts in
          let isResumed = counts.resumed.remove(trial.key) != nil
          let before = counts.current[trial.key]?.before ?? (isResumed ? report.agentSteps : 0)
          counts.current[trial.key] = (report.agentSteps, before)
        }
      case .finished: break
      }
    }
  }
}
