import Foundation

extension ChoiceLikelihood {
  /// ``ChoiceLink/ordinal(cutPoints:)``: Δ = u₀ − u₁ is limited to ± `threshold` (beyond it the gradient is 0), and the
  /// lapse is spread over the grades.
  func evaluateOrdinal(
    _ logits: UnsafeBufferPointer<Double>, cutPoints: [Double], targets: UnsafePointer<Float>?,
    probabilities: UnsafeMutableBufferPointer<Double>, gradients: UnsafeMutablePointer<Double>?
  ) -> Double {
    let grades = cutPoints.count + 1
    precondition(logits.count == grades && grades >= 2, "as many options as grades")
    let raw = logits[0] - logits[1]
    let advantage = min(max(raw, -threshold), threshold)
    var loss = 0.0
    var gradient = 0.0
    for grade in 0..<grades {
      // log P and its derivative with respect to Δ, in a form that neither cancels nor overflows.
      var logarithm = 0.0
      var slope = 0.0
      switch (
        grade > 0 ? cutPoints[grade - 1] - advantage : nil, grade < grades - 1 ? cutPoints[grade] - advantage : nil
      )
      {
      case (let low?, let high?):
        logarithm = high + log(-expm1(low - high)) - Self.softPlus(low) - Self.softPlus(high)
        slope = Self.logistic(low) + Self.logistic(high) - 1
      case (nil, let high?):
        logarithm = -Self.softPlus(-high)
        slope = -Self.logistic(-high)
      case (let low?, nil):
        logarithm = -Self.softPlus(low)
        slope = Self.logistic(low)
      case (nil, nil): break
      }
      let plain = exp(logarithm)
      let mixed = (1 - lapse) * plain + lapse / Double(grades)
      probabilities[grade] = mixed
      guard let targets, targets[grade] != 0 else { continue }
      let target = Double(targets[grade])
      loss -= target * (lapse == 0 ? logarithm : log(mixed))
      gradient -= target * slope * (lapse == 0 ? 1 : (1 - lapse) * plain / mixed)
    }
    if let gradients {
      for grade in 0..<grades { gradients[grade] = 0 }
      if abs(raw) < threshold {
        gradients[0] = gradient
        gradients[1] = -gradient
      }
    }
    return loss
  }

  /// log(1 + exp(x)), without overflow.
  private static func softPlus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
