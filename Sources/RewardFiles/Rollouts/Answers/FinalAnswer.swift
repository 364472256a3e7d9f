/// Where a completion states its final answer: the last box, the last answer tag, a line after "####", the words after
/// "answer is", or the whole of a short text.
package enum FinalAnswer {
  /// How an answer is marked.
  package enum Mark: Sendable, Hashable {
    case box, tag, hashes, words, whole
  }

  /// The bytes of the answer; nil if none is found. Only the last 8 KiB are searched.
  package static func find(_ text: Span<UInt8>) -> (range: Range<Int>, mark: Mark)? {
    if let box = last("\\boxed{", text) {
      let open = box + 6
      var depth = 0
      for index in open..<text.count {
        if text[index] == UInt8(ascii: "{") { depth += 1 }
        if text[index] == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 { return ((open + 1)..<index, .box) }
        }
      }
      return nil
    }
    if let tag = last("<answer>", text) {
      let begin = tag + 8
      guard let end = first("</answer>", text, from: begin) else { return nil }
      return (trimmed(begin..<end, text), .tag)
    }
    if let hashes = last("#### ", text) { return (line(hashes + 5, text), .hashes) }
    for cue in ["answer is", "Answer:", "answer:", "ANSWER:"] {
      if let words = last(cue, text) { return (line(words + cue.utf8.count, text), .words) }
    }
    let whole = trimmed(0..<text.count, text)
    return whole.count <= 40 && !whole.isEmpty ? (whole, .whole) : nil
  }

  /// Where this last occurs.
  package static func last(_ word: String, _ text: Span<UInt8>) -> Int? {
    let word = Array(word.utf8)
    guard text.count >= word.count else { return nil }
    let head = word[0]
    var start = text.count - word.count
    let stop = max(0, text.count - 8192)
    while start >= stop {
      if text[start] == head {
        var matched = 1
        while matched < word.count, text[start + matched] == word[matched] { matched += 1 }
        if matched == word.count { return start }
      }
      start -= 1
    }
    return nil
  }

  private static func first(_ word: String, _ text: Span<UInt8>, from begin: Int) -> Int? {
    let word = Array(word.utf8)
    var start = begin
    while start + word.count <= text.count {
      var matched = 0
      while matched < word.count, text[start + matched] == word[matched] { matched += 1 }
      if matched == word.count { return start }
      start += 1
    }
    return nil
  }

  /// From here to the end of the line or sentence, trimmed.
  private static func line(_ begin: Int, _ text: Span<UInt8>) -> Range<Int> {
    var end = begin
    while end < text.count, text[end] != 10 {
      // A full stop ends a sentence where a space or nothing follows.
      if text[end] == UInt8(ascii: "."), end + 1 == text.count || text[end + 1] == 32 || text[end + 1] == 10 { break }
      end += 1
    }
    var range = trimmed(begin..<end, text)
    while let first = range.first, text[first] == UInt8(ascii: ":") {
      range = trimmed((first + 1)..<range.upperBound, text)
    }
    return range
  }

  private static func trimmed(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, text[low] <= 32 { low += 1 }
    while low < high, text[high - 1] <= 32 { high -= 1 }
    return low..<high
  }
}
