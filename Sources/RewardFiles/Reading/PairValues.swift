import Compute
import Files

/// A pair's cells as its file has them, texts or lists of messages: for programs that show pairs to people and write them
/// again.
package struct PairValues: Sendable, Hashable {
  /// The prompt's own cell; where system prompt, earlier turns or further input stand beside it, one text of all of them.
  /// Nil if the row has none: then both replies begin with it.
  package var prompt: JSONValue?
  /// The preferred reply.
  package var chosen: JSONValue
  /// The other reply.
  package var rejected: JSONValue

  /// Reads the rows again; see ``ExampleTexts/read(_:from:options:)``.
  ///
  /// - Throws: `InputError` if a file cannot be read any more.
  package static func read(
    _ rows: [Int], from table: PreferenceTable, options: ReadingOptions = .init()
  ) throws -> [Int: Self] {
    var found: [Int: Self] = [:]
    try RowsAgain.read(rows, from: table, options: options) { found[$0] = Self($1, $2) }
    return found
  }

  package init(prompt: JSONValue?, chosen: JSONValue, rejected: JSONValue) {
    (self.prompt, self.chosen, self.rejected) = (prompt, chosen, rejected)
  }

  /// What stands before the reply, in the order in which a model sees it.
  static let promptRoles: [ColumnRole] = [.system, .history, .prompt, .context]

  private init?(_ fields: [String: JSONValue], _ mapping: [ColumnRole: String]) {
    func cell(_ role: ColumnRole) -> JSONValue? { mapping[role].flatMap { fields[$0] } }
    guard let chosen = cell(.chosen), let rejected = cell(.rejected) else { return nil }
    let parts = Self.promptRoles.filter { role in !(cell(role).map(Self.text) ?? "").isEmpty }
    switch parts {
    case []: prompt = nil
    case [.prompt]: prompt = cell(.prompt).map(Self.unfolded)
    default: prompt = .string(parts.compactMap(cell).map(Self.text).joined(separator: "\n\n"))
    }
    (self.chosen, self.rejected) = (Self.unfolded(chosen), Self.unfolded(rejected))
  }

  private static func unfolded(_ value: JSONValue) -> JSONValue {
    guard case .string(let text) = value, text.hasPrefix("[") || text.hasPrefix("{") else { return value }
    return RowsAgain.messages(Array(text.utf8))
  }

  /// A text, or a conversation as "role: content" paragraphs.
  package static func text(_ value: JSONValue) -> String { ExampleTexts.text(value) ?? "" }

  /// The pair as people read it: what both replies begin with is part of the prompt, a reply of one message is that
  /// message's content.
  package var shown: ExampleTexts {
    var before = prompt.map(Self.text) ?? ""
    switch (chosen, rejected) {
    case (.array(let first), .array(let second)):
      var shared = 0
      while shared < min(first.count, second.count) - 1, first[shared] == second[shared] { shared += 1 }
      let turns = Self.text(.array(Array(first[..<shared])))
      // Often the prompt stands in its own column and once more as the first turn.
      let isRepeated = shared == 1 && Self.content(first[0]) == before
      if !turns.isEmpty, !isRepeated, turns != before {
        before = [before, turns].filter { !$0.isEmpty }.joined(separator: "\n\n")
      }
      return ExampleTexts(
        prompt: before, chosen: Self.reply(Array(first[shared...])), rejected: Self.reply(Array(second[shared...])))
    case (.string(let first), .string(let second)) where before.isEmpty:
      let (a, b) = (Array(first.utf8), Array(second.utf8))
      let shared = ImplicitPrompt.sharedBytes(a, b, turnsOnly: true)
      func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
      func reply(_ bytes: [UInt8]) -> String { text(bytes[shared...].drop { shared > 0 && $0 == 0x20 }) }
      return ExampleTexts(prompt: text(a[..<shared]), chosen: reply(a), rejected: reply(b))
    default:
      return ExampleTexts(prompt: before, chosen: Self.reply([chosen]), rejected: Self.reply([rejected]))
    }
  }

  private static func reply(_ messages: [JSONValue]) -> String {
    guard messages.count == 1, case .object(var fields) = messages[0] else { return text(.array(messages)) }
    (fields["role"], fields["from"]) = (nil, nil)
    return text(.object(fields))
  }

  private static func content(_ message: JSONValue) -> String? {
    guard case .object(let fields) = message else { return nil }
    return (fields["content"] ?? fields["value"] ?? fields["text"]).map(text)
  }
}
