import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Rewards
import Testing

@Suite("Gradients of imitation")
struct ImitationGradientTests {
  /// Losses in single precision: a step of 0.01 leaves about a thousandth of the largest slope.
  private func expectSlope(_ gradient: [Float], _ parameters: [Float], _ loss: ([Float]) -> Double) throws {
    try expectGradient(
      of: { loss($0.map { Float($0) }) }, at: parameters.map(Double.init), is: gradient.map(Double.init), step: 0.01,
      tolerance: 5e-3)
  }

  @Test("cloning's gradient is the likelihood's slope", arguments: ["pactolus/CartPole-v1", "pactolus/Pendulum-v1"])
  func cloning(id: String) throws {
    let specification = try Imitated.entry(id).specification
    var random = RandomSource(seed: 3).stream("gradient")
    let rows = try DemonstrationRows(
      [Imitated.noise(specification, count: 20, random: &random)], specification: specification)
    let head = ActionHead(specification.actionSpace)
    let network = Network(
      NetworkShape(
        inputs: specification.observationSpace.count, hidden: [5], outputs: head.outputs, activation: .tanh),
      initialization: .pyTorchDefault, random: RandomSource(seed: 4))
    let policy = Policy(
      environment: id, head: head, network: network,
      logStandardDeviations: id.contains("Pendulum") ? [0.3] : [])
    // Without weight on the entropy the loss that is returned is what is differentiated.
    let loss = CloningLoss(policy, capacity: 20, entropyWeight: 0)
    let chosen = Array(0..<20)
    let parameters = network.parameters + policy.logStandardDeviations
    var gradients = [Float](repeating: 0, count: parameters.count)
    _ = loss.evaluate(rows, chosen, parameters: parameters, gradients: &gradients)
    try expectSlope(gradients, parameters) { loss.evaluate(rows, chosen, parameters: $0) / 20 }
  }

  @Test("the entropy's part of cloning's gradient vanishes at equal logits and pulls towards them elsewhere")
  func entropy() throws {
    let specification = try Imitated.entry().specification
    var random = RandomSource(seed: 5).stream("entropy")
    let rows = try DemonstrationRows(
      [Imitated.noise(specification, count: 8, random: &random)], specification: specification)
    /// The gradient by the output layer's biases that is due to the entropy, at these biases and no weights.
    func pull(_ biases: [Float]) throws -> [Float] {
      let head = ActionHead(specification.actionSpace)
      var network = Network(
        NetworkShape(inputs: 4, hidden: [], outputs: 2, activation: .tanh), initialization: .pyTorchDefault,
        random: RandomSource(seed: 6))
      network.parameters = [Float](repeating: 0, count: 8) + biases
      let policy = Policy(
        environment: specification.id, head: head, network: network, logStandardDeviations: [])
      var (with, without) = ([Float](repeating: 0, count: 10), [Float](repeating: 0, count: 10))
      let chosen = Array(0..<8)
      _ = CloningLoss(policy, capacity: 8, entropyWeight: 2)
        .evaluate(rows, chosen, parameters: network.parameters, gradients: &with)
      _ = CloningLoss(policy, capacity: 8, entropyWeight: 0)
        .evaluate(rows, chosen, parameters: network.parameters, gradients: &without)
      return (8..<10).map { with[$0] - without[$0] }
    }
    #expect(try pull([0, 0]).allSatisfy { abs($0) < 1e-6 })
    // At logits (1, 0): p = 0.7311, entropy 0.5822, so 2 p (log p + entropy) = 2 · 0.7311 · (−0.3133 + 0.5822).
    let pulled = try pull([1, 0])
    #expect(abs(pulled[0] - 0.3932) < 1e-3)
    #expect(abs(pulled[1] + 0.3932) < 1e-3)
  }

  @Test("the discriminator's gradient is its loss's slope", arguments: AdversarialSettings.Method.allCases)
  func discriminator(method: AdversarialSettings.Method) throws {
    let (discriminator, batch) = try judged(method)
    var gradients = [Float](repeating: 0, count: discriminator.parameters.count)
    _ = discriminator.differentiate(batch, experts: 12, gradients: &gradients)
    let parameters = discriminator.parameters
    try expectSlope(gradients, parameters) { changed in
      discriminator.parameters = changed
      var unused = [Float](repeating: 0, count: changed.count)
      return discriminator.differentiate(batch, experts: 12, gradients: &unused).loss
    }
  }

  @Test("AIRL's logit is g + γ h(s′) − h(s) − log π, without h(s′) after a termination")
  func form() throws {
    let (discriminator, batch) = try judged(.airl)
    let logits = discriminator.logits(batch)
    let g = discriminator.values(batch)
    // h alone: the logit of the same rows without what came after, without g and without the policy.
    var ended = batch
    ended.continues = [Float](repeating: 0, count: batch.count)
    let here = zip(discriminator.logits(ended), zip(g, batch.logProbabilities)).map { $1.0 - $0 - $1.1 }
    var shifted = ended
    shifted.observations = batch.nextObservations
    let there = zip(discriminator.logits(shifted), zip(g, batch.logProbabilities)).map { $1.0 - $0 - $1.1 }
    #expect(batch.continues.contains(0) && batch.continues.contains(1))
    for row in 0..<batch.count {
      let expected =
        g[row] + Float(discriminator.settings.discount) * batch.continues[row] * there[row] - here[row]
        - batch.logProbabilities[row]
      #expect(abs(logits[row] - expected) < 1e-4)
    }
  }

  /// A fresh discriminator with statistics, and rows of which the last of each half terminates.
  private func judged(
    _ method: AdversarialSettings.Method
  ) throws -> (Discriminator, Discriminator.Encoded) {
    let specification = try Imitated.entry().specification
    var settings = AdversarialSettings()
    settings.method = method
    settings.hidden = [6]
    let discriminator = try Discriminator(settings, specification: specification, random: RandomSource(seed: 8))
    var random = RandomSource(seed: 9).stream("rows")
    let rows = try DemonstrationRows(
      (0..<2).map { _ in Imitated.noise(specification, count: 12, random: &random) }, specification: specification)
    let probabilities = (0..<24).map { _ in Float(random.uniform(-2, 0)) }
    let batch = rows.withRows { discriminator.encode($0, logProbabilities: probabilities) }
    discriminator.learnStatistics(batch)
    return (discriminator, batch)
  }
}
