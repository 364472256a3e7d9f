import Compute
import Environments
import Foundation

/// How a policy is cloned from demonstrations.
public struct CloningSettings: Codable, Sendable, Hashable {
  /// Widths of the hidden layers.
  public var hidden = [32, 32]
  /// Of the hidden layers.
  public var activation = Activation.tanh
  /// Adam's step size.
  public var learningRate = 1e-3
  /// Rows per gradient step.
  public var batch = 32
  /// Passes over the demonstrations, at most.
  public var epochs = 60
  /// Weight of the entropy, which is kept up.
  public var entropyWeight = 1e-3
  /// AdamW's decoupled weight decay.
  public var weightDecay = 0.0
  /// Whether the policy normalises its inputs by the demonstrations' mean and variance.
  public var normalizeInputs = true
  /// The share of the transitions that only measures; training stops where its loss has not fallen for `patience`
  /// passes, and the best pass is kept. 0: no such stop.
  public var heldOutShare = 0.1
  /// Epochs without a better held-out loss after which cloning stops.
  public var patience = 10

  /// The defaults.
  public init() {}

  /// - Throws: `InputError` for the first invalid setting.
  public func validate() throws {
    func require(_ holds: Bool, _ name: String, _ value: Any, _ remedy: String) throws {
      if !holds { throw InputError("\(name) is \(value)", at: "cloning.\(name)", remedy: remedy) }
    }
    try require(hidden.allSatisfy { $0 > 0 }, "hidden", hidden, "use positive layer widths")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "use a positive number")
    try require(batch > 0, "batch", batch, "use at least 1")
    try require(epochs > 0, "epochs", epochs, "use at least 1")
    try require(entropyWeight >= 0 && entropyWeight.isFinite, "entropyWeight", entropyWeight, "use 0 or more")
    try require(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "use 0 or more")
    try require(heldOutShare >= 0 && heldOutShare < 1, "heldOutShare", heldOutShare, "use 0 or more, below 1")
    try require(patience > 0, "patience", patience, "use at least 1")
  }
}

/// Behavioural cloning: the policy under which the demonstrated actions are likeliest.
///
/// Supervised learning of actions from observations, the negative log-likelihood less a little entropy. Its mistakes
/// compound: one leads to observations that no demonstration shows (error of order T² in the horizon; Ross, Gordon,
/// Bagnell 2011), which ``DAgger`` corrects by asking there. As `imitation`'s `BC`.
public struct BehavioralCloning {
  /// What the cloning was made by.
  public let settings: CloningSettings
  /// Mean negative log-likelihood of the kept pass: training, and held out (nil without).
  public private(set) var trainingLoss = Double.nan
  /// The same of the held-out rows; nil before training, or if none are held out.
  public private(set) var heldOutLoss: Double?
  /// The pass that was kept, counted from 1.
  public private(set) var epochs = 0

  /// A cloning that has not trained yet.
  public init(_ settings: CloningSettings = CloningSettings()) { self.settings = settings }

  /// Clones a policy.
  ///
  /// - Throws: `InputError` for invalid settings, or if all transitions are held out.
  public mutating func train(_ rows: DemonstrationRows, random: RandomSource) throws -> Policy {
    try settings.validate()
    let head = ActionHead(rows.specification.actionSpace)
    let shape = NetworkShape(
      inputs: rows.specification.observationSpace.count, hidden: settings.hidden, outputs: head.outputs,
      activation: settings.activation, images: rows.specification.imageLayers)
    let network = Network(
      shape, initialization: .orthogonal(hiddenGain: Float(2).squareRoot(), outputGain: 0.01),
      random: random.child("cloning/initial"))
    // Pixels are scaled by their bounds and not normalised.
    let normalizes = settings.normalizeInputs && shape.images == nil
    var normalizer = RunningNormalizer(size: normalizes ? shape.inputs : 1, epsilon: 1e-5)
    if normalizes { normalizer.update(rows.observations, rows: rows.count) }
    var draws = random.stream("cloning/held-out")
    var order = draws.permutation(rows.count)
    let held = Array(order.suffix(Int(settings.heldOutShare * Double(rows.count))))
    order.removeLast(held.count)
    guard !order.isEmpty else { throw InputError("all \(rows.count) transitions are held out") }

    var policy = Policy(
      environment: rows.specification.id, head: head, network: network,
      logStandardDeviations: [Float](repeating: 0, count: head.logStandardDeviationCount),
      normalizer: normalizes ? normalizer : nil, normalizerClip: normalizes ? 10 : nil)
    let loss = CloningLoss(policy, capacity: max(settings.batch, 256), entropyWeight: settings.entropyWeight)
    var parameters = policy.network.parameters + policy.logStandardDeviations
    var adam = Adam(
      AdamSettings(learningRate: Float(settings.learningRate), weightDecay: Float(settings.weightDecay)),
      count: parameters.count)
    var best = (loss: Double.infinity, parameters: parameters, training: Double.nan, epoch: 0)
    var gradients = [Float](repeating: 0, count: parameters.count)
    for epoch in 1...settings.epochs {
      var stream = random.stream("cloning/order", epoch)
      stream.shuffle(&order)
      var total = 0.0
      var start = 0
      while start < order.count {
        let batch = order[start..<min(start + settings.batch, order.count)]
        for index in gradients.indices { gradients[index] = 0 }
        total += loss.evaluate(rows, Array(batch), parameters: parameters, gradients: &gradients)
        adam.update(&parameters, gradients: gradients)
        start += settings.batch
      }
      let training = total / Double(order.count)
      guard training.isFinite else {
        throw InputError("cloning diverged", remedy: "lower the learning rate (now \(settings.learningRate))")
      }
      let measured =
        held.isEmpty ? training : loss.evaluate(rows, held, parameters: parameters) / Double(held.count)
      if measured < best.loss || held.isEmpty { best = (measured, parameters, training, epoch) }
      if epoch - best.epoch >= settings.patience { break }
    }
    (trainingLoss, heldOutLoss, epochs) = (best.training, held.isEmpty ? nil : best.loss, best.epoch)
    policy.network.parameters = Array(best.parameters[..<shape.parameterCount])
    policy.logStandardDeviations = Array(best.parameters[shape.parameterCount...])
    return policy
  }
}

/// Negative log-likelihood of actions less the weighted entropy, with its gradient.
package final class CloningLoss {
  private let head: ActionHead
  private let shape: NetworkShape
  private let normalizer: RunningNormalizer?
  private let clip: Float?
  private let entropyWeight: Double
  private let pass: NetworkPass
  private let capacity: Int

  package init(_ policy: Policy, capacity: Int, entropyWeight: Double) {
    head = policy.head
    shape = policy.network.shape
    normalizer = policy.normalizer
    clip = policy.normalizerClip
    self.entropyWeight = entropyWeight
    self.capacity = capacity
    pass = NetworkPass(shape, capacity: capacity)
  }

  /// The sum of negative log-likelihoods of these rows.
  package func evaluate(_ rows: DemonstrationRows, _ chosen: [Int], parameters: [Float]) -> Double {
    var unused: [Float] = []
    var sum = 0.0
    var start = 0
    while start < chosen.count {
      let part = Array(chosen[start..<min(start + capacity, chosen.count)])
      sum += run(rows, part, parameters: parameters, gradients: &unused)
      start += capacity
    }
    return sum
  }

  /// The same, and adds the gradient of mean loss − weight · mean entropy. At most `capacity` rows.
  package func evaluate(
    _ rows: DemonstrationRows, _ chosen: [Int], parameters: [Float], gradients: inout [Float]
  ) -> Double { run(rows, chosen, parameters: parameters, gradients: &gradients) }

  private func run(
    _ rows: DemonstrationRows, _ chosen: [Int], parameters: [Float], gradients: inout [Float]
  ) -> Double {
    let size = shape.inputs
    let count = chosen.count
    var inputs = [Float]()
    inputs.reserveCapacity(count * size)
    for row in chosen { inputs += rows.observations[row * size..<(row + 1) * size] }
    if let normalizer {
      let raw = inputs
      inputs.withUnsafeMutableBufferPointer { inputs in
        if let start = inputs.baseAddress { normalizer.normalize(raw, rows: count, into: start, clip: clip) }
      }
    }
    let wantsGradient = !gradients.isEmpty
    var outputGradients = [Float](repeating: 0, count: count * shape.outputs)
    var sum = 0.0
    // The inputs stay in place until the backward pass is done with them.
    func differentiate(_ inputs: UnsafePointer<Float>, _ parameters: UnsafePointer<Float>) {
      let outputs = pass.forward(parameters, inputs: inputs, rows: count)
      switch head {
      case .categorical(let actions):
        sum = categorical(outputs, actions, rows, chosen, &outputGradients)
      case .gaussian(let low, _):
        sum = gaussian(
          outputs, low.count, rows, chosen, parameters + shape.parameterCount, &outputGradients, &gradients)
      }
      if wantsGradient {
        pass.backward(parameters, outputGradients: outputGradients, parameterGradients: &gradients)
      }
    }
    if count > 0 { differentiate(inputs, parameters) }
    return sum
  }

  private func categorical(
    _ outputs: UnsafePointer<Float>, _ actions: Int, _ rows: DemonstrationRows, _ chosen: [Int],
    _ gradients: inout [Float]
  ) -> Double {
    let share = 1 / Float(chosen.count)
    var sum = 0.0
    for (index, row) in chosen.enumerated() {
      let logits = outputs + index * actions
      var top = logits[0]
      for action in 1..<max(1, actions) { top = max(top, logits[action]) }
      var total: Float = 0
      for action in 0..<actions { total += exp(logits[action] - top) }
      let logTotal = top + log(total)
      var entropy: Float = 0
      for action in 0..<actions { entropy -= exp(logits[action] - logTotal) * (logits[action] - logTotal) }
      let taken = Int(rows.actions[row])
      sum -= Double(logits[taken] - logTotal)
      for action in 0..<actions {
        let probability = exp(logits[action] - logTotal)
        gradients[index * actions + action] =
          share
          * (probability - (action == taken ? 1 : 0)
            + Float(entropyWeight) * probability * (logits[action] - logTotal + entropy))
      }
    }
    return sum
  }

  private func gaussian(
    _ means: UnsafePointer<Float>, _ size: Int, _ rows: DemonstrationRows, _ chosen: [Int],
    _ deviations: UnsafePointer<Float>, _ outputGradients: inout [Float], _ gradients: inout [Float]
  ) -> Double {
    let share = 1 / Float(chosen.count)
    var sum = 0.0
    for (index, row) in chosen.enumerated() {
      for component in 0..<size {
        let inverse = exp(-deviations[component])
        let distance = (rows.actions[row * size + component] - means[index * size + component]) * inverse
        sum += Double(0.5 * distance * distance + deviations[component] + halfLogTwoPi)
        outputGradients[index * size + component] = -share * distance * inverse
        if !gradients.isEmpty {
          gradients[shape.parameterCount + component] += share * (1 - distance * distance - Float(entropyWeight))
        }
      }
    }
    return sum
  }
}
