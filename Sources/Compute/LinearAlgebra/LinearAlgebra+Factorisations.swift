import COpenBLAS

extension LinearAlgebra {
  /// x of least Euclidean norm among those that minimise ‖a · x − b‖, and the rank of a: singular values below
  /// `tolerance` times the largest count as zero.
  public static func leastSquares(_ a: Matrix, _ b: [Double], tolerance: Double = 1e-12) throws -> (
    solution: [Double], rank: Int
  ) {
    precondition(b.count == a.rows, "the right-hand side has one value per row")
    try requireFinite(a)
    try requireFinite(b)
    guard a.rows > 0, a.columns > 0 else { return ([Double](repeating: 0, count: a.columns), 0) }
    oneThread()
    var matrix = a.transposed.elements
    var right = b + [Double](repeating: 0, count: max(0, a.columns - a.rows))
    var rows = Int32(a.rows)
    var columns = Int32(a.columns)
    var one: Int32 = 1
    var height = Int32(right.count)
    var values = [Double](repeating: 0, count: min(a.rows, a.columns))
    var tolerance = tolerance
    var rank: Int32 = 0
    var info: Int32 = 0
    try withWorkspace("dgelsd") { work, length, integers in
      dgelsd_(
        &rows, &columns, &one, &matrix, &rows, &right, &height, &values, &tolerance, &rank, &work, &length,
        &integers, &info)
      return info
    }
    return (Array(right.prefix(a.columns)), Int(rank))
  }

  /// Eigenvalues of a symmetric matrix, ascending, and its orthonormal eigenvectors, one per row of `vectors`. The
  /// lower triangle is read.
  public static func eigenSymmetric(_ a: Matrix) throws -> (values: [Double], vectors: Matrix) {
    let (values, elements) = try symmetric(a, vectors: true)
    // Column-major columns are row-major rows.
    return (values, Matrix(rows: a.rows, columns: a.rows, elements: elements))
  }

  /// Eigenvalues of a symmetric matrix, ascending. The lower triangle is read.
  public static func eigenvaluesSymmetric(_ a: Matrix) throws -> [Double] { try symmetric(a, vectors: false).values }

  private static func symmetric(_ a: Matrix, vectors: Bool) throws -> (values: [Double], elements: [Double]) {
    precondition(a.isSquare, "only a square matrix has eigenvalues")
    try requireFinite(a)
    guard a.rows > 0 else { return ([], []) }
    oneThread()
    var elements = a.elements
    var size = Int32(a.rows)
    var values = [Double](repeating: 0, count: a.rows)
    var integerLength = Int32(5 * a.rows + 3)
    var info: Int32 = 0
    try withWorkspace("dsyevd", integers: Int(integerLength)) { work, length, integers in
      dsyevd_(
        vectors ? "V" : "N", "U", &size, &elements, &size, &values, &work, &length, &integers, &integerLength, &info)
      return info
    }
    return (values, elements)
  }

  /// The thin singular value decomposition a = u · diag(values) · vT, values descending.
  public static func svd(_ a: Matrix) throws -> (u: Matrix, values: [Double], vT: Matrix) {
    try requireFinite(a)
    let least = min(a.rows, a.columns)
    guard least > 0 else {
      return (Matrix(rows: a.rows, columns: 0), [], Matrix(rows: 0, columns: a.columns))
    }
    oneThread()
    // LAPACK sees aᵀ = v · diag · uᵀ; its column-major v and uᵀ are our row-major vᵀ and u.
    var matrix = a.elements
    var rows = Int32(a.columns)
    var columns = Int32(a.rows)
    var values = [Double](repeating: 0, count: least)
    var left = [Double](repeating: 0, count: a.columns * least)
    var right = [Double](repeating: 0, count: least * a.rows)
    var height = Int32(least)
    var info: Int32 = 0
    try withWorkspace("dgesdd", integers: 8 * least) { work, length, integers in
      dgesdd_(
        "S", &rows, &columns, &matrix, &rows, &values, &left, &rows, &right, &height, &work, &length, &integers, &info)
      return info
    }
    return (
      Matrix(rows: a.rows, columns: least, elements: right), values,
      Matrix(rows: least, columns: a.columns, elements: left)
    )
  }

  /// Calls a routine twice: to ask how much workspace it needs, and to compute. With no `integers` given, the first
  /// call answers that too. Throws if the routine's iteration did not converge.
  private static func withWorkspace(
    _ routine: String, integers: Int? = nil,
    _ call: (_ work: inout [Double], _ length: inout Int32, _ integers: inout [Int32]) -> Int32
  ) throws {
    var work = [0.0]
    var length: Int32 = -1
    var integerWork = [Int32](repeating: 0, count: max(1, integers ?? 1))
    checkArguments(call(&work, &length, &integerWork), routine)
    length = Int32(work[0])
    work = [Double](repeating: 0, count: max(1, Int(length)))
    if integers == nil { integerWork = [Int32](repeating: 0, count: max(1, Int(integerWork[0]))) }
    let info = call(&work, &length, &integerWork)
    checkArguments(info, routine)
    if info > 0 { throw InputError("\(routine) did not converge on this matrix", remedy: "scale it, or perturb it") }
  }
}
