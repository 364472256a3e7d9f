import Compute
import Files
import Foundation

/// Reads the score files of RewardBench and RewardBench 2 (`eval-set-scores/MODEL.json` of its `run_rm.py` and
/// `run_v2.py`), which hold one object of columns, and the same rows as JSON Lines or a JSON array.
///
/// | version | columns |
/// |---|---|
/// | 1 | `subset`, `scores_chosen`, `scores_rejected`, `id`, `results` |
/// | 2 | `subset`, `scores` (a list for each task, the right replies first), `num_correct`, `id`, `results` |
///
/// `model` may be beside the columns. A score may be in a list of one. Files of summaries only
/// (`eval-set/MODEL.json`) hold no scores and are refused. Shapes as in github.com/allenai/reward-bench at 05a9005 (31
/// January 2026).
public enum RewardBenchFile {
  /// Reads a result file of either version.
  ///
  /// - Throws: `InputError` with the file and the place.
  public static func read(_ file: URL, options: ReadingOptions = .init()) throws -> RewardBenchTable {
    let bytes = try whole(file, options)
    var columns: [String: JSONValue] = [:]
    do throws(RowFault) {
      columns = try Self.columns(bytes)
    } catch {
      throw InputError(error.reason, at: file.path, remedy: "give a score file as RewardBench writes it")
    }
    return try table(columns, file: file, strict: options.strict)
  }

  private static func whole(_ file: URL, _ options: ReadingOptions) throws -> [UInt8] {
    let stream = try UnpackingStream(file, limit: options.maximumWholeBytes)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try stream.read(into: &block)
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
  }

  /// Columns, made from rows where the file has rows.
  private static func columns(_ bytes: [UInt8]) throws(RowFault) -> [String: JSONValue] {
    var rows: [[String: JSONValue]] = []
    do throws(RowFault) {
      switch try JSONValue(row: bytes) {
      case .object(let fields) where fields["subset"]?.cellList != nil: return fields
      case .object(let fields): rows = [fields]
      case .array(let values):
        for value in values {
          guard case .object(let fields) = value else { throw RowFault("a row is not an object") }
          rows.append(fields)
        }
      default: throw RowFault("not an object of columns")
      }
    } catch {
      // Several values: one row a line.
      for (index, line) in bytes.split(separator: 0x0A).enumerated() {
        do throws(RowFault) {
          guard case .object(let fields) = try JSONValue(row: bytes, in: line.indices) else { throw error }
          rows.append(fields)
        } catch let fault {
          throw index == 0 ? error : RowFault("line \(index + 1): \(fault.reason)")
        }
      }
    }
    let names = Set(rows.flatMap(\.keys))
    var columns: [String: JSONValue] = [:]
    for name in names { columns[name] = .array(rows.map { $0[name] ?? .null }) }
    return columns
  }

  private static func table(_ columns: [String: JSONValue], file: URL, strict: Bool) throws -> RewardBenchTable {
    let version: RewardBenchTable.Version = columns["scores"] != nil ? .two : .one
    let needed =
      version == .one ? ["subset", "scores_chosen", "scores_rejected"] : ["subset", "scores", "num_correct"]
    var lists: [String: [JSONValue]] = [:]
    for name in needed + ["id", "results"] {
      if let list = columns[name]?.cellList {
        lists[name] = list
      } else if needed.contains(name) {
        throw InputError.missingColumn(name, among: Array(columns.keys), at: file.path)
      }
    }
    let count = lists["subset"]!.count
    if let other = lists.sorted(by: { $0.key < $1.key }).first(where: { $0.value.count != count }) {
      throw InputError(
        "column '\(other.key)' has \(other.value.count) rows, 'subset' has \(count)", at: file.path,
        remedy: "the file is damaged")
    }
    var table = RewardBenchTable(
      version: version, model: columns["model"]?.cellText ?? columns["model"]?.cellList?.first?.cellText, rows: [])
    for row in 0..<count {
      do throws(RowFault) {
        table.rows.append(try Self.row(row, lists, version))
      } catch {
        let place = "\(file.path):row \(row + 1)"
        if strict { throw InputError(error.reason, at: place, remedy: "fix the row, or read without --strict") }
        table.setAside.append(SetAsideRow(place: place, reason: error.reason))
      }
    }
    guard !table.rows.isEmpty else {
      throw InputError(
        "no row has scores: \(table.setAside.reasons.first?.reason ?? "no rows")", at: file.path,
        remedy: "models that only compare write none")
    }
    var reading = FileReading(
      file: file.lastPathComponent, use: "RewardBench results", format: "rewardbench\(version == .two ? "-2" : "")",
      rows: table.rows.count, setAside: table.setAside.count,
      columns: (needed + ["id", "results"]).filter { lists[$0] != nil }.map { .init($0, $0) })
    let broken = table.rows.count { $0.scores.contains(where: \.isNaN) }
    if broken > 0 { reading.notes.append("a score is NaN in \(broken) of \(count) rows: they count as lost") }
    reading.notes += table.setAside.reasons.prefix(3).map { "\($0.count) rows set aside: \($0.reason)" }
    table.reading = reading
    return table
  }

  private static func row(
    _ row: Int, _ lists: [String: [JSONValue]], _ version: RewardBenchTable.Version
  ) throws(RowFault) -> RewardBenchTable.Row {
    guard case .string(let subset)? = lists["subset"]?[row] else { throw RowFault("subset is not a text") }
    let values =
      version == .one
      ? [lists["scores_chosen"]![row], lists["scores_rejected"]![row]] : lists["scores"]![row].cellList ?? []
    var scores: [Double] = []
    for value in values {
      // NaN is what a broken model gave, and the file's own result counts it as lost; nothing at all is no score.
      guard let score = value.cellNumber ?? value.cellText.flatMap(RowDecoder.word), !score.isInfinite else {
        throw RowFault("a score is not a finite number")
      }
      scores.append(score)
    }
    guard scores.count >= 2 else { throw RowFault("fewer than two scores") }
    var correct = 1
    if version == .two {
      guard let number = lists["num_correct"]![row].cellNumber, number >= 1, number <= Double(scores.count),
        number == number.rounded()
      else { throw RowFault("num_correct is not between 1 and the number of scores") }
      correct = Int(number)
    }
    return .init(
      subset: subset, id: lists["id"]?[row].cellText ?? String(row), scores: scores, correctCount: correct,
      result: lists["results"]?[row].cellNumber)
  }
}

extension InputError {
  static func missingColumn(_ name: String, among columns: [String], at place: String) -> InputError {
    let near = nearMisses(of: name, among: columns)
    return InputError(
      "no column '\(name)'; there "
        + (columns.isEmpty ? "is none" : "are " + columns.sorted().prefix(20).joined(separator: ", ")), at: place,
      remedy: near.first.map { "did you mean '\($0)'?" } ?? "see the documentation for the columns")
  }
}
