import Compute

/// Columns shifted to mean 0 and scaled to deviation 1; a column that does not vary keeps its unit.
package struct Standardization: Sendable, Codable, Hashable {
  package var means: [Float]
  /// Population standard deviations, 1 where there is none.
  package var deviations: [Float]

  /// Leaves `size` columns as they are.
  package init(size: Int) {
    means = [Float](repeating: 0, count: size)
    deviations = [Float](repeating: 1, count: size)
  }

  package var size: Int { means.count }

  /// What a snapshot may hold: finite numbers, and deviations that can be divided by.
  var isUsable: Bool {
    means.count == deviations.count && means.allSatisfy(\.isFinite) && deviations.allSatisfy { $0 > 0 && $0.isFinite }
  }

  /// Of one column, from its values.
  mutating func fit(_ column: Int, _ count: Int, _ value: (Int) -> Float) {
    guard count > 0 else { return }
    var sum = 0.0
    for row in 0..<count { sum += Double(value(row)) }
    let mean = sum / Double(count)
    var squares = 0.0
    for row in 0..<count {
      let offset = Double(value(row)) - mean
      squares += offset * offset
    }
    let deviation = Float((squares / Double(count)).squareRoot())
    means[column] = Float(mean)
    // Rounding of equal values is no spread.
    deviations[column] = deviation > 1e-6 * max(1e-3, abs(means[column])) ? deviation : 1
  }
}
