import Files

/// Calls of tools as text: `name(arguments)`, one a line. Their ids, which are random, are left out.
enum ToolCalls {
  /// Reads a list of calls `{function: {name, arguments}}` as OpenAI and TRL write them, or one call; false if the list
  /// is empty.
  static func append(_ scanner: inout JSONScanner, to text: inout [UInt8]) throws(RowFault) -> Bool {
    guard try scanner.kind() == .array else {
      try appendCall(&scanner, to: &text)
      return true
    }
    _ = scanner.consume(0x5B)
    var first = true
    var isEmpty = true
    while try scanner.more(&first, until: 0x5D) {
      try appendCall(&scanner, to: &text)
      isEmpty = false
    }
    return !isEmpty
  }

  /// One spelling for equal arguments, whoever wrote them; what is no JSON stays as it is.
  static func spelled(arguments: [UInt8]) -> [UInt8] {
    guard let value = try? JSONValue(row: arguments) else { return arguments }
    var bytes: [UInt8] = []
    value.appendRow(to: &bytes)
    return bytes
  }

  private static func appendCall(_ scanner: inout JSONScanner, to text: inout [UInt8]) throws(RowFault) {
    scanner.skipSpace()
    let start = scanner.position
    if !text.isEmpty { text.append(0x0A) }
    var call = Call()
    if try scanner.kind() == .object { try call.read(&scanner, depth: 4) } else { try scanner.skip(depth: 4) }
    guard let name = call.name else {
      // Of an unknown shape: as it stands.
      text.append(contentsOf: scanner.bytes[start..<scanner.position])
      return
    }
    text.append(contentsOf: name)
    text.append(UInt8(ascii: "("))
    text.append(contentsOf: call.arguments)
    text.append(UInt8(ascii: ")"))
  }

  private struct Call {
    var name: [UInt8]?
    var arguments: [UInt8] = []

    mutating func read(_ scanner: inout JSONScanner, depth: Int) throws(RowFault) {
      _ = scanner.consume(0x7B)
      var first = true
      var key: [UInt8] = []
      while try scanner.more(&first, until: 0x7D) {
        key.removeAll(keepingCapacity: true)
        scanner.skipSpace()
        try scanner.string(into: &key)
        try scanner.expect(0x3A)
        let kind = try scanner.kind()
        if key.elementsEqual("function".utf8), kind == .object, depth < 6 {
          try read(&scanner, depth: depth + 1)
        } else if key.elementsEqual("name".utf8), kind == .string {
          name = []
          try scanner.string(into: &name!)
        } else if ["arguments", "input", "parameters"].contains(where: { key.elementsEqual($0.utf8) }) {
          arguments.removeAll()
          if kind == .string {
            try scanner.string(into: &arguments)
          } else {
            scanner.skipSpace()
            let start = scanner.position
            try scanner.skip(depth: depth)
            arguments.append(contentsOf: scanner.bytes[start..<scanner.position])
          }
          arguments = ToolCalls.spelled(arguments: arguments)
        } else {
          try scanner.skip(depth: depth)
        }
      }
    }
  }
}
