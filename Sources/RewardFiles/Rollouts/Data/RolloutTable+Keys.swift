import Files

extension RolloutTable {
  /// The hash that ids, keys and groups are compared by; never 0.
  static func hash(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { TextAnalyzer.hash($0, seed: 7) } | 1
  }

  static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64) -> UInt64 {
    bytes.withContiguousStorageIfAvailable { TextAnalyzer.hash($0, seed: seed) }
      ?? Array(bytes).withUnsafeBufferPointer { TextAnalyzer.hash($0, seed: seed) }
  }

  /// A hash of prompt and completion: what a row is known by where it has no id.
  static func textKey(prompt: some Sequence<UInt8>, completion: some Sequence<UInt8>) -> UInt64 {
    (hash(prompt, seed: 8) &* 0x9E37_79B9_7F4A_7C15 ^ hash(completion, seed: 9)) | 1
  }

  /// A hash of the row's prompt and completion; equal texts have equal ones. Linear in their length.
  func textKey(_ row: Int) -> UInt64 {
    let none: [UInt8] = []
    return Self.textKey(
      prompt: prompt.isEmpty || prompt[row] < 0 ? none[...] : prompts.bytes[prompts.range(Int(prompt[row]))],
      completion: completions.count == 0 ? none[...] : completions.bytes[completions.range(row)])
  }

  /// What each row is called in sheets of labels: 16 hexadecimal digits of its id's hash, or of its texts' where it has
  /// none; the second row of a name gets "-2" after it, the third "-3". The same files give the same names.
  package func keys() -> [String] {
    var seen: [UInt64: Int] = [:]
    return (0..<count).map { row in
      let hash = ids.isEmpty || ids[row] == 0 ? textKey(row) : ids[row]
      seen[hash, default: 0] += 1
      let digits = String(hash, radix: 16)
      let name = String(repeating: "0", count: 16 - digits.count) + digits
      return seen[hash]! == 1 ? name : "\(name)-\(seen[hash]!)"
    }
  }
}
