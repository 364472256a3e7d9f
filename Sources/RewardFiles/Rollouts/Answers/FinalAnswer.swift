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
    for (open, close) in [("<answer>", "</answer>"), ("<final_answer>", "</final_answer>"), ("<guess>", "</guess>")] {
      guard let tag = last(open, text) else { continue }
      let begin = tag + open.utf8.count
      guard let end = first(close, text, from: begin) else { return nil }
      let range = trimmed(begin..<end, text)
      return (open == "<guess>" ? unwrapped(range, text) : range, .tag)
    }
    if let hashes = last("#### ", text) { return (line(hashes + 5, text), .hashes) }
    for cue in ["answer is", "Answer:", "answer:", "ANSWER:"] {
      guard let words = last(cue, text) else { continue }
      // "### Final answer:", and the answer below.
      var begin = words + cue.utf8.count
      while begin < text.count, text[begin] <= 32 || text[begin] == UInt8(ascii: "*") { begin += 1 }
      return (line(begin, text), .words)
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

  /// Without square brackets around a single value: "[word]".
  private static func unwrapped(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
    guard range.count > 2, text[range.lowerBound] == UInt8(ascii: "["), text[range.upperBound - 1] == UInt8(ascii: "]"),
      !range.contains(where: { text[$0] == UInt8(ascii: ",") })
    else { return range }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  private static func trimmed(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, text[low] <= 32 { low += 1 }
    while low < high, text[high - 1] <= 32 { high -= 1 }
    return low..<high
  }
}
