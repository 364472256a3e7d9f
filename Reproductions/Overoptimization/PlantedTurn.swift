import Compute
import Findings
import Foundation

/// Worth as a function of a proxy's rank, such that the best of n gains d(α − βd) with d = √KL, in closed form.
///
/// With x = −ln u, where u is the share of answers with a lower proxy, the best of n is worth n ∫ e^(−nx) m(x) dx: n times a
/// Laplace transform. So ln n − 1 + 1/n comes from x − 1 − γ − ln x, exactly; and √(ln n − 1 + 1/n) from powers of x whose
/// transforms are powers of 1/n, which fit it to 0.0003 up to n = 1,024 (least squares at the powers of two; a test holds
/// them to that).
package struct PlantedTurn: Sendable {
  package var alpha: Double
  package var beta: Double

  package init(alpha: Double, beta: Double) { (self.alpha, self.beta) = (alpha, beta) }

  /// d of the highest worth: α/2β.
  package var peak: Double { alpha / (2 * beta) }

  private static let eulerGamma = 0.577215664901532860606
  /// For 1, ln n, n^−¼, n^−½ and 1/n.
  private static let parts = [1.60682421, 0.1500555, -1.12039569, -0.41385994, -0.07263616]

  /// √(ln n − 1 + 1/n) as the powers have it.
  package static func fittedDivergence(_ size: Int) -> Double {
    let n = Double(size)
    let basis = [1, log(n), pow(n, -0.25), pow(n, -0.5), 1 / n]
    return zip(parts, basis).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The expected worth of an answer at −ln of its rank share.
  package func worth(_ x: Double) -> Double {
    let c = Self.parts
    let first =
      c[0] - c[1] * (Self.eulerGamma + log(x)) + c[2] * pow(x, 0.25) / tgamma(1.25)
      + c[3] * pow(x, 0.5) / tgamma(1.5) + c[4] * x
    return alpha * first - beta * (x - 1 - Self.eulerGamma - log(x))
  }

  /// The worth of the best of n at each of so many prompts, each with this many samples, worth scattering about what its
  /// rank is worth by a standard normal.
  package func curves(prompts: Int, best: BestOfN, random: RandomSource) -> [[Double]] {
    (0..<prompts).map { prompt in
      var stream = random.stream("samples", prompt)
      var proxy: [Double] = []
      var gold: [Double] = []
      for _ in 0..<best.samples {
        let x = -log(1 - stream.uniform()) + .leastNormalMagnitude
        proxy.append(-x)
        gold.append(worth(x) + stream.normal())
      }
      return best.means(proxy: proxy, gold: gold)
    }
  }
}
