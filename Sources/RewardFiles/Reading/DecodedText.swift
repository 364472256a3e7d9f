import Files

/// One text field of a row, decoded: its messages one after another in a buffer that is used again for every row.
struct DecodedText {
  struct Message {
    var role: UInt64
    var range: Range<Int>
    /// What of ``unread`` belongs to it.
    var unread = 0..<0
  }

  var bytes: [UInt8] = []
  var messages: [Message] = []
  /// What is no text: pictures and the like, byte for byte. Only compared.
  private(set) var unread: [UInt8] = []
  var isPresent = false
  private var key: [UInt8] = []
  private var calls: [UInt8] = []

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    unread.removeAll(keepingCapacity: true)
    messages.removeAll(keepingCapacity: true)
    isPresent = false
  }

  /// A cell of a table: a text, or messages if that is what it spells. An empty cell is absent if `absentIfEmpty`.
  mutating func setCell(_ text: ArraySlice<UInt8>, name: String) throws(RowFault) {
    clear()
    bytes.append(contentsOf: text)
    try takeText(name: name)
  }

  /// Whether there is nothing to read: no letter, no picture.
  var isBlank: Bool {
    unread.isEmpty && bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  /// Puts another text behind this one; `role` is that of its plain text.
  mutating func append(_ other: DecodedText, role: UInt64) {
    for message in other.messages {
      let (start, pictures) = (bytes.count, unread.count)
      bytes.append(contentsOf: other.bytes[message.range])
      unread.append(contentsOf: other.unread[message.unread])
      messages.append(
        Message(
          role: message.role == 0 ? role : message.role, range: start..<bytes.count, unread: pictures..<unread.count))
    }
    isPresent = isPresent || other.isPresent
  }

  /// Reads a string, a list of messages {role, content} or {from, value}, one such message, or null.
  ///
  /// - Parameter turns: whether lists of texts are turns of a conversation, as in Alpaca's `history`.
  mutating func read(_ scanner: inout JSONScanner, name: String, turns: Bool = false) throws(RowFault) {
    clear()
    switch try scanner.kind() {
    case .string:
      try scanner.string(into: &bytes)
      try takeText(name: name)
    case .literal:
      guard try scanner.literal() == nil else { throw RowFault("\(name) is not a text or a conversation") }
    case .array:
      _ = scanner.consume(0x5B)
      var first = true
      while try scanner.more(&first, until: 0x5D) {
        if turns, try scanner.kind() != .object {
          try readTurns(&scanner, name: name)
        } else {
          try readMessage(&scanner, name: name)
        }
      }
      isPresent = !messages.isEmpty
    case .object:
      try readMessage(&scanner, name: name)
      isPresent = true
    case .number: throw RowFault("\(name) is not a text or a conversation")
    }
  }

  /// What stands in `bytes` as a plain text, or as messages if that is what it spells.
  private mutating func takeText(name: String) throws(RowFault) {
    if let spelled = try SpelledMessages.json(bytes, name: name) {
      var scanner = JSONScanner(spelled)
      try read(&scanner, name: name)
      return
    }
    messages.append(Message(role: 0, range: 0..<bytes.count))
    isPresent = true
  }

  /// A turn, or a list of turns of person and assistant.
  private mutating func readTurns(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    switch try scanner.kind() {
    case .string:
      let start = bytes.count
      try scanner.string(into: &bytes)
      messages.append(Message(role: 3 + UInt64(messages.count % 2), range: start..<bytes.count))
    case .array:
      _ = scanner.consume(0x5B)
      var first = true
      while try scanner.more(&first, until: 0x5D) {
        guard try scanner.kind() == .string else { throw RowFault("\(name): a turn is not a text") }
        try readTurns(&scanner, name: name)
      }
    case .literal where try scanner.literal() == nil: break
    default: throw RowFault("\(name): a turn is not a text")
    }
  }

  private mutating func readMessage(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    guard try scanner.kind() == .object else { throw RowFault("\(name): a message is not an object") }
    _ = scanner.consume(0x7B)
    var role: UInt64 = 1
    var range: Range<Int>?
    let pictures = unread.count
    var hasCalls = false
    calls.removeAll(keepingCapacity: true)
    var first = true
    while try scanner.more(&first, until: 0x7D) {
      key.removeAll(keepingCapacity: true)
      scanner.skipSpace()
      try scanner.string(into: &key)
      try scanner.expect(0x3A)
      switch MessageKey(key) {
      case .content:
        guard range == nil else { throw RowFault("\(name): a message has its content twice") }
        let start = bytes.count
        try readContent(&scanner, name: name)
        range = start..<bytes.count
      case .role:
        guard try scanner.kind() == .string else {
          try scanner.skip(depth: 3)
          continue
        }
        let start = bytes.count
        try scanner.string(into: &bytes)
        role = bytes[start...].withUnsafeBufferPointer { TextAnalyzer.hash($0, seed: 2) }
        bytes.removeSubrange(start...)
      case .calls:
        if try scanner.kind() == .literal {
          _ = try scanner.literal()
        } else {
          hasCalls = try ToolCalls.append(&scanner, to: &calls) || hasCalls
        }
      case .other: try scanner.skip(depth: 3)
      }
    }
    guard range != nil || hasCalls else { throw RowFault("\(name): a message has no content") }
    let start = range?.lowerBound ?? bytes.count
    // Calls of tools are text: they are what the model said.
    if hasCalls, bytes.count > start { bytes.append(0x0A) }
    bytes.append(contentsOf: calls)
    messages.append(Message(role: role, range: start..<bytes.count, unread: pictures..<unread.count))
  }

  /// A string, null (as beside a call of a tool), or a list of parts: texts, pictures, uses of tools.
  private mutating func readContent(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    switch try scanner.kind() {
    case .string: try scanner.string(into: &bytes)
    case .array:
      _ = scanner.consume(0x5B)
      var first = true
      while try scanner.more(&first, until: 0x5D) { try readPart(&scanner, name: name) }
    case .literal:
      guard try scanner.literal() == nil else { throw RowFault("\(name): a message's content is not a text") }
    default: throw RowFault("\(name): a message's content is not a text")
    }
  }

  /// A part with a text gives the text; any other, such as a picture, is told from others by its bytes.
  private mutating func readPart(_ scanner: inout JSONScanner, name: String) throws(RowFault) {
    scanner.skipSpace()
    let start = scanner.position
    guard scanner.consume(0x7B) else { throw RowFault("\(name): a part of a message is not an object") }
    var hasText = false
    var first = true
    while try scanner.more(&first, until: 0x7D) {
      key.removeAll(keepingCapacity: true)
      scanner.skipSpace()
      try scanner.string(into: &key)
      try scanner.expect(0x3A)
      if key.elementsEqual("text".utf8) || key.elementsEqual("value".utf8), try scanner.kind() == .string {
        try scanner.string(into: &bytes)
        hasText = true
      } else {
        try scanner.skip(depth: 4)
      }
    }
    if !hasText { unread.append(contentsOf: scanner.bytes[start..<scanner.position]) }
  }

  /// Keeps what is no text, such as a column of pictures, as a message: it counts where texts are compared.
  mutating func add(unread raw: ArraySlice<UInt8>) {
    let start = unread.count
    unread.append(contentsOf: raw)
    messages.append(Message(role: 2, range: bytes.count..<bytes.count, unread: start..<unread.count))
    isPresent = true
  }

  /// The first messages.
  func first(_ count: Int) -> DecodedText {
    var text = DecodedText()
    text.bytes = count == 0 ? [] : Array(bytes[..<messages[count - 1].range.upperBound])
    text.unread = count == 0 ? [] : Array(unread[..<messages[count - 1].unread.upperBound])
    text.messages = Array(messages[..<count])
    text.isPresent = count > 0
    return text
  }

  /// The first bytes of a plain text.
  func first(bytes count: Int) -> DecodedText {
    var text = DecodedText()
    text.bytes = Array(bytes[..<count])
    text.messages = [Message(role: messages[0].role, range: 0..<count)]
    text.isPresent = true
    return text
  }

  func same(_ index: Int, as other: DecodedText) -> Bool {
    let a = messages[index]
    let b = other.messages[index]
    return a.role == b.role && bytes[a.range].elementsEqual(other.bytes[b.range])
      && unread[a.unread].elementsEqual(other.unread[b.unread])
  }

  /// Features of the messages from `first` on, the first of them from byte `offset` of its content.
  func features(
    _ analyzer: inout TextAnalyzer, messages range: Range<Int>? = nil, offset: Int = 0, signature: Bool = false
  ) -> TextFeatures {
    analyzer.begin(signature: signature)
    bytes.withUnsafeBufferPointer { buffer in
      for (index, message) in messages[range ?? messages.indices].enumerated() {
        let start = message.range.lowerBound + (index == 0 ? offset : 0)
        analyzer.add(UnsafeBufferPointer(rebasing: buffer[start..<message.range.upperBound]), role: message.role)
        guard !message.unread.isEmpty else { continue }
        unread.withUnsafeBufferPointer {
          analyzer.add(unread: UnsafeBufferPointer(rebasing: $0[message.unread]))
        }
      }
    }
    return analyzer.finish()
  }
}

/// What a message's field is.
enum MessageKey {
  case content, role, calls, other

  init(_ key: [UInt8]) {
    switch key.count {
    case 4 where key.elementsEqual("role".utf8) || key.elementsEqual("from".utf8): self = .role
    case 4 where key.elementsEqual("text".utf8): self = .content
    case 5 where key.elementsEqual("value".utf8): self = .content
    case 7 where key.elementsEqual("content".utf8): self = .content
    case 10 where key.elementsEqual("tool_calls".utf8): self = .calls
    case 13 where key.elementsEqual("function_call".utf8): self = .calls
    default: self = .other
    }
  }
}
