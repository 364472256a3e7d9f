import Compute
import Synchronization

/// The estimators of one log over the same bootstrap resamples of its episodes.
package struct OffPolicyReplicates {
  /// [resamples] for each of ``estimators``, then the mean return as it was earned.
  package let columns: [[Double]]
  let estimators: [OffPolicyEstimator]

  /// Resamples in one product of matrices.
  private static let blockSize = 64

  /// - Complexity: O(resamples × episodes × horizon), on all threads; a resample's numbers depend on its number alone.
  package init(
    _ episodes: EpisodeColumns, table: TableEstimates?, estimators: [OffPolicyEstimator], resamples: Int,
    random: RandomSource
  ) {
    self.estimators = estimators
    let count = episodes.rows.rows
    let width = estimators.count + 1
    let draws = ResampleCounts(count: count, random: random)
    let blocks = (resamples + Self.blockSize - 1) / Self.blockSize
    let found = Mutex([[Double]](repeating: [], count: blocks))
    ThreadPool.shared.run(blocks) { block in
      let first = block * Self.blockSize
      let rows = min(Self.blockSize, resamples - first)
      var values = [Double](repeating: 0, count: rows * width)
      var scratch = table.map { TableEstimates.Scratch($0) }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * (count + episodes.rows.columns)) { memory in
        let counts = memory.baseAddress!
        let sums = counts + rows * count
        for row in 0..<rows { draws.fill(counts + row * count, resample: first + row) }
        LinearAlgebra.product(counts, rows: rows, columns: count, episodes.rows, into: sums)
        for row in 0..<rows {
          let own = UnsafePointer(sums + row * episodes.rows.columns)
          for (place, estimator) in estimators.enumerated() {
            if estimator.needsTable, let table {
              values[row * width + place] = table.value(estimator, counts: counts + row * count, &scratch!)
            } else {
              values[row * width + place] = episodes.value(estimator, own, count: Double(count))
            }
          }
          values[row * width + width - 1] = episodes.earned(own, count: Double(count))
        }
      }
      found.withLock { $0[block] = values }
    }
    let rows = found.withLock { $0 }
    columns = (0..<width).map { column in
      rows.flatMap { values in stride(from: column, to: values.count, by: width).map { values[$0] } }
    }
  }

  /// The interval of one estimator, of what it says beyond what was earned if `difference`; nil if a resample has no value.
  func interval(
    _ estimator: OffPolicyEstimator, difference: Bool = false, method: Statistics.BootstrapMethod = .percentile,
    level: Double, jackknife: [Double]? = nil, estimate: Double
  ) -> Interval? {
    guard let place = estimators.firstIndex(of: estimator) else { return nil }
    var values = columns[place]
    if difference, let earned = columns.last { for row in values.indices { values[row] -= earned[row] } }
    guard values.count > 1, values.allSatisfy(\.isFinite), estimate.isFinite else { return nil }
    values.sort()
    var (low, high) = ((1 - level) / 2, (1 + level) / 2)
    if method == .bca, let jackknife {
      guard jackknife.allSatisfy(\.isFinite) else { return nil }
      (low, high) = Self.corrected(low, high, sorted: values, estimate: estimate, jackknife: jackknife)
    }
    return Interval(
      lower: Statistics.quantile(sorted: values, low), upper: Statistics.quantile(sorted: values, high), level: level)
  }

  /// BCa's probabilities (Efron 1987), as `Statistics.bootstrapInterval` has them.
  private static func corrected(
    _ low: Double, _ high: Double, sorted: [Double], estimate: Double, jackknife: [Double]
  ) -> (Double, Double) {
    let below = sorted.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let share = below / Double(sorted.count)
    guard share > 0, share < 1 else { return (low, high) }
    let bias = SpecialFunctions.normalQuantile(share)
    let centre = Statistics.mean(jackknife)
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
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

extension EpisodeColumns {
  /// The estimate without each episode in turn, by subtraction from the sums.
  ///
  /// - Complexity: O(episodes × columns).
  package func leavingOneOut(_ estimator: OffPolicyEstimator) -> [Double] {
    var rest = sums
    return (0..<rows.rows).map { episode in
      for column in sums.indices { rest[column] = sums[column] - rows.elements[episode * rows.columns + column] }
      return value(estimator, rest, count: Double(rows.rows - 1))
    }
  }

  /// Student's interval of what an estimator says beyond what was earned, its standard error by the jackknife; nil below
  /// three episodes, or where a value does not exist without some episode.
  ///
  /// - Complexity: O(episodes × columns).
  package func gainInterval(_ estimator: OffPolicyEstimator, level: Double) -> Interval? {
    let n = Double(rows.rows)
    guard rows.rows > 2 else { return nil }
    let gain = value(estimator, sums, count: n) - earned(sums, count: n)
    let total = earned(sums, count: 1)
    var without = leavingOneOut(estimator)
    for episode in without.indices {
      let own = rows.elements[episode * rows.columns + Column.earned.rawValue]
      without[episode] -= (total - own) / (n - 1)
    }
    guard gain.isFinite, without.allSatisfy(\.isFinite) else { return nil }
    let centre = Statistics.mean(without)
    var squares = 0.0
    for value in without { squares += (value - centre) * (value - centre) }
    let reach =
      ((n - 1) / n * squares).squareRoot() * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: n - 1)
    return Interval(lower: gain - reach, upper: gain + reach, level: level)
  }
}
