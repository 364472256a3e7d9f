import Foundation

/// The linear map under which rows of a covariance have the identity as theirs.
struct Whitening: Sendable, Hashable {
  /// x ↦ x · map, [columns × columns], upper triangular: the transposed inverse of the covariance's Cholesky factor.
  let map: Matrix
  /// ln |det map|: minus half the logarithm of the covariance's determinant.
  let logDeterminant: Double

  /// - Throws: ``NotMeasurable/singularCovariance`` where the covariance has no inverse, to the rounding of its
  ///   elements.
  init(_ covariance: Matrix) throws(NotMeasurable) {
    let size = covariance.rows
    guard let factor = try? LinearAlgebra.cholesky(covariance) else { throw .singularCovariance }
    let diagonal = (0..<size).map { factor[$0, $0] }
    // The squares of the diagonal are variances of what the earlier columns do not explain: one at the rounding of the
    // column's own variance is no variance.
    for index in 0..<size where !(diagonal[index] * diagonal[index] > 1e-13 * Double(size) * covariance[index, index]) {
      throw .singularCovariance
    }
    var map = Matrix(rows: size, columns: size)
    // Row i of the inverse by forward substitution; it is column i of the map.
    for column in 0..<size {
      map[column, column] = 1 / diagonal[column]
      for row in column + 1..<max(size, column + 1) {
        var sum = 0.0
        for index in column..<row { sum -= factor[row, index] * map[column, index] }
        map[column, row] = sum / diagonal[row]
      }
    }
    self.map = map
    logDeterminant = diagonal.reduce(0) { $0 - log($1) }
  }
}
