import Foundation

/// The one likelihood, for one choice: logits in; cross-entropy, probabilities and gradient out.
///
/// With logits u_i = β · value_i + offset_i, the differences to the best logit are limited to `threshold` (as in
/// `imitation`, where two options give clip(R₂ − R₁, ±50); beyond it the gradient is 0), then
///
///     P_i = (1 − ε) softmax(u)_i + ε / k          loss = − Σ_i q_i log P_i
///
/// with targets q and lapse ε. `imitation`'s `noise_prob` is ε; Christiano et al. use .1.
public struct ChoiceLikelihood: Sendable, Hashable {
  /// ε: the probability of a pick without looking, evenly among the options.
  public var lapse: Double
  /// The largest difference of logits that still makes a difference, in nats.
  public var threshold: Double
  /// How logits become probabilities.
  public var link: ChoiceLink

  /// Takes the parts as they are.
  public init(lapse: Double = 0, threshold: Double = 50, link: ChoiceLink = .softmax) {
    self.lapse = lapse
    self.threshold = threshold
    self.link = link
  }

  /// The probability of each option.
  public func probabilities(_ logits: [Double]) -> [Double] {
    evaluate(logits, targets: nil).probabilities
  }

  /// The cross-entropy of `targets` against the probabilities (0 without targets), in nats, the probabilities, and the
  /// gradient of the loss with respect to the logits.
  package func evaluate(
    _ logits: [Double], targets: [Float]?
  ) -> (loss: Double, probabilities: [Double], gradients: [Double]) {
    var probabilities = [Double](repeating: 0, count: logits.count)
    var gradients = probabilities
    func evaluated(
      _ logits: UnsafePointer<Double>, _ targets: UnsafePointer<Float>?, _ probabilities: UnsafeMutablePointer<Double>,
      _ gradients: UnsafeMutablePointer<Double>?, count: Int
    ) -> Double {
      evaluate(
        UnsafeBufferPointer(start: logits, count: count), targets: targets,
        probabilities: UnsafeMutableBufferPointer(start: probabilities, count: count), gradients: gradients)
    }
    let loss =
      if let targets {
        evaluated(logits, targets, &probabilities, &gradients, count: logits.count)
      } else {
        evaluated(logits, nil, &probabilities, nil, count: logits.count)
      }
    return (loss, probabilities, gradients)
  }

  /// The cross-entropy of `targets` against the probabilities (0 without targets), in nats.
  ///
  /// Writes the probabilities, and where asked the gradient of the loss with respect to the logits.
  package func evaluate(
    _ logits: UnsafeBufferPointer<Double>, targets: UnsafePointer<Float>?,
    probabilities: UnsafeMutableBufferPointer<Double>, gradients: UnsafeMutablePointer<Double>?
  ) -> Double {
    if case .ordinal(let cutPoints) = link {
      return evaluateOrdinal(
        logits, cutPoints: cutPoints, targets: targets, probabilities: probabilities, gradients: gradients)
    }
    let count = logits.count
    var best = 0
    for index in 1..<count where logits[index] > logits[best] { best = index }
    var sum = 0.0
    for index in 0..<count {
      let value = exp(max(logits[index] - logits[best], -threshold))
      probabilities[index] = value
      sum += value
    }
    for index in 0..<count { probabilities[index] /= sum }

    var loss = 0.0
    if let targets {
      // q_i / P_i weighted by the softmax: what each option's gradient is compared with.
      var shared = 0.0
      let logOfSum = log(sum)
      for index in 0..<count {
        let target = Double(targets[index])
        if lapse == 0 {
          loss -= target * (max(logits[index] - logits[best], -threshold) - logOfSum)
          shared += target
        } else {
          let mixed = (1 - lapse) * probabilities[index] + lapse / Double(count)
          loss -= target == 0 ? 0 : target * log(mixed)
          shared += target == 0 ? 0 : target * (1 - lapse) * probabilities[index] / mixed
        }
      }
      if let gradients {
        var gradientOfOthers = 0.0
        for index in 0..<count where index != best {
          guard logits[index] - logits[best] > -threshold else {
            gradients[index] = 0
            continue
          }
          let target = Double(targets[index])
          let own: Double
          if lapse == 0 {
            own = target
          } else {
            let mixed = (1 - lapse) * probabilities[index] + lapse / Double(count)
            own = target == 0 ? 0 : target * (1 - lapse) * probabilities[index] / mixed
          }
          let gradient = probabilities[index] * shared - own
          gradients[index] = gradient
          gradientOfOthers += gradient
        }
        // Only differences matter, so the best option carries what the others do not.
        gradients[best] = -gradientOfOthers
      }
    }
    if lapse > 0 {
      for index in 0..<count { probabilities[index] = (1 - lapse) * probabilities[index] + lapse / Double(count) }
    }
    return loss
  }
}
