import Synchronization

extension Statistics {
  /// Several statistics of the same bootstrap resamples, on all threads: row r holds those of resample r, which is
  /// drawn from the stream `("bootstrap", r)`, for any number of threads.
  ///
  /// A resample is given as counts: how often each of the `count` observations was drawn.
  public static func bootstrapReplicates(
    count: Int, resamples: Int, random: RandomSource, statistics: @escaping @Sendable (_ counts: [Double]) -> [Double]
  ) -> [[Double]] {
    precondition(count > 0 && resamples > 0, "a bootstrap needs observations and resamples")
    let rows = Mutex([[Double]](repeating: [], count: resamples))
    ThreadPool.shared.run(resamples) { resample in
      var stream = random.stream("bootstrap", resample)
      var counts = [Double](repeating: 0, count: count)
      for _ in 0..<count { counts[stream.below(count)] += 1 }
      let row = statistics(counts)
      rows.withLock { $0[resample] = row }
    }
    return rows.withLock { $0 }
  }

  /// The percentile interval of one column of ``bootstrapReplicates(count:resamples:random:statistics:)``; nil
  /// without replicates, or if one of them is not a number.
  public static func percentileInterval(
    _ replicates: [[Double]], column: Int, level: Double = 0.95
  ) -> Interval? {
    checkLevel(level)
    let values = replicates.map { $0[column] }.sorted()
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    return Interval(
      lower: quantile(sorted: values, (1 - level) / 2), upper: quantile(sorted: values, (1 + level) / 2), level: level)
  }
}
