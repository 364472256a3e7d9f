import Compute
import Environments
import Files
import Foundation

/// Trajectories and answers as comma-separated values, for spreadsheets and data frames.
///
/// ```swift
/// try TableFile.write(records, to: url)
/// // Python: pandas.read_csv(url, keep_default_na=False, dtype={"details": str, "answer": str})
/// ```
///
/// One row for each observation. A trajectory's columns are `clip` (its number), `step`, `observation_0` …, `action_0`
/// …, `reward`, `terminated`, `truncated`, `start_slot`, `start_episode`, `start_step`; a clip's last row is its last
/// observation, without action and reward. Answers have `number`, `kind`, `person`, `details`, `answer` and `skipped`
/// before that, the same on each row of a record; `details` and `answer` are JSON, and `clip` is `question 0` or
/// `answer 0`. A record without clips is one row whose `clip` is empty. Nothing is lost; numbers read back to the same
/// bits.
public enum TableFile {
  private static let leading = ["number", "kind", "person", "details", "answer", "skipped", "clip"]

  /// Writes trajectories of one environment.
  public static func write(_ trajectories: [Trajectory], to url: URL) throws {
    try WholeFile.write(data(trajectories), to: url)
  }

  /// The bytes that `write(_:to:)` writes.
  ///
  /// - Throws: `InputError` without trajectories, for trajectories of different sizes, or for one that has ended
  ///   without a transition.
  public static func data(_ trajectories: [Trajectory]) throws -> Data {
    let sizes = try TrajectoryColumns(trajectories)
    var table = CSVTable(
      header: ["clip"]
        + ClipTable.columns(observationSize: sizes.observationSize, actionRowSize: sizes.actionRowSize))
    for (number, clip) in trajectories.enumerated() {
      table.rows += try ClipTable.rows(clip).map { [String(number)] + $0 }
    }
    return table.data
  }

  /// - Throws: `InputError` at "file:line".
  public static func readTrajectories(_ url: URL) throws -> [Trajectory] {
    try readTrajectories(WholeFile.read(url), place: url.path)
  }

  /// Reads the bytes of a file of trajectories; `place` is what errors call it.
  ///
  /// - Throws: `InputError` at "place:line".
  public static func readTrajectories(_ bytes: [UInt8], place: String) throws -> [Trajectory] {
    let table = try CSVTable(bytes, place: place)
    let clips = try ClipTable(table, after: ["clip"])
    var result: [Trajectory] = []
    var start = 0
    while start < table.rows.count {
      let number = table.rows[start][0]
      guard number == String(result.count) else {
        throw InputError(
          "clip '\(number.prefix(40))' where \(result.count) should be", at: table.place(of: start))
      }
      var end = start + 1
      while end < table.rows.count, table.rows[end][0] == number { end += 1 }
      result.append(try clips.clip(start..<end))
      start = end
    }
    return result
  }

  /// Writes answers about clips of one environment.
  public static func write(_ records: [FeedbackRecord], to url: URL) throws {
    try WholeFile.write(data(records), to: url)
  }

  /// The bytes that `write(_:to:)` writes.
  ///
  /// - Throws: `InputError` without records, for clips of different sizes, or for a reason to skip that is empty.
  public static func data(_ records: [FeedbackRecord]) throws -> Data {
    let clips = records.flatMap { $0.question.clips + ($0.answer?.clips ?? []) }
    guard !records.isEmpty else { throw InputError("there is no answer to write") }
    // Sizes of a table in which no record has a clip are those of the smallest.
    let sizes = clips.isEmpty ? (1, 1) : try { ($0.observationSize, $0.actionRowSize) }(TrajectoryColumns(clips))
    var table = CSVTable(
      header: leading + ClipTable.columns(observationSize: sizes.0, actionRowSize: sizes.1))
    for (index, record) in records.enumerated() {
      guard record.skipped != "" else { throw InputError("an empty reason", at: "record \(index + 1)") }
      let head = [
        String(record.number), record.kind, record.person, try text(record.question.details),
        try record.answer.map { try text($0.content) } ?? "", record.skipped ?? "",
      ]
      let named =
        record.question.clips.enumerated().map { ("question \($0)", $1) }
        + (record.answer?.clips ?? []).enumerated().map { ("answer \($0)", $1) }
      for (name, clip) in named { table.rows += try ClipTable.rows(clip).map { head + [name] + $0 } }
      if named.isEmpty {
        table.rows.append(head + [String](repeating: "", count: table.header.count - head.count))
      }
    }
    return table.data
  }

  /// - Throws: `InputError` at "file:line".
  public static func readRecords(_ url: URL) throws -> [FeedbackRecord] {
    try readRecords(WholeFile.read(url), place: url.path)
  }

  /// Reads the bytes of a file of answers; `place` is what errors call it.
  ///
  /// - Throws: `InputError` at "place:line".
  public static func readRecords(_ bytes: [UInt8], place: String) throws -> [FeedbackRecord] {
    let table = try CSVTable(bytes, place: place)
    let clips = try ClipTable(table, after: leading)
    var records: [FeedbackRecord] = []
    var start = 0
    while start < table.rows.count {
      let head = Array(table.rows[start][..<6])
      let here = table.place(of: start)
      guard let number = Int(head[0]), number >= 0, !head[1].isEmpty else {
        throw InputError("the number or the kind is missing", at: here)
      }
      guard head[4].isEmpty || head[5].isEmpty else {
        throw InputError("there is an answer, and a reason why there is none", at: here)
      }
      var record = FeedbackRecord(
        number: number, kind: head[1], person: head[2], question: Question([], details: try json(head[3], here)),
        answer: head[4].isEmpty ? nil : Answer(try json(head[4], here)), skipped: head[5].isEmpty ? nil : head[5])
      var end = start + 1
      if table.rows[start][6].isEmpty {
        guard table.rows[start][7...].allSatisfy(\.isEmpty) else {
          throw InputError("numbers without a clip", at: here)
        }
      } else {
        while end < table.rows.count, Array(table.rows[end][..<6]) == head { end += 1 }
        try read(clips, table, start..<end, into: &record)
      }
      records.append(record)
      start = end
    }
    return records
  }

  private static func read(
    _ clips: ClipTable, _ table: CSVTable, _ rows: Range<Int>, into record: inout FeedbackRecord
  ) throws {
    var start = rows.lowerBound
    while start < rows.upperBound {
      let name = table.rows[start][6]
      var end = start + 1
      while end < rows.upperBound, table.rows[end][6] == name { end += 1 }
      let clip = try clips.clip(start..<end)
      if name == "question \(record.question.clips.count)", record.answer?.clips.isEmpty ?? true {
        record.question.clips.append(clip)
      } else if let count = record.answer?.clips.count, name == "answer \(count)" {
        record.answer?.clips.append(clip)
      } else {
        throw InputError(
          "clip '\(name.prefix(40))' out of its turn", at: table.place(of: start),
          remedy: "question 0, question 1 …, then answer 0 …; equal records need different numbers")
      }
      start = end
    }
  }

  private static func text(_ value: JSONValue) throws -> String {
    String(decoding: try LinesOfJSON.encode([value], what: "record").dropLast(), as: UTF8.self)
  }

  private static func json(_ text: String, _ place: String) throws -> JSONValue {
    let values = try LinesOfJSON.decode(Array(text.utf8), place: place, as: JSONValue.self) { value, _ in value }
    guard values.count == 1 else { throw InputError("'details' or 'answer' is not one line of JSON", at: place) }
    return values[0]
  }
}
