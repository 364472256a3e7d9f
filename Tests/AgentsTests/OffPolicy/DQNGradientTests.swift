import Agents
import Compute
import Foundation
import PactolusTesting
import Testing

@Suite("The gradient of DQN's loss")
struct DQNGradientTests {
  private static let rows = 14

  /// Values of all actions by networks whose parameters lie one after the other.
  private func values(_ network: ValueNetwork, _ parameters: [Double], _ observation: [Double]) -> [Double] {
    var start = 0
    let parts = network.parts.map { part in
      defer { start += part.count }
      return ReferenceNetwork(part.shape, Array(parameters[start..<start + part.count]))
    }
    guard network.shape.duelling else { return parts[0](observation) }
    let features = parts.count == 3 ? parts[0](observation) : observation
    let value = parts[parts.count - 2](features)[0]
    let advantages = parts[parts.count - 1](features)
    let mean = advantages.reduce(0, +) / Double(advantages.count)
    return advantages.map { value + $0 - mean }
  }

  private func parameters(_ network: ValueNetwork) -> [Double] {
    network.parts.flatMap { $0.parameterVector.map(Double.init) }
  }

  @Test(
    "agrees with finite differences: plain and duelling, with and without a trunk, double or not",
    arguments: [([6, 5], false), ([6, 5], true), ([6], true), ([], true)], [false, true])
  func gradient(form: (hidden: [Int], duelling: Bool), double: Bool) throws {
    var settings = DQNSettings()
    (settings.hidden, settings.duelling, settings.double) = (form.hidden, form.duelling, double)
    settings.activation = .tanh
    (settings.batchSize, settings.bufferSize) = (Self.rows, 100)
    let dqn = try DQN(
      settings: settings, specification: DiscreteStrip().specification, random: RandomSource(seed: 1))
    scatter(dqn.blocks, seed: 7)
    let batch = randomBatch(rows: Self.rows, observationSize: 2, actionSize: 1, seed: 8) { Float($0.below(3)) }
    let loss = dqn.differentiate(batch)
    let errors = (0..<Self.rows).map { batch.errors[$0] }
    #expect(errors.contains { $0 < 1 } && errors.contains { $0 > 1 }, "both branches of Huber's loss should be met")

    let (online, target) = (parameters(dqn.network), parameters(dqn.target))
    let wanted = (0..<Self.rows).map { row in
      let next = batch.nextObservation(row, 2)
      let told = values(dqn.target, target, next)
      let chosen = double ? values(dqn.network, online, next) : told
      let best = chosen.indices.max { chosen[$0] < chosen[$1] }!
      return Double(batch.rewards[row]) + Double(batch.discounts[row]) * told[best]
    }
    func reference(_ parameters: [Double]) -> Double {
      (0..<Self.rows).reduce(0.0) { sum, row in
        let value = values(dqn.network, parameters, batch.observation(row, 2))[Int(batch.actions[row])]
        let size = abs(value - wanted[row])
        let huber = size < 1 ? 0.5 * size * size : size - 0.5
        return sum + Double(batch.weights[row]) * huber / Double(Self.rows)
      }
    }
    #expect(abs(Double(loss) - reference(online)) < 1e-4)
    try expectGradient(
      of: reference, at: online, is: dqn.network.parts.flatMap { $0.gradientVector.map(Double.init) }, step: 1e-5,
      tolerance: 1e-3)
  }

  @Test("agrees with finite differences through convolutions, plain and duelling", arguments: [false, true])
  func images(duelling: Bool) throws {
    var settings = DQNSettings()
    (settings.hidden, settings.duelling, settings.double) = ([6, 5], duelling, true)
    settings.activation = .tanh
    (settings.batchSize, settings.bufferSize) = (Self.rows, 100)
    let world = MovingDot(side: 5, bright: 1)
    let size = world.specification.observationSpace.count
    let dqn = try DQN(settings: settings, specification: world.specification, random: RandomSource(seed: 1))
    #expect(dqn.network.parts[0].shape.images != nil && dqn.network.parts.count == (duelling ? 3 : 1))
    var random = RandomSource(seed: 9).stream("test/scatter")
    for block in dqn.blocks { block.parameterVector = block.parameterVector.map { $0 + 0.1 * Float(random.normal()) } }
    let batch = randomBatch(rows: Self.rows, observationSize: size, actionSize: 1, seed: 8) { Float($0.below(2)) }
    let loss = dqn.differentiate(batch)
    let (online, target) = (parameters(dqn.network), parameters(dqn.target))
    let wanted = (0..<Self.rows).map { row in
      let next = batch.nextObservation(row, size)
      let told = values(dqn.target, target, next)
      let chosen = values(dqn.network, online, next)
      return Double(batch.rewards[row]) + Double(batch.discounts[row]) * told[chosen[1] > chosen[0] ? 1 : 0]
    }
    func reference(_ parameters: [Double]) -> Double {
      (0..<Self.rows).reduce(0.0) { sum, row in
        let value = values(dqn.network, parameters, batch.observation(row, size))[Int(batch.actions[row])]
        let error = abs(value - wanted[row])
        let huber = error < 1 ? 0.5 * error * error : error - 0.5
        return sum + Double(batch.weights[row]) * huber / Double(Self.rows)
      }
    }
    #expect(abs(Double(loss) - reference(online)) < 1e-4)
    let gradient = dqn.network.parts.flatMap { $0.gradientVector.map(Double.init) }
    let order = random.permutation(online.count).prefix(400)
    try expectGradient(
      of: { moved in
        var point = online
        for (index, value) in zip(order, moved) { point[index] = value }
        return reference(point)
      }, at: order.map { online[$0] }, is: order.map { gradient[$0] }, step: 1e-5, tolerance: 1e-3)
  }
}
