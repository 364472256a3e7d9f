import Compute

/// A linear subspace, by orthonormal rows.
struct Subspace: Sendable {
  let size: Int
  private(set) var basis: [[Double]]

  var dimension: Int { basis.count }

  /// What counts as zero, for rows of length about 1.
  private static let tolerance = 1e-9

  /// All vectors on which every row vanishes.
  static func null(of rows: [[Double]], size: Int) throws -> Subspace {
    let kept = rows.compactMap { row -> [Double]? in
      let norm = Vectors.norm(row)
      return norm > 0 ? row.map { $0 / norm } : nil
    }
    guard size > 0 else { return Subspace(size: 0, basis: []) }
    guard !kept.isEmpty else {
      return Subspace(size: size, basis: (0..<size).map { i in (0..<size).map { $0 == i ? 1 : 0 } })
    }
    // The thin decomposition shows the whole null space only of a matrix that is at least as high as wide.
    let padding = [[Double]](repeating: [Double](repeating: 0, count: size), count: max(0, size - kept.count))
    let (_, values, vT) = try LinearAlgebra.svd(Matrix(kept + padding))
    let rank = values.count { $0 > tolerance * max(1, values[0]) }
    return Subspace(size: size, basis: (rank..<size).map { Array(vT.row($0)) })
  }

  static func span(_ vectors: [[Double]], size: Int) throws -> Subspace {
    let kept = vectors.compactMap { vector -> [Double]? in
      let norm = Vectors.norm(vector)
      return norm > 1e-12 ? vector.map { $0 / norm } : nil
    }
    guard !kept.isEmpty else { return Subspace(size: size, basis: []) }
    let (_, values, vT) = try LinearAlgebra.svd(Matrix(kept))
    let rank = values.count { $0 > tolerance * max(1, values[0]) }
    return Subspace(size: size, basis: (0..<rank).map { Array(vT.row($0)) })
  }

  /// How many dimensions of this subspace remain if these rows must vanish as well.
  func dimension(with rows: [[Double]]) throws -> Int {
    guard dimension > 0, !rows.isEmpty else { return dimension }
    return dimension - (try rank(of: rows))
  }

  private func rank(of rows: [[Double]]) throws -> Int {
    let kept = rows.filter { Vectors.norm($0) > 0 }
    guard !kept.isEmpty else { return 0 }
    let scaled = kept.map { row in
      let norm = Vectors.norm(row)
      return row.map { $0 / norm }
    }
    let product = Matrix(scaled) * Matrix(basis).transposed
    let values = try LinearAlgebra.svd(product).values
    return values.count { $0 > Self.tolerance * max(1, values.first ?? 0) }
  }

  /// The part of a vector that lies in the subspace.
  func projection(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: size)
    for row in basis {
      let share = Vectors.dot(row, vector)
      for index in result.indices { result[index] += share * row[index] }
    }
    return result
  }

  /// Adds what is new in these vectors; returns by how many dimensions the subspace grew.
  mutating func add(_ vectors: [[Double]]) throws -> Int {
    var rests: [[Double]] = []
    for vector in vectors {
      let norm = Vectors.norm(vector)
      guard norm > 1e-12 else { continue }
      let unit = vector.map { $0 / norm }
      let rest = zip(unit, projection(unit)).map { $0 - $1 }
      // Of what is left to rounding, nothing is new.
      if Vectors.norm(rest) > Self.tolerance { rests.append(rest) }
    }
    let new = try Subspace.span(rests, size: size)
    basis += new.basis
    return new.dimension
  }
}
