import Foundation

extension Statistics {
  /// The two-sided p value of the permutation test that two samples share one distribution, by the absolute difference
  /// of their means.
  ///
  /// All relabellings are enumerated when there are no more than `permutations` of them: then the value is exact.
  /// Otherwise that many are drawn, number r from the stream `("permutation", r)`, and the observed labelling counts as
  /// one more, so the value is never zero and the test keeps its level (Phipson and Smyth 2010). NaN if a sample is
  /// empty.
  public static func permutationTest(
    _ first: [Double], _ second: [Double], permutations: Int = 10_000, random: RandomSource
  ) -> Double {
    guard !first.isEmpty, !second.isEmpty else { return .nan }
    let pooled = first + second
    let total = pooled.reduce(0, +)
    let size = first.count
    /// |mean of the chosen − mean of the rest|, from the sum of the chosen.
    func distance(_ sum: Double) -> Double {
      abs(sum / Double(size) - (total - sum) / Double(pooled.count - size))
    }
    let observed = distance(first.reduce(0, +))
    // Sums in different orders differ in their last bits; such labellings are as extreme as the observed one.
    let threshold = observed - 1e-12 * max(1, pooled.map(abs).max() ?? 0)
    if let exact = combinations(pooled.count, size), exact <= permutations {
      var extreme = 0
      var chosen = Array(0..<size)
      repeat {
        if distance(chosen.reduce(0) { $0 + pooled[$1] }) >= threshold { extreme += 1 }
      } while advance(&chosen, below: pooled.count)
      return Double(extreme) / Double(exact)
    }
    var extreme = 1
    for permutation in 0..<permutations {
      var stream = random.stream("permutation", permutation)
      var shuffled = pooled
      stream.shuffle(&shuffled)
      if distance(shuffled[..<size].reduce(0, +)) >= threshold { extreme += 1 }
    }
    return Double(extreme) / Double(permutations + 1)
  }

  /// The two-sided p value of the sign-flip test that paired differences are symmetric around zero; exact or drawn as
  /// in ``permutationTest(_:_:permutations:random:)``. NaN if empty.
  public static func pairedPermutationTest(
    _ differences: [Double], permutations: Int = 10_000, random: RandomSource
  ) -> Double {
    guard !differences.isEmpty else { return .nan }
    let threshold = abs(differences.reduce(0, +)) - 1e-12 * max(1, differences.map(abs).max() ?? 0)
    if differences.count < 60, 1 << differences.count <= permutations {
      var extreme = 0
      for signs in 0..<(1 << differences.count) {
        var sum = 0.0
        for (index, value) in differences.enumerated() { sum += signs >> index & 1 == 1 ? -value : value }
        if abs(sum) >= threshold { extreme += 1 }
      }
      return Double(extreme) / Double(1 << differences.count)
    }
    var extreme = 1
    for permutation in 0..<permutations {
      var stream = random.stream("permutation", permutation)
      let sum = differences.reduce(0) { $0 + (stream.bernoulli(0.5) ? -$1 : $1) }
      if abs(sum) >= threshold { extreme += 1 }
    }
    return Double(extreme) / Double(permutations + 1)
  }

  /// n choose k; nil beyond Int.
  private static func combinations(_ n: Int, _ k: Int) -> Int? {
    var result = 1
    for step in 1...max(1, min(k, n - k)) where k < n {
      let (product, overflow) = result.multipliedReportingOverflow(by: n - min(k, n - k) + step)
      if overflow { return nil }
      result = product / step
    }
    return result
  }

  /// The next k-subset of 0 ..< n in lexicographic order; false after the last.
  private static func advance(_ chosen: inout [Int], below n: Int) -> Bool {
    var position = chosen.count - 1
    while position >= 0, chosen[position] == n - chosen.count + position { position -= 1 }
    guard position >= 0 else { return false }
    chosen[position] += 1
    for later in (position + 1)..<max(position + 1, chosen.count) { chosen[later] = chosen[later - 1] + 1 }
    return true
  }
}
