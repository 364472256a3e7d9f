import Compute
import Feedback
import Foundation
import Testing

@Suite("Ordinal choices: weak comparisons, strengths, ratings")
struct OrdinalLinkTests {
  private func evaluate(
    _ likelihood: ChoiceLikelihood, _ logits: [Double], _ targets: [Float]
  ) -> (loss: Double, probabilities: [Double], gradients: [Double]) {
    likelihood.evaluate(logits, targets: targets)
  }

  private func weak(_ difference: Double) -> ChoiceLikelihood {
    ChoiceLikelihood(link: .ordinal(cutPoints: [-difference, difference]))
  }

  @Test("equal values and δ = .1: .475021, .049958, .475021, as in APReL")
  func worked() {
    let result = evaluate(weak(0.1), [2, 2, 0], [0, 1, 0])
    #expect(abs(result.probabilities[0] - 0.475_021) < 1e-6)
    #expect(abs(result.probabilities[1] - 0.049_958) < 1e-6)
    #expect(abs(result.probabilities[2] - 0.475_021) < 1e-6)
    #expect(abs(result.loss + log(result.probabilities[1])) < 1e-12)
    #expect(result.gradients.allSatisfy { abs($0) < 1e-15 })
  }

  @Test("P(equal) is (exp(2δ) − 1) P(first) P(second), and the three sum to 1, at any difference")
  func identity() {
    for difference in [0.01, 0.1, 1, 5] as [Double] {
      for advantage in [-30, -2, -0.1, 0, 0.7, 12] as [Double] {
        let p = evaluate(weak(difference), [advantage, 0, 9], [1, 0, 0]).probabilities
        #expect(abs(p.reduce(0, +) - 1) < 1e-12)
        #expect(abs(p[1] - expm1(2 * difference) * p[0] * p[2]) < 1e-9)
        #expect(abs(p[2] - 1 / (1 + exp(difference - advantage))) < 1e-12)
      }
    }
  }

  @Test("one cut point at 0 is the ordinary comparison")
  func comparison() {
    let graded = evaluate(ChoiceLikelihood(link: .ordinal(cutPoints: [0])), [0.8, -0.3], [0, 1])
    #expect(abs(graded.loss - log(1 + exp(-1.1))) < 1e-15)
    let plain = evaluate(ChoiceLikelihood(), [0.8, -0.3], [1, 0])
    #expect(zip(graded.gradients, plain.gradients).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test("the gradient is that of finite differences: 2 to 7 grades, with and without lapses, and 0 beyond the limit")
  func gradient() {
    var random = RandomSource(seed: 9).stream("ordinal")
    for trial in 0..<300 {
      let grades = 2 + trial % 6
      var cut = -2 * random.uniform()
      let cutPoints = (1..<grades).map { _ -> Double in
        cut += 0.05 + random.uniform()
        return cut
      }
      let likelihood = ChoiceLikelihood(lapse: trial % 2 == 0 ? 0 : 0.2, link: .ordinal(cutPoints: cutPoints))
      let logits = (0..<grades).map { _ in 2 * random.normal() }
      var targets = [Float](repeating: 0, count: grades)
      targets[random.below(grades)] = 1
      if trial % 7 == 0 { targets = [Float](repeating: 1 / Float(grades), count: grades) }
      let result = evaluate(likelihood, logits, targets)
      #expect(abs(result.probabilities.reduce(0, +) - 1) < 1e-12)
      for index in logits.indices {
        let step = 1e-5
        var (up, down) = (logits, logits)
        up[index] += step
        down[index] -= step
        let slope = (evaluate(likelihood, up, targets).loss - evaluate(likelihood, down, targets).loss) / (2 * step)
        #expect(abs(slope - result.gradients[index]) < 1e-7)
      }
    }
    let far = evaluate(ChoiceLikelihood(threshold: 5, link: .ordinal(cutPoints: [-0.1, 0.1])), [0, 90, 0], [0, 0, 1])
    #expect(far.gradients == [0, 0, 0])
    #expect(far.loss.isFinite)
    #expect(abs(evaluate(weak(500), [1, 0, 0], [0, 1, 0]).loss) < 1e-12)
  }
}
