import COpenBLAS

extension LinearAlgebra {
  /// result = A · vector, or Aᵀ · vector if `transposed`; `matrix` is A, [rows × columns].
  package static func product(
    _ matrix: UnsafePointer<Double>, rows: Int, columns: Int, transposed: Bool = false,
    _ vector: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    oneThread()
    cblas_dgemv(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1, matrix, Int32(columns),
      vector, 1, 0, result, 1)
  }
}
