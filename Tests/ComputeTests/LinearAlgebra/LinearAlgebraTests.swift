import Compute
import Foundation
import Testing

@Suite("Linear algebra")
struct LinearAlgebraTests {
  static func random(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
    var stream = RandomSource(seed: seed).stream("matrix", rows * 1000 + columns)
    return Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in stream.normal() })
  }

  func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-10) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test("worked examples, not symmetric so that a transposition would show")
  func examples() throws {
    let a = Matrix([[2, 1], [4, 3]])
    #expect(close(try LinearAlgebra.solve(a, [3, 5]), [2, -1]))
    #expect(close(try LinearAlgebra.inverse(a).elements, [1.5, -0.5, -2, 1]))
    let determinant = try LinearAlgebra.logDeterminant(Matrix([[0, 1], [3, 5]]))
    #expect(abs(determinant.logarithm - log(3)) < 1e-12 && determinant.sign == -1)
    let none = try LinearAlgebra.logDeterminant(Matrix([[1, 2], [2, 4]]))
    #expect(none.logarithm == -.infinity && none.sign == 0)
    #expect(close(try LinearAlgebra.cholesky(Matrix([[4, 2], [2, 5]])).elements, [2, 0, 1, 2]))
    #expect(close(try LinearAlgebra.choleskySolve(Matrix([[4, 2], [2, 5]]), [8, 12]), [1, 2]))
    #expect(close(try LinearAlgebra.eigenvaluesSymmetric(Matrix([[2, 1], [1, 2]])), [1, 3]))
    #expect(close(try LinearAlgebra.svd(Matrix([[3, 0], [4, 5]])).values, [45.squareRoot(), 5.squareRoot()]))
    // The line through (0, 1), (1, 3), (2, 5), (3, 7.4) that is nearest in squares.
    let fit = try LinearAlgebra.leastSquares(Matrix([[1, 0], [1, 1], [1, 2], [1, 3]]), [1, 3, 5, 7.4])
    #expect(close(fit.solution, [0.92, 2.12]) && fit.rank == 2)
  }

  @Test("solutions leave no residual", arguments: [1, 2, 3, 7, 20, 65])
  func residuals(size: Int) throws {
    let a = Self.random(size, size)
    let b = Self.random(size, 3, seed: 2)
    #expect((a * (try LinearAlgebra.solve(a, b)) - b).largestMagnitude < 1e-9)
    #expect((a * (try LinearAlgebra.inverse(a)) - .identity(size)).largestMagnitude < 1e-9)

    let positive = a * a.transposed + 0.1 * Matrix.identity(size)
    let factor = try LinearAlgebra.cholesky(positive)
    #expect((factor * factor.transposed - positive).largestMagnitude < 1e-10)
    #expect(close(positive * (try LinearAlgebra.choleskySolve(positive, b.column(0))), b.column(0), 1e-9))
    let diagonal = (0..<size).reduce(0.0) { $0 + 2 * log(factor[$1, $1]) }
    let determinant = try LinearAlgebra.logDeterminant(positive)
    #expect(abs(determinant.logarithm - diagonal) < 1e-8 && determinant.sign == 1)

    let (values, vectors) = try LinearAlgebra.eigenSymmetric(positive)
    #expect((vectors * vectors.transposed - .identity(size)).largestMagnitude < 1e-12)
    #expect((vectors.transposed * .diagonal(values) * vectors - positive).largestMagnitude < 1e-10)
    #expect(values == values.sorted())
    #expect(close(values, try LinearAlgebra.eigenvaluesSymmetric(positive)))
  }

  @Test("singular values rebuild the matrix", arguments: [(1, 1), (4, 4), (7, 3), (3, 7), (40, 9)])
  func singularValues(rows: Int, columns: Int) throws {
    let a = Self.random(rows, columns)
    let (u, values, vT) = try LinearAlgebra.svd(a)
    #expect((u * .diagonal(values) * vT - a).largestMagnitude < 1e-12)
    #expect((u.transposed * u - .identity(values.count)).largestMagnitude < 1e-12)
    #expect((vT * vT.transposed - .identity(values.count)).largestMagnitude < 1e-12)
    #expect(values == values.sorted(by: >) && values.allSatisfy { $0 >= 0 })
  }

  @Test("least squares: the residual is orthogonal to the columns; of many solutions the shortest")
  func leastSquares() throws {
    let a = Self.random(30, 4)
    let b = Self.random(30, 1, seed: 3).elements
    let (x, rank) = try LinearAlgebra.leastSquares(a, b)
    let residual = zip(a * x, b).map { $0 - $1 }
    #expect(rank == 4 && (a.transposed * residual).allSatisfy { abs($0) < 1e-12 })
    // x + y = 2 alone: the shortest solution is (1, 1). With a repeated column the same.
    #expect(close(try LinearAlgebra.leastSquares(Matrix([[1, 1]]), [2]).solution, [1, 1]))
    let repeated = try LinearAlgebra.leastSquares(Matrix([[1, 1], [2, 2], [3, 3]]), [2, 4, 6])
    #expect(close(repeated.solution, [1, 1]) && repeated.rank == 1)
  }

  @Test("singular, indefinite and non-finite matrices are refused in plain words")
  func refusals() {
    let singular = Matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let error = #expect(throws: InputError.self) { try LinearAlgebra.solve(singular, [1, 2, 3]) }
    #expect(error?.problem.contains("singular to working precision") == true)
    #expect(throws: InputError.self) { try LinearAlgebra.inverse(Matrix(rows: 2, columns: 2)) }
    let indefinite = #expect(throws: InputError.self) {
      try LinearAlgebra.choleskySolve(Matrix([[1, 2], [2, 1]]), [1, 1])
    }
    #expect(indefinite?.problem.contains("not positive definite") == true)
    let bad = #expect(throws: InputError.self) { try LinearAlgebra.svd(Matrix([[1, 2], [.nan, 3]])) }
    #expect(bad?.problem == "element (1, 0) of the matrix is nan")
    #expect(throws: InputError.self) { try LinearAlgebra.solve(Matrix.identity(2), [.infinity, 0]) }
  }

  @Test("empty systems have empty answers")
  func empty() throws {
    let none = Matrix(rows: 0, columns: 0)
    #expect(try LinearAlgebra.solve(none, [Double]()).isEmpty)
    #expect(try LinearAlgebra.choleskySolve(none, []).isEmpty)
    #expect(try LinearAlgebra.cholesky(none) == none)
    #expect(try LinearAlgebra.eigenvaluesSymmetric(none).isEmpty)
    #expect(try LinearAlgebra.svd(Matrix(rows: 0, columns: 3)).values.isEmpty)
    #expect(try LinearAlgebra.leastSquares(Matrix(rows: 0, columns: 2), []).solution == [0, 0])
  }

  @Test("products, sums and transposes by hand; a matrix survives JSON")
  func matrices() throws {
    let a = Matrix([[1, 2, 3], [4, 5, 6]])
    #expect(a.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
    #expect(a * a.transposed == Matrix([[14, 32], [32, 77]]))
    #expect(a * [1, 0, -1] == [-2, -2])
    #expect(a + a == 2 * a && (a - a).largestMagnitude == 0)
    #expect(a.row(1) == [4, 5, 6] && a.column(2) == [3, 6])
    #expect(try JSONDecoder().decode(Matrix.self, from: JSONEncoder().encode(a)) == a)
    let wrong = Data(#"{"rows":2,"columns":2,"elements":[1]}"#.utf8)
    #expect(throws: InputError.self) { try JSONDecoder().decode(Matrix.self, from: wrong) }
  }
}
