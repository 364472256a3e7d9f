/// The distance to the k-th nearest row of a reference, each feature in units of its spread.
///
/// It assumes no shape of the reference, and needs all of it: O(reference · columns) a row. Distances are found by
/// matrix products in blocks and computed anew for the nearest, so that a row of the reference is at distance 0 from
/// itself.
///
/// Sources: Ramaswamy, Rastogi, Shim, "Efficient algorithms for mining outliers", SIGMOD 2000; Sun, Ming, Zhu, Li,
/// "Out-of-distribution detection with deep nearest neighbors", ICML 2022.
public struct NearestNeighbourScore: UnfamiliarityScore, Hashable {
  private let scale: FeatureScale
  /// The reference in the features' units, and its transpose times −2, for the products.
  private let reference: Matrix
  private let products: Matrix
  private let norms: [Double]
  /// Which neighbour's distance is the score, from 1.
  public let neighbour: Int

  /// Features that do not vary over the reference: they take no part, and a row that differs in one scores infinity.
  public var constantColumns: [Int] { scale.constantColumns }

  /// - Parameters:
  ///   - reference: what is familiar, a row each.
  ///   - neighbour: k, at least 1.
  /// - Throws: ``NotMeasurable`` with fewer rows than k or 2, or features that do not vary.
  public init(_ reference: Matrix, neighbour: Int = 5) throws(NotMeasurable) {
    precondition(neighbour > 0, "neighbours are counted from 1")
    guard reference.rows >= neighbour else { throw .tooFew(have: reference.rows, need: neighbour) }
    scale = try FeatureScale(reference)
    self.neighbour = neighbour
    let scaled = scale.scaled(reference)
    self.reference = scaled
    products = -2 * scaled.transposed
    norms = (0..<scaled.rows).map { row in
      scaled.elements[row * scaled.columns..<(row + 1) * scaled.columns].reduce(0) { $0 + $1 * $1 }
    }
  }

  public var columns: Int { scale.columns }

  /// Rows whose distances to the whole reference are worked out at once.
  private static let blockRows = 32

  public func score(_ rows: Span<Double>, into scores: inout MutableSpan<Double>) {
    let (width, count, block) = (scale.varying.count, reference.rows, Self.blockRows)
    let largest = norms.max() ?? 0
    let room = block * (width + count) + neighbour
    withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { memory in
      guard let scaled = memory.baseAddress else { return }
      let (distances, nearest) = (scaled + block * width, scaled + block * (width + count))
      RowBlocks.each(rows, columns: columns, into: &scores) { rows, total, scores in
        for first in stride(from: 0, to: total, by: block) {
          let rowsHere = min(block, total - first)
          scale.write(rows + first * columns, count: rowsHere, to: scaled)
          LinearAlgebra.product(scaled, rows: rowsHere, columns: width, products, into: distances)
          for row in 0..<rowsHere {
            scores[first + row] = distance(
              of: scaled + row * width, products: distances + row * count, largest: largest, nearest: nearest)
          }
        }
        scale.mark(rows, count: total, in: scores)
      }
    }
  }

  /// The k-th smallest distance of a row, from its products with the reference.
  private func distance(
    of row: UnsafePointer<Double>, products: UnsafeMutablePointer<Double>, largest: Double,
    nearest: UnsafeMutablePointer<Double>
  ) -> Double {
    let (width, count) = (scale.varying.count, reference.rows)
    var norm = 0.0
    for index in 0..<width { norm += row[index] * row[index] }
    guard norm.isFinite else { return .infinity }
    return norms.withUnsafeBufferPointer { norms in
      reference.elements.withUnsafeBufferPointer { reference in
        for index in 0..<count { products[index] += norms[index] + norm }
        // What the products lose by cancelling is below this: everything that could be among the nearest is looked at
        // anew.
        let margin = 1e-12 * Double(width + 4) * (norm + largest)
        let bound = smallest(products, count, nearest) + 2 * margin
        for index in 0..<neighbour { nearest[index] = .infinity }
        for index in 0..<count where products[index] <= bound {
          var sum = 0.0
          let start = index * width
          for column in 0..<width {
            let difference = row[column] - reference[start + column]
            sum += difference * difference
          }
          if sum < nearest[neighbour - 1] { insert(sum, into: nearest) }
        }
        return nearest[neighbour - 1].squareRoot()
      }
    }
  }

  /// The k-th smallest of some numbers.
  private func smallest(
    _ values: UnsafePointer<Double>, _ count: Int, _ nearest: UnsafeMutablePointer<Double>
  ) -> Double {
    for index in 0..<neighbour { nearest[index] = .infinity }
    for index in 0..<count where values[index] < nearest[neighbour - 1] { insert(values[index], into: nearest) }
    return nearest[neighbour - 1]
  }

  private func insert(_ value: Double, into nearest: UnsafeMutablePointer<Double>) {
    var place = neighbour - 1
    while place > 0, nearest[place - 1] > value {
      nearest[place] = nearest[place - 1]
      place -= 1
    }
    nearest[place] = value
  }
}
