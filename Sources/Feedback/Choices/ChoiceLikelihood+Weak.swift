import Foundation

extension ChoiceLikelihood {
  /// ``ChoiceLink/weak(threshold:)``: Δ = u₀ − u₁ is limited to ± `threshold` (beyond it the gradient is 0), and the
  /// lapse is spread over the three answers.
  func evaluateWeak(
    _ logits: UnsafeBufferPointer<Double>, difference: Double, targets: UnsafePointer<Float>?,
    probabilities: UnsafeMutableBufferPointer<Double>, gradients: UnsafeMutablePointer<Double>?
  ) -> Double {
    precondition(logits.count == 3, "the first, the second, and about equal")
    let raw = logits[0] - logits[1]
    let advantage = min(max(raw, -threshold), threshold)
    // −log P(first) and −log P(second).
    let first = Self.softPlus(difference - advantage)
    let second = Self.softPlus(difference + advantage)
    let logs = (-first, -second, 2 * difference + log(-expm1(-2 * difference)) - first - second)
    probabilities[0] = exp(logs.0)
    probabilities[1] = exp(logs.1)
    probabilities[2] = max(0, 1 - probabilities[0] - probabilities[1])
    // The derivatives of the three logarithms with respect to Δ.
    let slopes = (
      1 - probabilities[0], probabilities[1] - 1, probabilities[1] - probabilities[0]
    )
    var loss = 0.0
    var gradient = 0.0
    func add(_ index: Int, _ log: Double, _ slope: Double) {
      let plain = probabilities[index]
      let mixed = (1 - lapse) * plain + lapse / 3
      probabilities[index] = mixed
      guard let targets, targets[index] != 0 else { return }
      let target = Double(targets[index])
      loss -= target * (lapse == 0 ? log : Foundation.log(mixed))
      gradient -= target * slope * (lapse == 0 ? 1 : (1 - lapse) * plain / mixed)
    }
    add(0, logs.0, slopes.0)
    add(1, logs.1, slopes.1)
    add(2, logs.2, slopes.2)
    if let gradients {
      let inside = abs(raw) < threshold
      gradients[0] = inside ? gradient : 0
      gradients[1] = inside ? -gradient : 0
      gradients[2] = 0
    }
    return loss
  }

  /// log(1 + exp(x)), without overflow.
  private static func softPlus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
