import Files

/// One text field of a row, decoded: its messages one after another in a buffer that is used again for every row.
struct DecodedText {
  struct Message {
    var role: UInt64
    var range: Range<Int>
  }

  var bytes: [UInt8] = []
  var messages: [Message] = []
  var isPresent = false

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    messages.removeAll(keepingCapacity: true)
    isPresent = false
  }

  mutating func setPlain(_ text: UnsafeBufferPointer<UInt8>) {
    clear()
    bytes.append(contentsOf: text)
    messages.append(Message(role: 0, range: 0..<bytes.count))
    isPresent = true
  }

  /// Reads a string, a list of messages {role, content}, or null.
  mutating func read(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    clear()
    switch try scanner.kind() {
    case .string:
      try scanner.string(into: &bytes)
      messages.append(Message(role: 0, range: 0..<bytes.count))
      isPresent = true
    case .literal:
      guard try scanner.literal() == nil else { throw RowFault("\(name) is not a text or a conversation") }
    case .array:
      _ = scanner.consume(0x5B)
      var first = true
      while try scanner.more(&first, until: 0x5D) { try readMessage(&scanner, name: name) }
      isPresent = !messages.isEmpty
    case .object:
      try readMessage(&scanner, name: name)
      isPresent = true
    case .number: throw RowFault("\(name) is not a text or a conversation")
    }
  }

  private mutating func readMessage(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    guard try scanner.kind() == .object else { throw RowFault("\(name): a message is not an object") }
    _ = scanner.consume(0x7B)
    var role: UInt64 = 1
    var range: Range<Int>?
    var first = true
    var key: [UInt8] = []
    while try scanner.more(&first, until: 0x7D) {
      key.removeAll(keepingCapacity: true)
      scanner.skipSpace()
      try scanner.string(into: &key)
      try scanner.expect(0x3A)
      if key.elementsEqual("content".utf8) {
        guard range == nil else { throw RowFault("\(name): a message has its content twice") }
        let start = bytes.count
        try readContent(&scanner, name: name)
        range = start..<bytes.count
      } else if key.elementsEqual("role".utf8), try scanner.kind() == .string {
        let start = bytes.count
        try scanner.string(into: &bytes)
        role = bytes[start...].withUnsafeBufferPointer { TextAnalyzer.hash($0, seed: 2) }
        bytes.removeSubrange(start...)
      } else {
        try scanner.skip(depth: 3)
      }
    }
    guard let range else { throw RowFault("\(name): a message has no content") }
    messages.append(Message(role: role, range: range))
  }

  /// A string, null (as in a call of a tool), or a list of parts with a text each.
  private mutating func readContent(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    switch try scanner.kind() {
    case .string: try scanner.string(into: &bytes)
    case .array:
      _ = scanner.consume(0x5B)
      var first = true
      var key: [UInt8] = []
      while try scanner.more(&first, until: 0x5D) {
        guard scanner.consume(0x7B) else { throw RowFault("\(name): a part of a message is not an object") }
        var firstField = true
        while try scanner.more(&firstField, until: 0x7D) {
          key.removeAll(keepingCapacity: true)
          scanner.skipSpace()
          try scanner.string(into: &key)
          try scanner.expect(0x3A)
          if key.elementsEqual("text".utf8), try scanner.kind() == .string {
            try scanner.string(into: &bytes)
          } else {
            try scanner.skip(depth: 4)
          }
        }
      }
    case .literal:
      guard try scanner.literal() == nil else { throw RowFault("\(name): a message's content is not a text") }
    default: throw RowFault("\(name): a message's content is not a text")
    }
  }

  func same(_ index: Int, as other: DecodedText) -> Bool {
    let a = messages[index]
    let b = other.messages[index]
    return a.role == b.role && bytes[a.range].elementsEqual(other.bytes[b.range])
  }

  /// Features of the messages from `first` on, the first of them from byte `offset` of its content.
  func features(
    _ analyzer: inout TextAnalyzer, messages range: Range<Int>? = nil, offset: Int = 0, end: Int? = nil,
    signature: Bool = false
  ) -> TextFeatures {
    analyzer.begin(signature: signature)
    bytes.withUnsafeBufferPointer { buffer in
      for (index, message) in messages[range ?? messages.indices].enumerated() {
        let start = message.range.lowerBound + (index == 0 ? offset : 0)
        let stop = end.map { message.range.lowerBound + $0 } ?? message.range.upperBound
        analyzer.add(UnsafeBufferPointer(rebasing: buffer[start..<stop]), role: message.role)
      }
    }
    return analyzer.finish()
  }
}
