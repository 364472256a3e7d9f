import Compute
import Testing

@Suite("Vectors")
struct VectorsTests {
  @Test("both orders of summing agree on whole numbers, at lengths around the eight that are taken at once")
  func dot() {
    for count in [0, 1, 7, 8, 9, 16, 23] {
      let a = (0..<count).map { Double($0 + 1) }
      let b = (0..<count).map { Double(2 * $0 - 5) }
      // Σ (i + 1)(2 i − 5) = n (n − 1)(2 n − 1) / 3 − 3 n (n − 1) / 2 − 5 n
      let n = Double(count)
      let sum = n * (n - 1) * (2 * n - 1) / 3 - 3 * n * (n - 1) / 2 - 5 * n
      #expect(abs(Vectors.dot(a, b) - sum) < 1e-9 && Vectors.wideDot(a, b) == Vectors.dot(a, b))
    }
  }

  @Test("the largest magnitude is found wherever it stands, whatever its sign")
  func largest() {
    for place in 0..<20 {
      for sign in [-1.0, 1] {
        var a = (0..<20).map { Double($0 % 3) }
        a[place] = 7 * sign
        #expect(Vectors.largest(a) == 7)
      }
    }
    #expect(Vectors.largest([]) == 0)
  }

  @Test("x · a + y · b, and what is left beside an orthonormal basis")
  func combinations() {
    #expect(Vectors.combine(2, [1, 2, 3], -1, [0, 1, 10]) == [2, 3, -4])
    #expect(Vectors.sum([1, 2], 3, [10, 20]) == [31, 62] && Vectors.difference([1, 2], [3, 5]) == [-2, -3])
    let basis = Matrix(rows: 1, columns: 3, elements: [0, 1, 0])
    #expect(Vectors.rejecting([3, 4, 5], basis) == [3, 0, 5])
    #expect(Vectors.normalised([2, -4]) == [0.5, -1] && Vectors.normalised([0, 0]) == [0, 0])
  }
}
