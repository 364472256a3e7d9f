import CKernels
import Foundation

/// The knobs of ``Adam``; the defaults are PyTorch's, but for the learning rate, which has none.
public struct AdamSettings: Codable, Sendable, Hashable {
  /// The step size.
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

  /// The settings; only the learning rate has no default.
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
  /// The knobs; may change between steps.
  public var settings: AdamSettings
  /// Running means of the gradients.
  public var firstMoments: [Float]
  /// Running means of the squared gradients.
  public var secondMoments: [Float]
  /// Steps taken.
  public var steps: Int

  /// An optimiser of `count` parameters that has taken no step.
  public init(_ settings: AdamSettings, count: Int) {
    self.settings = settings
    firstMoments = [Float](repeating: 0, count: count)
    secondMoments = [Float](repeating: 0, count: count)
    steps = 0
  }

  /// One step downhill, in place. `learningRate` replaces the one of the settings for this step (schedules).
  package mutating func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, learningRate: Float? = nil
  ) {
    steps += 1
    let step = Step(settings, number: steps, learningRate: learningRate)
    withMoments { step.apply(parameters, gradients: gradients, moments: $0, 0..<$0.count) }
  }

  /// The moments, for steps that are taken in parts side by side. The caller raises the step count.
  package mutating func withMoments<R>(_ body: (Moments) throws -> R) rethrows -> R {
    try firstMoments.withUnsafeMutableBufferPointer { first in
      try secondMoments.withUnsafeMutableBufferPointer { second in
        try body(Moments(first: first, second: second))
      }
    }
  }

  /// Both moments of all parameters.
  package struct Moments {
    package let first: UnsafeMutableBufferPointer<Float>
    package let second: UnsafeMutableBufferPointer<Float>
    package var count: Int { first.count }
  }

  /// The numbers of one step, the same for all parameters.
  package struct Step: Sendable {
    private let numbers: pk_adam_step

    /// - Parameter number: the step's number, counted from 1.
    package init(_ settings: AdamSettings, number: Int, learningRate: Float? = nil) {
      let rate = Double(learningRate ?? settings.learningRate)
      numbers = pk_adam_step(
        step_size: Float(rate / (1 - pow(Double(settings.beta1), Double(number)))),
        beta1_complement: Float(1 - Double(settings.beta1)),
        beta2: settings.beta2,
        beta2_complement: Float(1 - Double(settings.beta2)),
        second_scale: Float(1 / (1 - pow(Double(settings.beta2), Double(number))).squareRoot()),
        epsilon: settings.epsilon,
        decay: Float(1 - rate * Double(settings.weightDecay)),
        l2: settings.l2)
    }

    /// Moves the parameters of this range. Each moves by itself, so stretches give the same bits as the whole.
    package func apply(
      _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, moments: Moments, _ range: Range<Int>
    ) {
      guard let first = moments.first.baseAddress, let second = moments.second.baseAddress else { return }
      let start = range.lowerBound
      pk_adam(parameters + start, gradients + start, first + start, second + start, range.count, numbers)
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
