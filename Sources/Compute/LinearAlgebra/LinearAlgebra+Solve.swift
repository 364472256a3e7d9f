import COpenBLAS
import Foundation

extension LinearAlgebra {
  /// x with a · x = b, for a square matrix. Throws if it is singular, to working precision.
  public static func solve(_ a: Matrix, _ b: [Double]) throws -> [Double] {
    precondition(b.count == a.rows, "the right-hand side has one value per row")
    return try solve(a, Matrix(rows: b.count, columns: 1, elements: b)).elements
  }

  /// X with a · X = b, column by column.
  public static func solve(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    precondition(a.isSquare && b.rows == a.rows, "solve needs a square matrix and right-hand sides of its height")
    try requireFinite(b.elements)
    guard a.rows > 0, b.columns > 0 else { return b }
    var factors = try LUFactors(a)
    // Row-major a read column-major is its transpose, so LAPACK solves with the transpose; b goes in transposed.
    var solution = b.transposed.elements
    var size = Int32(a.rows)
    var columns = Int32(b.columns)
    var height = size
    var info: Int32 = 0
    dgetrs_("T", &size, &columns, &factors.elements, &size, &factors.pivots, &solution, &height, &info)
    checkArguments(info, "dgetrs")
    return Matrix(rows: b.columns, columns: b.rows, elements: solution).transposed
  }

  /// The inverse of a square matrix. To solve a system, `solve` is faster and more accurate.
  public static func inverse(_ a: Matrix) throws -> Matrix { try solve(a, .identity(a.rows)) }

  /// ln |det a| and the sign of det a: (−∞, 0) for a singular matrix.
  public static func logDeterminant(_ a: Matrix) throws -> (logarithm: Double, sign: Double) {
    precondition(a.isSquare, "only a square matrix has a determinant")
    let factors = try LUFactors(a, allowSingular: true)
    var logarithm = 0.0
    var sign = 1.0
    for i in 0..<a.rows {
      let pivot = factors.elements[i * a.rows + i]
      if pivot == 0 { return (-.infinity, 0) }
      logarithm += log(abs(pivot))
      if (pivot < 0) != (Int(factors.pivots[i]) != i + 1) { sign = -sign }
    }
    return (logarithm, sign)
  }

  /// x with a · x = b, for a symmetric positive definite matrix (its lower triangle is read).
  public static func choleskySolve(_ a: Matrix, _ b: [Double]) throws -> [Double] {
    precondition(a.isSquare && b.count == a.rows, "choleskySolve needs a square matrix and a vector of its height")
    try requireFinite(b)
    guard a.rows > 0 else { return [] }
    var factor = try cholesky(a).elements
    var solution = b
    var size = Int32(a.rows)
    var columns: Int32 = 1
    var info: Int32 = 0
    // The row-major lower triangle is, column-major, an upper one.
    dpotrs_("U", &size, &columns, &factor, &size, &solution, &size, &info)
    checkArguments(info, "dpotrs")
    return solution
  }

  /// The lower triangular L with L · Lᵀ = a, for a symmetric positive definite matrix (its lower triangle is read).
  public static func cholesky(_ a: Matrix) throws -> Matrix {
    precondition(a.isSquare, "only a square matrix has a Cholesky factor")
    try requireFinite(a)
    var result = a
    guard a.rows > 0 else { return result }
    oneThread()
    var size = Int32(a.rows)
    var info: Int32 = 0
    dpotrf_("U", &size, &result.elements, &size, &info)
    checkArguments(info, "dpotrf")
    if info > 0 {
      throw InputError(
        "the matrix is not positive definite: its leading minor of order \(info) is not positive",
        remedy: "add a multiple of the identity")
    }
    for i in 0..<a.rows { for j in i + 1..<max(a.rows, i + 1) { result[i, j] = 0 } }
    return result
  }
}

/// P · L · U of the transpose of a row-major matrix, and its pivots.
private struct LUFactors {
  var elements: [Double]
  var pivots: [Int32]

  init(_ a: Matrix, allowSingular: Bool = false) throws {
    try LinearAlgebra.requireFinite(a)
    LinearAlgebra.oneThread()
    elements = a.elements
    pivots = [Int32](repeating: 0, count: a.rows)
    guard a.rows > 0 else { return }
    var size = Int32(a.rows)
    var info: Int32 = 0
    // The 1-norm of the transpose is the largest row sum.
    var norm = (0..<a.rows).map { i in a.row(i).reduce(0) { $0 + abs($1) } }.max() ?? 0
    dgetrf_(&size, &size, &elements, &size, &pivots, &info)
    LinearAlgebra.checkArguments(info, "dgetrf")
    if allowSingular { return }
    var reciprocal = 0.0
    if info == 0 {
      var work = [Double](repeating: 0, count: 4 * a.rows)
      var integers = [Int32](repeating: 0, count: a.rows)
      dgecon_("1", &size, &elements, &size, &norm, &reciprocal, &work, &integers, &info)
      LinearAlgebra.checkArguments(info, "dgecon")
    }
    if !(reciprocal > Double.ulpOfOne / 2) {
      throw InputError(
        "the \(a.rows) × \(a.rows) matrix is singular to working precision (reciprocal condition \(reciprocal))",
        remedy: "remove dependent rows, or use leastSquares")
    }
  }
}
