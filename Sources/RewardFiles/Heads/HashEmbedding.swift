/// Texts as vectors, without a model: words, pairs of words and three letters in a row, each counted at a place and
/// with a sign from a hash (the hashing trick; Weinberger et al. 2009).
///
/// Counts weigh by their square root, and vectors have length 1. It knows vocabulary and style, not meaning: a baseline
/// that needs nothing, and what `pactolus serve` can compute by itself.
public struct HashEmbedding: Codable, Sendable, Hashable {
  /// Numbers in a vector.
  public var width: Int

  /// Embeddings of this many numbers.
  public init(width: Int = 1024) {
    precondition(width > 0, "a vector has numbers")
    self.width = width
  }

  /// The vector of a reply to a prompt; only the reply's own words count, and those that it shares with the prompt.
  ///
  /// - Complexity: O(bytes).
  public func vector(prompt: String, reply: String) -> [Float] {
    var counts = [Float](repeating: 0, count: width)
    let words = Self.words(reply)
    let asked = Set(Self.words(prompt))
    var before: UInt64?
    for word in words {
      let hash = Self.hash(word.utf8, 0x77)
      add(hash, to: &counts)
      if let before { add(before &* 0x9E37_79B9_7F4A_7C15 ^ hash, to: &counts) }
      if asked.contains(word) { add(Self.hash(word.utf8, 0x70), to: &counts) }
      before = hash
    }
    let bytes = Array(reply.utf8)
    if bytes.count > 2 {
      for start in 0..<bytes.count - 2 { add(Self.hash(bytes[start..<start + 3], 0x63), to: &counts) }
    }
    var sum: Float = 0
    for index in counts.indices {
      let size = abs(counts[index]).squareRoot()
      counts[index] = counts[index] < 0 ? -size : size
      sum += size * size
    }
    let length = sum.squareRoot()
    guard length > 0 else { return counts }
    for index in counts.indices { counts[index] /= length }
    return counts
  }

  private func add(_ hash: UInt64, to counts: inout [Float]) {
    // The lowest bit is the sign, the others the place.
    counts[Int((hash >> 1) % UInt64(width))] += hash & 1 == 0 ? 1 : -1
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// FNV-1a, then mixed so that all bits count.
  static func hash(_ bytes: some Sequence<UInt8>, _ seed: UInt64) -> UInt64 {
    var hash = 0xCBF2_9CE4_8422_2325 ^ seed
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 32
  }
}
