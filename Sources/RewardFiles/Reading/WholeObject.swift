import Compute
import Files

/// A file that is one JSON object in one line, and holds its rows within: not read, but told what would make rows of it.
enum WholeObject {
  /// The error for the only record of a file; nil if it may be a row.
  static func problem(_ fields: [String: JSONValue], file: String) -> InputError? {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let lists = fields.compactMapValues(\.cellList)
    // Columns: every field is a list, the prompts as well.
    let lengths = Set(lists.values.map(\.count))
    let isPrompt = ColumnNames.usual(.prompt).contains { lists[$0]?.first?.string != nil }
    if lists.count == fields.count, fields.count > 1, lengths.count == 1, lengths.first ?? 0 > 1, isPrompt {
      return InputError(
        "one object of columns, not rows", at: file,
        remedy: "make rows of it: python3 -c \"import pandas; pandas.read_json('\(name)')"
          + ".to_json('rows.jsonl', orient='records', lines=True)\"")
    }
    let known = [ColumnRole.chosen, .rejected].contains { role in
      ColumnNames.usual(role).contains { fields[$0] != nil }
    }
    let rows = lists.keys.sorted().filter { key in
      guard let list = lists[key], !list.isEmpty else { return false }
      return list.allSatisfy { $0.fields.map { $0.count > 1 } ?? false }
    }
    guard !known, let list = rows.first else { return nil }
    return InputError(
      "one object, whose rows stand in its list '\(list)'", at: file,
      remedy: "put each row on a line: jq -c '.\(list)[]' \(name) > rows.jsonl")
  }
}
