import Compute

/// The space in which rewards act on a set of policies: spanned by the differences of their counts.
///
/// What a reward does outside of this space (a constant, potential shaping) changes no difference of returns. Inside
/// it, each reward is a direction, and the order of the policies is the order of their shadows on that direction.
package struct PolicyGeometry: Sendable {
  /// [dimension × columns]: an orthonormal basis of the span of differences of counts.
  package let basis: Matrix
  /// [policies × dimension]: each policy's coordinates, the mean policy at the origin.
  package let points: Matrix

  /// The affine dimension d of the set of policies.
  package var dimension: Int { basis.rows }

  package init(_ policies: PolicySet) throws {
    var centred = policies.counts
    for column in 0..<centred.columns {
      let mean = centred.column(column).reduce(0, +) / Double(centred.rows)
      for row in 0..<centred.rows { centred[row, column] -= mean }
    }
    basis = try Self.rowSpace(centred, atLeast: policies.counts.largestMagnitude)
    points = centred * basis.transposed
  }

  /// The reward's part that acts: its coordinates in the basis.
  package func coordinates(of reward: [Double]) -> [Double] { basis * reward }

  /// The reward on the counts' columns with these coordinates, the smallest of all.
  package func reward(_ coordinates: [Double]) -> [Double] { basis.transposed * coordinates }

  /// An orthonormal basis of the differences between policies of the same level: what must stay tied.
  package func ties(of order: ReturnOrder) throws -> Matrix {
    var rows: [[Double]] = []
    for level in order.levels {
      for policy in level.dropFirst() { rows.append(Vectors.difference(points.row(policy), points.row(level[0]))) }
    }
    guard !rows.isEmpty else { return Matrix(rows: 0, columns: dimension) }
    return try Self.rowSpace(Matrix(rows), atLeast: points.largestMagnitude)
  }

  /// An orthonormal basis of the span of the rows. Singular values below 1e-9 times the largest count as zero.
  package static func rowSpace(_ matrix: Matrix, atLeast scale: Double = 0) throws -> Matrix {
    guard matrix.rows > 0, matrix.columns > 0 else { return Matrix(rows: 0, columns: matrix.columns) }
    let (_, values, vT) = try LinearAlgebra.svd(matrix)
    let threshold = 1e-9 * max(values.first ?? 0, scale)
    let rank = values.count { $0 > threshold }
    return Matrix(rows: rank, columns: matrix.columns, elements: Array(vT.elements.prefix(rank * matrix.columns)))
  }
}
