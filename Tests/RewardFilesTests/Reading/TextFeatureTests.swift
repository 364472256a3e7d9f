import RewardFiles
import Testing

@Suite("Features of a text")
struct TextFeatureTests {
  private func counts(_ text: String) -> (TextColumn) {
    PreferenceTable([PreferenceRow(prompt: text, chosen: text, rejected: "")]).chosen
  }

  @Test("each mark and phrase is counted once")
  func styles() {
    let text = """
      # Title

      - one **bold** thing
      2. two: https://a.b
      • three 🙂 ü
      Great question! I think I’m sorry, as an AI I cannot help?
      ```
      x * y
      ```
      """
    let column = counts(text)
    let expected: [TextStyle: Int] = [
      .headings: 1, .listItems: 3, .bold: 1, .links: 1, .emoji: 1, .praise: 1, .hedges: 1, .apologies: 1, .refusals: 2,
      .questionMarks: 1, .exclamationMarks: 1, .codeFences: 2, .paragraphs: 1, .digits: 1, .nonASCII: 4,
    ]
    for (style, count) in expected { #expect(column.count(style, 0) == count, "\(style)") }
    #expect(Int(column.characters[0]) == text.unicodeScalars.count)
  }

  @Test(
    "pictographs are the blocks from U+1F000 to U+1FFFF and from U+2600 to U+27BF; ideographs beyond the first plane are none"
  )
  func pictographs() {
    func emoji(_ text: String) -> Int { counts(text).count(.emoji, 0) }
    #expect(emoji("🙂") == 1 && emoji("🀀") == 1 && emoji("☀ ✓") == 2 && emoji("\u{27BF}") == 1)
    for other in ["𠀀", "\u{40000}", "\u{100000}", "ü", "漢", "é", "€", "\u{25FF}", "\u{27C0}", "\u{2E80}"] {
      #expect(emoji(other) == 0, "\(other)")
    }
    // Each ends a word; the next begins after it.
    #expect(counts("sun☀rise").words == [2] && counts("sun\u{2019}s").words == [1])
  }

  @Test("words are folded: case, spacing, punctuation and the form of an apostrophe do not matter")
  func folding() {
    let a = counts("It's  a Test.")
    let b = counts("it’s, a test")
    #expect(a.wordHashes == b.wordHashes && a.hashes != b.hashes && a.words == [3])
  }

  @Test("MinHash agrees with the exact Jaccard similarity of three-word shingles within five standard errors")
  func minHash() {
    var random = SystemlessGenerator(state: 7)
    for shared in [0, 20, 50, 80, 100] {
      var errors = 0.0
      for _ in 0..<20 {
        let common = (0..<shared).map { _ in "w\(random.next() % 1_000_000_007)" }
        func other() -> [String] { (0..<(100 - shared)).map { _ in "v\(random.next() % 1_000_000_007)" } }
        let a = common + other()
        let b = common + other()
        func shingles(_ words: [String]) -> Set<[String]> { Set((2..<words.count).map { Array(words[($0 - 2)...$0]) }) }
        let exact = Double(shingles(a).intersection(shingles(b)).count) / Double(shingles(a).union(shingles(b)).count)
        let table = PreferenceTable(
          [a, b].map { PreferenceRow(prompt: $0.joined(separator: " "), chosen: "", rejected: "") })
        errors += table.prompt.signatures.similarity(0, 1) - exact
      }
      // Twenty pairs of 64 numbers: a standard error of at most 0.5/√1280 = 0.014.
      #expect(abs(errors / 20) < 0.07, "\(shared) shared words")
    }
  }
}

/// SplitMix64: the same numbers everywhere.
private struct SystemlessGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
