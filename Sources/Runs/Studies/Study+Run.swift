import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation
import Synchronization

extension Study {
  /// Begins or goes on with every trial whose result is not in the table yet; with none, there is nothing to do.
  ///
  /// The shared `ThreadPool`'s threads are the workers: each takes the next trial as it has finished one. One process
  /// at a time works on a study; a second is refused.
  ///
  /// - Parameters:
  ///   - stop: stops every run at its next checkpoint; nothing of an unfinished one is entered.
  ///   - progress: told of every run, from the threads that they are on.
  ///   - watch: told of the study as a whole, one call at a time.
  ///   - registry: the environments and presets of the trials.
  ///   - learners: their learners.
  ///   - kinds: their kinds of feedback.
  ///   - clock: what the time is, for the table and for the rate.
  /// - Returns: how far the study has come.
  /// - Throws: the error of the first trial that had one, after all others have ended; it is tried again next time.
  @discardableResult
  public func run(
    stop: StopFlag = StopFlag(), progress: any ProgressSink = SilentProgress(),
    watch: @escaping @Sendable (StudyEvent) -> Void = { _ in }, registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard, clock: RunClock = .system
  ) throws -> StudyStatus {
    let lock = try RunLock(layout, what: "study")
    defer { withExtendedLifetime(lock) {} }
    let table = try StudyTable(path: layout.studyTable)
    let entered = try table.contents().results
    let all = plan.trials
    for trial in all where entered[trial.key] != nil { try clear(trial) }
    let open = all.filter { entered[$0.key] == nil }
    let pace = StudyPace(all: all, open: open, clock: clock, progress: progress, watch: watch)
    let work = TrialWork(
      plan: plan, layout: layout, registry: registry, learners: learners, kinds: kinds, clock: clock)
    let errors = Mutex<[Int: any Error]>([:])
    // At least two parts: a trial has one thread for itself, and then its processor seconds are those of its thread.
    ThreadPool.shared.run(open.isEmpty ? 0 : max(2, open.count)) { index in
      guard index < open.count, !stop.isRaised else { return }
      let trial = open[index]
      do {
        let begun = Self.threadSeconds()
        guard let result = try work.perform(trial, stop: stop, progress: pace.sink(of: trial)) else { return }
        try table.enter(trial.key, result, seconds: Self.threadSeconds() - begun, at: clock.wallTime())
        pace.enter(trial)
        try clear(trial)
      } catch {
        let error = Self.named(error, trial)
        errors.withLock { $0[index] = error }
        do { try table.note(trial.key, failure: "\(error)") } catch let other {
          errors.withLock { $0[open.count + index] = other }
        }
        pace.fail(trial, "\(error)")
      }
    }
    let ended = errors.withLock { $0 }
    if let first = ended.keys.min().flatMap({ ended[$0] }) { throw first }
    return StudyStatus(self, try table.contents())
  }

  /// Removes the run of a trial that is in the table, unless runs are kept.
  private func clear(_ trial: StudyTrial) throws {
    guard !plan.keepsRuns, let folder = trial.folder else { return }
    try DurableFile.remove(layout.directory + "/" + folder)
    // The row's own directory goes with its last run; it is not empty before.
    if folder.contains("/") { rmdir(layout.directory + "/" + folder.prefix { $0 != "/" }) }
  }

  private static func named(_ error: any Error, _ trial: StudyTrial) -> any Error {
    guard var error = error as? InputError else { return error }
    error.problem = "\(trial.title): \(error.problem)"
    return error
  }

  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
