import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation
import Synchronization

/// The same settings under several seeds, each a whole run in a directory of its own: `DIR/seed-0`, `DIR/seed-1`, …
///
/// ```swift
/// let study = try Study.create(directory: "runs/pendulum", settings: settings, seeds: [0, 1, 2, 3, 4])
/// let outcomes = try study.run()
/// ```
///
/// Runs go side by side on the threads there are; each is what it would be alone.
public struct Study: Sendable {
  /// Where the study is.
  public let layout: RunLayout
  /// The seeds, in order.
  public let seeds: [Int]
  /// The settings of every run; each has its own seed.
  public let settings: ResolvedSettings

  /// The file `study.json`.
  private struct Description: Codable {
    var made = Study.made
    var format = 1
    var seeds: [Int]
    /// Every setting but the seed.
    var settings: [String: String]
  }

  private static let made = "pactolus study"

  /// Starts a study in a new directory.
  public static func create(
    directory: String, settings: ResolvedSettings, seeds: [Int], registry: EnvironmentRegistry = .standard,
    kinds: FeedbackRegistry = .standard
  ) throws -> Study {
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw InputError("a study needs seeds, each once", at: "seeds", remedy: "give at least one")
    }
    _ = try LearnRun.check(settings.settings, registry, kinds)
    let layout = RunLayout(directory)
    guard try FileManager.default.entries(of: layout.directory).isEmpty else {
      throw InputError(
        "the directory is not empty", at: directory, remedy: "choose another place, or resume what is there")
    }
    try FileManager.default.makeDirectory(layout.directory)
    var values = settings.settings.values
    values["run.seed"] = nil
    let description = Description(seeds: seeds, settings: values)
    try DurableFile.write(Data(try CanonicalJSON.encode(description).utf8), to: layout.study)
    return Study(layout: layout, seeds: seeds, settings: settings)
  }

  /// A study that exists already.
  public static func open(directory: String, learners: LearnerRegistry = .standard) throws -> Study {
    let layout = RunLayout(directory)
    guard let data = FileManager.default.contents(atPath: layout.study) else {
      throw InputError(
        "no study here", at: directory, remedy: "name a directory that 'pactolus learn --seeds' has made")
    }
    let description: Description
    do {
      description = try CanonicalJSON.decode(Description.self, from: String(decoding: data, as: UTF8.self))
    } catch {
      throw InputError("this is no study's description", at: layout.study, remedy: "put the study's own file back")
    }
    guard description.made == made, description.format == 1, !description.seeds.isEmpty else {
      throw InputError("not a study of this version of Pactolus", at: layout.study)
    }
    return Study(
      layout: layout, seeds: description.seeds,
      settings: try ResolvedSettings(ofRun: description.settings, learners: learners))
  }

  /// Whether the directory holds a study rather than a run.
  public static func isStudy(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: RunLayout(directory).study)
  }

  /// The run directories, in the order of the seeds.
  public var directories: [String] { seeds.map { layout.seed($0).directory } }

  /// Starts or goes on with every run that is not finished.
  ///
  /// - Throws: the error of the first seed that had one, after all have ended; every run can be resumed.
  public func run(
    stop: StopFlag = StopFlag(), progress: any ProgressSink = SilentProgress(),
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard,
    kinds: FeedbackRegistry = .standard, clock: RunClock = .system
  ) throws -> [RunOutcome] {
    let results = Mutex<[Int: Result<RunOutcome, any Error>]>([:])
    ThreadPool.shared.run(seeds.count) { index in
      let result = Result { () throws -> RunOutcome in
        let directory = directories[index]
        let exists = FileManager.default.fileExists(atPath: RunLayout(directory).settings)
        let run =
          exists
          ? try LearnRun.resume(
            directory: directory, registry: registry, learners: learners, kinds: kinds, clock: clock)
          : try LearnRun.create(
            directory: directory, settings: settings.with(seed: seeds[index]), registry: registry, learners: learners,
            kinds: kinds, clock: clock)
        return try run.run(stop: stop, progress: progress)
      }
      results.withLock { $0[index] = result }
    }
    let ended = results.withLock { $0 }
    return try seeds.indices.compactMap { try ended[$0]?.get() }
  }
}
