import Compute
import Feedback
import Foundation
import Testing

@Suite("The likelihood of a choice")
struct ChoiceLikelihoodTests {
  func evaluate(
    _ likelihood: ChoiceLikelihood, _ logits: [Double], _ targets: [Float]
  ) -> (loss: Double, probabilities: [Double], gradients: [Double]) {
    likelihood.evaluate(logits, targets: targets)
  }

  @Test("two options without lapse are the logistic function of the difference, limited to ± the threshold")
  func logistic() {
    let likelihood = ChoiceLikelihood()
    for difference in [-80, -50, -49, -3, 0, 0.5, 7, 50.5, 1000] as [Double] {
      let limited = min(max(difference, -50), 50)
      let result = evaluate(likelihood, [difference + 3, 3], [1, 0])
      #expect(abs(result.probabilities[0] - 1 / (1 + exp(-limited))) < 1e-15)
      #expect(abs(result.loss - log(1 + exp(-limited))) < 1e-12)
    }
  }

  @Test("imitation's noise: p = ε / 2 + (1 − ε) σ(d)")
  func noise() {
    let result = evaluate(ChoiceLikelihood(lapse: 0.1), [0.4, 1.1], [0.25, 0.75])
    let first = 0.05 + 0.9 / (1 + exp(0.7))
    #expect(abs(result.probabilities[0] - first) < 1e-15)
    #expect(abs(result.loss + 0.25 * log(first) + 0.75 * log(1 - first)) < 1e-12)
  }

  @Test("the gradient is that of finite differences: 2 to 5 options, lapses, soft targets, ties, beyond the threshold")
  func gradient() {
    var random = RandomSource(seed: 5).stream("likelihood")
    for trial in 0..<600 {
      let options = 2 + trial % 4
      let likelihood = ChoiceLikelihood(lapse: [0, 0.1, 0.7][trial % 3], threshold: trial % 5 == 0 ? 2 : 50)
      let logits = (0..<options).map { _ in 3 * random.normal() }
      var targets = (0..<options).map { _ in Float(random.uniform()) }
      switch trial % 7 {
      case 0: targets = targets.indices.map { $0 == 0 ? 1 : 0 }
      case 1: targets = targets.map { _ in 1 / Float(options) }
      default:
        let sum = targets.reduce(0, +)
        targets = targets.map { $0 / sum }
      }
      // A difference at the threshold itself has no derivative.
      let best = logits.max()!
      if logits.contains(where: { abs(best - $0 - likelihood.threshold) < 1e-3 }) { continue }
      let result = evaluate(likelihood, logits, targets)
      #expect(abs(result.probabilities.reduce(0, +) - 1) < 1e-12)
      for option in logits.indices {
        let step = 1e-5
        var (up, down) = (logits, logits)
        up[option] += step
        down[option] -= step
        let slope = (evaluate(likelihood, up, targets).loss - evaluate(likelihood, down, targets).loss) / (2 * step)
        #expect(abs(slope - result.gradients[option]) < 1e-7, "trial \(trial), option \(option)")
      }
    }
  }

  @Test("probabilities do not change when all logits shift, and stay finite at extremes")
  func shift() {
    let likelihood = ChoiceLikelihood(lapse: 0.05)
    let a = likelihood.probabilities([1, 2, 3])
    let b = likelihood.probabilities([1e6 + 1, 1e6 + 2, 1e6 + 3])
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-9) }
    let extreme = likelihood.probabilities([1e300, -1e300])
    #expect(extreme[0].isFinite && extreme[1].isFinite)
    #expect(evaluate(ChoiceLikelihood(), [-1e300, 1e300], [1, 0]).loss == 50)
  }
}
