/// Where a run's randomness comes from: one seed, from which every stream is derived by name.
///
/// A path names the purpose (`"environment/reset"`, `"ppo/minibatch"`), the index counts the occasions. Two different
/// pairs give unrelated streams; the same pair gives the same stream, always.
public struct RandomSource: Sendable, Hashable, Codable {
  /// The number that all streams follow from.
  public let seed: UInt64

  /// A source; equal seeds give equal streams.
  public init(seed: UInt64) { self.seed = seed }

  /// The stream of this name and occasion.
  public func stream(_ path: String, _ index: Int = 0) -> RandomStream {
    RandomStream(key: Self.key(seed: seed, path: path), index: UInt64(truncatingIfNeeded: index))
  }

  /// A source for a part of the run (an ensemble member, a simulated person) that derives its own names.
  public func child(_ path: String, _ index: Int = 0) -> RandomSource {
    var stream = stream("child/" + path, index)
    return RandomSource(seed: stream.next())
  }

  /// FNV-1a over the path's UTF-8, mixed with the seed by the finaliser of SplitMix64.
  ///
  /// Fixed here rather than taken from `Hasher`, which is seeded again in every process.
  package static func key(seed: UInt64, path: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return mix(mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
