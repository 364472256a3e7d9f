import Compute
import Foundation

/// The shares w ≥ 0 with the sum 1 of the largest c·w − weight · ‖Σ wⱼ aⱼ − b‖.
///
/// A second-order cone program of few variables, by an interior-point method: the norm becomes a variable s with the
/// barrier −log(s² − ‖z‖²), so that an optimum at which the norm is 0, where it has no gradient, is found as well as any
/// other (Boyd and Vandenberghe, "Convex optimization", sections 11.3 and 11.6). Newton steps are scaled by where they
/// start from, which keeps their linear systems in order near the border.
struct ConeMixture {
  private let weight: Double
  private let offset: [Double]
  private var objective: [Double] = []
  private var columns: [[Double]] = []
  /// aᵢ·aⱼ.
  private var products: [[Double]] = []

  init(weight: Double, offset: [Double]) { (self.weight, self.offset) = (weight, offset) }

  /// About how large the objective is.
  var scale: Double {
    let size = columns.reduce(Vectors.norm(offset)) { max($0, min(Vectors.norm($1), 1e3)) }
    let most = max(Vectors.largest(objective), weight * size)
    return most > 0 ? most : 1
  }

  mutating func add(objective value: Double, column: [Double]) {
    let row = columns.map { Vectors.dot($0, column) }
    for index in products.indices { products[index].append(row[index]) }
    products.append(row + [Vectors.dot(column, column)])
    objective.append(value)
    columns.append(column)
  }

  mutating func keep(_ kept: [Int]) {
    objective = kept.map { objective[$0] }
    columns = kept.map { columns[$0] }
    products = kept.map { row in kept.map { products[row][$0] } }
  }

  /// The shares, and u with ‖u‖ ≤ 1 in the direction of the norm there.
  func solve() -> (shares: [Double], direction: [Double]) {
    let scale = scale
    // A constant taken off all of the objective changes nothing, and keeps digits.
    let top = objective.max() ?? 0
    let state = State(
      objective: objective.map { ($0 - top) / scale }, weight: weight / scale, columns: columns, products: products,
      offset: offset)
    var point = state.start()
    // The barrier's parameter is one for each share and two for the cone: the objective is within this ÷ t.
    let parameter = Double(objective.count) + 2
    var t = 1.0
    while true {
      for _ in 0..<200 {
        guard state.step(&point, t) else { break }
      }
      if parameter / t < 1e-11 { break }
      t *= 4
    }
    let total = point.shares.reduce(0, +)
    let length = max(point.s, Vectors.norm(point.z))
    return (point.shares.map { $0 / total }, point.z.map { $0 / length })
  }
}

extension ConeMixture {
  fileprivate struct Point {
    var shares: [Double]
    var s: Double
    /// Σ wⱼ aⱼ − b.
    var z: [Double]
  }

  fileprivate struct State {
    var objective: [Double]
    var weight: Double
    var columns: [[Double]]
    var products: [[Double]]
    var offset: [Double]

    func start() -> Point {
      let shares = [Double](repeating: 1 / Double(objective.count), count: objective.count)
      let z = residual(shares)
      return Point(shares: shares, s: 1 + 2 * Vectors.norm(z), z: z)
    }

    private func residual(_ shares: [Double]) -> [Double] {
      var z = offset.map { -$0 }
      for (share, column) in zip(shares, columns) {
        for index in z.indices { z[index] += share * column[index] }
      }
      return z
    }

    /// t · (weight · s − objective · w) and the barriers; infinite outside.
    private func merit(_ point: Point, _ t: Double) -> Double {
      let length = Vectors.norm(point.z)
      let inside = (point.s - length) * (point.s + length)
      guard point.s > 0, inside > 0, point.shares.allSatisfy({ $0 > 0 }) else { return .infinity }
      return t * (weight * point.s - Vectors.dot(objective, point.shares)) - log(inside)
        - point.shares.reduce(0) { $0 + log($1) }
    }

    /// One Newton step; false once there is nothing left to gain.
    func step(_ point: inout Point, _ t: Double) -> Bool {
      let (w, s) = (point.shares, point.s)
      let count = w.count
      let length = Vectors.norm(point.z)
      let inside = (s - length) * (s + length)
      let pull = columns.indices.map { w[$0] * Vectors.dot(columns[$0], point.z) }
      var gradient = [Double](repeating: 0, count: count + 1)
      for index in 0..<count { gradient[index] = -t * objective[index] * w[index] + 2 * pull[index] / inside - 1 }
      gradient[count] = s * (t * weight - 2 * s / inside)
      var system = Matrix(rows: count + 2, columns: count + 2)
      for row in 0..<count {
        let factor = 4 * pull[row] / (inside * inside)
        for column in 0..<count {
          system[row, column] = factor * pull[column] + 2 * w[row] * w[column] * products[row][column] / inside
        }
        system[row, row] += 1
        system[row, count] = -factor * s * s
        system[count, row] = -factor * s * s
        system[row, count + 1] = w[row]
        system[count + 1, row] = w[row]
      }
      system[count, count] = s * s * (4 * s * s / (inside * inside) - 2 / inside)
      let right = gradient.map { -$0 } + [1 - w.reduce(0, +)]
      guard let solution = Self.solve(system, right) else { return false }
      let change = Array(solution.prefix(count + 1))
      let decrement = -Vectors.dot(gradient, change)
      guard decrement > 1e-16 else { return false }
      let now = merit(point, t)
      // So near the centre a whole step lands within and nearer, and rounding of the merit would only hide it.
      let isNear = decrement < 0.01
      // Not past the border.
      var reach = 1.0
      for value in change where value < 0 { reach = min(reach, -0.98 / value) }
      while reach > 1e-12 {
        let shares = zip(w, change).map { $0 * (1 + reach * $1) }
        let next = Point(shares: shares, s: s * (1 + reach * change[count]), z: residual(shares))
        let value = merit(next, t)
        if isNear ? value.isFinite : value <= now - 0.1 * reach * decrement {
          point = next
          return true
        }
        reach /= 2
      }
      return false
    }

    /// The solution of a symmetric system whose rows are of very different size near the border: scaled on both sides
    /// until the largest entry of each row is about 1 (Ruiz 2001). Nil once it is singular to rounding all the same; then
    /// the search is as near as it gets.
    private static func solve(_ system: Matrix, _ right: [Double]) -> [Double]? {
      var system = system
      let size = right.count
      var scales = [Double](repeating: 1, count: size)
      var factors = scales
      system.elements.withUnsafeMutableBufferPointer { elements in
        for _ in 0..<6 {
          for row in 0..<size {
            var most = 0.0
            for value in elements[(row * size)..<((row + 1) * size)] { most = max(most, abs(value)) }
            factors[row] = most > 0 ? 1 / most.squareRoot() : 1
          }
          for row in 0..<size {
            let factor = factors[row]
            scales[row] *= factor
            for column in 0..<size { elements[row * size + column] *= factor * factors[column] }
          }
        }
      }
      guard let solution = try? LinearAlgebra.solve(system, zip(right, scales).map { $0 * $1 }) else { return nil }
      return zip(solution, scales).map { $0 * $1 }
    }
  }
}
