import Compute
import Files
import Foundation
import GRDB
import Runs

/// Everything that was said and decided about a run's questions, a row for each event: what
/// `pactolus export RUN --as answers` and the page's export write.
///
/// `Documentation/workbench-export.md` says what each column means. Questions that were made to learn about a person are
/// in it too, under the `item` of the question that they were made from, so that the answers of all join on `item`.
package struct AnswerTable: Sendable {
  /// The forms that the table can be written in.
  package enum Form: String, CaseIterable, Sendable {
    case jsonl, csv, parquet

    package var fileName: String { "answers." + rawValue }

    var type: String {
      switch self {
      case .jsonl: "application/x-ndjson"
      case .csv: "text/csv; charset=utf-8"
      case .parquet: "application/vnd.apache.parquet"
      }
    }
  }

  /// One event.
  struct Row: Sendable {
    /// answer, retraction or decision
    var row: String
    var event: Int
    var question: Int
    var item: Int
    var number: Int?
    var round: Int
    var kind: String
    var forEvaluation: Bool
    var person: String
    var role: String?
    var time: Int
    var milliseconds: Int?
    var late: Bool?
    var answer: String?
    var side: String?
    var strongly: Bool?
    var skipped: String?
    var reason: String?
    var stands: Bool
    var counts: Bool
    var takesBack: Int?
    var takenBackBy: Int?
    var takenInRound: Int?
    var check: String?
    var checkPassed: Bool?
    var expected: String?
    var madeClips: Int
    var clips: [Origin]
  }

  /// Where a clip comes from: the environment's slot, its episode there, the first step, how many steps, and the batch of
  /// experience.
  struct Origin: Sendable {
    var slot: Int?
    var episode: Int?
    var step: Int?
    var length: Int
    var batch: String
  }

  var rows: [Row]
  /// How many rows there are.
  package var count: Int { rows.count }

  /// The columns, in order.
  package var table: ColumnTable {
    ColumnTable([
      .init("row", texts(\.row)), .init("event", integers(\.event)), .init("question", integers(\.question)),
      .init("item", integers(\.item)), .init("number", optionalIntegers(\.number)), .init("round", integers(\.round)),
      .init("kind", texts(\.kind)), .init("for_evaluation", bools(\.forEvaluation)), .init("person", texts(\.person)),
      .init("role", optionalTexts(\.role)), .init("time_ms", integers(\.time)),
      .init("took_ms", optionalIntegers(\.milliseconds)),
      .init("late", optionalBools(\.late)), .init("answer", optionalTexts(\.answer)),
      .init("side", optionalTexts(\.side)),
      .init("strongly", optionalBools(\.strongly)), .init("skipped", optionalTexts(\.skipped)),
      .init("reason", optionalTexts(\.reason)),
      .init("stands", bools(\.stands)), .init("counts", bools(\.counts)),
      .init("takes_back", optionalIntegers(\.takesBack)),
      .init("taken_back_by", optionalIntegers(\.takenBackBy)),
      .init("taken_in_round", optionalIntegers(\.takenInRound)),
      .init("check", optionalTexts(\.check)), .init("check_passed", optionalBools(\.checkPassed)),
      .init("expected", optionalTexts(\.expected)), .init("made_clips", integers(\.madeClips)),
      .init("clip_slots", lists(\.slot)), .init("clip_episodes", lists(\.episode)), .init("clip_steps", lists(\.step)),
      .init("clip_lengths", lists(\.length)), .init("clip_batches", textLists(\.batch)),
    ])
  }

  /// The table as a file's bytes.
  package func data(_ form: Form) throws -> Data {
    let table = table
    switch form {
    case .parquet: return Data(try ParquetWriter.data(table))
    case .jsonl:
      var bytes: [UInt8] = []
      for row in 0..<table.rowCount {
        table.appendJSON(row: row, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
      }
      return Data(bytes)
    case .csv:
      var csv = CSVTable(header: table.fields.map(\.name))
      csv.rows = (0..<table.rowCount).map { row in table.fields.map { Self.field($0.column, row) } }
      return csv.data
    }
  }

  /// An entry as CSV has it: nothing for what is missing, lists as JSON. What people typed and a spreadsheet would take for
  /// a formula begins with an apostrophe.
  private static func field(_ column: ColumnTable.Column, _ row: Int) -> String {
    guard column.isValid?[row] ?? true else { return "" }
    switch column.values {
    case .bools(let values): return values[row] ? "true" : "false"
    case .integers(let values): return String(values[row])
    case .texts(let texts):
      let text = texts[row]
      return text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
    default:
      // {"":[1,2]}
      let line = ColumnTable([.init("", column)]).jsonRow(row)
      return String(line.dropFirst(4).dropLast())
    }
  }

  // MARK: Columns

  private func integers(_ value: (Row) -> Int) -> ColumnTable.Column { .init(.integers(rows.map { Int64(value($0)) })) }

  private func optionalIntegers(_ value: (Row) -> Int?) -> ColumnTable.Column {
    let values = rows.map(value)
    return .init(.integers(values.map { Int64($0 ?? 0) }), isValid: values.map { $0 != nil })
  }

  private func bools(_ value: (Row) -> Bool) -> ColumnTable.Column { .init(.bools(rows.map(value))) }

  private func optionalBools(_ value: (Row) -> Bool?) -> ColumnTable.Column {
    let values = rows.map(value)
    return .init(.bools(values.map { $0 ?? false }), isValid: values.map { $0 != nil })
  }

  private func texts(_ value: (Row) -> String) -> ColumnTable.Column { .init(.texts(TextValues(rows.map(value)))) }

  private func optionalTexts(_ value: (Row) -> String?) -> ColumnTable.Column {
    let values = rows.map(value)
    return .init(.texts(TextValues(values.map { $0 ?? "" })), isValid: values.map { $0 != nil })
  }

  private func lists(_ value: (Origin) -> Int?) -> ColumnTable.Column {
    let (offsets, origins) = (offsets, rows.flatMap(\.clips).map(value))
    return .init(
      .list(
        offsets: offsets,
        elements: .init(.integers(origins.map { Int64($0 ?? 0) }), isValid: origins.map { $0 != nil })))
  }

  private func textLists(_ value: (Origin) -> String) -> ColumnTable.Column {
    .init(.list(offsets: offsets, elements: .init(.texts(TextValues(rows.flatMap(\.clips).map(value))))))
  }

  private var offsets: [Int] {
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + row.clips.count) }
    return offsets
  }
}
