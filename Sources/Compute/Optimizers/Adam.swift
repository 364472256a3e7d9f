import CKernels
import Foundation

/// The knobs of ``Adam``; the defaults are PyTorch's, but for the learning rate, which has none.
public struct AdamSettings: Codable, Sendable, Hashable {
  public var learningRate: Float
  /// Decay of the first moment.
  public var beta1: Float
  /// Decay of the second moment.
  public var beta2: Float
  /// Added to the root of the second moment.
  public var epsilon: Float
  /// Decoupled weight decay (AdamW): parameters shrink by learningRate × weightDecay each step.
  public var weightDecay: Float
  /// Coupled penalty: l2 × parameter is added to the gradient (PyTorch's `Adam(weight_decay:)`).
  public var l2: Float

  public init(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    l2: Float = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.l2 = l2
  }
}

/// Adam with bias correction, and AdamW where `weightDecay` is not 0. A value: settings, moments and step count.
///
/// Sources: Kingma, Ba, arXiv:1412.6980; Loshchilov, Hutter, arXiv:1711.05101. The order of operations is PyTorch's.
public struct Adam: Codable, Sendable, Hashable {
  public var settings: AdamSettings
  /// Running means of the gradients.
  public var firstMoments: [Float]
  /// Running means of the squared gradients.
  public var secondMoments: [Float]
  /// Steps taken.
  public var steps: Int

  public init(_ settings: AdamSettings, count: Int) {
    self.settings = settings
    firstMoments = [Float](repeating: 0, count: count)
    secondMoments = [Float](repeating: 0, count: count)
    steps = 0
  }

  /// One step downhill, in place. `learningRate` replaces the one of the settings for this step (schedules).
  public mutating func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, learningRate: Float? = nil
  ) {
    steps += 1
    let rate = Double(learningRate ?? settings.learningRate)
    let step = pk_adam_step(
      step_size: Float(rate / (1 - pow(Double(settings.beta1), Double(steps)))),
      beta1_complement: Float(1 - Double(settings.beta1)),
      beta2: settings.beta2,
      beta2_complement: Float(1 - Double(settings.beta2)),
      second_scale: Float(1 / (1 - pow(Double(settings.beta2), Double(steps))).squareRoot()),
      epsilon: settings.epsilon,
      decay: Float(1 - rate * Double(settings.weightDecay)),
      l2: settings.l2)
    firstMoments.withUnsafeMutableBufferPointer { first in
      secondMoments.withUnsafeMutableBufferPointer { second in
        guard let firstBase = first.baseAddress, let secondBase = second.baseAddress else { return }
        pk_adam(parameters, gradients, firstBase, secondBase, first.count, step)
      }
    }
  }

  /// One step on an array of parameters.
  public mutating func update(_ parameters: inout [Float], gradients: [Float], learningRate: Float? = nil) {
    precondition(
      parameters.count == firstMoments.count && gradients.count == firstMoments.count,
      "this optimiser holds \(firstMoments.count) moments")
    parameters.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      update(base, gradients: gradients, learningRate: learningRate)
    }
  }
}
