import ArgumentParser
import Foundation
import Pactolus

/// `pactolus study run|status|report FILE`: many runs of one question, by a file.
struct StudyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Many runs of one question: do them, see how far they are, show the table.",
    discussion: """
      A study file (YAML) has base settings, axes that are crossed, seeds, and what to measure. Each finished run's
      result enters a table once; Ctrl-C, a kill or a power cut loses no entry, and 'study run' again goes on. One
      process at a time works on a study; a second one is refused.

        pactolus study run Studies/presets.yaml --quick
        pactolus study run Studies/headlines.yaml --number 4711
        pactolus study report Studies/headlines.yaml --number 4711

      The format is in Documentation/studies.md.
      """,
    subcommands: [StudyRunVerb.self, StudyStatusVerb.self, StudyReportVerb.self])
}

/// Which study is meant: a file in a form, with the seeds of a number, in its directory.
struct StudyChoice: ParsableArguments {
  @Argument(help: ArgumentHelp("The study file, or the directory of a study that was begun.", valueName: "file"))
  var file: String

  @Flag(help: "The small form, within ten minutes on two cores.")
  var quick = false

  @Option(
    help: "Draw the seeds from this number, for a table to publish; without it they are those of tuning, from 0 on.")
  var number: Int?

  @Option(
    help: ArgumentHelp("The study's directory (default: runs/NAME, with -quick and -NUMBER).", valueName: "dir"))
  var out: String?

  func validate() throws {
    guard (number ?? 0) >= 0 else { throw ValidationError("--number takes a number that is not negative.") }
  }

  /// What to type to go on.
  var command: String {
    var words = ["pactolus study run", file]
    if quick { words.append("--quick") }
    if let number { words += ["--number", "\(number)"] }
    if let out { words += ["--out", out] }
    return words.joined(separator: " ")
  }

  /// The study that was begun; nil if it was not.
  ///
  /// - Throws: `InputError` if it was begun with another file.
  func begun() throws -> Study? {
    let learners = Parts.current.learners
    if let directory = ownDirectory {
      guard !quick, number == nil, out == nil else {
        throw InputError(
          "this study was begun, and its form and seeds stand", at: file,
          remedy: "leave --quick, --number and --out out")
      }
      return try Study.open(directory: directory, learners: learners)
    }
    let read = try StudyFile(path: file)
    let directory = directory(of: read)
    guard Study.isStudy(directory) else { return nil }
    let study = try Study.open(directory: directory, learners: learners)
    try study.check(is: read)
    let status = try study.status()
    guard status.form == (quick ? .quick : .full), status.number == number else {
      throw InputError(
        "the study there was begun \(status.form == .quick ? "as the quick form" : "in full")"
          + (status.number.map { " with the number \($0)" } ?? " without a number"),
        at: directory, remedy: "use the same again, or another --out")
    }
    return study
  }

  /// The study, begun now if it was not before.
  func study() throws -> Study {
    if let study = try begun() { return study }
    let read = try StudyFile(path: file)
    return try Study.begin(
      read, in: directory(of: read), form: quick ? .quick : .full, number: number, registry: Parts.current.environments,
      learners: Parts.current.learners, kinds: Parts.current.kinds)
  }

  /// The study, which must have been begun.
  func existing() throws -> Study {
    if let study = try begun() { return study }
    throw InputError("the study has not been begun", at: file, remedy: "start it by '\(command)'")
  }

  /// A directory of a study that was given itself, or by the file in it.
  private var ownDirectory: String? {
    if Study.isStudy(file) { return file }
    let url = URL(fileURLWithPath: file)
    let parent = url.deletingLastPathComponent().path
    return url.lastPathComponent == "study.yaml" && Study.isStudy(parent) ? parent : nil
  }

  private func directory(of read: StudyFile) -> String {
    out ?? "runs/" + read.name + (quick ? "-quick" : "") + (number.map { "-\($0)" } ?? "")
  }
}

/// `pactolus study run FILE`
struct StudyRunVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Begin a study, or go on with it; if all is done, say so.")

  @OptionGroup var choice: StudyChoice

  @Option(help: "Runs side by side (default: one per core). The table is the same for any number.")
  var workers: Int?

  @Flag(help: "Print what happens as JSON lines.")
  var json = false

  func validate() throws {
    guard workers.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--workers takes a number from 1 to 1024.")
    }
  }

  func run() throws {
    ThreadPool.shared.threadCount = workers ?? ProcessInfo.processInfo.activeProcessorCount
    try Studying.run(try choice.study(), json: json, goOn: choice.command)
  }
}

/// `pactolus study status FILE`
struct StudyStatusVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "How far a study has come.")

  @OptionGroup var choice: StudyChoice

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let status = try choice.existing().status()
    if json { return try JSONLine.printPretty(status) }
    let state = status.isRunning ? "running" : status.isFinished ? "finished" : "stopped"
    print("\(status.study) in \(status.directory): \(status.entered) of \(status.trials) trials, \(state)")
    print("\(ProgressScreen.duration(status.seconds)) of processor time so far")
    if let reduction = status.reduction { print(reduction) }
    for failure in status.failures { print("not finished: \(failure.trial): \(failure.reason)") }
    if !status.isFinished, !status.isRunning { print("go on with:  \(choice.command)") }
  }
}

/// `pactolus study report FILE`
struct StudyReportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "The tables of a study so far; writes its page and a CSV of every trial.")

  @OptionGroup var choice: StudyChoice

  @Option(help: ArgumentHelp("Put the tables between the study's marks in this Markdown page, too.", valueName: "page"))
  var write: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Studying.report(try choice.existing(), json: json, into: write)
  }
}
