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
  static func rowSpace(_ matrix: Matrix, atLeast scale: Double = 0) throws -> Matrix {
    guard matrix.rows > 0, matrix.columns > 0 else { return Matrix(rows: 0, columns: matrix.columns) }
    let (_, values, vT) = try LinearAlgebra.svd(matrix)
    let threshold = 1e-9 * max(values.first ?? 0, scale)
    let rank = values.count { $0 > threshold }
    return Matrix(rows: rank, columns: matrix.columns, elements: Array(vT.elements.prefix(rank * matrix.columns)))
  }
}

/// A few operations on short vectors.
enum Vectors {
  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
  static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(-) }
  static func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] { zip(a, b).map { $0 + factor * $1 } }
  static func largest(_ a: [Double]) -> Double { a.reduce(0) { max($0, abs($1)) } }

  /// What is left of a vector without its parts along the rows of an orthonormal basis; twice, for rounding.
  static func rejecting(_ a: [Double], _ basis: Matrix) -> [Double] {
    var rest = a
    for _ in 0..<2 {
      for row in 0..<basis.rows {
        let direction = basis.row(row)
        rest = sum(rest, -dot(rest, direction), direction)
      }
    }
    return rest
  }

  /// Scaled so that the largest magnitude is 1; the zero vector stays.
  static func normalised(_ a: [Double]) -> [Double] {
    let size = largest(a)
    return size > 0 ? a.map { $0 / size } : a
  }
}
