import Compute
import Foundation

/// Units of a layer that prefer the same rows.
///
/// Units are joined by the mean size of their correlations (average linkage) until no two groups are more alike than ½, or
/// few are left. Units that never vary are left out and counted.
package struct UnitGroups: Sendable, Hashable, Codable {
  /// Some units, and what excites them.
  package struct Group: Sendable, Hashable, Codable {
    package var units: [Int]
    /// The row that excites them most, signs aligned with the group's first unit.
    package var row: Int
    /// The named numbers that they follow most, with the correlation.
    package var follows: [String]
    package var correlations: [Double]
  }

  package let groups: [Group]
  /// Units that say the same of every row.
  package let still: Int

  /// - Parameters:
  ///   - units: [rows × units].
  ///   - features: [rows × names]: what people have names for.
  ///   - names: of its columns.
  ///   - most: groups at most.
  package init(_ units: Matrix, features: Matrix, names: [String], most: Int = 6) {
    let all = (0..<units.columns).map { Self.standardised(units.column($0)) }
    let moving = all.indices.filter { all[$0] != nil }
    let columns = moving.compactMap { all[$0] }
    still = units.columns - moving.count
    let count = max(1, units.rows)
    func correlation(_ a: [Double], _ b: [Double]) -> Double { AnswerInfluence.product(a, b) / Double(count) }
    let alike = columns.map { a in columns.map { abs(correlation(a, $0)) } }
    var groups = columns.indices.map { [$0] }
    func likeness(_ a: [Int], _ b: [Int]) -> Double {
      var sum = 0.0
      for i in a { for j in b { sum += alike[i][j] } }
      return sum / Double(a.count * b.count)
    }
    while groups.count > 1 {
      var best = (value: -1.0, first: 0, second: 1)
      for first in groups.indices {
        for second in first + 1..<max(first + 1, groups.count) {
          let value = likeness(groups[first], groups[second])
          if value > best.value { best = (value, first, second) }
        }
      }
      guard groups.count > most || best.value > 0.5 else { break }
      groups[best.first] += groups[best.second]
      groups.remove(at: best.second)
    }
    let named = (0..<features.columns).map { Self.standardised(features.column($0)) }
    self.groups = groups.sorted { ($0.count, $1[0]) > ($1.count, $0[0]) }.map { group in
      var mean = [Double](repeating: 0, count: units.rows)
      for unit in group {
        let sign: Double = correlation(columns[unit], columns[group[0]]) < 0 ? -1 : 1
        for row in mean.indices { mean[row] += sign * columns[unit][row] / Double(group.count) }
      }
      let pattern = Self.standardised(mean) ?? mean
      let follows = named.indices.compactMap { column in
        named[column].map { (names[column], correlation(pattern, $0)) }
      }.sorted { abs($0.1) > abs($1.1) }.prefix(2)
      return Group(
        units: group.map { moving[$0] }.sorted(), row: mean.indices.max { mean[$0] < mean[$1] } ?? 0,
        follows: follows.map(\.0), correlations: follows.map(\.1))
    }
  }

  /// Mean 0 and a mean square of 1; nil where nothing varies.
  private static func standardised(_ values: [Double]) -> [Double]? {
    guard values.count > 1 else { return nil }
    let mean = Statistics.mean(values)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    guard square > 1e-12 * (1 + mean * mean) else { return nil }
    return values.map { ($0 - mean) / square.squareRoot() }
  }
}

/// How alike two networks see the same rows: 1 where one's units are the other's turned and stretched alike, near 0 where they
/// have nothing in common.
///
/// Linear centred kernel alignment: ‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖) of centred columns, in Frobenius norms. Source: Kornblith,
/// Norouzi, Lee, Hinton, ICML 2019.
package enum FeatureSimilarity {
  /// - Parameters:
  ///   - first: [rows × units].
  ///   - second: [rows × units], the same rows.
  /// - Returns: NaN where one of them does not vary.
  package static func linear(_ first: Matrix, _ second: Matrix) -> Double {
    precondition(first.rows == second.rows, "the same rows")
    func centred(_ matrix: Matrix) -> Matrix {
      var result = matrix
      for column in 0..<matrix.columns {
        let mean = Statistics.mean(matrix.column(column))
        for row in 0..<matrix.rows { result[row, column] -= mean }
      }
      return result
    }
    func square(_ matrix: Matrix) -> Double { matrix.elements.reduce(0) { $0 + $1 * $1 } }
    let (x, y) = (centred(first), centred(second))
    let own = square(LinearAlgebra.gram(x)).squareRoot() * square(LinearAlgebra.gram(y)).squareRoot()
    return own > 0 ? square(y.transposed * x) / own : .nan
  }
}
