import Compute
import Findings
import Foundation

/// Two-sample comparisons of projected embeddings, kept apart from how they are read.
package enum ShiftStatistics {
  /// Energy distance of two samples (rows of `width` numbers) as a share of its largest possible value: 2E|X − Y| −
  /// E|X − X′| − E|Y − Y′| over 2E|X − Y|, at most 1 (a little below 0 by chance), with the p-value of a permutation
  /// test; 1 without a test if the share is within `margin`.
  package static func energy(
    _ first: [[Double]], _ second: [[Double]], margin: Double = -.infinity, permutations: Int, random: RandomSource
  ) -> (share: Double, pValue: Double) {
    let pooled = first + second
    let (n, m) = (first.count, second.count)
    guard n > 1, m > 1 else { return (.nan, 1) }
    let size = n + m
    var distances = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<i {
        let d = zip(pooled[i], pooled[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        distances[i * size + j] = d
        distances[j * size + i] = d
      }
    }
    var sums = [Double](repeating: 0, count: size)
    for i in 0..<size { for j in 0..<size { sums[i] += distances[i * size + j] } }
    let total = sums.reduce(0, +) / 2
    // From the first sample's own distances and its rows' sums follow the others.
    func share(_ chosen: ArraySlice<Int>) -> Double {
      let chosen = chosen.sorted()
      var inFirst = 0.0
      distances.withUnsafeBufferPointer { distances in
        for (place, a) in chosen.enumerated() {
          let row = a * size
          for other in 0..<place { inFirst += distances[row + chosen[other]] }
        }
      }
      let across = chosen.reduce(0) { $0 + sums[$1] } - 2 * inFirst
      let inSecond = total - inFirst - across
      // Unbiased (U) versions: no distance of a point to itself.
      let cross = 2 * across / Double(n * m)
      let within = 2 * inFirst / Double(n * (n - 1)) + 2 * inSecond / Double(m * (m - 1))
      return cross > 0 ? (cross - within) / cross : 0
    }
    let observed = share(Array(0..<n)[...])
    guard observed > margin else { return (observed, 1) }
    // Besag and Clifford's sequential p-value: ten more extreme arrangements settle that there is nothing.
    var extreme = 0
    for index in 0..<permutations {
      var stream = random.stream("permutation", index)
      if share(stream.permutation(size)[..<n]) >= observed - 1e-12 { extreme += 1 }
      if extreme == 10 { return (observed, 10 / Double(index + 1)) }
    }
    return (observed, Double(extreme + 1) / Double(permutations + 1))
  }

  /// For each evaluation distance the share of training distances at least as large (the point itself counted): a
  /// valid p-value of "this row is drawn like the training rows".
  static func conformal(training: [Double], evaluation: [Double]) -> [Double] {
    let sorted = training.sorted()
    return evaluation.map { value in
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value { low = middle + 1 } else { high = middle }
      }
      return Double(sorted.count - low + 1) / Double(sorted.count + 1)
    }
  }

  /// Squared distance of each row from the training rows' mean, each direction in units of their spread.
  static func distances(_ rows: [[Double]], from reference: [[Double]]) -> [Double] {
    guard let width = reference.first?.count, reference.count > 1 else { return rows.map { _ in .nan } }
    let columns = (0..<width).map { c in reference.map { $0[c] } }
    let centre = columns.map(Statistics.mean)
    let spread = columns.map { max(1e-12, Statistics.variance($0)) }
    return rows.map { row in
      var sum = 0.0
      for c in 0..<width {
        let offset = row[c] - centre[c]
        sum += offset * offset / spread[c]
      }
      return sum
    }
  }
}
