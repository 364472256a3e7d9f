/// A covariance that has an inverse although there are few rows: the sample's, drawn towards a multiple of the identity
/// by as much as the sample itself says is best.
///
/// Source: Ledoit, Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate
/// Analysis 88 (2004). The divisor is n.
package struct ShrunkCovariance: Sendable, Hashable {
  /// [columns × columns].
  package let matrix: Matrix
  /// Of the identity in the mixture, 0 to 1.
  package let shrinkage: Double

  /// - Parameters:
  ///   - rows: whose columns have mean 0.
  ///   - shrinkage: nil for Ledoit's and Wolf's.
  package init(ofCentred rows: Matrix, shrinkage fixed: Double? = nil) {
    let (count, width) = (Double(rows.rows), rows.columns)
    var sample = LinearAlgebra.gram(rows)
    for index in sample.elements.indices { sample.elements[index] /= count }
    let trace = (0..<width).reduce(0) { $0 + sample[$1, $1] }
    let mean = trace / Double(width)
    let squares = sample.elements.reduce(0) { $0 + $1 * $1 }
    // The mean over rows of ‖x xᵀ‖², from which the noise of the sample's elements follows.
    var fourth = 0.0
    for row in 0..<rows.rows {
      var norm = 0.0
      for column in 0..<width {
        let value = rows.elements[row * width + column]
        norm += value * value
      }
      fourth += norm * norm
    }
    let distance = (squares - 2 * mean * trace + Double(width) * mean * mean) / Double(width)
    let noise = min((fourth / count - squares) / (Double(width) * count), distance)
    let share = fixed ?? (noise > 0 ? noise / distance : 0)
    for index in sample.elements.indices { sample.elements[index] *= 1 - share }
    for index in 0..<width { sample[index, index] += share * mean }
    (matrix, shrinkage) = (sample, share)
  }
}
