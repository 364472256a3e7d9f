import Agents
import Compute
import Environments
import Foundation
import Testing

@Suite("How far one squashed Gaussian is from another")
struct SquashedDivergenceTests {
  /// A policy whose mean and log standard deviation are the same everywhere.
  private func policy(_ mean: Float, _ logDeviation: Float) throws -> SquashedGaussianPolicy {
    let specification = Pendulum().specification
    let shape = NetworkShape(inputs: 3, hidden: [], outputs: 2, activation: .tanh)
    var network = Network(shape, initialization: .pyTorchDefault, random: RandomSource(seed: 1))
    network.parameters = shape.tensors.flatMap { tensor -> [Float] in
      tensor.shape.count == 1 ? [mean, logDeviation] : [Float](repeating: 0, count: tensor.shape.reduce(1, *))
    }
    return SquashedGaussianPolicy(
      environment: specification.id, network: network, scale: try ActionScale(specification, learner: "sac"),
      lowestLogStandardDeviation: -20, highestLogStandardDeviation: 2)
  }

  /// The density of tanh(u), u ~ N(m, s²), at a, with the tanh's correction.
  private func density(_ a: Double, _ m: Double, _ s: Double) -> Double {
    let z = (atanh(a) - m) / s
    return exp(-z * z / 2) / (s * (2 * Double.pi).squareRoot()) / (1 - a * a)
  }

  @Test("Kullback–Leibler and χ² of squashed actions by quadrature over the actions themselves")
  func quadrature() throws {
    for (m, s, n, r) in [(0.3, 0.5, -0.2, 0.6), (0, 1, 0, 1), (-1, 0.2, -0.9, 0.25), (0.5, 0.4, 0.5, 0.3)] {
      let found = try policy(Float(m), Float(log(s))).divergences(
        from: policy(Float(n), Float(log(r))), at: [0, 0, 0, 1, 2, 3])
      #expect(found.count == 2 && found[0] == found[1])
      // Midpoints, finer towards the ends: a = tanh(x).
      let steps = 200_000
      var (kl, square) = (0.0, 0.0)
      for step in 0..<steps {
        let x = -9 + 18 * (Double(step) + 0.5) / Double(steps)
        let a = tanh(x)
        guard 1 - a * a > 0 else { continue }
        let (p, q) = (density(a, m, s), density(a, n, r))
        let width = 18 / Double(steps) * (1 - a * a)
        guard p > 0, q > 0 else { continue }
        kl += p * log(p / q) * width
        square += p * p / q * width
      }
      #expect(abs(found[0].kl - kl) < 1e-5 * (1 + kl), "\(m) \(s) \(n) \(r): \(found[0].kl) \(kl)")
      #expect(abs(found[0].chiSquared - (square - 1)) < 1e-4 * square, "\(found[0].chiSquared) \(square - 1)")
    }
  }

  @Test("the mean of ln π ÷ π_ref over drawn actions, by the densities with tanh's correction (5 standard errors)")
  func sampled() throws {
    let (m, s, n, r) = (0.4, 0.7, -0.1, 0.8)
    let found = try policy(Float(m), Float(log(s))).divergences(from: policy(Float(n), Float(log(r))), at: [0, 0, 0])
    var draws = RandomSource(seed: 8).stream("actions")
    let logs = (0..<20_000).map { _ in
      let a = tanh(m + s * draws.normal())
      return log(density(a, m, s) / density(a, n, r))
    }
    let error = (Statistics.variance(logs) / 20_000).squareRoot()
    #expect(abs(Statistics.mean(logs) - found[0].kl) < 5 * error, "\(Statistics.mean(logs)) \(found[0].kl) \(error)")
  }

  @Test("a reference that is much narrower has no χ², and one of another world no divergence")
  func degenerate() throws {
    let (wide, narrow) = (try policy(0, 0), try policy(0, Float(log(0.7))))
    // 2 · 0.7² < 1.
    #expect(wide.divergences(from: narrow, at: [0, 0, 0])[0].chiSquared == .infinity)
    #expect(narrow.divergences(from: wide, at: [0, 0, 0])[0].chiSquared < 1)
    #expect(wide.problem(measuredAgainst: narrow) == nil && wide.divergences(from: narrow, at: []).isEmpty)
  }
}
