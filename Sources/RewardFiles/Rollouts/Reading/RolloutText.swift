import Files

/// Conversations as one text.
///
/// What the model wrote stands as it is; other turns begin with `[user]`, `[system]` or `[tool]`, calls of tools with
/// `[call]`, and reasoning that the file keeps apart stands between `<think>` and `</think>`. Turns are two line ends
/// apart. A conversation of one turn is its text alone. Pictures and sounds are named, as `[image]`.
enum RolloutText {
  /// The text of a string, a message, a list of messages (OpenAI's chat and responses, ShareGPT, Inspect), or of any other
  /// value as JSON; nil for null.
  static func text(_ value: JSONValue?) -> String? {
    switch value {
    case nil, .null: nil
    case .string(let text): conversation(in: text) ?? text
    case .array(let items): text(items)
    case .object: text([value!])
    case .number, .bool: value!.plainText
    }
  }

  /// A conversation of these messages.
  static func text(_ items: [JSONValue]) -> String {
    var turns: [(header: String?, text: String)] = []
    for item in items { append(item, to: &turns) }
    if turns.count == 1, turns[0].header != "[call]" { return turns[0].text }
    return turns.map { turn in turn.header.map { "\($0) \(turn.text)" } ?? turn.text }.joined(separator: "\n\n")
  }

  /// Messages that were written into a text as JSON, as tables have them.
  private static func conversation(in text: String) -> String? {
    guard text.hasPrefix("[{"), text.contains("\"role\"") else { return nil }
    // Not JSON: then it is a text that only begins like it.
    guard let value = try? JSONValue(row: Array(text.utf8)), case .array(let items) = value else { return nil }
    return self.text(items)
  }

  private static func append(_ item: JSONValue, to turns: inout [(header: String?, text: String)]) {
    switch item {
    case .array(let items): for item in items { append(item, to: &turns) }
    case .object(let fields): append(message: fields, to: &turns)
    case .null: break
    case .string(let text): turns.append((nil, text))
    default: turns.append((nil, item.plainText))
    }
  }

  private static func append(message: [String: JSONValue], to turns: inout [(header: String?, text: String)]) {
    let type = message["type"]?.string
    switch type {
    case "function_call", "custom_tool_call", "mcp_call", "tool_call", "tool_use":
      turns.append(("[call]", call(.object(message))))
      return
    case "function_call_output", "custom_tool_call_output", "tool_result":
      turns.append(("[tool]", content(message["output"] ?? message["content"])))
      return
    case "reasoning":
      let text = [message["summary"], message["content"], message["reasoning"]].map { content($0) }.joined()
      if !text.isEmpty { turns.append((nil, think(text))) }
      return
    default: break
    }
    let role = message["role"]?.string ?? message["from"]?.string ?? (type == "message" ? "assistant" : "")
    let header = ["assistant", "gpt", "model", "bot", ""].contains(role) ? nil : "[\(role)]"
    for name in ["reasoning_content", "reasoning", "thinking"] {
      let text = content(message[name])
      if !text.isEmpty { turns.append((nil, think(text))) }
    }
    let calls = message["tool_calls"]?.cellList ?? []
    let body = message["content"] ?? message["value"] ?? message["text"]
    let text = content(body)
    if !text.isEmpty || calls.isEmpty { turns.append((header, text)) }
    if case .object(let error)? = message["error"], let reason = error["message"]?.string, reason != text {
      turns.append((header, reason))
    }
    for item in calls { turns.append(("[call]", call(item))) }
  }

  private static func think(_ text: String) -> String { "<think>\n\(text)\n</think>" }

  /// A string, or a list of parts.
  private static func content(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: return ""
    case .string(let text): return text
    case .array(let parts):
      return parts.map { part in
        guard case .object(let fields) = part else { return content(part) }
        let type = fields["type"]?.string ?? ""
        if type == "reasoning" || type == "thinking" {
          let text = fields["reasoning"]?.string ?? fields["thinking"]?.string ?? fields["text"]?.string ?? ""
          return text.isEmpty ? "" : think(text) + "\n\n"
        }
        if type == "tool_use" { return "[call] " + call(part) }
        if type == "tool_result" { return "[tool] " + content(fields["content"]) }
        for name in ["text", "refusal", "content", "value"] {
          if let text = fields[name]?.string { return text }
        }
        return "[\(type.isEmpty ? "part" : type.replacing("input_", with: "").replacing("_url", with: ""))]"
      }.joined()
    case .object(let fields): return fields["text"]?.string ?? value!.plainText
    case .number, .bool: return value!.plainText
    }
  }

  /// "name(arguments)" of a call, which may itself be JSON in a text.
  private static func call(_ value: JSONValue) -> String {
    var value = value
    // A text that is no JSON is shown as it is.
    if case .string(let text) = value, let inner = try? JSONValue(row: Array(text.utf8)) { value = inner }
    guard case .object(let fields) = value else { return value.plainText }
    var name = fields["name"]?.string
    var arguments = fields["arguments"] ?? fields["input"]
    if case .object(let function)? = fields["function"] {
      name = function["name"]?.string ?? name
      arguments = function["arguments"] ?? arguments
    } else if let function = fields["function"]?.string {
      name = function
    }
    guard let name else { return value.plainText }
    let spelled = ToolCalls.spelled(arguments: Array((arguments?.plainText ?? "").utf8))
    return "\(name)(\(String(decoding: spelled, as: UTF8.self)))"
  }
}

extension JSONValue {
  /// A text as it is, anything else as JSON with sorted keys.
  var plainText: String {
    switch self {
    case .string(let text): text
    case .null: ""
    case .bool(let flag): flag ? "true" : "false"
    case .number: cellText ?? ""
    default:
      // Numbers that JSON lacks are spelled by their words, so nothing is left that could not be written.
      (try? JSON.encode(self, .result)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }

  /// A text or number that is not blank.
  var answerText: String? {
    let text = plainText
    return text.allSatisfy(\.isWhitespace) ? nil : text
  }
}
