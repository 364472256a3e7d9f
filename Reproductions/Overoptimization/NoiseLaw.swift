import Compute
import Findings
import Foundation

/// How a proxy errs about worth that is standard normal: three laws of noise, between which the tails decide what becomes
/// of the best of n.
package enum NoiseLaw: String, CaseIterable, Sendable {
  case normal, laplace, student

  /// As it is called in tables.
  package var name: String {
    switch self {
    case .normal: "normal noise"
    case .laplace: "Laplace noise"
    case .student: "Student's t noise, 3 degrees"
    }
  }

  /// One error: standard normal; of density e^−|z|/2; of Student's t with three degrees of freedom, unscaled.
  package func draw(_ stream: inout RandomStream) -> Double {
    switch self {
    case .normal: return stream.normal()
    case .laplace:
      let u = stream.uniform() - 0.5
      return (u < 0 ? 1 : -1) * log1p(-2 * abs(u))
    case .student:
      let z = stream.normal()
      let squares = (0..<3).reduce(0.0) { sum, _ in
        let y = stream.normal()
        return sum + y * y
      }
      return z / (squares / 3).squareRoot()
    }
  }

  /// Worth of the best of 4, 16, 64, 256 and 1,024 in expectation: a quadrature of ours in NumPy and SciPy, apart from this
  /// program.
  package var expected: [Int: Double] {
    switch self {
    case .normal: [4: 0.72788, 16: 1.24874, 64: 1.65727, 256: 1.99889, 1024: 2.29685]
    case .laplace: [4: 0.63091, 16: 0.92511, 64: 0.99372, 256: 0.99985, 1024: 1]
    case .student: [4: 0.61217, 16: 0.87096, 64: 0.7908, 256: 0.55011, 1024: 0.3467]
    }
  }
}

/// Best-of-n by a proxy that errs by one of the laws: prompts, each with many samples.
package struct NoisyChoice: Sendable {
  package var prompts = 32
  package var samples = 4096
  /// How many proxies there are.
  package var members = 1
  /// Whether they err alike, but for a tenth of a standard normal each.
  package var isShared = false

  package init(members: Int = 1, isShared: Bool = false) {
    (self.members, self.isShared) = (members, isShared)
  }

  /// For each of the poolings, the worth of the best of n at each prompt.
  package func curves(
    _ law: NoiseLaw, poolings: [PooledProxy], sizes: [Int], random: RandomSource
  ) -> [[[Double]]] {
    let best = BestOfN(samples: samples, sizes: sizes)
    let perPrompt = (0..<prompts).map { prompt -> [[Double]] in
      var stream = random.stream("samples", prompt)
      var gold: [Double] = []
      var proxies = [[Double]](repeating: [], count: poolings.count)
      for _ in 0..<samples {
        let worth = stream.normal()
        let shared = isShared ? law.draw(&stream) : 0
        let said = (0..<members).map { _ in
          worth + (isShared ? shared + 0.1 * stream.normal() : law.draw(&stream))
        }
        gold.append(worth)
        for (place, pooling) in poolings.enumerated() { proxies[place].append(pooling.score(said)) }
      }
      return proxies.map { best.means(proxy: $0, gold: gold) }
    }
    return poolings.indices.map { place in perPrompt.map { $0[place] } }
  }
}
