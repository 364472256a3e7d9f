/// Finds many phrases in one pass over a text, in any case of ASCII letters (Aho and Corasick 1975).
///
/// Complexity: one table look-up for each byte of a text, however many phrases there are; 512 bytes for each byte of the
/// phrases.
package struct PhraseFinder: Sendable {
  /// The phrases, in lower case.
  package let phrases: [String]
  private var next: [UInt16]
  private var found: [UInt64]

  /// - Precondition: at most 64 phrases, none empty.
  package init(_ phrases: [String]) {
    precondition(phrases.count <= 64 && phrases.allSatisfy { !$0.isEmpty }, "at most 64 phrases, none empty")
    self.phrases = phrases.map { $0.lowercased() }
    next = [UInt16](repeating: 0, count: 256)
    found = [0]
    for (number, phrase) in self.phrases.enumerated() {
      var state = 0
      for byte in phrase.utf8 {
        if next[state * 256 + Int(byte)] == 0 {
          next[state * 256 + Int(byte)] = UInt16(found.count)
          next += [UInt16](repeating: 0, count: 256)
          found.append(0)
        }
        state = Int(next[state * 256 + Int(byte)])
      }
      found[state] |= 1 << UInt64(number)
    }
    // Breadth first: where a state has no continuation, its longest proper suffix's is taken.
    var suffix = [UInt16](repeating: 0, count: found.count)
    var queue = (0..<256).map { Int(next[$0]) }.filter { $0 != 0 }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      found[state] |= found[Int(suffix[state])]
      for byte in 0..<256 {
        let target = next[state * 256 + byte]
        let fallback = next[Int(suffix[state]) * 256 + byte]
        if target == 0 {
          next[state * 256 + byte] = fallback
        } else {
          suffix[Int(target)] = fallback
          queue.append(Int(target))
        }
      }
    }
    for state in found.indices {
      for letter in 65...90 { next[state * 256 + letter] = next[state * 256 + letter + 32] }
    }
  }

  /// A bit for each phrase that occurs.
  package func find(_ text: Span<UInt8>) -> UInt64 {
    var (state, result) = (0, UInt64(0))
    next.span.withUnsafeBufferPointer { table in
      found.span.withUnsafeBufferPointer { marks in
        for index in text.indices {
          state = Int(table[state * 256 + Int(text[index])])
          result |= marks[state]
        }
      }
    }
    return result
  }
}
