import Compute
import Files
import Foundation

/// Two texts after the same prompt, the first preferred: what language-model reward data is made of.
///
/// A text is a string ("standard") or a list of messages ("conversational"), all three alike. Without a prompt it is
/// implicit: both texts begin with it.
public struct TextPreference: Hashable, Sendable {
  /// One text.
  public enum Text: Hashable, Sendable {
    /// One string.
    case plain(String)
    /// The turns of a conversation, in order.
    case messages([Message])
  }

  /// One turn of a conversation.
  public struct Message: Hashable, Sendable {
    /// Who speaks: `user`, `assistant`, `system`.
    public var role: String
    /// What is said.
    public var content: String
    /// Fields of other tools (`name`, `tool_calls`), kept as they are.
    public var others: [String: JSONValue]

    /// Takes the parts as they are.
    public init(role: String, content: String, others: [String: JSONValue] = [:]) {
      self.role = role
      self.content = content
      self.others = others
    }
  }

  /// Nil if implicit.
  public var prompt: Text?
  /// The text that was preferred.
  public var chosen: Text
  /// The text that was not.
  public var rejected: Text
  /// Further columns of the row (`margin`, `id`), kept as they are.
  public var others: [String: JSONValue]

  /// Takes the parts as they are.
  public init(prompt: Text? = nil, chosen: Text, rejected: Text, others: [String: JSONValue] = [:]) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.others = others
  }

  /// The same with the longest common beginning of both texts as its prompt (whole messages, or characters up to a
  /// space, as TRL's `extract_prompt` cuts them); unchanged if it has a prompt.
  public var withExplicitPrompt: TextPreference {
    guard prompt == nil else { return self }
    var result = self
    switch (chosen, rejected) {
    case (.plain(let first), .plain(let second)):
      let (a, b) = (Array(first.unicodeScalars), Array(second.unicodeScalars))
      var common = zip(a, b).prefix { $0 == $1 }.count
      if common > 0, a[common - 1] == " " { common -= 1 }
      func text(_ scalars: ArraySlice<Unicode.Scalar>) -> Text {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return .plain(String(view))
      }
      result.prompt = text(a[..<common])
      (result.chosen, result.rejected) = (text(a[common...]), text(b[common...]))
    case (.messages(let first), .messages(let second)):
      let common = zip(first, second).prefix { $0 == $1 }.count
      result.prompt = .messages(Array(first.prefix(common)))
      result.chosen = .messages(Array(first.dropFirst(common)))
      result.rejected = .messages(Array(second.dropFirst(common)))
    default: break
    }
    return result
  }
}

/// Text preferences as TRL reads them: JSON lines with the columns `chosen`, `rejected` and, unless implicit, `prompt`.
///
/// ```swift
/// let rows = try TextPreferenceFile.read(url)
/// try TextPreferenceFile.write(rows.map(\.withExplicitPrompt), to: url)
/// // Python: datasets.load_dataset("json", data_files="rows.jsonl")
/// ```
///
/// Further columns are kept. Format: huggingface.co/docs/trl/dataset_formats, "preference".
public enum TextPreferenceFile {
  /// - Throws: `InputError` at "file:line".
  public static func read(_ url: URL) throws -> [TextPreference] { try read(WholeFile.read(url), place: url.path) }

  /// Reads a file's bytes; `place` is what errors call it.
  public static func read(_ bytes: [UInt8], place: String) throws -> [TextPreference] {
    try LinesOfJSON.decode(bytes, place: place, as: JSONValue.self) { value, _ in try TextPreference(row: value) }
  }

  /// Writes the file whole or not at all.
  public static func write(_ preferences: [TextPreference], to url: URL) throws {
    try WholeFile.write(data(preferences), to: url)
  }

  /// The file's bytes. Throws if a row mixes texts and messages.
  public static func data(_ preferences: [TextPreference]) throws -> Data {
    for (index, preference) in preferences.enumerated() {
      if let problem = preference.mixture { throw InputError(problem, at: "row \(index + 1)") }
    }
    return try LinesOfJSON.encode(preferences.lazy.map(\.row), what: "row")
  }
}

extension TextPreference {
  fileprivate static let columns = ["prompt", "chosen", "rejected"]

  fileprivate var mixture: String? {
    let shapes = Set(
      [prompt, chosen, rejected].compactMap(\.self).map { text in
        switch text {
        case .plain: 0
        case .messages: 1
        }
      })
    return shapes.count == 1 ? nil : "the row mixes strings and lists of messages"
  }

  fileprivate init(row: JSONValue) throws {
    guard case .object(var fields) = row else { throw InputError("a row is a JSON object") }
    if fields["completion"] != nil, fields["label"] != nil || fields["labels"] != nil {
      throw InputError(
        "an unpaired or stepwise row (completion with label)", remedy: "only pairs are read: chosen and rejected")
    }
    func text(_ column: String) throws -> Text? {
      guard let value = fields.removeValue(forKey: column), value != .null else { return nil }
      return try Text(value, column: column)
    }
    prompt = try text("prompt")
    let texts = (try text("chosen"), try text("rejected"))
    guard let chosen = texts.0, let rejected = texts.1 else {
      throw InputError(
        "'\(texts.0 == nil ? "chosen" : "rejected")' is missing",
        remedy: "a preference row has the columns chosen, rejected and, unless implicit, prompt")
    }
    (self.chosen, self.rejected, others) = (chosen, rejected, fields)
    if let mixture { throw InputError(mixture) }
  }

  fileprivate var row: JSONValue {
    var fields = others
    fields["prompt"] = prompt?.json
    fields["chosen"] = chosen.json
    fields["rejected"] = rejected.json
    return .object(fields)
  }
}

extension TextPreference.Text {
  fileprivate init(_ value: JSONValue, column: String) throws {
    switch value {
    case .string(let text): self = .plain(text)
    case .array(let values):
      self = .messages(
        try values.enumerated().map { index, value in
          guard case .object(var fields) = value, case .string(let role)? = fields.removeValue(forKey: "role"),
            case .string(let content)? = fields.removeValue(forKey: "content")
          else {
            throw InputError(
              "a message is an object with the texts role and content", at: "\(column)[\(index)]",
              remedy: "messages with pictures or parts are not read")
          }
          return TextPreference.Message(role: role, content: content, others: fields)
        })
    default: throw InputError("neither a text nor a list of messages", at: column)
    }
  }

  fileprivate var json: JSONValue {
    switch self {
    case .plain(let text): .string(text)
    case .messages(let messages):
      .array(
        messages.map { message in
          var fields = message.others
          fields["role"] = .string(message.role)
          fields["content"] = .string(message.content)
          return .object(fields)
        })
    }
  }
}
