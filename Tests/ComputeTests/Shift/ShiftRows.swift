import Compute

/// Rows by a formula that another program can follow: two heaps, features of very different units, two of them related.
enum ShiftRows {
  static func number(_ row: Int, _ column: Int) -> Double {
    let square: Int = (31 + 13 * column) * row * row
    let mixed: Int = 7919 * row + 104729 * column + 17 * row * column
    return Double((square + mixed) % 1009) / 1009
  }

  static func rows(_ range: Range<Int>, moved shift: Double = 0) -> Matrix {
    Matrix(
      range.map { row in
        let (a, b, c, d) = (number(row, 0), number(row, 1), number(row, 2), number(row, 3))
        let heap = row % 3 == 0 ? 1.5 : 0
        return [a + heap + shift, 100 * (0.8 * a + 0.6 * b) + 7, 0.01 * (c - heap), d + 0.3 * a * a]
      })
  }

  static let reference = rows(0..<300)
  static let moved = rows(300..<500, moved: 0.5)

  /// Every score there is here.
  static func scores(of reference: Matrix) throws -> [any UnfamiliarityScore] {
    [
      try MahalanobisScore(reference), try NearestNeighbourScore(reference),
      try GaussianMixture(reference, components: 2, random: RandomSource(seed: 3)),
    ]
  }
}
