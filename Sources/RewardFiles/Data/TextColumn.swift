/// What is kept of a column of texts: lengths, counts of style, hashes. The texts themselves are not kept; they are
/// read again from ``RowPlaces`` where a report shows examples.
public struct TextColumn: Sendable {
  /// Unicode code points.
  public private(set) var characters: [UInt32] = []
  /// Runs of letters, digits and apostrophes.
  public private(set) var words: [UInt32] = []
  /// Messages of a conversation; 1 for plain text, 0 for an absent text.
  public private(set) var turns: [UInt16] = []
  /// A 64-bit hash of the exact bytes (of role and content, for a conversation). Not cryptographic.
  public private(set) var hashes: [UInt64] = []
  /// A 64-bit hash of the words alone: equal for texts that differ in case, spacing or punctuation.
  public private(set) var wordHashes: [UInt64] = []
  /// Counts by ``TextStyle``, each at most 65,535.
  private var styles: [SIMD16<UInt16>] = []
  /// Near-duplicate signatures, for columns that have them (the prompts); else empty.
  public private(set) var signatures = MinHashSignatures()

  /// No texts.
  public init() {}

  /// How many texts there are.
  public var count: Int { hashes.count }

  /// How often a style occurs in a row's text.
  public func count(_ style: TextStyle, _ row: Int) -> Int { Int(styles[row][style.rawValue]) }

  package mutating func append(_ text: TextFeatures) {
    characters.append(text.characters)
    words.append(text.words)
    turns.append(text.turns)
    hashes.append(text.hash)
    wordHashes.append(text.wordHash)
    styles.append(text.styles)
    if let signature = text.signature { signatures.append(signature) }
  }

  mutating func reserve(_ rows: Int, signatures isSigned: Bool) {
    characters.reserveCapacity(rows)
    words.reserveCapacity(rows)
    turns.reserveCapacity(rows)
    hashes.reserveCapacity(rows)
    wordHashes.reserveCapacity(rows)
    styles.reserveCapacity(rows)
    if isSigned { signatures.reserve(rows) }
  }

  package mutating func append(contentsOf other: TextColumn) {
    characters += other.characters
    words += other.words
    turns += other.turns
    hashes += other.hashes
    wordHashes += other.wordHashes
    styles += other.styles
    signatures.append(contentsOf: other.signatures)
  }
}

/// What is kept of one text.
package struct TextFeatures: Sendable, Hashable {
  package var characters: UInt32 = 0
  package var words: UInt32 = 0
  package var turns: UInt16 = 0
  package var hash: UInt64 = 0
  package var wordHash: UInt64 = 0
  package var styles: SIMD16<UInt16> = .zero
  package var signature: MinHashSignatures.Signature?

  package init() {}

  /// Of a text that is not there.
  static let absent = TextFeatures()

  static func absent(signature: Bool) -> TextFeatures {
    var features = TextFeatures()
    if signature { features.signature = .init(repeating: .max) }
    return features
  }
}
