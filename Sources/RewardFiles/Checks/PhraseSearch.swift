import Compute
import Findings
import Foundation

/// Phrases of one to three words that the model credits otherwise than people do, learned from the texts themselves.
///
/// Fixed lists know the praise and the refusals that their author thought of. This looks at every phrase that stands in
/// exactly one of two replies in enough pairs, and compares the model's choices with people's there, what goes with length
/// taken off. There are thousands of phrases: the least p-value is multiplied by their number (Bonferroni), and those that
/// are named beside it pass Benjamini and Yekutieli's false-discovery rate of 5 %. Phrases that stand in just the same
/// pairs count once, by their longest.
struct PhraseSearch {
  /// A phrase with what was measured.
  struct Found {
    var phrase: String
    var gap: ChoiceGap
    /// Times the number of phrases looked at.
    var pValue: Double
  }

  /// Pairs that are read for it.
  static let pairs = 4000
  private static let wordsOfReply = 300

  /// The clearest phrase first, then at most four more that pass the false-discovery rate and stand mostly in other pairs.
  private(set) var found: [Found] = []
  /// How many phrases were compared.
  private(set) var compared = 0
  /// How many pairs were read.
  private(set) var count = 0

  /// - Parameters:
  ///   - texts: by row of the table; pairs without texts do not enter.
  ///   - held: features of every pair whose part is taken off.
  init(_ choices: ChoiceComparison, texts: [Int: ExampleTexts], holding held: [[Double]]) {
    let members = choices.rows.indices.filter { texts[choices.rows[$0]] != nil }
    count = members.count
    let least = max(25, count / 100)
    let differing = ThreadPool.shared.map(members.count) { place in
      DifferingPhrases(texts[choices.rows[members[place]]])
    }
    // Few phrases are frequent: a small table of counts by hash tells the others from those that may be.
    var sieve = [UInt16](repeating: 0, count: 1 << 20)
    for phrase in differing.lazy.map(\.phrases).joined() { sieve[Int(phrase & 0xF_FFFF)] &+= 1 }
    var places: [UInt64: [(index: Int32, sign: Int8)]] = [:]
    for (index, list) in zip(members, differing) {
      for (place, phrase) in list.phrases.enumerated() where sieve[Int(phrase & 0xF_FFFF)] >= least {
        places[phrase, default: []].append((Int32(index), place < list.ofChosen ? 1 : -1))
      }
    }
    places = places.filter { $0.value.count >= least }
    // One phrase for each set of pairs: which one is settled when its words are looked up.
    var seen: [SIMD2<UInt64>: UInt64] = [:]
    for (phrase, list) in places {
      var key = SIMD2<UInt64>(UInt64(list.count), 0)
      for (index, sign) in list {
        key.y &+= TextAnalyzer.mix(UInt64(index) &* 2 &+ (sign > 0 ? 1 : 0) &+ 0x9E37_79B9)
      }
      seen[key] = min(phrase, seen[key] ?? phrase)
    }
    var measured: [(phrase: UInt64, gap: ChoiceGap)] = []
    var feature = [Double](repeating: 0, count: choices.count)
    for phrase in seen.values.sorted() {
      guard let list = places[phrase] else { continue }
      for (index, sign) in list { feature[Int(index)] = Double(sign) }
      let inside = list.map { Int($0.index) }
      if let gap = choices.gap(feature, holding: held, among: inside) { measured.append((phrase, gap)) }
      for (index, _) in list { feature[Int(index)] = 0 }
    }
    compared = measured.count
    let pValues = measured.map(\.gap.pValue)
    let discovered = FalseDiscovery.corrected(pValues)
    let order = measured.indices.sorted { (pValues[$0], measured[$0].phrase) < (pValues[$1], measured[$1].phrase) }
    var taken: [Set<Int32>] = []
    for (rank, place) in order.prefix(200).enumerated() where found.count < 5 {
      let rows = Set((places[measured[place].phrase] ?? []).map(\.index))
      guard rank == 0 || discovered[place] <= 0.05 else { break }
      guard taken.allSatisfy({ 2 * $0.intersection(rows).count < min($0.count, rows.count) }) else { continue }
      taken.append(rows)
      let phrase = Self.words(
        of: measured[place].phrase, standingIn: places[measured[place].phrase] ?? [], choices, texts)
      found.append(
        Found(
          phrase: phrase, gap: measured[place].gap, pValue: min(1, pValues[place] * Double(compared))))
    }
  }

  /// The phrases that stand in exactly one of two replies, by their hashes.
  private struct DifferingPhrases {
    /// Those of the chosen reply, then those of the other.
    private(set) var phrases: [UInt64] = []
    private(set) var ofChosen = 0

    init(_ text: ExampleTexts?) {
      guard let text else { return }
      let (a, b) = (PhraseSearch.phrases(text.chosen), PhraseSearch.phrases(text.rejected))
      var ofOther: [UInt64] = []
      var (i, j) = (0, 0)
      while i < a.count || j < b.count {
        if j == b.count || i < a.count && a[i] < b[j] {
          phrases.append(a[i])
          i += 1
        } else if i == a.count || b[j] < a[i] {
          ofOther.append(b[j])
          j += 1
        } else {
          (i, j) = (i + 1, j + 1)
        }
      }
      ofChosen = phrases.count
      phrases += ofOther
    }
  }

  /// The hashes of a text's phrases, each once, in order.
  private static func phrases(_ text: String) -> [UInt64] {
    var result: [UInt64] = []
    var (one, two): (UInt64, UInt64) = (0, 0)
    for (place, hash) in wordHashes(text).enumerated() {
      result.append(hash)
      if place > 0 { result.append(TextAnalyzer.join(one, hash)) }
      if place > 1 { result.append(TextAnalyzer.join(two, TextAnalyzer.join(one, hash))) }
      (two, one) = (one, hash)
    }
    result.sort()
    var last: UInt64?
    result.removeAll { phrase in
      defer { last = phrase }
      return phrase == last
    }
    return result
  }

  /// The hashes of ``words(_:)``, without making the words where a text is ASCII.
  private static func wordHashes(_ text: String) -> [UInt64] {
    let plain = text.utf8.withContiguousStorageIfAvailable { bytes -> [UInt64]? in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      var hashes: [UInt64] = []
      var start: Int?
      for place in 0...bytes.count {
        let isWord = place < bytes.count && (ByteKind.isWord(bytes[place]) || bytes[place] == 0x27)
        if isWord {
          start = start ?? place
        } else if let first = start {
          hashes.append(TextAnalyzer.wordHash(bytes[first..<place]))
          start = nil
          if hashes.count == wordsOfReply { break }
        }
      }
      return hashes
    }
    return (plain ?? nil) ?? words(text).map { TextAnalyzer.wordHash($0.utf8) }
  }

  /// Runs of letters, digits and apostrophes, in lower case; the first few hundred.
  private static func words(_ text: String) -> [Substring] {
    let plain = text.lowercased().replacing("’", with: "'")
    return Array(
      plain.split(maxSplits: wordsOfReply, omittingEmptySubsequences: true) {
        !($0.isLetter || $0.isNumber || $0 == "'")
      }.prefix(wordsOfReply))
  }

  /// The longest phrase that stands in the first of these pairs in the same way and in all of them, in words.
  private static func words(
    of phrase: UInt64, standingIn list: [(index: Int32, sign: Int8)], _ choices: ChoiceComparison,
    _ texts: [Int: ExampleTexts]
  ) -> String {
    func reply(_ place: (index: Int32, sign: Int8)) -> String {
      let text = texts[choices.rows[Int(place.index)]]
      return (place.sign > 0 ? text?.chosen : text?.rejected) ?? ""
    }
    guard let first = list.first else { return "" }
    let words = words(reply(first))
    // Where the phrase stands in this reply; then as far to both sides as most of the other replies agree.
    for start in words.indices {
      for length in 1...3 where start + length <= words.count {
        let hashes = words[start..<(start + length)].map { TextAnalyzer.wordHash($0.utf8) }
        let joined = hashes.dropLast().reversed().reduce(hashes[hashes.count - 1]) { TextAnalyzer.join($1, $0) }
        guard joined == phrase else { continue }
        let others = list.dropFirst().prefix(20).map { " " + Self.words(reply($0)).joined(separator: " ") + " " }
        func common(_ range: Range<Int>) -> Bool {
          let text = " " + words[range].joined(separator: " ") + " "
          return others.allSatisfy { $0.contains(text) }
        }
        var (low, high) = (start, start + length)
        while high < words.count, high - low < 8, common(low..<(high + 1)) { high += 1 }
        while low > 0, high - low < 8, common((low - 1)..<high) { low -= 1 }
        return words[low..<high].joined(separator: " ")
      }
    }
    return ""
  }
}
