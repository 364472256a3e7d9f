import COpenBLAS

/// Solves and factorisations of dense matrices, by LAPACK.
///
/// Functions throw ``InputError`` for what the data can cause (a singular matrix, a value that is not finite); wrong
/// shapes are preconditions. Everything runs on the calling thread: parallel work is ``ThreadPool``'s.
public enum LinearAlgebra {
  /// Keeps OpenBLAS from starting threads of its own, which fight with everything else on a busy machine.
  private static let threads: Void = openblas_set_num_threads(1)

  static func oneThread() { _ = threads }

  static func requireFinite(_ matrix: Matrix, _ name: String = "matrix") throws {
    if let index = matrix.elements.firstIndex(where: { !$0.isFinite }) {
      throw InputError(
        "element (\(index / matrix.columns), \(index % matrix.columns)) of the \(name) is \(matrix.elements[index])",
        remedy: "all elements must be finite")
    }
  }

  static func requireFinite(_ vector: [Double], _ name: String = "right-hand side") throws {
    if let index = vector.firstIndex(where: { !$0.isFinite }) {
      throw InputError("element \(index) of the \(name) is \(vector[index])", remedy: "all elements must be finite")
    }
  }

  /// What LAPACK's negative `info` means: an argument that this library passed wrongly, never the user's doing.
  static func checkArguments(_ info: Int32, _ routine: String) {
    precondition(info >= 0, "\(routine) rejects argument \(-info)")
  }
}
