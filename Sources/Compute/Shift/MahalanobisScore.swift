/// How many standard deviations a row lies from the mean of a reference, in the direction in which it lies.
///
/// √((x − μ)ᵀ Σ⁻¹ (x − μ)), each feature first in units of its spread, Σ shrunk by Ledoit's and Wolf's rule. It knows
/// one heap: what lies between two heaps of the reference looks familiar to it.
///
/// Complexity: O(rows · columns²) to make, O(columns²) a row to score, by matrix products in blocks.
///
/// Sources: Mahalanobis 1936; Lee, Lee, Lee, Shin, "A simple unified framework for detecting out-of-distribution
/// samples", NeurIPS 2018, for its use on a network's features.
public struct MahalanobisScore: UnfamiliarityScore, Hashable {
  private let scale: FeatureScale
  private let whitening: Whitening
  /// How far the covariance was drawn towards the identity, 0 to 1.
  public let shrinkage: Double

  /// Features that do not vary over the reference: they take no part, and a row that differs in one scores infinity.
  public var constantColumns: [Int] { scale.constantColumns }

  /// - Parameters:
  ///   - reference: what is familiar, a row each.
  ///   - shrinkage: of the covariance, 0 to 1; nil for Ledoit's and Wolf's.
  /// - Throws: ``NotMeasurable`` with fewer than two rows, features that do not vary, or a covariance without an
  ///   inverse.
  public init(_ reference: Matrix, shrinkage: Double? = nil) throws(NotMeasurable) {
    precondition(shrinkage.map { $0 >= 0 && $0 <= 1 } ?? true, "a share of the identity")
    scale = try FeatureScale(reference)
    let covariance = ShrunkCovariance(ofCentred: scale.scaled(reference), shrinkage: shrinkage)
    whitening = try Whitening(covariance.matrix)
    self.shrinkage = covariance.shrinkage
  }

  public var columns: Int { scale.columns }

  public func score(_ rows: Span<Double>, into scores: inout MutableSpan<Double>) {
    let width = scale.varying.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * RowBlocks.rows * width) { memory in
      guard let scaled = memory.baseAddress else { return }
      let white = scaled + RowBlocks.rows * width
      RowBlocks.each(rows, columns: columns, into: &scores) { rows, count, scores in
        scale.write(rows, count: count, to: scaled)
        LinearAlgebra.product(scaled, rows: count, columns: width, whitening.map, into: white)
        for row in 0..<count {
          var sum = 0.0
          for index in row * width..<(row + 1) * width { sum += white[index] * white[index] }
          scores[row] = sum.squareRoot()
        }
        scale.mark(rows, count: count, in: scores)
      }
    }
  }
}
