import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus import FILE --as FORMAT`: reads another tool's file, says what is in it and what is not carried over.
struct ImportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read other tools' answers, trajectories or text preferences, and convert them.",
    discussion: """
      Without --out the file is only checked. With it, answers are written as our JSON lines, trajectories as
      safetensors, text preferences as TRL's JSON lines. Documentation/files.md says what each format carries.

        pactolus import demonstrations.npz --as imitation --out demonstrations.safetensors
        pactolus import ~/.minari/datasets/D4RL/pen/human-v2 --as minari
      """)

  @Argument(help: ArgumentHelp("The file; for minari, the data set's directory.", valueName: "file"))
  var file: String

  @Option(name: .customLong("as"), help: FileFormat.help)
  var format: FileFormat

  @Option(help: ArgumentHelp("Write what was read to this file.", valueName: "file"))
  var out: String?

  @Flag(help: "Print JSON.")
  var json = false

  private struct Summary: Encodable {
    var schema = 1
    var answers: Int?
    var persons: Int?
    var trajectories: Int?
    var transitions: Int?
    var rows: Int?
    var notCarried: [String] = []
    var out: String?
  }

  func run() throws {
    let url = URL(fileURLWithPath: file)
    var summary = Summary(out: out)
    switch format {
    case .jsonl: try finish(FeedbackRecordFile.read(url), &summary)
    case .trl:
      let rows = try TextPreferenceFile.read(url)
      summary.rows = rows.count
      if let out { try TextPreferenceFile.write(rows, to: URL(fileURLWithPath: out)) }
    case .csv:
      let bytes = try WholeFile.read(url)
      if bytes.starts(with: Array("number,".utf8)) {
        try finish(TableFile.readRecords(bytes, place: file), &summary)
      } else {
        try finish(FileImport(TableFile.readTrajectories(bytes, place: file)), &summary)
      }
    case .imitation: try finish(ImitationFile.read(url), &summary)
    case .safetensors: try finish(FileImport(TrajectoryFile.read(url)), &summary)
    case .minari: try finish(MinariFile.read(url), &summary)
    case .tensorboard:
      throw InputError("TensorBoard's files hold curves, neither answers nor trajectories", at: "--as")
    case .answers:
      throw InputError(
        "the table of answers is only written: it says where clips come from, and does not have them", at: "--as",
        remedy: "use jsonl, which has the clips")
    }
    if json { return try JSONLine.printPretty(summary) }
    if let answers = summary.answers { print("\(answers) answers of \(summary.persons ?? 0) persons") }
    if let count = summary.trajectories { print("\(count) trajectories, \(summary.transitions ?? 0) transitions") }
    if let rows = summary.rows { print("\(rows) preferences between texts") }
    for note in summary.notCarried { print("not carried over: \(note)") }
    if let out { print(out) }
  }

  private func finish(_ records: [FeedbackRecord], _ summary: inout Summary) throws {
    summary.answers = records.count
    summary.persons = Set(records.map(\.person)).count
    if let out { try FeedbackRecordFile.write(records, to: URL(fileURLWithPath: out)) }
  }

  private func finish(_ read: FileImport<[Trajectory]>, _ summary: inout Summary) throws {
    summary.trajectories = read.content.count
    summary.transitions = read.content.reduce(0) { $0 + $1.count }
    summary.notCarried = read.notes
    if let out { try TrajectoryFile.write(read.content, to: URL(fileURLWithPath: out)) }
  }
}
