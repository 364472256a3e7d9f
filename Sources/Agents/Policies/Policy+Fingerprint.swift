import Compute

extension Policy {
  /// A number that everything which the policy's choices depend on goes into: equal policies have equal ones, and two
  /// that differ hardly ever do. Not a cryptographic hash.
  ///
  /// FNV-1a, a word at a time. Complexity: O(parameters).
  package var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01B3 }
    for parameter in network.parameters + logStandardDeviations { take(UInt64(parameter.bitPattern)) }
    if let normalizer {
      take(normalizer.count.bitPattern)
      for value in normalizer.mean + normalizer.sumSquaredDeviations { take(value.bitPattern) }
    }
    take(UInt64((normalizerClip ?? 0).bitPattern))
    return hash
  }
}
