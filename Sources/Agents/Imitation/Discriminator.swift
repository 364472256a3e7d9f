import Compute
import Environments
import Foundation
import Rewards

/// Tells the expert's transitions from the agent's; its logit is the imitation's reward, up to form.
///
/// GAIL: u = g(x). AIRL: u = g(x) + γ h(s′) − h(s) − log π(a|s), h(s′) counted as 0 after a termination. x is the encoded
/// transition; inputs are normalised by running statistics of both sides. Gradients are derived by hand:
/// ∂L/∂u = σ(u) − y for the logistic loss L = −y log σ(u) − (1 − y) log(1 − σ(u)).
package final class Discriminator {
  package let settings: AdversarialSettings
  package let encoding: TransitionEncoding
  private let stateEncoding: TransitionEncoding
  package let gShape: NetworkShape
  package let hShape: NetworkShape
  /// g's parameters, then h's (AIRL).
  package var parameters: [Float]
  var adam: Adam
  /// Of x, and of observations for h.
  var gNormalizer: RunningNormalizer
  var hNormalizer: RunningNormalizer

  /// What normalised inputs are limited to.
  static let inputClip: Float = 10

  package var isAIRL: Bool { settings.method == .airl }

  package init(
    _ settings: AdversarialSettings, specification: EnvironmentSpecification, random: RandomSource
  ) throws {
    try settings.validate()
    self.settings = settings
    encoding = try TransitionEncoding(settings.inputs, specification: specification)
    stateEncoding = try TransitionEncoding(
      RewardInputs(observation: true, action: false), specification: specification)
    gShape = NetworkShape(
      inputs: encoding.width, hidden: settings.hidden, outputs: 1, activation: settings.activation)
    hShape = NetworkShape(
      inputs: stateEncoding.width, hidden: settings.hidden, outputs: 1, activation: settings.activation)
    parameters = Network(gShape, initialization: .pyTorchDefault, random: random.child("imitation/g")).parameters
    if settings.method == .airl {
      parameters += Network(hShape, initialization: .pyTorchDefault, random: random.child("imitation/h")).parameters
    }
    adam = Adam(
      AdamSettings(learningRate: Float(settings.learningRate), weightDecay: Float(settings.weightDecay)),
      count: parameters.count)
    gNormalizer = RunningNormalizer(size: encoding.width, epsilon: 1e-5)
    hNormalizer = RunningNormalizer(size: stateEncoding.width, epsilon: 1e-5)
  }

  /// Rows as the networks read them, not yet normalised.
  package struct Encoded {
    package var count: Int
    package var inputs: [Float]
    package var observations: [Float]
    package var nextObservations: [Float]
    /// 0 after a termination, else 1.
    package var continues: [Float]
    /// log π(a|s) of the agent (AIRL; 0 for GAIL).
    package var logProbabilities: [Float]
  }

  package func encode(_ rows: TransitionRows, logProbabilities: [Float]?) -> Encoded {
    let size = stateEncoding.observationSize
    var inputs = [Float](repeating: 0, count: rows.count * encoding.width)
    inputs.withUnsafeMutableBufferPointer { inputs in
      if let start = inputs.baseAddress { encoding.encode(rows, into: start) }
    }
    let needsStates = isAIRL
    return Encoded(
      count: rows.count, inputs: inputs,
      observations: needsStates ? Array(UnsafeBufferPointer(start: rows.observations, count: rows.count * size)) : [],
      nextObservations: needsStates
        ? Array(UnsafeBufferPointer(start: rows.nextObservations, count: rows.count * size)) : [],
      continues: (0..<rows.count).map { rows.terminated[$0] ? 0 : 1 },
      logProbabilities: logProbabilities ?? [Float](repeating: 0, count: rows.count))
  }

  package func learnStatistics(_ encoded: Encoded) {
    gNormalizer.update(encoded.inputs, rows: encoded.count)
    if isAIRL { hNormalizer.update(encoded.observations, rows: encoded.count) }
  }

  /// One step of Adam on a batch of both sides.
  ///
  /// - Returns: the mean loss and the share that was told apart rightly, before the step.
  package func step(
    expert: Encoded, agent: Encoded, expertRows: [Int], agentRows: [Int], learningRate: Double
  ) -> (loss: Double, accuracy: Double) {
    let batch = gathered(expert, expertRows, agent, agentRows)
    var gradients = [Float](repeating: 0, count: parameters.count)
    let result = differentiate(batch, experts: expertRows.count, gradients: &gradients)
    adam.update(&parameters, gradients: gradients, learningRate: Float(learningRate))
    return result
  }

  /// The expert's rows, then the agent's.
  package func gathered(_ expert: Encoded, _ expertRows: [Int], _ agent: Encoded, _ agentRows: [Int]) -> Encoded {
    let (width, size) = (encoding.width, stateEncoding.width)
    var batch = Encoded(
      count: expertRows.count + agentRows.count, inputs: [], observations: [], nextObservations: [], continues: [],
      logProbabilities: [])
    batch.inputs.reserveCapacity(batch.count * width)
    for (source, rows) in [(expert, expertRows), (agent, agentRows)] {
      for row in rows {
        batch.inputs += source.inputs[row * width..<(row + 1) * width]
        batch.continues.append(source.continues[row])
        batch.logProbabilities.append(source.logProbabilities[row])
        guard isAIRL else { continue }
        batch.observations += source.observations[row * size..<(row + 1) * size]
        batch.nextObservations += source.nextObservations[row * size..<(row + 1) * size]
      }
    }
    return batch
  }

  /// The loss of a batch whose first `experts` rows are the expert's, and its gradient.
  package func differentiate(
    _ batch: Encoded, experts: Int, gradients: inout [Float]
  ) -> (loss: Double, accuracy: Double) {
    let count = batch.count
    let passes = Passes(self, capacity: count)
    var logits = [Float](repeating: 0, count: count)
    passes.logits(batch, into: &logits)
    var (loss, correct) = (0.0, 0)
    var slopes = [Float](repeating: 0, count: count)
    for row in 0..<count {
      let isExpert = row < experts
      let logit = Double(logits[row])
      let signed = isExpert ? logit : -logit
      loss += max(-signed, 0) + log1p(exp(-abs(signed)))
      if signed > 0 { correct += 1 }
      slopes[row] = Float((1 / (1 + exp(-logit)) - (isExpert ? 1 : 0)) / Double(count))
    }
    passes.backward(batch, slopes: slopes, gradients: &gradients)
    return (loss / Double(count), Double(correct) / Double(count))
  }

  /// The logits of all rows, block by block.
  package func logits(_ encoded: Encoded) -> [Float] {
    var logits = [Float](repeating: 0, count: encoded.count)
    Passes(self, capacity: encoded.count).logits(encoded, into: &logits)
    return logits
  }

  /// g alone: what AIRL recovers as the reward, up to a constant, where g reads observations only.
  package func values(_ encoded: Encoded) -> [Float] {
    var values = [Float](repeating: 0, count: encoded.count)
    var target = values.mutableSpan
    learned.evaluate(encoded.inputs, rows: encoded.count, into: &target)
    return values
  }

  /// g as it is now, as a reward of its own.
  var learned: ImitationReward {
    ImitationReward(
      encoding: encoding, normalizer: gNormalizer, shape: gShape,
      parameters: Array(parameters[0..<gShape.parameterCount]))
  }
}

/// Forward and backward memory of the discriminator's networks for some rows.
private final class Passes {
  private let owner: Discriminator
  private let g: NetworkPass
  private let here: NetworkPass
  private let there: NetworkPass

  init(_ owner: Discriminator, capacity: Int) {
    self.owner = owner
    g = NetworkPass(owner.gShape, capacity: capacity)
    here = NetworkPass(owner.hShape, capacity: owner.isAIRL ? capacity : 0)
    there = NetworkPass(owner.hShape, capacity: owner.isAIRL ? capacity : 0)
  }

  private var inputs: [Float] = []
  private var states: [Float] = []
  private var nextStates: [Float] = []

  private func normalized(_ values: [Float], _ normalizer: RunningNormalizer, rows: Int) -> [Float] {
    var result = values
    result.withUnsafeMutableBufferPointer { result in
      if let start = result.baseAddress {
        normalizer.normalize(values, rows: rows, into: start, clip: Discriminator.inputClip)
      }
    }
    return result
  }

  func logits(_ batch: Discriminator.Encoded, into logits: inout [Float]) {
    let count = batch.count
    inputs = normalized(batch.inputs, owner.gNormalizer, rows: count)
    let outputs = g.forward(owner.parameters, inputs: inputs, rows: count)
    for row in 0..<count { logits[row] = outputs[row] }
    guard owner.isAIRL else { return }
    states = normalized(batch.observations, owner.hNormalizer, rows: count)
    nextStates = normalized(batch.nextObservations, owner.hNormalizer, rows: count)
    let discount = Float(owner.settings.discount)
    func addPotentials(_ parameters: UnsafePointer<Float>) {
      let h = parameters + owner.gShape.parameterCount
      let potentials = here.forward(h, inputs: states, rows: count)
      let nextPotentials = there.forward(h, inputs: nextStates, rows: count)
      for row in 0..<count {
        logits[row] +=
          discount * batch.continues[row] * nextPotentials[row] - potentials[row] - batch.logProbabilities[row]
      }
    }
    addPotentials(owner.parameters)
  }

  /// After ``logits(_:into:)`` of the same batch: adds the gradient.
  func backward(_ batch: Discriminator.Encoded, slopes: [Float], gradients: inout [Float]) {
    let count = batch.count
    let gCount = owner.gShape.parameterCount
    let discount = Float(owner.settings.discount)
    let nextSlopes = (0..<count).map { slopes[$0] * discount * batch.continues[$0] }
    let hereSlopes = slopes.map { -$0 }
    // The passes remember where their inputs stand, so those must not move between forward and backward.
    func differentiate(
      _ pass: NetworkPass, _ parameters: UnsafePointer<Float>, _ inputs: UnsafePointer<Float>, _ slopes: [Float],
      into gradients: UnsafeMutablePointer<Float>, at start: Int
    ) {
      pass.forward(parameters + start, inputs: inputs, rows: count)
      pass.backward(parameters + start, outputGradients: slopes, parameterGradients: gradients + start)
    }
    differentiate(g, owner.parameters, inputs, slopes, into: &gradients, at: 0)
    guard owner.isAIRL else { return }
    differentiate(here, owner.parameters, states, hereSlopes, into: &gradients, at: gCount)
    differentiate(there, owner.parameters, nextStates, nextSlopes, into: &gradients, at: gCount)
  }
}
