/// A named, counter-based stream of random numbers: Philox4x32-10.
///
/// The stream is a pure function of `(seed, path, index)`, so what one stream yields never depends on which other
/// streams were used before it, or on which thread used them. It is a value: copy it to replay it.
///
/// ```swift
/// let source = RandomSource(seed: 7)
/// var stream = source.stream("ppo/minibatch", 12)   // the permutation of update 12, and of no other
/// let order = stream.permutation(64)
/// ```
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Tested against the
/// known answers of the authors' Random123. It is not a cryptographic generator.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// Philox key, derived from the seed and the path.
  public let key: UInt64
  /// The upper half of the 128-bit counter.
  public let index: UInt64
  /// The number of 32-bit words drawn so far; the counter's lower half is `position / 4`.
  public private(set) var position: UInt64

  @usableFromInline var block: SIMD4<UInt32>

  /// A stream from a raw key; use ``RandomSource`` to name one.
  public init(key: UInt64, index: UInt64 = 0, position: UInt64 = 0) {
    self.key = key
    self.index = index
    self.position = position
    self.block = .zero
    if position & 3 != 0 { block = Self.philox(counter: (position >> 2, index), key: key) }
  }

  /// The next 32 random bits.
  public mutating func next32() -> UInt32 {
    let lane = Int(truncatingIfNeeded: position & 3)
    if lane == 0 { block = Self.philox(counter: (position >> 2, index), key: key) }
    position &+= 1
    return block[lane]
  }

  /// The next 64 random bits. Two 32-bit words, the first drawn being the low half.
  public mutating func next() -> UInt64 {
    let low = UInt64(next32())
    return low | UInt64(next32()) << 32
  }

  /// One block of Philox4x32 with ten rounds.
  package static func philox(counter: (low: UInt64, high: UInt64), key: UInt64) -> SIMD4<UInt32> {
    var c0 = UInt32(truncatingIfNeeded: counter.low)
    var c1 = UInt32(truncatingIfNeeded: counter.low >> 32)
    var c2 = UInt32(truncatingIfNeeded: counter.high)
    var c3 = UInt32(truncatingIfNeeded: counter.high >> 32)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c2)
      let n0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      let n2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: p1)
      c3 = UInt32(truncatingIfNeeded: p0)
      c0 = n0
      c2 = n2
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }

  // The cached block is a function of the rest, so it takes no part in identity or storage.

  public static func == (a: Self, b: Self) -> Bool {
    a.key == b.key && a.index == b.index && a.position == b.position
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(index)
    hasher.combine(position)
  }

  private enum CodingKeys: String, CodingKey { case key, index, position }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      key: try box.decode(UInt64.self, forKey: .key), index: try box.decode(UInt64.self, forKey: .index),
      position: try box.decode(UInt64.self, forKey: .position))
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.container(keyedBy: CodingKeys.self)
    try box.encode(key, forKey: .key)
    try box.encode(index, forKey: .index)
    try box.encode(position, forKey: .position)
  }
}
