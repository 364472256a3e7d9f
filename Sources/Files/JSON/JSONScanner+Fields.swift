extension JSONScanner {
  /// The fields of an object, which is all of this part of a text.
  ///
  /// - Parameter skipping: fields that are checked and left out: large ones that nobody asks for.
  package static func fields(
    _ bytes: [UInt8], in range: Range<Int>? = nil, skipping: Set<String> = []
  ) throws(RowFault) -> [String: JSONValue] {
    var scanner = JSONScanner(bytes, in: range)
    try scanner.checkUTF8()
    let fields = try scanner.fields(skipping: skipping) { (scanner, name) throws(RowFault) in
      JSONValue(try JSONTree.read(&scanner, depth: 1))
    }
    try scanner.end()
    return fields
  }

  /// The fields of an object that is a document of a list and a head: the list's elements stay text, so that they can be
  /// read one by one.
  ///
  /// - Returns: the other fields, and where each element stands; nil if the document has no such list.
  package static func document(
    _ bytes: [UInt8], list: String, skipping: Set<String> = []
  ) throws(RowFault) -> (head: [String: JSONValue], elements: [Range<Int>]?) {
    var scanner = JSONScanner(bytes)
    try scanner.checkUTF8()
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
    var elements: [Range<Int>]?
    let head = try scanner.fields(skipping: skipping) { (scanner, name) throws(RowFault) in
      guard name == list, try scanner.kind() == .array else {
        return JSONValue(try JSONTree.read(&scanner, depth: 1))
      }
      scanner.position += 1
      var found: [Range<Int>] = []
      var first = true
      while try scanner.more(&first, until: 0x5D) {
        scanner.skipSpace()
        let start = scanner.position
        try scanner.skip(depth: 2)
        found.append(start..<scanner.position)
      }
      elements = found
      return nil
    }
    try scanner.end()
    return (head, elements)
  }

  private mutating func fields(
    skipping: Set<String>, _ read: (inout JSONScanner, String) throws(RowFault) -> JSONValue?
  ) throws(RowFault) -> [String: JSONValue] {
    guard try kind() == .object else { throw RowFault("not a JSON object") }
    position += 1
    var fields: [String: JSONValue] = [:]
    var first = true
    while try more(&first, until: 0x7D) {
      skipSpace()
      let start = position
      let name = try string()
      guard fields[name] == nil else {
        position = start
        throw RowFault("'\(name.prefix(40))' is given twice")
      }
      try expect(0x3A)
      if skipping.contains(name) {
        try skip(depth: 1)
      } else {
        fields[name] = try read(&self, name)
      }
    }
    return fields
  }
}
