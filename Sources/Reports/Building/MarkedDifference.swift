/// Two texts in parts, marked where one has words that the other does not have in that place.
///
/// Words are compared by a longest common subsequence, after what both begin and end with. Texts of whose
/// words fewer than 35 % are shared are different altogether: marking single words would hide that, so nothing is marked. Long stretches that
/// both share are shortened to the words next to a difference, so that what differs is never cut away for them.
package struct MarkedDifference {
  package let first: [ReadingExample.Part]
  package let second: [ReadingExample.Part]

  /// - Parameters:
  ///   - characters: the most that is shown of either text.
  /// - Complexity: O(n · m) for n and m words, of which at most 800 each are compared; words beyond are not marked.
  package init(_ first: String, _ second: String, characters: Int = 1600) {
    let (a, b) = (Self.words(first), Self.words(second))
    var (keptA, keptB, beyondA, beyondB) = Self.common(a, b)
    let shared = keptA.count { $0 }
    let marks = 2 * Double(shared) >= 0.35 * Double(max(1, a.count + b.count))
    // Nothing is known of words that were not compared.
    for index in beyondA { keptA[index] = true }
    for index in beyondB { keptB[index] = true }
    self.first = Self.parts(a, keptA, marks: marks, characters: characters)
    self.second = Self.parts(b, keptB, marks: marks, characters: characters)
  }

  /// Words with the white space after them.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let isSpace = text[index].isWhitespace
      index = text.index(after: index)
      if isSpace, index == text.endIndex || !text[index].isWhitespace {
        words.append(text[start..<index])
        start = index
      }
    }
    if start < text.endIndex { words.append(text[start...]) }
    return words
  }

  private static func same(_ a: Substring, _ b: Substring) -> Bool {
    // The space after a word is not a difference.
    a == b || a.trimmed == b.trimmed
  }

  /// Of each word whether the other text has it, too, in this order; and the words that were not compared.
  private static func common(
    _ a: [Substring], _ b: [Substring]
  ) -> ([Bool], [Bool], beyondA: Range<Int>, beyondB: Range<Int>) {
    var (keptA, keptB) = ([Bool](repeating: false, count: a.count), [Bool](repeating: false, count: b.count))
    var head = 0
    while head < min(a.count, b.count), same(a[head], b[head]) { head += 1 }
    var tail = 0
    while tail < min(a.count, b.count) - head, same(a[a.count - 1 - tail], b[b.count - 1 - tail]) { tail += 1 }
    for index in 0..<head { (keptA[index], keptB[index]) = (true, true) }
    for index in 0..<tail { (keptA[a.count - 1 - index], keptB[b.count - 1 - index]) = (true, true) }
    let (n, m) = (min(800, a.count - head - tail), min(800, b.count - head - tail))
    let (beyondA, beyondB) = ((head + n)..<(a.count - tail), (head + m)..<(b.count - tail))
    guard n > 0, m > 0 else { return (keptA, keptB, beyondA, beyondB) }
    var longest = [UInt16](repeating: 0, count: (n + 1) * (m + 1))
    for i in stride(from: n - 1, through: 0, by: -1) {
      for j in stride(from: m - 1, through: 0, by: -1) {
        longest[i * (m + 1) + j] =
          same(a[head + i], b[head + j])
          ? longest[(i + 1) * (m + 1) + j + 1] + 1
          : max(longest[(i + 1) * (m + 1) + j], longest[i * (m + 1) + j + 1])
      }
    }
    var (i, j) = (0, 0)
    while i < n, j < m {
      if same(a[head + i], b[head + j]) {
        (keptA[head + i], keptB[head + j]) = (true, true)
        (i, j) = (i + 1, j + 1)
      } else if longest[(i + 1) * (m + 1) + j] >= longest[i * (m + 1) + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return (keptA, keptB, beyondA, beyondB)
  }

  /// Neighbouring words of one kind together; of shared stretches longer than forty words the twelve next to a difference.
  private static func parts(
    _ words: [Substring], _ kept: [Bool], marks: Bool, characters: Int
  ) -> [ReadingExample.Part] {
    var parts: [ReadingExample.Part] = []
    var used = 0
    var start = 0
    while start < words.count, used < characters {
      var end = start
      while end < words.count, kept[end] == kept[start] { end += 1 }
      var text = words[start..<end].joined()
      if marks, kept[start], end - start > 40 {
        let (before, after) = (start > 0, end < words.count)
        if before || after {
          text =
            (before ? words[start..<(start + 12)].joined() : "") + "[…] "
            + (after ? words[(end - 12)..<end].joined() : "")
        }
      }
      if used + text.count > characters { text = text.prefix(characters - used) + "…" }
      used += text.count
      parts.append(ReadingExample.Part(text, isDifferent: marks && !kept[start]))
      start = end
    }
    return parts
  }
}

extension Substring {
  /// Without the white space at its end.
  fileprivate var trimmed: Substring {
    var end = endIndex
    while end > startIndex, self[index(before: end)].isWhitespace { end = index(before: end) }
    return self[..<end]
  }
}
