import Compute
import Feedback
import Foundation
import Testing

@Suite("Weak comparisons: first, second, about equal")
struct WeakComparisonTests {
  private func evaluate(
    _ likelihood: ChoiceLikelihood, _ logits: [Double], _ targets: [Float]
  ) -> (loss: Double, probabilities: [Double], gradients: [Double]) {
    var probabilities = [Double](repeating: .nan, count: 3)
    var gradients = probabilities
    let loss = logits.withUnsafeBufferPointer { logits in
      probabilities.withUnsafeMutableBufferPointer { probabilities in
        likelihood.evaluate(logits, targets: targets, probabilities: probabilities, gradients: &gradients)
      }
    }
    return (loss, probabilities, gradients)
  }

  @Test("equal values and δ = .1: .475021, .475021, .049958, as in APReL")
  func worked() {
    let result = evaluate(ChoiceLikelihood(link: .weak(threshold: 0.1)), [2, 2, 0], [0, 0, 1])
    #expect(abs(result.probabilities[0] - 0.475_021) < 1e-6)
    #expect(abs(result.probabilities[1] - 0.475_021) < 1e-6)
    #expect(abs(result.probabilities[2] - 0.049_958) < 1e-6)
    #expect(abs(result.loss + log(result.probabilities[2])) < 1e-12)
    #expect(result.gradients.allSatisfy { abs($0) < 1e-15 })
  }

  @Test("P(equal) is (exp(2δ) − 1) P(first) P(second), and the three sum to 1, at any difference")
  func identity() {
    for difference in [0.01, 0.1, 1, 5] as [Double] {
      for advantage in [-30, -2, -0.1, 0, 0.7, 12] as [Double] {
        let p = evaluate(ChoiceLikelihood(link: .weak(threshold: difference)), [advantage, 0, 9], [1, 0, 0])
          .probabilities
        #expect(abs(p.reduce(0, +) - 1) < 1e-12)
        #expect(abs(p[2] - expm1(2 * difference) * p[0] * p[1]) < 1e-9)
        #expect(abs(p[0] - 1 / (1 + exp(difference - advantage))) < 1e-12)
      }
    }
  }

  @Test("as δ falls to 0 it is the ordinary comparison")
  func limit() {
    let weak = evaluate(ChoiceLikelihood(link: .weak(threshold: 1e-9)), [0.8, -0.3, 0], [1, 0, 0])
    #expect(abs(weak.loss - log(1 + exp(-1.1))) < 1e-8)
  }

  @Test("the gradient is that of finite differences, with and without lapses, and 0 beyond the limit")
  func gradient() {
    var random = RandomSource(seed: 9).stream("weak")
    for trial in 0..<200 {
      let likelihood = ChoiceLikelihood(
        lapse: trial % 2 == 0 ? 0 : 0.2, threshold: 50, link: .weak(threshold: 0.05 + random.uniform()))
      let logits = [2 * random.normal(), 2 * random.normal(), random.normal()]
      var targets: [Float] = [0, 0, 0]
      targets[trial % 3] = 1
      if trial % 7 == 0 { targets = [0.2, 0.3, 0.5] }
      let result = evaluate(likelihood, logits, targets)
      for index in 0..<3 {
        let step = 1e-5
        var (up, down) = (logits, logits)
        up[index] += step
        down[index] -= step
        let slope = (evaluate(likelihood, up, targets).loss - evaluate(likelihood, down, targets).loss) / (2 * step)
        #expect(abs(slope - result.gradients[index]) < 1e-7)
      }
    }
    let far = evaluate(ChoiceLikelihood(threshold: 5, link: .weak(threshold: 0.1)), [0, 90, 0], [1, 0, 0])
    #expect(far.gradients == [0, 0, 0])
    #expect(far.loss.isFinite)
    let huge = evaluate(ChoiceLikelihood(link: .weak(threshold: 500)), [1, 0, 0], [0, 0, 1])
    #expect(abs(huge.loss) < 1e-12)
  }
}
