extension RewardModel {
  /// A number that everything which a reward of this model depends on goes into, but for the settings: equal models have
  /// equal ones, and two models that differ hardly ever do. Not a cryptographic hash.
  ///
  /// FNV-1a over the bits of the parameters and of the statistics, a word at a time. Complexity: O(parameters).
  package var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01B3 }
    for parameter in network.parameters { take(UInt64(parameter.bitPattern)) }
    for value in outputMeans + outputScales { take(value.bitPattern) }
    if let inputNormalizer {
      take(inputNormalizer.count.bitPattern)
      for value in inputNormalizer.mean + inputNormalizer.sumSquaredDeviations { take(value.bitPattern) }
    }
    return hash
  }
}
