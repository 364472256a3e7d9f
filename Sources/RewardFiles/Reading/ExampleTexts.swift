import Compute
import Files
import Foundation

/// The texts of a few rows, read again from their files for a report.
public struct ExampleTexts: Sendable, Hashable {
  /// All that the model saw before its reply. Empty if the row has no prompt of its own: then both replies begin with it.
  public var prompt: String
  /// The preferred reply.
  public var chosen: String
  /// The other reply.
  public var rejected: String

  /// Reads the rows again; those that are not where they were (a table made in memory, a file that has changed) are left
  /// out.
  ///
  /// Rows of plain JSON are read from where they stand; any other file is read from its beginning, so ask for all rows
  /// at once.
  ///
  /// - Throws: `InputError` if a file cannot be read any more.
  public static func read(
    _ rows: [Int], from table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> [Int: Self] {
    var found: [Int: Self] = [:]
    try RowsAgain.read(rows, from: table, options: options) { found[$0] = Self($1, $2) }
    return found
  }

  private init(_ fields: [String: JSONValue], _ mapping: [ColumnRole: String]) {
    func text(_ role: ColumnRole) -> String { mapping[role].flatMap { fields[$0] }.flatMap(Self.text) ?? "" }
    prompt = PairValues.promptRoles.map(text).filter { !$0.isEmpty }.joined(separator: "\n\n")
    chosen = text(.chosen)
    rejected = text(.rejected)
  }

  /// A text, or a conversation as "role: content" paragraphs.
  static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text):
      guard text.hasPrefix("[") || text.hasPrefix("{") else { return text }
      let value = RowsAgain.messages(Array(text.utf8))
      if case .string(let text) = value { return text }
      return Self.text(value) ?? ""
    case .array(let messages): return messages.compactMap(text).joined(separator: "\n\n")
    case .object(let fields):
      let content = (fields["content"] ?? fields["value"] ?? fields["text"]).flatMap(text)
      let words = [content, calls(fields)].compactMap { $0 }.filter { !$0.isEmpty }
      guard content != nil || !words.isEmpty else { return fields["type"]?.cellText.map { "[\($0)]" } }
      return ((fields["role"] ?? fields["from"])?.cellText.map { "\($0): " } ?? "") + words.joined(separator: "\n")
    default: return nil
    }
  }

  /// Calls of tools as the audit reads them.
  private static func calls(_ message: [String: JSONValue]) -> String? {
    guard let value = message["tool_calls"] ?? message["function_call"], value != .null else { return nil }
    var bytes: [UInt8] = []
    value.appendRow(to: &bytes)
    var scanner = JSONScanner(bytes)
    var text: [UInt8] = []
    // It was read once already.
    guard (try? ToolCalls.append(&scanner, to: &text)) != nil else { return nil }
    return String(decoding: text, as: UTF8.self)
  }
}
