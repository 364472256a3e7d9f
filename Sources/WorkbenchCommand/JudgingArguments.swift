import ArgumentParser
import Command
import Compute
import Findings
import Foundation
import RewardFiles
import Workbench

/// What `pactolus workbench FILE` takes besides the file.
struct JudgingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("A file of rollouts, where the file does not tell that it is one.", valueName: "file"))
  var rollouts: String?

  @Option(
    help: ArgumentHelp(
      "What is known to be right, put in to learn about people: pairs whose preference is trusted, or labels of rollouts as 'audit rollouts --gold' reads them.",
      valueName: "file"))
  var gold: String?

  @Option(name: .customLong("n"), help: ArgumentHelp("Judge so many rows, drawn at random.", valueName: "count"))
  var count: Int?

  @Option(help: ArgumentHelp("What is asked, instead of \"Which reply is better?\".", valueName: "sentence"))
  var question: String?

  @Option(
    help: ArgumentHelp(
      "What a column is, as for 'audit' and 'audit rollouts': prompt=question.", valueName: "role=column"))
  var map: [String] = []

  @Option(help: ArgumentHelp("The shape of the rows, where it is not recognised.", valueName: "name"))
  var format: String?

  var isEmpty: Bool {
    rollouts == nil && gold == nil && count == nil && question == nil && map.isEmpty && format == nil
  }

  /// The file of texts that was named; nil if none was.
  ///
  /// - Throws: `InputError` if two were.
  func file(_ subject: String?) throws -> URL? {
    if let rollouts {
      guard subject == nil else { throw InputError("two files", at: "--rollouts", remedy: "name one") }
      return URL(fileURLWithPath: rollouts)
    }
    var isFolder: ObjCBool = false
    guard let subject, !FileManager.default.fileExists(atPath: subject, isDirectory: &isFolder) || !isFolder.boolValue
    else { return nil }
    let file = URL(fileURLWithPath: subject)
    // What is no file may be a misspelt environment, unless its ending says what was meant.
    let isThere = FileManager.default.fileExists(atPath: subject)
    return isThere || Self.endings.contains(file.pathExtension.lowercased()) ? file : nil
  }

  private static let endings = [
    "jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow", "feather", "eval", "gz", "zst", "xz",
  ]

  /// Makes the project; the same command again goes on with it.
  func open(_ file: URL, out: String?, seed: Int?) throws -> OpenedRun {
    let source = try source(file, seed: seed)
    let directory = out ?? "judging/" + Self.name(file)
    if JudgingDirectory.isThere(directory) {
      guard try JudgingDirectory.continues(directory, source) else {
        throw InputError(
          "texts are judged here already, from another file or with other options", at: directory,
          remedy: "go on with: pactolus workbench \(directory); or choose another directory with --out")
      }
      Screen.write("Going on with \(directory).\n", to: STDERR_FILENO)
    } else {
      let record = try JudgingDirectory.create(directory, of: source)
      let checks = record.gold > 0 ? ", and \(record.gold) whose answer is known" : ""
      let questions = Numbers.count(record.questions, String(record.kind.rawValue.dropLast()))
      Screen.write("\(directory): \(questions) to judge\(checks).\n", to: STDERR_FILENO)
      for note in record.notes { Screen.write("  \(note)\n", to: STDERR_FILENO) }
    }
    return try OpenedRun(judging: directory)
  }

  private func source(_ file: URL, seed: Int?) throws -> JudgingSource {
    var source = JudgingSource(file)
    source.kind = rollouts == nil ? nil : .rollouts
    source.trusted = gold.map { URL(fileURLWithPath: $0) }
    if let count, count < 1 { throw InputError("\(count) rows", at: "--n", remedy: "give at least 1") }
    source.count = count
    source.question = try question.map { text in
      guard (1...200).contains(text.count) else {
        throw InputError("the question has \(text.count) letters", at: "--question", remedy: "use 1 to 200")
      }
      return text
    }
    if let seed {
      guard let small = UInt32(exactly: seed) else {
        throw InputError("\(seed) is no seed", at: "--seed", remedy: "use 0 to \(UInt32.max)")
      }
      source.seed = small
    }
    try read(&source)
    return source
  }

  /// Which roles and formats there are depends on what the file turns out to be: what only one of both readers knows
  /// decides it.
  private func read(_ source: inout JudgingSource) throws {
    let pairFormat = format.flatMap { name in PairFormat.all.first { $0.name == name } }
    let rolloutFormats = RolloutFile.formats.map(\.name)
    if let format, pairFormat == nil {
      guard rolloutFormats.contains(format) else {
        throw InputError.unknown("format", format, among: PairFormat.all.map(\.name) + rolloutFormats, at: "--format")
      }
      source.kind = .rollouts
    } else if format != nil, source.kind == nil {
      source.kind = .pairs
    }
    source.pairs.format = pairFormat
    source.rollouts.format = format
    for entry in map {
      let (name, column) = try Assignment.parts(of: entry, option: "--map", example: "prompt=question")
      let roles = (ColumnRole(rawValue: name), RolloutRole(rawValue: name))
      guard roles.0 != nil || roles.1 != nil else {
        let names = Set(ColumnRole.allCases.map(\.rawValue) + RolloutRole.allCases.map(\.rawValue))
        throw InputError.unknown("role", name, among: names.sorted(), at: "--map")
      }
      if let role = roles.0 { source.pairs.columns[role] = column }
      if let role = roles.1 { source.rollouts.fields.append((role, column)) }
      if roles.1 == nil { source.kind = source.kind ?? .pairs }
      if roles.0 == nil { source.kind = source.kind ?? .rollouts }
    }
  }

  /// The file's name without its endings.
  private static func name(_ file: URL) -> String {
    let name = file.lastPathComponent.prefix { $0 != "." }
    return name.isEmpty ? "texts" : String(name)
  }
}

/// What `pactolus export` does with a directory of judged texts.
enum JudgedTexts {
  @Sendable static func write(_ directory: String, as format: String, to file: URL) throws -> [String] {
    let forms: [ExportForm] = [.trl, .jsonl, .csv]
    guard let form = ExportForm(rawValue: format), forms.contains(form) else {
      throw InputError(
        "judged texts have no clips or curves, which \(format) is for", at: "--as",
        remedy: "use " + forms.map(\.rawValue).joined(separator: ", "))
    }
    return try JudgedExport(directory: directory).write(form, to: file, directory: directory)
  }
}
