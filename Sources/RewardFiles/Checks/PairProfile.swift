import Compute
import Findings
import Foundation

/// The profile likelihood of one weight of a ``PairLogit``: the others are fitted again wherever the one is held.
///
/// Unlike Wald's, its interval does not shrink towards nothing where a weight is large, and follows the likelihood's
/// skew; with tens of thousands of pairs the two agree.
struct PairProfile {
  private let held: [Double]
  private let others: [[Double]]
  private let best: Double
  private let top: Double
  private let start: [Double]
  private let error: Double

  init(_ columns: [[Double]], _ fit: PairLogit, index: Int) {
    held = columns[index]
    others = columns.indices.filter { $0 != index }.map { columns[$0] }
    start = fit.weights.indices.filter { $0 != index }.map { fit.weights[$0] }
    best = fit.weights[index]
    error = fit.errors[index]
    top = Self.maximum(held: columns[index], at: fit.weights[index], others: others, start: start)
  }

  /// √(2·(greatest − profile)), positive where `weight` is below the estimate: nearly normal and nearly linear.
  func root(_ weight: Double) -> Double {
    let fall = max(0, top - Self.maximum(held: held, at: weight, others: others, start: start))
    return (weight < best ? 1 : -1) * (2 * fall).squareRoot()
  }

  /// The 95 % likelihood interval.
  var interval: Interval {
    func edge(_ wanted: Double) -> Double {
      // Secant steps from Wald's end, as exact as the likelihood is known. Where it never falls so far, the edge is a
      // hundred standard errors away.
      var (a, ra) = (best, 0.0)
      var b = best - wanted * error
      for _ in 0..<60 {
        let rb = root(b)
        guard abs(rb - wanted) > 1e-8, abs(rb - ra) > 1e-12 else { break }
        let next = b + (wanted - rb) * (b - a) / (rb - ra)
        (a, ra, b) = (b, rb, min(best + 100 * error, max(best - 100 * error, next)))
      }
      return b
    }
    return Interval(lower: edge(Statistics.normalReach95), upper: edge(-Statistics.normalReach95), level: 0.95)
  }

  /// A weight that should be within ± `limit`: likelihood-ratio test against the nearer limit.
  func test(_ name: String, count: Int, within limit: Double, unit: String) -> EffectTest? {
    guard best.isFinite, error.isFinite, error > 0 else { return nil }
    let interval = interval
    let p = abs(best) <= limit ? 1 : SpecialFunctions.normalDistribution(-abs(root(best > 0 ? limit : -limit)))
    return EffectTest(
      name, best, interval: interval, count: count, pValue: p,
      isHarmless: interval.lower >= -limit && interval.upper <= limit, margin: "within ±\(Numbers.plain(limit))",
      unit: unit)
  }

  /// The greatest Σ ln σ(w·held + v·others) over v, by Newton's method with halved steps.
  private static func maximum(held: [Double], at weight: Double, others: [[Double]], start: [Double]) -> Double {
    let width = others.count
    var weights = start
    func logits(_ weights: [Double]) -> [Double] {
      var result = held.map { weight * $0 }
      for c in 0..<width { for i in result.indices { result[i] += weights[c] * others[c][i] } }
      return result
    }
    func likelihood(_ logits: [Double]) -> Double { -logits.reduce(0) { $0 + max(0, -$1) + log1p(exp(-abs($1))) } }
    var current = logits(weights)
    var value = likelihood(current)
    for _ in 0..<30 {
      var gradient = [Double](repeating: 0, count: width)
      var information = Matrix(rows: width, columns: width)
      for i in current.indices {
        let q = 1 / (1 + exp(current[i]))
        for a in 0..<width {
          gradient[a] += q * others[a][i]
          for b in 0...a { information.elements[a * width + b] += q * (1 - q) * others[a][i] * others[b][i] }
        }
      }
      for a in 0..<width {
        information.elements[a * width + a] += 1e-9 * Double(held.count)
        for b in 0..<a { information.elements[b * width + a] = information.elements[a * width + b] }
      }
      // The ridge keeps the matrix positive definite; where rounding defeats it, this is as far as the search goes.
      guard let step = try? LinearAlgebra.choleskySolve(information, gradient) else { break }
      let gain = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if gain < 1e-9 { break }
      var (length, improved) = (1.0, false)
      while length > 1e-6, !improved {
        let next = zip(weights, step).map { $0 + length * $1 }
        let nextLogits = logits(next)
        let nextValue = likelihood(nextLogits)
        if nextValue > value { (weights, current, value, improved) = (next, nextLogits, nextValue, true) }
        length /= 2
      }
      if !improved { break }
    }
    return value
  }
}

extension EffectTest {
  /// The test of one weight of a logistic model of pairs: by profile likelihood, or by Wald's error where there are so
  /// many pairs that the two agree.
  static func weight(
    _ name: String, _ columns: [[Double]], _ fit: PairLogit, index: Int, within limit: Double, unit: String
  ) -> EffectTest? {
    let count = columns[index].count
    guard count <= 50_000 else {
      return .normal(name, fit.weights[index], error: fit.errors[index], count: count, within: limit, unit: unit)
    }
    return PairProfile(columns, fit, index: index).test(name, count: count, within: limit, unit: unit)
  }
}
