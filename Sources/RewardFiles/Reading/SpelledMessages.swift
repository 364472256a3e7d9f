import Files

/// Messages that a text spells out, as they stand in tables that Python wrote: JSON, or the text of a Python list.
///
/// ```
/// "[{'role': 'assistant', 'content': 'yes'}]"    // what str() makes of a list of messages
/// ```
enum SpelledMessages {
  /// The messages as JSON; nil if the text is an ordinary one.
  ///
  /// - Throws: `RowFault` if the text looks like messages and cannot be read as such: a part of it would be taken for
  ///   what the model said.
  static func json(_ text: [UInt8], name: String) throws(RowFault) -> [UInt8]? {
    var start = 0
    while start < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[start]) { start += 1 }
    guard start < text.count, text[start] == UInt8(ascii: "[") || text[start] == UInt8(ascii: "{") else { return nil }
    var next = start
    if text[start] == UInt8(ascii: "[") {
      next += 1
      while next < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[next]) { next += 1 }
    }
    guard next < text.count, text[next] == UInt8(ascii: "{"), namesContent(text[next...].prefix(4096)) else {
      return nil
    }
    if areMessages(text) { return text }
    if let python = PythonLiteral.json(text), areMessages(python) { return python }
    throw RowFault(
      "\(name) looks like messages, but is neither JSON nor the text of a Python list (write the column with json.dumps)"
    )
  }

  /// Whether a key of a message stands in quotes near the beginning.
  private static func namesContent(_ text: ArraySlice<UInt8>) -> Bool {
    let keys = ["'content'", "\"content\"", "'value'", "\"value\""].map { Array($0.utf8) }
    var position = text.startIndex
    while position < text.endIndex {
      if text[position] == 0x27 || text[position] == 0x22 {
        for key in keys where text[position...].starts(with: key) {
          let after = text[(position + key.count)...].first { $0 != 0x20 }
          if after == UInt8(ascii: ":") { return true }
        }
      }
      position += 1
    }
    return false
  }

  private static func areMessages(_ text: [UInt8]) -> Bool {
    // Text that is no JSON is an answer: it is then tried as Python.
    guard let value = try? JSONValue(row: text) else { return false }
    let items: [JSONValue] = if case .array(let items) = value { items } else { [value] }
    return !items.isEmpty
      && items.allSatisfy { item in
        guard case .object(let fields) = item else { return false }
        return (fields["role"] ?? fields["from"]) != nil
          && (fields["content"] ?? fields["value"] ?? fields["tool_calls"]) != nil
      }
  }
}

/// The text of a Python list or dictionary as JSON.
enum PythonLiteral {
  /// nil if it is not one: numbers, texts, None, True, False, lists and dictionaries with keys of text are read.
  static func json(_ text: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let byte = text[position]
      switch byte {
      case 0x27, 0x22:
        guard let end = string(text, from: position, to: &output) else { return nil }
        position = end
      case UInt8(ascii: "N"), UInt8(ascii: "T"), UInt8(ascii: "F"):
        let words = [("None", "null"), ("True", "true"), ("False", "false")]
        guard let (python, json) = words.first(where: { text[position...].starts(with: $0.0.utf8) }) else {
          return nil
        }
        output.append(contentsOf: json.utf8)
        position += python.utf8.count
      default:
        output.append(byte)
        position += 1
      }
    }
    return output
  }

  /// One string in quotes of either kind; where it ends.
  private static func string(_ text: [UInt8], from start: Int, to output: inout [UInt8]) -> Int? {
    let quote = text[start]
    var position = start + 1
    output.append(0x22)
    while position < text.count {
      let byte = text[position]
      switch byte {
      case quote:
        output.append(0x22)
        return position + 1
      case 0x22: output.append(contentsOf: [0x5C, 0x22])
      case 0x0A: output.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: output.append(contentsOf: [0x5C, 0x72])
      case 0x09: output.append(contentsOf: [0x5C, 0x74])
      case 0..<0x20: return nil
      case 0x5C:
        guard let end = escape(text, at: position, to: &output) else { return nil }
        position = end
        continue
      default: output.append(byte)
      }
      position += 1
    }
    return nil
  }

  private static func escape(_ text: [UInt8], at start: Int, to output: inout [UInt8]) -> Int? {
    guard start + 1 < text.count else { return nil }
    let byte = text[start + 1]
    func hexadecimal(_ digits: Int) -> UInt32? {
      guard start + 2 + digits <= text.count else { return nil }
      return UInt32(String(decoding: text[(start + 2)..<(start + 2 + digits)], as: UTF8.self), radix: 16)
    }
    func append(_ code: UInt32) -> Bool {
      guard let scalar = Unicode.Scalar(code) else { return false }
      if code < 0x20 || code == 0x22 || code == 0x5C {
        let digits = String(code, radix: 16)
        output.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      } else {
        output.append(contentsOf: String(Character(scalar)).utf8)
      }
      return true
    }
    switch byte {
    case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), 0x5C, 0x22: output.append(contentsOf: [0x5C, byte])
    case 0x27: output.append(0x27)
    case UInt8(ascii: "x"):
      guard let code = hexadecimal(2), append(code) else { return nil }
      return start + 4
    case UInt8(ascii: "u"):
      guard let code = hexadecimal(4), append(code) else { return nil }
      return start + 6
    case UInt8(ascii: "U"):
      guard let code = hexadecimal(8), append(code) else { return nil }
      return start + 10
    default: return nil
    }
    return start + 2
  }
}
