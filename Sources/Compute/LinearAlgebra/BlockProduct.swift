import COpenBLAS

extension LinearAlgebra {
  /// result = rows · matrix, for [rows × columns] numbers that lie in memory; the result is [rows × matrix.columns].
  package static func product(
    _ block: UnsafePointer<Double>, rows: Int, columns: Int, _ matrix: Matrix,
    into result: UnsafeMutablePointer<Double>
  ) {
    precondition(columns == matrix.rows, "\(rows) × \(columns) times \(matrix.rows) × \(matrix.columns)")
    guard rows > 0, columns > 0, matrix.columns > 0 else { return }
    oneThread()
    matrix.elements.withUnsafeBufferPointer { right in
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(matrix.columns), Int32(columns), 1, block,
        Int32(columns), right.baseAddress, Int32(matrix.columns), 0, result, Int32(matrix.columns))
    }
  }

  /// aᵀ · b, or aᵀ · a.
  package static func gram(_ a: Matrix, _ b: Matrix? = nil) -> Matrix {
    let b = b ?? a
    precondition(a.rows == b.rows, "matrices of one height")
    var result = Matrix(rows: a.columns, columns: b.columns)
    guard a.rows > 0, a.columns > 0, b.columns > 0 else { return result }
    oneThread()
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(a.columns), Int32(b.columns), Int32(a.rows), 1, a.elements,
      Int32(a.columns), b.elements, Int32(b.columns), 0, &result.elements, Int32(b.columns))
    return result
  }
}
