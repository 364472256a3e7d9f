import Compute
import Files
import Foundation

/// Finds the rollouts of a table that a row of another file speaks of.
struct RolloutMatcher {
  /// What each rollout is called in sheets.
  let keys: [String]
  private var byKey: [UInt64: Int] = [:]
  private var byID: [UInt64: [Int]] = [:]
  private var byText: [UInt64: [Int]] = [:]

  init(_ table: RolloutTable) {
    keys = table.keys()
    for row in 0..<table.count {
      byKey[RolloutTable.hash(keys[row])] = row
      if !table.ids.isEmpty, table.ids[row] != 0 { byID[table.ids[row], default: []].append(row) }
      if table.completions.count > 0 { byText[table.textKey(row), default: []].append(row) }
    }
  }

  /// By key, id, or texts, whichever the row has first.
  func rows(of fields: [String: JSONValue]) -> [Int] {
    if let name = fields.first(["key", "id", "rollout_id", "rollout", "uuid"])?.answerText {
      return rows(id: RolloutTable.hash(name))
    }
    guard let completion = RolloutText.text(fields.first(["completion", "response", "output"])) else { return [] }
    let prompt = RolloutText.text(fields.first(["prompt", "input", "question"])) ?? ""
    return rows(text: RolloutTable.textKey(prompt: prompt.utf8, completion: completion.utf8))
  }

  /// The rollouts of a key or an id with this hash.
  func rows(id: UInt64) -> [Int] { byKey[id].map { [$0] } ?? byID[id] ?? [] }

  /// The rollouts with texts of this hash.
  func rows(text: UInt64) -> [Int] { byText[text] ?? [] }
}

extension [String: JSONValue] {
  /// The value of the first of these fields that is there and not empty.
  func first(_ names: [String]) -> JSONValue? {
    for name in names {
      guard let value = self[name], value != .null, value != .string("") else { continue }
      return value
    }
    return nil
  }
}

/// A table or JSON lines, a row at a time: for files that people write.
enum SmallTable {
  /// - Parameter visit: gets the fields of each row and its place.
  /// - Returns: the names of the fields of the first row.
  static func read(_ file: URL, _ visit: ([String: JSONValue], String) throws -> Void) throws -> [String] {
    var reader = try RecordReader(file, limit: 4 << 30, maximumRecord: 64 << 20)
    var header: TableHeader?
    var names: [String]?
    while var batch = try reader.next() {
      if reader.format == .csv, header == nil {
        header = try TableHeader(batch, file: file.path)
        batch.records.removeFirst()
      }
      for record in batch.records {
        let fields: [String: JSONValue]
        let place = "\(file.path):\(record.line)"
        do throws(RowFault) {
          if let header {
            fields = try RowTree.fields(batch.bytes, record.range, header, unfolding: false)
          } else {
            fields = try JSONScanner.fields(batch.bytes, in: record.range)
          }
        } catch {
          throw InputError(error.reason, at: place, remedy: "mend the row")
        }
        if names == nil { names = header?.columns ?? fields.keys.sorted() }
        try visit(fields, place)
      }
    }
    guard let names else { throw InputError("the file has no rows", at: file.path) }
    return names
  }
}
