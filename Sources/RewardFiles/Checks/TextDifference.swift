/// Two texts cut to the part in which they differ.
///
/// ```swift
/// TextDifference("The cat sat.", "The cat ran.", characters: 8)    // "… sat.", "… ran."
/// ```
package struct TextDifference {
  package let first: String
  package let second: String

  /// Each text from a few words before the first difference on, at most `characters` long; "…" stands for what is left
  /// out. Equal texts are cut at their beginning.
  package init(_ first: String, _ second: String, characters: Int) {
    let (a, b) = (Array(first), Array(second))
    var same = 0
    while same < a.count, same < b.count, a[same] == b[same] { same += 1 }
    if same == a.count, same == b.count { same = 0 }
    // Texts that end within the limit are shown whole; others from a word's beginning, a fifth of the limit before.
    var start = 0
    if max(a.count, b.count) > characters {
      start = max(0, same - characters / 5)
      while start > 0, start < same, !a[start - 1].isWhitespace { start += 1 }
    }
    func cut(_ text: [Character]) -> String {
      let part = text[min(start, text.count)..<min(text.count, start + characters)]
      return (start > 0 ? "… " : "") + String(part) + (start + characters < text.count ? "…" : "")
    }
    (self.first, self.second) = (cut(a), cut(b))
  }
}
