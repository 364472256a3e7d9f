import COpenBLAS

extension Matrix {
  /// The sum, element by element; shapes must agree.
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, +) }
  /// The difference, element by element; shapes must agree.
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b, -) }

  /// Every element times the factor.
  public static func * (factor: Double, a: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: a.columns, elements: a.elements.map { factor * $0 })
  }

  /// The matrix product.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "\(a.rows) × \(a.columns) times \(b.rows) × \(b.columns)")
    var result = Matrix(rows: a.rows, columns: b.columns)
    guard a.rows > 0, b.columns > 0, a.columns > 0 else { return result }
    LinearAlgebra.oneThread()
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(a.rows), Int32(b.columns), Int32(a.columns), 1, a.elements,
      Int32(a.columns), b.elements, Int32(b.columns), 0, &result.elements, Int32(b.columns))
    return result
  }

  /// The product with a column vector.
  public static func * (a: Matrix, x: [Double]) -> [Double] {
    precondition(a.columns == x.count, "\(a.rows) × \(a.columns) times a vector of \(x.count)")
    return (0..<a.rows).map { i in
      var sum = 0.0
      for j in 0..<a.columns { sum += a.elements[i * a.columns + j] * x[j] }
      return sum
    }
  }

  /// The largest magnitude of an element; 0 for an empty matrix.
  public var largestMagnitude: Double { elements.reduce(0) { max($0, abs($1)) } }

  private func combined(with other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "matrices of different shapes")
    return Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map(operation))
  }
}
