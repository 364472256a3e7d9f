import Foundation

/// Many ridge-penalised logistic regressions on the same rows, solved side by side: the folds, bootstrap members and
/// strengths of one model.
///
/// Row i is the difference of two rows of floats, xᵢ = firstᵢ − secondᵢ. Each problem minimises over w
///
///     Σ cᵢ (ln(1 + exp(zᵢ)) − yᵢ zᵢ) / Σ cᵢ  +  penalty ‖w‖²,     zᵢ = fᵢ Σⱼ wⱼ sⱼ xᵢⱼ
///
/// with targets y in 0...1 and factors f of its own family, counts c and scales s of its own. With a positive penalty it
/// is strictly convex and has one solution.
///
/// ```swift
/// let family = LogisticFamily(first: chosen, second: rejected, width: 2, targets: [1, 0.5, 0])
/// let one = family.solve([.init(counts: [1, 1, 1], scales: [1, 1], rowLength: 2, penalty: 1e-3)])[0]
/// one.weights
/// ```
///
/// Newton's method with conjugate gradients (Dembo, Eisenstat and Steihaug 1982) and a line search, until the gradient is
/// no longer than ``roundings`` rounding errors of the terms that it adds up. All problems that are not done share each
/// product with the rows, so that those are read once for ``atOnce`` problems. The result does not depend on the number
/// of threads.
///
/// - Complexity: O(rows × width) for a problem and product, two products for an iteration. It holds
///   8 (5 rows + 6 width) bytes for each of ``atOnce`` problems, and the differences in doubles if they take no more than
///   a gibibyte (otherwise a megabyte for each thread).
package struct LogisticFamily: Sendable {
  /// Numbers in a row.
  package let width: Int
  let first: [Float]
  let second: [Float]
  let targets: [Double]
  /// What each row is multiplied by.
  package var factors: [Double]
  package var pool = ThreadPool.shared
  /// How much memory the differences may take.
  package var mostBytes = RowProducts.mostBytes

  /// How many problems share the products at a time; their memory is what it bounds.
  package static let atOnce = 48
  /// A gradient of so many rounding errors (2⁻⁵³ each) of the terms that it adds up counts as zero.
  package static let roundings = 2048.0
  /// No problem of finite numbers is known to need a tenth of this.
  static let mostSteps = 200

  package var count: Int { targets.count }

  /// Rows [count × width] as differences of `first` and `second`.
  package init(first: [Float], second: [Float], width: Int, targets: [Double], factors: [Double]? = nil) {
    precondition(width > 0 && first.count == targets.count * width && second.count == first.count, "rows of one width")
    precondition(factors.map { $0.count == targets.count } ?? true, "one factor for each row")
    (self.first, self.second, self.width, self.targets) = (first, second, width, targets)
    self.factors = factors ?? [Double](repeating: 1, count: targets.count)
  }

  package struct Problem: Sendable {
    /// How often each row counts; 0 leaves it out.
    package var counts: [Double]
    /// What each column is multiplied by; 0 leaves it out.
    package var scales: [Double]
    /// Root mean square of ‖s x‖: the size of the gradient's terms.
    package var rowLength: Double
    /// Positive.
    package var penalty: Double

    package init(counts: [Double], scales: [Double], rowLength: Double, penalty: Double) {
      (self.counts, self.scales, self.rowLength, self.penalty) = (counts, scales, rowLength, penalty)
    }
  }

  package struct Solution: Sendable {
    /// w: of the scaled columns.
    package var weights: [Double]
    /// The gradient's Euclidean norm at the end …
    package var gradient: Double
    /// … and what counts as zero.
    package var tolerance: Double
    /// Newton steps.
    package var steps: Int

    package var converged: Bool { gradient <= tolerance }
  }

  /// The minimisers, in the order of the problems.
  package func solve(_ problems: [Problem]) -> [Solution] {
    precondition(
      problems.allSatisfy { $0.penalty > 0 && $0.counts.count == count && $0.scales.count == width },
      "a positive penalty, a count for each row and a scale for each column")
    var solutions = [Solution?](repeating: nil, count: problems.count)
    var waiting = problems.indices[...]
    var searches: [LogisticSearch] = []
    let products = RowProducts(self, mostBytes: mostBytes)
    let most = min(Self.atOnce, problems.count)
    var wide = [Double](repeating: 0, count: most * width)
    var long = [Double](repeating: 0, count: most * count)
    while true {
      while searches.count < Self.atOnce, let next = waiting.popFirst() {
        searches.append(LogisticSearch(next, problems[next], self))
      }
      if searches.isEmpty { break }
      let active = searches.count
      wide.withUnsafeMutableBufferPointer { wide in
        long.withUnsafeMutableBufferPointer { long in
          // Each search has its own row of either.
          let shared = Disjoint((wide: wide.baseAddress!, long: long.baseAddress!))
          pool.update(&searches) { $1.ask(shared.value.wide + $0 * width) }
          products.forward(shared.value.wide, problems: active, into: shared.value.long)
          pool.update(&searches) { $1.weigh(shared.value.long + $0 * count) }
          products.backward(shared.value.long, problems: active, into: shared.value.wide)
          pool.update(&searches) { $1.step(shared.value.wide + $0 * width) }
        }
      }
      for search in searches where search.isDone { solutions[search.number] = search.solution }
      searches.removeAll { $0.isDone }
    }
    return solutions.compactMap { $0 }
  }

  /// zᵢ of every row for each of several weights [of scaled columns]: one array for each.
  package func logits(_ weights: [[Double]], scales: [[Double]]) -> [[Double]] {
    precondition(weights.count == scales.count, "scales for each weights")
    let products = RowProducts(self, mostBytes: mostBytes)
    var result: [[Double]] = []
    for start in stride(from: 0, to: weights.count, by: Self.atOnce) {
      let numbers = start..<min(weights.count, start + Self.atOnce)
      let wide = numbers.flatMap { zip(weights[$0], scales[$0]).map { $0 * $1 } }
      var long = [Double](repeating: 0, count: numbers.count * count)
      wide.withUnsafeBufferPointer { wide in
        long.withUnsafeMutableBufferPointer { long in
          products.forward(wide.baseAddress!, problems: numbers.count, into: long.baseAddress!)
        }
      }
      for number in 0..<numbers.count {
        result.append((0..<count).map { factors[$0] * long[number * count + $0] })
      }
    }
    return result
  }
}
