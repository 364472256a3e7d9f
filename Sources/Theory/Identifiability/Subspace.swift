import Compute

/// A linear subspace, by orthonormal rows.
struct Subspace: Sendable {
  let size: Int
  private(set) var basis: [[Double]]

  var dimension: Int { basis.count }

  /// By how many roundings the entries of rows may be off that are judged here, for rows of length about 1.
  let noise: Double

  private init(size: Int, basis: [[Double]], noise: Double) {
    (self.size, self.basis, self.noise) = (size, basis, noise)
  }

  /// What counts as zero among rows of length about 1: what rounding makes of so many entries.
  private static func tolerance(_ rows: Int, _ columns: Int, _ noise: Double) -> Double {
    8 * Double.ulpOfOne * Double(max(rows, columns)) * noise
  }

  private var tolerance: Double { Self.tolerance(1, size, noise) }

  /// All vectors on which every row vanishes.
  ///
  /// - Parameter noise: by how many roundings each entry may be off. A row that is nothing but rounding must have been
  ///   set to 0 where it was made, from the size of its terms: here it would be scaled up and taken for a constraint.
  static func null(of rows: [[Double]], size: Int, noise: Double = 1) throws -> Subspace {
    let kept = rows.compactMap { row -> [Double]? in
      let norm = Vectors.norm(row)
      return norm > 0 ? row.map { $0 / norm } : nil
    }
    guard size > 0 else { return Subspace(size: 0, basis: [], noise: noise) }
    guard !kept.isEmpty else {
      return Subspace(size: size, basis: (0..<size).map { i in (0..<size).map { $0 == i ? 1 : 0 } }, noise: noise)
    }
    // The thin decomposition shows the whole null space only of a matrix that is at least as high as wide.
    let padding = [[Double]](repeating: [Double](repeating: 0, count: size), count: max(0, size - kept.count))
    let (_, values, vT) = try LinearAlgebra.svd(Matrix(kept + padding))
    let least = tolerance(kept.count, size, noise) * max(1, values[0])
    let rank = values.count { $0 > least }
    return Subspace(size: size, basis: (rank..<size).map { Array(vT.row($0)) }, noise: noise)
  }

  /// All combinations of these vectors; each counts by its direction alone.
  static func span(_ vectors: [[Double]], size: Int, noise: Double = 1) throws -> Subspace {
    let kept = vectors.compactMap { vector -> [Double]? in
      let norm = Vectors.norm(vector)
      return norm > 0 ? vector.map { $0 / norm } : nil
    }
    guard !kept.isEmpty else { return Subspace(size: size, basis: [], noise: noise) }
    let (_, values, vT) = try LinearAlgebra.svd(Matrix(kept))
    let least = tolerance(kept.count, size, noise) * max(1, values[0])
    let rank = values.count { $0 > least }
    return Subspace(size: size, basis: (0..<rank).map { Array(vT.row($0)) }, noise: noise)
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
    let least = Self.tolerance(kept.count, size, noise) * max(1, values.first ?? 0)
    return values.count { $0 > least }
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
      guard norm > 0 else { continue }
      let unit = vector.map { $0 / norm }
      let rest = zip(unit, projection(unit)).map { $0 - $1 }
      // Of what is left to rounding, nothing is new.
      if Vectors.norm(rest) > 8 * tolerance { rests.append(rest) }
    }
    let new = try Subspace.span(rests, size: size, noise: noise)
    basis += new.basis
    return new.dimension
  }
}
