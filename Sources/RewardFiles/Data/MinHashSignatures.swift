/// MinHash signatures of texts' three-word shingles: the share of equal numbers in two signatures estimates the Jaccard
/// similarity of the two sets of shingles (standard error √(J(1 − J)/64)).
///
/// A text of one or two words is its own shingle; a text without words has the signature of all ones.
///
/// Source: Broder, "On the resemblance and containment of documents", 1997.
public struct MinHashSignatures: Sendable, Hashable {
  /// Numbers in a signature.
  public static let width = 64

  package typealias Signature = SIMD64<UInt32>
  private var rows: [Signature] = []

  /// No signatures.
  public init() {}

  /// How many rows there are.
  public var count: Int { rows.count }
  /// Whether there are none.
  public var isEmpty: Bool { rows.isEmpty }

  /// One number of a row's signature.
  public func value(_ row: Int, _ position: Int) -> UInt32 { rows[row][position] }

  /// The estimated Jaccard similarity of two rows, in [0, 1].
  public func similarity(_ a: Int, _ b: Int) -> Double {
    var equal = 0
    for position in 0..<Self.width where rows[a][position] == rows[b][position] { equal += 1 }
    return Double(equal) / Double(Self.width)
  }

  /// A hash of `size` consecutive numbers: rows that agree in a band are candidates for being near-duplicates.
  public func band(_ row: Int, _ band: Int, of size: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: band) &* 0x9E37_79B9_7F4A_7C15
    for position in (band * size)..<((band + 1) * size) {
      hash = (hash ^ UInt64(rows[row][position])) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
    }
    return hash
  }

  /// The signature of a set of shingles; all ones without any.
  ///
  /// Each of the 64 functions is an exclusive or and a product with an odd number, so a bijection. Eight at a time stay in
  /// registers while all shingles pass: O(shingles), some 40 ns for each.
  static func signature(of shingles: [UInt32]) -> Signature {
    var signature = Signature(repeating: .max)
    for (lane, function) in functions.enumerated() {
      var least = SIMD8<UInt32>(repeating: .max)
      for shingle in shingles {
        let value = (SIMD8(repeating: shingle) ^ function.mask) &* function.factor
        least.replace(with: value, where: value .< least)
      }
      for place in 0..<8 { signature[8 * lane + place] = least[place] }
    }
    return signature
  }

  private static let functions: [(mask: SIMD8<UInt32>, factor: SIMD8<UInt32>)] = (0..<8).map { lane in
    func number(_ place: Int, _ first: UInt64) -> UInt32 {
      UInt32(truncatingIfNeeded: TextAnalyzer.mix(UInt64(8 * lane + place) &+ first) >> 32)
    }
    return (
      SIMD8((0..<8).map { number($0, 1) }), SIMD8((0..<8).map { number($0, 1001) | 1 })
    )
  }

  mutating func reserve(_ count: Int) { rows.reserveCapacity(count) }
  package mutating func append(_ signature: Signature) { rows.append(signature) }
  package mutating func append(contentsOf other: MinHashSignatures) { rows += other.rows }
}
