import Command
import Compute
import Environments
import Foundation
import Runs
import Synchronization
import Workbench

/// A run with the people who answer it; a finished one is only shown.
///
/// Unchecked: it is made on the main thread and handed to the run's thread (``RunThread``), which alone uses the run
/// from then on; `project` and `directory` are safe to use from any.
final class OpenedRun: @unchecked Sendable {
  let project: WorkbenchProject
  let directory: String
  /// Nil if there is nothing left to do.
  private var run: LearnRun?
  /// Whether there was something left to do when it was opened.
  let isUnderWay: Bool

  init(creating directory: String, _ settings: ResolvedSettings, _ registry: EnvironmentRegistry) throws {
    let entry = try registry.entry(settings.settings.run.environment)
    self.directory = directory
    (run, project) = try Self.open(entry, seed: settings.settings.run.seed) { people in
      try LearnRun.create(
        directory: directory, settings: settings, registry: registry, learners: Parts.current.learners,
        kinds: Parts.current.kinds, answering: people)
    }
    isUnderWay = true
  }

  init(resuming directory: String, _ registry: EnvironmentRegistry) throws {
    let settings = try ResolvedSettings(
      ofRun: SettingsFile(path: RunLayout(directory).settings), learners: Parts.current.learners
    ).settings
    let entry = try registry.entry(settings.run.environment)
    self.directory = directory
    isUnderWay = settings.person.answering == .live && RunSummary(directory: directory).state != .finished
    guard isUnderWay else {
      let seed = UInt64(settings.run.seed)
      if access(directory, W_OK) == 0 {
        project = try WorkbenchProject(
          directory: directory, environment: entry, seed: seed, kinds: Parts.current.kinds,
          learners: Parts.current.learners)
        project.readRecord()
      } else {
        project = try WorkbenchProject(
          showing: directory, environment: entry, seed: seed, kinds: Parts.current.kinds,
          learners: Parts.current.learners)
        Screen.write("\(directory) may only be read: what is changed on the page is not kept.\n", to: STDERR_FILENO)
      }
      return
    }
    (run, project) = try Self.open(entry, seed: settings.run.seed) { people in
      try LearnRun.resume(
        directory: directory, registry: registry, learners: Parts.current.learners, kinds: Parts.current.kinds,
        answering: people)
    }
  }

  /// Texts to judge: there is nothing to run.
  init(judging directory: String) throws {
    (self.directory, isUnderWay) = (directory, false)
    project = try WorkbenchProject(judging: directory)
    for sentence in try JudgingRecord(directory: directory).changes() { Screen.complain(sentence) }
  }

  /// The project is made when the run has its directory, since people keep a file in there.
  private static func open(
    _ entry: EnvironmentEntry, seed: Int, _ makeRun: (AnsweringSource) throws -> LearnRun
  ) throws -> (LearnRun, WorkbenchProject) {
    var project: WorkbenchProject?
    let run = try makeRun(
      .people { layout in
        let made = try WorkbenchProject(
          directory: layout.directory, environment: entry, seed: UInt64(seed), kinds: Parts.current.kinds,
          learners: Parts.current.learners)
        project = made
        return made
      })
    guard let project else { preconditionFailure("a run that people answer makes its people") }
    return (run, project)
  }

  /// Runs to the end or to the stop; nil if there was nothing to run.
  func work(stop: StopFlag) throws -> RunOutcome? {
    guard let run else { return nil }
    defer { self.run = nil }
    return try run.run(
      stop: stop, progress: BothSinks(first: project.progress, second: ProgressScreen(json: false, seeds: 1)))
  }
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
