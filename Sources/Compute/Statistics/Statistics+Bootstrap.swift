extension Statistics {
  /// How a bootstrap's replicates become an interval.
  public enum BootstrapMethod: String, Codable, Sendable, CaseIterable {
    /// The replicates' own quantiles.
    case percentile
    /// Bias-corrected and accelerated (Efron 1987): second-order accurate, at the cost of n more evaluations.
    case bca
  }

  /// A bootstrap interval for any statistic of independent values: resample r is drawn with replacement from the stream
  /// `("bootstrap", r)`. Nil below two values, or if a replicate is NaN.
  public static func bootstrapInterval(
    _ values: [Double], statistic: ([Double]) -> Double, level: Double = 0.95, resamples: Int = 2000,
    method: BootstrapMethod = .bca, random: RandomSource
  ) -> Interval? {
    bootstrapInterval(
      count: values.count, level: level, resamples: resamples, method: method, random: random
    ) { drawn in
      statistic(drawn.map { values[$0] })
    }
  }

  /// The same for data of any shape (pairs, episodes, comparisons): the statistic is given the indices, of
  /// 0 ..< count, that it should count, some of them repeatedly.
  public static func bootstrapInterval(
    count: Int, level: Double = 0.95, resamples: Int = 2000, method: BootstrapMethod = .bca, random: RandomSource,
    statistic: ([Int]) -> Double
  ) -> Interval? {
    checkLevel(level)
    precondition(resamples > 1, "a bootstrap needs at least two resamples")
    guard count > 1 else { return nil }
    var indices = [Int](repeating: 0, count: count)
    var replicates: [Double] = []
    replicates.reserveCapacity(resamples)
    for resample in 0..<resamples {
      var stream = random.stream("bootstrap", resample)
      for position in 0..<count { indices[position] = stream.below(count) }
      let replicate = statistic(indices)
      guard !replicate.isNaN else { return nil }
      replicates.append(replicate)
    }
    replicates.sort()
    var low = (1 - level) / 2
    var high = (1 + level) / 2
    if method == .bca {
      let whole = Array(0..<count)
      guard
        let corrected = accelerated(
          low, high, replicates: replicates, estimate: statistic(whole),
          leavingOneOut: whole.map { left in statistic(whole.filter { $0 != left }) })
      else { return nil }
      (low, high) = corrected
    }
    return Interval(lower: quantile(sorted: replicates, low), upper: quantile(sorted: replicates, high), level: level)
  }

  /// The probabilities at which BCa reads the replicates' quantiles.
  private static func accelerated(
    _ low: Double, _ high: Double, replicates: [Double], estimate: Double, leavingOneOut: [Double]
  ) -> (Double, Double)? {
    guard !estimate.isNaN, !leavingOneOut.contains(where: \.isNaN) else { return nil }
    // Replicates equal to the estimate count half, so that a statistic with few distinct values is not seen as biased.
    let below = replicates.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let share = below / Double(replicates.count)
    guard share > 0, share < 1 else { return (low, high) }
    let bias = SpecialFunctions.normalQuantile(share)
    let centre = mean(leavingOneOut)
    var squares = 0.0
    var cubes = 0.0
    for value in leavingOneOut {
      let deviation = centre - value
      squares += deviation * deviation
      cubes += deviation * deviation * deviation
    }
    let acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    func corrected(_ p: Double) -> Double {
      let z = bias + SpecialFunctions.normalQuantile(p)
      return SpecialFunctions.normalDistribution(bias + z / (1 - acceleration * z))
    }
    return (corrected(low), corrected(high))
  }
}
