import Foundation

/// PPO's loss over one minibatch as a function of the networks' outputs, with its derivatives.
///
/// `loss = −mean min(A·ρ, A·clip(ρ)) + valueCoefficient · mean (R − V)² − entropyCoefficient · mean H`, where ρ is the
/// ratio of new to old probability. With a value clip range, V is replaced by `old + clamp(V − old)`, as
/// Stable-Baselines3 does.
///
/// Source: Schulman, Wolski, Dhariwal, Radford, Klimov, "Proximal policy optimization algorithms", arXiv 1707.06347.
struct PPOLoss {
  var clipRange: Float
  var valueClipRange: Float?
  var entropyCoefficient: Float
  var valueCoefficient: Float

  init(_ settings: PPOSettings) {
    clipRange = settings.clipRange
    valueClipRange = settings.valueClipRange
    entropyCoefficient = settings.entropyCoefficient
    valueCoefficient = settings.valueCoefficient
  }

  /// Sums over the rows of a minibatch.
  struct Sums {
    var policyLoss: Float = 0
    var valueLoss: Float = 0
    var entropy: Float = 0
    var approximateKL: Float = 0
    var clipped: Float = 0
  }

  /// The policy's part for discrete actions. Writes the derivatives by the logits, [rows × count].
  func categorical(
    logits: UnsafePointer<Float>, count: Int, rows: Int, actions: UnsafePointer<Float>,
    oldLogProbabilities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
    gradients: UnsafeMutablePointer<Float>, sums: inout Sums
  ) {
    let share = 1 / Float(rows)
    for row in 0..<rows {
      let logits = logits + row * count
      let gradients = gradients + row * count
      var top = logits[0]
      for index in 1..<max(count, 1) { top = max(top, logits[index]) }
      var sum: Float = 0
      for index in 0..<count {
        // Of the largest logit it is exactly 1, which need not be computed.
        let weight = logits[index] == top ? 1 : exp(logits[index] - top)
        gradients[index] = weight
        sum += weight
      }
      let logSum = top + log(sum)
      let inverse = 1 / sum
      var entropy: Float = 0
      for index in 0..<count { entropy -= gradients[index] * inverse * (logits[index] - logSum) }
      let chosen = Int(actions[row])
      let slope = surrogate(
        logRatio: logits[chosen] - logSum - oldLogProbabilities[row], advantage: advantages[row], sums: &sums)
      sums.entropy += entropy
      for index in 0..<count {
        let probability = gradients[index] * inverse
        gradients[index] =
          share * probability * (entropyCoefficient * (logits[index] - logSum + entropy) - slope)
      }
      gradients[chosen] += share * slope
    }
  }

  /// The policy's part for continuous actions. Writes the derivatives by the means, [rows × size], and adds those by
  /// the log standard deviations, [size].
  func gaussian(
    means: UnsafePointer<Float>, logStandardDeviations: UnsafePointer<Float>, size: Int, rows: Int,
    actions: UnsafePointer<Float>, oldLogProbabilities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
    gradients: UnsafeMutablePointer<Float>, deviationGradients: UnsafeMutablePointer<Float>, sums: inout Sums
  ) {
    let share = 1 / Float(rows)
    var logScale: Float = 0
    for index in 0..<size { logScale += logStandardDeviations[index] + halfLogTwoPi }
    // Held in the gradients' place until the slope is known: the standardised distance divided by the deviation.
    for row in 0..<rows {
      let base = row * size
      var logProbability = -logScale
      for index in 0..<size {
        let inverse = exp(-logStandardDeviations[index])
        let distance = (actions[base + index] - means[base + index]) * inverse
        logProbability -= 0.5 * distance * distance
        gradients[base + index] = distance * inverse
      }
      let slope = surrogate(
        logRatio: logProbability - oldLogProbabilities[row], advantage: advantages[row], sums: &sums)
      for index in 0..<size {
        let distance = gradients[base + index] * exp(logStandardDeviations[index])
        deviationGradients[index] += share * slope * (distance * distance - 1)
        gradients[base + index] *= share * slope
      }
    }
    for index in 0..<size { deviationGradients[index] -= entropyCoefficient }
    sums.entropy += Float(rows) * (logScale + 0.5 * Float(size))
  }

  /// Adds one row's clipped surrogate; returns its derivative by the log-probability.
  @inline(__always)
  private func surrogate(logRatio: Float, advantage: Float, sums: inout Sums) -> Float {
    let ratio = exp(logRatio)
    let clipped = min(max(ratio, 1 - clipRange), 1 + clipRange)
    sums.policyLoss -= min(advantage * ratio, advantage * clipped)
    sums.approximateKL += (ratio - 1) - logRatio
    if abs(ratio - 1) > clipRange { sums.clipped += 1 }
    return advantage * ratio <= advantage * clipped ? -advantage * ratio : 0
  }

  /// The value's part. Writes the derivatives by the values, [rows].
  func value(
    values: UnsafePointer<Float>, oldValues: UnsafePointer<Float>, returns: UnsafePointer<Float>, rows: Int,
    gradients: UnsafeMutablePointer<Float>, sums: inout Sums
  ) {
    let factor = 2 * valueCoefficient / Float(rows)
    for row in 0..<rows {
      var value = values[row]
      var slope = factor
      if let range = valueClipRange {
        let change = value - oldValues[row]
        if abs(change) > range { slope = 0 }
        value = oldValues[row] + min(max(change, -range), range)
      }
      let difference = value - returns[row]
      sums.valueLoss += difference * difference
      gradients[row] = slope * difference
    }
  }
}
