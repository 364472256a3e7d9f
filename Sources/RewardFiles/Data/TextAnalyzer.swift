/// Turns one text into ``TextFeatures`` in a single pass over its UTF-8, without allocating. One analyser serves one
/// thread and any number of texts.
///
/// A conversation is several calls of `add` between `begin` and `finish`.
package struct TextAnalyzer {
  private var features = TextFeatures()
  /// By the number of the style.
  private var counts = SIMD16<UInt32>.zero
  private var wantsSignature = false
  /// Hashes of the text's three-word shingles, which become its signature.
  private var shingles: [UInt32] = []
  // Hashes of the last three words, newest first, and of the word under way.
  private var recent: (UInt64, UInt64, UInt64) = (0, 0, 0)
  private var word: UInt64 = 0
  private var inWord = false
  private var words = 0
  private let phrases = StylePhrases.shared
  private let kinds = ByteKind.table

  package init() {}

  package mutating func begin(signature wanted: Bool) {
    features = TextFeatures()
    features.hash = 0x2545_F491_4F6C_DD1D
    features.wordHash = 0x9E37_79B9_7F4A_7C15
    counts = .zero
    wantsSignature = wanted
    shingles.removeAll(keepingCapacity: true)
    recent = (0, 0, 0)
    words = 0
  }

  /// Adds one message (or the whole text), in valid UTF-8, with a number for the speaker's role.
  package mutating func add(_ text: UnsafeBufferPointer<UInt8>, role: UInt64 = 0) {
    features.turns = features.turns == .max ? .max : features.turns + 1
    features.hash = Self.mix(Self.hash(text, seed: features.hash) ^ role)
    recent = (0, 0, 0)
    scan(text)
  }

  /// Adds what is no text, such as a picture: it counts where texts are compared, and nowhere else.
  package mutating func add(unread bytes: UnsafeBufferPointer<UInt8>) {
    let hash = Self.hash(bytes, seed: 3)
    features.turns = max(1, features.turns)
    features.hash = Self.mix(features.hash ^ hash)
    features.wordHash = Self.mix(features.wordHash ^ hash)
  }

  package mutating func finish() -> TextFeatures {
    features.words = UInt32(clamping: words)
    features.styles = SIMD16<UInt16>(clamping: counts)
    if wantsSignature { features.signature = MinHashSignatures.signature(of: shingles) }
    return features
  }

  private mutating func scan(_ text: UnsafeBufferPointer<UInt8>) {
    var position = 0
    var (characters, capitals, digits) = (0, 0, 0)
    var lineStart = true
    while position < text.count {
      let byte = text[position]
      if lineStart { countLineMark(text, position) }
      lineStart = byte == 0x0A
      let kind = kinds[Int(byte)]
      if kind == .letter {
        // The rest of the word as well: most of a text is words.
        let start = position
        var hash = word
        repeat {
          let letter = text[position]
          hash = (hash ^ UInt64(letter | 0x20)) &* 0x0000_0100_0000_01B3
          if letter < 0x60, letter > 0x40 { capitals += 1 }
          if letter < 0x3A { digits += 1 }
          position += 1
        } while position < text.count && kinds[Int(text[position])] == .letter
        characters += position - start
        (word, inWord) = (hash, true)
        continue
      } else if byte == 0x27 {
        characters += 1
        if inWord { word = (word ^ 0x27) &* 0x0000_0100_0000_01B3 }
      } else if byte < 0x80 {
        characters += 1
        endWord()
        if kind == .mark { countMark(text, position) }
      } else {
        position += addMultibyte(text, position)
        characters += 1
        continue
      }
      position += 1
    }
    endWord()
    counts[TextStyle.capitals.rawValue] += UInt32(clamping: capitals)
    counts[TextStyle.digits.rawValue] += UInt32(clamping: digits)
    features.characters = UInt32(clamping: Int(features.characters) + characters)
  }

  /// One code point of two to four bytes; its size.
  private mutating func addMultibyte(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let lead = text[position]
    let size = min(lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, text.count - position)
    counts[TextStyle.nonASCII.rawValue] += 1
    if size == 3, lead == 0xE2, text[position + 1] == 0x80 {
      // General punctuation: ’ joins a word as ' does, everything else ends it.
      if text[position + 2] == 0x99, inWord { word = (word ^ 0x27) &* 0x0000_0100_0000_01B3 } else { endWord() }
      if text[position + 2] == 0xA2, position == 0 || text[position - 1] == 0x0A {
        counts[TextStyle.listItems.rawValue] += 1
      }
      return size
    }
    let isPictograph =
      (size == 4 && lead == 0xF0 && text[position + 1] == 0x9F)
      || (size == 3 && lead == 0xE2 && (0x98...0x9E).contains(text[position + 1]))
    if isPictograph {
      counts[TextStyle.emoji.rawValue] += 1
      endWord()
      return size
    }
    for offset in 0..<size { word = (word ^ UInt64(text[position + offset])) &* 0x0000_0100_0000_01B3 }
    inWord = true
    // Scripts without spaces: each ideograph, kana or hangul syllable is a word of its own.
    if size == 3, lead >= 0xE3, lead <= 0xED { endWord() }
    return size
  }

  private mutating func endWord() {
    guard inWord else { return }
    inWord = false
    let hash = Self.mix(word)
    word = 0
    words += 1
    features.wordHash = Self.mix(features.wordHash ^ hash)
    // Longer phrases are formed only where one may end with this word.
    if wantsSignature || phrases.mayEnd(with: hash) {
      let pair = Self.join(recent.0, hash)
      let triple = Self.join(recent.1, pair)
      if phrases.mayEnd(with: hash) {
        phrases.count(one: hash, two: pair, three: triple, four: Self.join(recent.2, triple), into: &counts)
      }
      if wantsSignature {
        // The first two words count alone, so that a text of one or two words has a signature as well.
        if words <= 3 { shingles.removeAll(keepingCapacity: true) }
        let shingle = words == 1 ? hash : words == 2 ? pair : triple
        shingles.append(UInt32(truncatingIfNeeded: shingle >> 32))
      }
    }
    recent = (hash, recent.0, recent.1)
  }

  private mutating func countMark(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) {
    func next(_ offset: Int) -> UInt8 { position + offset < text.count ? text[position + offset] : 0 }
    func before(_ offset: Int) -> UInt8 { position >= offset ? text[position - offset] : 0 }
    switch text[position] {
    case UInt8(ascii: "?"): counts[TextStyle.questionMarks.rawValue] += 1
    case UInt8(ascii: "!"): counts[TextStyle.exclamationMarks.rawValue] += 1
    case UInt8(ascii: "*"):
      // The opening of **bold**: two stars, then neither a star nor a space, after no letter.
      if next(1) == 0x2A, before(1) != 0x2A, next(2) != 0x2A, next(2) > 0x20,
        position == 0 || ByteKind.table[Int(before(1))] != .letter
      {
        counts[TextStyle.bold.rawValue] += 1
      }
    case UInt8(ascii: "`"):
      if next(1) == 0x60, next(2) == 0x60, before(1) != 0x60 { counts[TextStyle.codeFences.rawValue] += 1 }
    case UInt8(ascii: ":"):
      if next(1) == 0x2F, next(2) == 0x2F { counts[TextStyle.links.rawValue] += 1 }
    case 0x0A:
      if next(1) == 0x0A, before(1) != 0x0A { counts[TextStyle.paragraphs.rawValue] += 1 }
    default: break
    }
  }

  /// What a line begins with: a list item's or a heading's mark.
  private mutating func countLineMark(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) {
    var position = start
    while position < text.count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
    guard position + 1 < text.count else { return }
    let byte = text[position]
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
      if text[position + 1] == 0x20 { counts[TextStyle.listItems.rawValue] += 1 }
    case 0x30...0x39:
      var end = position
      while end < text.count, end - position < 3, (0x30...0x39).contains(text[end]) { end += 1 }
      if end + 1 < text.count, text[end] == 0x2E || text[end] == 0x29, text[end + 1] == 0x20 {
        counts[TextStyle.listItems.rawValue] += 1
      }
    case UInt8(ascii: "#"):
      var end = position
      while end < text.count, end - position < 7, text[end] == byte { end += 1 }
      if end - position <= 6, end < text.count, text[end] == 0x20 { counts[TextStyle.headings.rawValue] += 1 }
    default: break
    }
  }
}

extension TextAnalyzer {
  /// A bijection of 64 bits that spreads every bit over all (the finaliser of MurmurHash3).
  static func mix(_ value: UInt64) -> UInt64 {
    var hash = value
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }

  /// The hash of a phrase made of an earlier word and a later phrase.
  static func join(_ earlier: UInt64, _ later: UInt64) -> UInt64 { mix(earlier &* 0x9E37_79B9_7F4A_7C15 ^ later) }

  /// The hash of a single word as the analyser forms it.
  static func wordHash(_ word: some Sequence<UInt8>) -> UInt64 {
    mix(word.reduce(0) { ($0 ^ UInt64($1 == 0x27 ? 0x27 : $1 | 0x20)) &* 0x0000_0100_0000_01B3 })
  }

  static func hash(_ text: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    var hash = seed ^ (UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15)
    var position = 0
    let raw = UnsafeRawBufferPointer(text)
    while position + 8 <= text.count {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 29
      position += 8
    }
    var rest: UInt64 = 0
    while position < text.count {
      rest = rest << 8 | UInt64(text[position])
      position += 1
    }
    return mix(hash ^ rest)
  }
}

/// How the analyser treats a byte.
enum ByteKind {
  case letter, mark, other

  /// Letters and digits of ASCII.
  static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }

  static let table: [ByteKind] = (0..<256).map { byte in
    switch UInt8(byte) {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: .letter
    case 0x21, 0x3F, 0x2A, 0x60, 0x3A, 0x0A: .mark
    default: .other
    }
  }
}
