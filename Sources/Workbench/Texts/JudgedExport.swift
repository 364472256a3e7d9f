import Compute
import Files
import Findings
import Foundation

/// The answers of a project about texts, for other tools: rows of TRL's, labels that `pactolus audit rollouts --gold`
/// reads, a table.
package struct JudgedExport {
  /// An answer with its texts.
  enum Judged {
    case pair(TextPair, TextComparison?)
    case rollout(JudgedRollout, RolloutVerdict?)
  }

  struct Entry {
    var judged: Judged
    var stored: WorkbenchStore.JudgedAnswer

    /// `first`, `second`, `tie`, `right`, `wrong`; or why there is no answer.
    var answer: String {
      switch judged {
      case .pair(_, let said?): said.answer.rawValue
      case .rollout(_, let said?): said.answer.rawValue
      default: stored.skipped == "cant-tell" ? "cannot-tell" : "skipped"
      }
    }
  }

  let kind: JudgedKind
  let entries: [Entry]

  init(_ store: WorkbenchStore, _ kind: JudgedKind) throws {
    self.kind = kind
    var entries: [Entry] = []
    try store.eachJudged { stored in
      switch kind {
      case .pairs:
        entries.append(
          Entry(
            judged: .pair(try TextPair.read(stored.details), try stored.content?.decode(TextComparison.self)),
            stored: stored))
      case .rollouts:
        entries.append(
          Entry(
            judged: .rollout(
              try stored.details.decode(JudgedRollout.self), try stored.content?.decode(RolloutVerdict.self)),
            stored: stored))
      }
    }
    self.entries = entries
  }

  /// Reads a project's answers; the project may be open elsewhere.
  ///
  /// - Throws: `InputError` if the directory is no project about texts.
  package init(directory: String) throws {
    let record = try JudgingRecord(directory: directory)
    try self.init(
      WorkbenchStore(
        showing: WorkbenchProject.answers(in: directory), seed: UInt64(record.seed),
        clock: { Date().timeIntervalSince1970 }), record.kind)
  }

  /// What the file is called when a page keeps it.
  func name(_ form: ExportForm) -> String {
    switch (form, kind) {
    case (.jsonl, .pairs): "answers.jsonl"
    case (.jsonl, .rollouts): "labels.jsonl"
    case (.trl, .pairs): "preferences.jsonl"
    case (.trl, .rollouts): "unpaired.jsonl"
    case (.ties, .pairs): "ties.jsonl"
    case (.ties, .rollouts): "unsure.jsonl"
    case (.csv, _): "answers.csv"
    }
  }

  /// The bytes of the file.
  package func data(_ form: ExportForm) throws -> Data {
    switch form {
    case .jsonl: try LinesOfJSON.encode(entries.map(\.whole), what: "answer")
    case .trl: try LinesOfJSON.encode(entries.compactMap(\.trained), what: "answer")
    case .ties: try LinesOfJSON.encode(entries.compactMap(\.undecided), what: "answer")
    case .csv: table.data
    }
  }

  /// Writes `file` and, where the form has them, the files that belong to it.
  ///
  /// - Returns: what was written, a sentence each.
  package func write(_ form: ExportForm, to file: URL, directory: String) throws -> [String] {
    var written: [String] = []
    func write(_ data: Data, _ url: URL, _ what: String) throws {
      try WholeFile.write(data, to: url)
      written.append("\(what): \(url.relativePath)")
    }
    switch form {
    case .trl:
      let count = entries.count { $0.trained != nil }
      try write(data(.trl), file, Numbers.count(count, kind == .pairs ? "preference" : "labelled completion"))
      let undecided = entries.count { $0.undecided != nil }
      let apart = URL(
        fileURLWithPath: file.deletingPathExtension().relativePath + (kind == .pairs ? ".ties" : ".unsure")
      )
      .appendingPathExtension(file.pathExtension.isEmpty ? "jsonl" : file.pathExtension)
      if undecided > 0 {
        try write(data(.ties), apart, kind == .pairs ? Numbers.count(undecided, "tie") : "\(undecided) unsure")
      }
      let left = entries.count - count - undecided
      if left > 0 { written.append("\(left) without an answer (can't tell, skipped) are in jsonl and csv alone") }
    case .jsonl, .ties, .csv: try write(data(form), file, Numbers.count(entries.count, "answer"))
    }
    let weights = directory + "/" + JudgingDirectory.weightsName
    if kind == .rollouts, form == .jsonl, FileManager.default.fileExists(atPath: weights) {
      let beside = file.deletingPathExtension().appendingPathExtension("weights.csv")
      let bytes = try WholeFile.read(URL(fileURLWithPath: weights))
      try write(Data(bytes), beside, "what each row of the sheet stands for")
    }
    return written
  }
}
