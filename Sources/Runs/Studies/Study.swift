import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation

/// Many runs of one question, in one directory: every combination of some axes under several seeds, and a table that
/// each finished run's result enters once.
///
/// ```swift
/// let file = try StudyFile(path: "learning-rates.yaml")
/// let study = try Study.begin(file, in: "runs/learning-rates")
/// try study.run()                                    // after a kill: the same again
/// ```
///
/// Runs go side by side on the threads there are; each is what it would be alone, so that a study's table has the same
/// bytes with any number of workers, after a kill and a resume.
public struct Study: Sendable {
  /// Where the study is.
  public let layout: RunLayout
  package let plan: StudyPlan

  init(layout: RunLayout, plan: StudyPlan) {
    (self.layout, self.plan) = (layout, plan)
  }

  /// The seeds of every row, in order.
  public var seeds: [Int] { plan.seeds }

  /// What varies, by the axes' names; empty where only the seed does.
  public var axes: [String] { plan.axes }

  // MARK: Beginning and opening

  /// Begins a study of a file in a new directory.
  ///
  /// - Parameters:
  ///   - file: what to run.
  ///   - directory: where it is kept; made if it is missing, and empty.
  ///   - form: in full, or within ten minutes.
  ///   - number: where the seeds are drawn from; nil takes those of tuning, or those that the file names.
  ///   - registry: the environments and presets that the file can name.
  ///   - learners: the learners that the file can name.
  ///   - kinds: the kinds of feedback that the file can name.
  /// - Throws: `InputError` with file and line for what cannot run; nothing is made then.
  public static func begin(
    _ file: StudyFile, in directory: String, form: StudyForm = .full, number: Int? = nil,
    registry: EnvironmentRegistry = .standard, learners: LearnerRegistry = .standard,
    kinds: FeedbackRegistry = .standard
  ) throws -> Study {
    let plan = try StudyPlan(
      file, form: form, number: number, registry: registry, learners: learners, kinds: kinds)
    return try make(plan, in: directory)
  }

  /// Begins a study of the same settings under several seeds: the runs are `DIR/seed-0`, `DIR/seed-1`, …
  public static func create(
    directory: String, settings: ResolvedSettings, seeds: [Int], registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard
  ) throws -> Study {
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw InputError("a study needs seeds, each once", at: "seeds", remedy: "give at least one")
    }
    let entry = try LearnRun.check(settings.settings, registry, kinds)
    try LearnRun.checkKinds(settings.settings, entry, kinds)
    let caution = settings.settings.caution
    try LearnRun.checkLearner(
      settings.settings, entry, learners, try CautionReference(caution, in: entry, registry, learners),
      try CautionFallback(caution, in: entry, registry, learners))
    let plan = try StudyPlan(settings: settings, seeds: seeds, learners: learners, registry: registry)
    return try make(plan, in: directory)
  }

  private static func make(_ plan: StudyPlan, in directory: String) throws -> Study {
    let layout = RunLayout(directory)
    func checkEmpty() throws {
      // A process killed at the very start leaves these.
      let left = ["lock", "study.yaml", "study.yaml.writing", "study.json.writing"]
      guard try FileManager.default.entries(of: layout.directory).allSatisfy(left.contains) else {
        throw InputError(
          "the directory is not empty", at: directory, remedy: "choose another place, or resume what is there")
      }
    }
    // Before the lock, so that no lock is left in a directory of something else; and under it, as another process may
    // have begun a study here in between.
    try checkEmpty()
    try FileManager.default.makePrivateDirectory(layout.directory)
    let lock = try RunLock(layout, what: "study")
    try withExtendedLifetime(lock) {
      try checkEmpty()
      try DurableFile.write(Data(plan.text.utf8), to: layout.studyFile)
      try DurableFile.write(Data(try CanonicalJSON.encode(StudyDescription(plan)).utf8), to: layout.study)
    }
    return Study(layout: layout, plan: plan)
  }

  /// A study that exists already, of this version or an earlier one.
  ///
  /// - Throws: `InputError` if there is none, or it cannot be read.
  public static func open(directory: String, learners: LearnerRegistry = .standard) throws -> Study {
    let layout = RunLayout(directory)
    guard isStudy(directory) else {
      throw InputError(
        "no study here", at: directory,
        remedy: "name a directory that 'pactolus study run' or 'pactolus learn --seeds' has made")
    }
    return Study(layout: layout, plan: try StudyDescription.read(layout.study, learners: learners))
  }

  /// Whether the directory holds a study rather than a run.
  public static func isStudy(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: RunLayout(directory).study)
  }

  /// Refuses a file that is not the one that the study was begun with.
  ///
  /// - Throws: `InputError` with the first line that differs.
  public func check(is file: StudyFile) throws {
    guard file.text != plan.text else { return }
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    let (now, then) = (lines(file.text), lines(plan.text))
    let line = zip(now, then).prefix { $0 == $1 }.count
    let before = line < then.count ? "'\(then[line])' before" : "not there before"
    throw InputError(
      "the study in \(layout.directory) was begun with another file: this line was \(before)",
      at: "\(file.path):\(line + 1)",
      remedy: "put it back, or begin another study by --out DIR; \(layout.studyFile) has the file as it was")
  }

  // MARK: What is there

  /// The directories of all runs, in the order of rows and seeds.
  public var directories: [String] {
    plan.rows.indices.flatMap { row in
      plan.seeds.map { layout.directory + "/" + (StudyTrial(.run(row: row, seed: $0), in: plan).folder ?? "") }
    }
  }

  /// How the runs whose directories are there have ended, in the order of rows and seeds.
  public func outcomes() throws -> [RunOutcome] {
    try directories.compactMap { directory in
      guard FileManager.default.fileExists(atPath: RunLayout(directory).settings),
        try Ledger.hasEvents(RunLayout(directory))
      else { return nil }
      return RunOutcome(try RunRecord(directory: directory))
    }
  }

  /// How far the study has come.
  public func status() throws -> StudyStatus {
    StudyStatus(self, try StudyTable(reading: layout.studyTable)?.contents() ?? StudyTable.Contents())
  }
}

/// How far a study has come.
public struct StudyStatus: Codable, Sendable, Hashable {
  /// The study's name and its directory.
  public var study: String
  /// See ``study``.
  public var directory: String
  /// Its size, and the number that its seeds were drawn from; nil for the seeds of tuning and for given ones.
  public var form: StudyForm
  /// See ``form``.
  public var number: Int?
  /// What was cut; nil if nothing was.
  public var reduction: String?
  /// Trials in all, and how many have entered the table.
  public var trials: Int
  /// See ``trials``.
  public var entered: Int
  /// Whether a process works on it.
  public var isRunning: Bool
  /// Processor seconds of what has been entered.
  public var seconds: Double
  /// Trials that ended with an error the last time; they are tried again.
  public var failures: [Failure]

  /// A trial that could not be finished.
  public struct Failure: Codable, Sendable, Hashable {
    /// Which one, for people.
    public var trial: String
    /// Why.
    public var reason: String
  }

  /// Whether every trial is in the table.
  public var isFinished: Bool { entered == trials }

  init(_ study: Study, _ contents: StudyTable.Contents) {
    let plan = study.plan
    (self.study, directory, form, number) = (plan.name, study.layout.directory, plan.form, plan.number)
    reduction = plan.reduction
    let all = plan.trials
    trials = all.count
    entered = all.count { contents.results[$0.key] != nil }
    isRunning = RunLock.isHeld(study.layout)
    seconds = all.reduce(0) { $0 + (contents.seconds[$1.key] ?? 0) }
    failures = all.compactMap { trial in
      contents.failures[trial.key].map { Failure(trial: trial.title, reason: $0) }
    }
  }
}
