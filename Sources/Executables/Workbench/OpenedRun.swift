import Command
import Compute
import Environments
import Foundation
import Runs
import Synchronization
import Workbench

/// A run with the people who answer it; one that has finished is only looked at.
final class OpenedRun: @unchecked Sendable {
  let project: WorkbenchProject
  let directory: String
  /// Used by one thread alone; nil if there is nothing left to do.
  private var run: LearnRun?

  init(creating directory: String, _ settings: ResolvedSettings, _ registry: EnvironmentRegistry) throws {
    let entry = try registry.entry(settings.settings.run.environment)
    let live = DeferredAnswering()
    let run = try LearnRun.create(directory: directory, settings: settings, registry: registry, live: live)
    project = try WorkbenchProject(
      directory: directory, environment: entry, seed: UInt64(settings.settings.run.seed))
    live.project = project
    self.directory = directory
    self.run = run
  }

  init(resuming directory: String, _ registry: EnvironmentRegistry) throws {
    let settings = try ResolvedSettings(file: SettingsFile(path: RunLayout(directory).settings)).settings
    let entry = try registry.entry(settings.run.environment)
    let isFinished = (try? RunRecord(directory: directory))?.finished != nil
    self.directory = directory
    guard settings.person.answering == .live, !isFinished else {
      project = try WorkbenchProject(directory: directory, environment: entry, seed: UInt64(settings.run.seed))
      project.readRecord()
      return
    }
    let live = DeferredAnswering()
    let run = try LearnRun.resume(directory: directory, registry: registry, live: live)
    project = try WorkbenchProject(directory: directory, environment: entry, seed: UInt64(settings.run.seed))
    live.project = project
    self.run = run
  }

  /// Runs to the end or to the stop; nil if there was nothing to run.
  func work(stop: StopFlag) throws -> RunOutcome? {
    guard let run else { return nil }
    defer { self.run = nil }
    return try run.run(
      stop: stop, progress: BothSinks(first: project.progress, second: ProgressScreen(json: false, seeds: 1)))
  }
}

/// The run is made first, since only it may make its directory, and its people keep a file in there.
private final class DeferredAnswering: LiveAnswering, @unchecked Sendable {
  /// Set before the run starts.
  var project: WorkbenchProject!

  func ask(_ questions: [LiveQuestion]) throws { try project.ask(questions) }

  func collect(iteration: Int, waitingForQuestionsUpTo last: Int, stop: StopFlag) throws -> [LiveEvent]? {
    try project.collect(iteration: iteration, waitingForQuestionsUpTo: last, stop: stop)
  }

  func waitWhilePaused(stop: StopFlag) { project.waitWhilePaused(stop: stop) }

  func show(_ view: LiveView) { project.show(view) }
}

private struct BothSinks: ProgressSink {
  var first: any ProgressSink
  var second: any ProgressSink

  func report(_ event: ProgressEvent) {
    first.report(event)
    second.report(event)
  }
}

/// The thread that a run blocks while it waits for people.
final class RunThread: Sendable {
  private let ended = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<RunOutcome?, any Error>?>(nil)

  static func start(_ opened: OpenedRun, stop: StopFlag) -> RunThread {
    let conclusion = RunThread()
    let thread = Thread {
      let result = Result { try opened.work(stop: stop) }
      switch result {
      case .success(let outcome?) where outcome.finished:
        Screen.write("\nThe run has finished: \(opened.directory). The page stays until Ctrl-C.\n", to: STDERR_FILENO)
        conclusion.report(opened, outcome)
      case .failure(let error):
        opened.project.fail("\(error)")
        Screen.complain("\(error)")
      default: break
      }
      conclusion.result.withLock { $0 = result }
      conclusion.ended.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
    return conclusion
  }

  private func report(_ opened: OpenedRun, _ outcome: RunOutcome) {
    do {
      try Conclusion.show(
        [outcome], directory: opened.directory, screen: ProgressScreen(json: false, seeds: 1), json: false)
    } catch {
      Screen.complain("\(error)")
    }
  }

  /// Waits for the run's last words.
  ///
  /// - Throws: what ended it, if something did.
  func wait() throws {
    ended.wait()
    switch result.withLock({ $0 }) {
    case .failure(let error): throw error
    case .success(let outcome?) where !outcome.finished:
      Screen.write("Stopped. Go on with:  pactolus workbench \(outcome.directory)\n", to: STDERR_FILENO)
      throw Conclusion.Stopped()
    default: break
    }
  }
}
