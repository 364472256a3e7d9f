/// Phrases of one to four words that count towards a style, found by the hashes of their words.
struct StylePhrases: Sendable {
  static let shared = StylePhrases()

  static let lists: [(TextStyle, [String])] = [
    (
      .hedges,
      [
        "perhaps", "maybe", "possibly", "might", "likely", "arguably", "it depends", "i think", "i believe",
        "i'm not sure",
        "in general", "it seems", "it is possible", "it's possible", "generally speaking", "to some extent",
      ]
    ),
    (
      .refusals,
      [
        "i can't help", "i cannot help", "i can't assist", "i cannot assist", "i can't provide", "i cannot provide",
        "as an ai", "i'm unable to", "i am unable to", "i won't", "i will not", "can't help with that",
        "i'm not able to", "i am not able", "not appropriate to", "against my guidelines",
      ]
    ),
    (
      .praise,
      [
        "great question", "good question", "excellent question", "what a great", "you're absolutely right",
        "you are absolutely right", "you're right", "you are right", "absolutely right", "great idea", "brilliant",
        "fantastic", "wonderful", "great point", "good point", "i completely agree",
      ]
    ),
    (.apologies, ["sorry", "apologies", "apologize", "apologise", "my mistake"]),
  ]

  /// Open addressing: a phrase's hash and its style; 0 is empty.
  private var keys = [UInt64](repeating: 0, count: 512)
  private var styles = [UInt8](repeating: 0, count: 512)
  /// A bit for each last word of a phrase, by twelve bits of its hash.
  private var endings = [UInt64](repeating: 0, count: 64)

  private init() {
    for (style, phrases) in Self.lists {
      for phrase in phrases {
        insert(Self.hash(phrase), style)
        guard let last = phrase.split(separator: " ").last.map({ TextAnalyzer.wordHash($0.utf8) }) else { continue }
        endings[Int(truncatingIfNeeded: last >> 6 & 63)] |= 1 << (last & 63)
      }
    }
  }

  static func hash(_ phrase: String) -> UInt64 {
    let words = phrase.split(separator: " ").map { TextAnalyzer.wordHash($0.utf8) }
    return words.dropLast().reversed().reduce(words.last ?? 0) { TextAnalyzer.join($1, $0) }
  }

  private mutating func insert(_ hash: UInt64, _ style: TextStyle) {
    var slot = Int(truncatingIfNeeded: hash & 511)
    while keys[slot] != 0 { slot = (slot + 1) & 511 }
    keys[slot] = hash
    styles[slot] = UInt8(style.rawValue)
  }

  @inline(__always)
  private func count(_ hash: UInt64, into counts: inout SIMD16<UInt32>) {
    var slot = Int(truncatingIfNeeded: hash & 511)
    while keys[slot] != 0 {
      if keys[slot] == hash {
        counts[Int(styles[slot])] += 1
        return
      }
      slot = (slot + 1) & 511
    }
  }

  /// Whether a phrase may end with this word; false for nearly all words that end none.
  @inline(__always)
  func mayEnd(with word: UInt64) -> Bool {
    endings[Int(truncatingIfNeeded: word >> 6 & 63)] >> (word & 63) & 1 != 0
  }

  /// Looks up the phrases that end with the newest word.
  @inline(__always)
  func count(one: UInt64, two: UInt64, three: UInt64, four: UInt64, into counts: inout SIMD16<UInt32>) {
    count(one, into: &counts)
    count(two, into: &counts)
    count(three, into: &counts)
    count(four, into: &counts)
  }
}
