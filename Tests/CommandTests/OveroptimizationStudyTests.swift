import Compute
import Findings
import Foundation
import Reproductions
import Testing

@Suite("Planted over-optimisation")
struct OveroptimizationStudyTests {
  @Test("the planted worth makes the best of n gain d(α − βd): by integration, up to n = 1,024")
  func planted() {
    let turn = PlantedTurn(alpha: 1, beta: 0.35)
    #expect(abs(turn.peak - 1 / 0.7) < 1e-15)
    for power in 0...10 {
      let size = 1 << power
      let d = BestOfN.divergence(size)
      #expect(abs(PlantedTurn.fittedDivergence(size) - d) < 3e-4)
      // n ∫ e^(−nx) m(x) dx over y = ln(nx), by the trapezoidal rule, which is exact to rounding for such integrands.
      let step = 0.01
      let integral = stride(from: -40.0, through: 5, by: step).reduce(0.0) { sum, y in
        sum + step * exp(y - exp(y)) * turn.worth(exp(y) / Double(size))
      }
      #expect(abs(integral - d * (1 - 0.35 * d)) < 4e-4)
    }
  }

  @Test("noise has the law that its name says: shares beyond 1 and 3, from scipy.stats", arguments: NoiseLaw.allCases)
  func laws(law: NoiseLaw) {
    let expected: (Double, Double) =
      switch law {
      case .normal: (0.3173105, 0.0026998)
      case .laplace: (0.3678794, 0.0497871)
      case .student: (0.3910022, 0.0576688)
      }
    var stream = RandomSource(seed: 2).stream("noise")
    let draws = (0..<40_000).map { _ in law.draw(&stream) }
    // Four standard errors.
    for (bound, share) in [(1.0, expected.0), (3, expected.1)] {
      let ours = Double(draws.count { abs($0) > bound }) / 40_000
      #expect(abs(ours - share) < 4 * (share * (1 - share) / 40_000).squareRoot())
    }
    #expect(abs(Double(draws.count { $0 > 0 }) / 40_000 - 0.5) < 0.01)
  }

  @Test("errors that five proxies share are not pooled away; independent ones are")
  func shared() {
    func end(_ isShared: Bool) -> Double {
      let curves = NoisyChoice(members: 5, isShared: isShared).curves(
        .student, poolings: [.worst], sizes: [1, 16, 1024], random: RandomSource(seed: 4))
      return Statistics.mean(curves[0].map { $0[2] })
    }
    // 2.7 and 0.3 in expectation, each with a standard error below 0.1.
    #expect(end(false) > 2.2 && end(true) < 1)
  }
}
