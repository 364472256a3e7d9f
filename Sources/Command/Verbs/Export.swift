import ArgumentParser
import Foundation
import Pactolus

/// `pactolus export RUN --as FORMAT --out FILE`: a run's answers and their clips, for other tools.
struct ExportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a run's answers, or the clips they are about, for other tools.",
    discussion: """
      RUN: a run's directory, or a file that 'import' or 'export' has written (.jsonl with answers, .safetensors with
      clips), or a directory in which texts were judged (trl, jsonl, csv). What a format cannot carry is refused, not dropped: Documentation/files.md has the table.

        pactolus export runs/pendulum --as jsonl --out answers.jsonl
        pactolus export runs/pendulum --as minari --clips-only --out clips
        pactolus export runs/pendulum --as tensorboard --out curves     (with wall times)
        pactolus export judging/pairs --as trl --out preferences.jsonl
        pactolus export runs/pendulum --as answers --out answers.parquet

      --as answers is what people said at the workbench, a row for each answer, retraction and decision, with who, when, \
      how long, and how checks went; as JSON lines, CSV or Parquet by the file's ending (.jsonl, .csv, .parquet). Its \
      columns: Documentation/workbench-export.md.
      """)

  @Argument(
    help: ArgumentHelp("A run's directory, one of judged texts, or a .jsonl or .safetensors file.", valueName: "run"))
  var source: String

  @Option(name: .customLong("as"), help: FileFormat.help)
  var format: FileFormat

  @Option(help: ArgumentHelp("Where to; a directory for minari and tensorboard.", valueName: "file"))
  var out: String

  @Flag(help: "Write the clips alone, each once, into a format that has no answers.")
  var clipsOnly = false

  @Flag(help: "Also the answers of people who were found unreliable, which the run did not learn from.")
  var setAside = false

  @Option(help: ArgumentHelp("The environment, for a file: spaces and kinds of actions.", valueName: "environment"))
  var environment: String?

  func run() throws {
    try checkSetAside()
    if FileManager.default.fileExists(atPath: source + "/" + Self.judgingRecord) { return try writeJudgments() }
    if format == .tensorboard {
      return print(try TensorBoardStamps.write(RunRecord(directory: source), to: out))
    }
    if format == .answers {
      guard let write = Parts.current.writeAnswers else {
        // The program that has the workbench reads its files, too.
        try WorkbenchProgram.start(Array(CommandLine.arguments.dropFirst()))
      }
      return print(try write(source, URL(fileURLWithPath: out)))
    }
    let (records, loose, id) = try read()
    let url = URL(fileURLWithPath: out)
    switch format {
    case .tensorboard, .answers: return
    case .trl:
      throw InputError(
        "TRL's rows are pairs of texts, and these answers are about clips", at: "--as",
        remedy: "use jsonl or csv, which carry everything")
    case .jsonl, .csv:
      guard let records else {
        guard format == .csv else {
          throw InputError("there are clips but no answers", at: source, remedy: "use csv, imitation or minari")
        }
        try TableFile.write(loose, to: url)
        return print("\(loose.count) clips: \(out)")
      }
      if format == .jsonl {
        try FeedbackRecordFile.write(records, to: url)
      } else {
        try TableFile.write(records, to: url)
      }
      return print("\(records.count) answers: \(out)")
    case .imitation, .safetensors, .minari:
      if let records, !clipsOnly {
        throw InputError(
          "\(format.rawValue) holds trajectories: the answers (\(records.count)) would be lost", at: "--as",
          remedy: "use jsonl or csv for answers, or add --clips-only")
      }
    }
    let clips = records.map(Self.clips) ?? loose
    guard !clips.isEmpty else { throw InputError("there are no clips", at: source) }
    switch format {
    case .safetensors: try TrajectoryFile.write(clips, to: url)
    case .imitation:
      if case .discrete = try specification(id).actionSpace {
        try ImitationFile.write(clips, actions: .discrete, to: url)
      } else {
        try ImitationFile.write(clips, actions: .continuous, to: url)
      }
    default:
      let name = "pactolus/" + url.lastPathComponent.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      try MinariFile.write(clips, in: specification(id), named: name + "-v0", to: url)
    }
    print("\(clips.count) clips: \(out)")
  }

  /// Only a run's own record tells which answers were set aside.
  private func checkSetAside() throws {
    guard setAside else { return }
    let remedy = "leave it out, or export the run itself as jsonl or csv"
    if FileManager.default.fileExists(atPath: source + "/" + Self.judgingRecord) {
      throw InputError("of judged texts no answers are set aside", at: "--set-aside", remedy: "leave it out")
    }
    if ["jsonl", "safetensors"].contains(URL(fileURLWithPath: source).pathExtension) {
      throw InputError(
        "a file does not say which answers were set aside: it has those that were written into it", at: "--set-aside",
        remedy: remedy)
    }
    switch format {
    case .answers:
      throw InputError(
        "this table has everything that was said, and does not leave out what was set aside", at: "--set-aside",
        remedy: remedy)
    case .tensorboard:
      throw InputError("curves have no answers", at: "--set-aside", remedy: remedy)
    default: return
    }
  }

  /// What a directory of judged texts has in it.
  private static let judgingRecord = "judging.json"

  private func writeJudgments() throws {
    guard let export = Parts.current.exportJudgments else {
      try WorkbenchProgram.start(Array(CommandLine.arguments.dropFirst()))
    }
    for sentence in try export(source, format.rawValue, URL(fileURLWithPath: out)) { print(sentence) }
  }

  /// Answers or clips, and the environment they are of.
  private func read() throws -> (records: [FeedbackRecord]?, clips: [Trajectory], environment: String?) {
    let url = URL(fileURLWithPath: source)
    switch url.pathExtension {
    case "jsonl": return (try FeedbackRecordFile.read(url), [], environment)
    case "safetensors": return (nil, try TrajectoryFile.read(url), environment)
    default:
      let run = try RunRecord(directory: source)
      return (try run.feedbackRecords(includesSetAside: setAside), [], environment ?? run.environment)
    }
  }

  private func specification(_ id: String?) throws -> EnvironmentSpecification {
    guard let id else {
      throw InputError(
        "\(format.rawValue) needs to know the environment's spaces", at: source, remedy: "give --environment")
    }
    return try Parts.current.environments.entry(id).specification
  }

  /// Those of questions and of answers, in order, each once.
  private static func clips(_ records: [FeedbackRecord]) -> [Trajectory] {
    var seen: Set<Trajectory> = []
    return records.flatMap { $0.question.clips + ($0.answer?.clips ?? []) }.filter { seen.insert($0).inserted }
  }
}
