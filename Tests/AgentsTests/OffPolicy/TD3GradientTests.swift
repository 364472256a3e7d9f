import Agents
import Compute
import Foundation
import PactolusTesting
import Testing

@Suite("The gradients of TD3's losses")
struct TD3GradientTests {
  private static let rows = 12

  private func trial() throws -> (TD3, ReplayBatch) {
    var settings = TD3Settings()
    settings.hidden = [6, 5]
    settings.activation = .tanh
    (settings.batchSize, settings.bufferSize) = (Self.rows, 100)
    let td3 = try TD3(settings: settings, specification: TwoJoints().specification, random: RandomSource(seed: 1))
    scatter(td3.blocks, seed: 2)
    let batch = randomBatch(rows: Self.rows, observationSize: 3, actionSize: 2, seed: 3) { Float(tanh($0.normal())) }
    var random = RandomSource(seed: 4).stream("noise")
    for index in 0..<Self.rows * 2 { td3.noise[index] = Float(min(max(0.2 * random.normal(), -0.5), 0.5)) }
    td3.estimate(batch, actorMoves: true)
    return (td3, batch)
  }

  @Test("of each critic: the mean squared distance from the smaller target value of a noisy action")
  func critics() throws {
    let (td3, batch) = try trial()
    let actor = ReferenceNetwork(td3.actorTarget)
    let targets = td3.targets.map { ReferenceNetwork($0) }
    let wanted = (0..<Self.rows).map { row in
      let next = batch.nextObservation(row, 3)
      let action = actor(next).enumerated().map { index, action in
        min(max(action + Double(td3.noise[row * 2 + index]), -1), 1)
      }
      let value = targets.map { $0(next + action)[0] }.min()!
      return Double(batch.rewards[row]) + Double(batch.discounts[row]) * value
    }
    for (index, critic) in td3.critics.enumerated() {
      td3.differentiateCritic(index, rows: Self.rows)
      try expectGradient(
        of: { parameters in
          let network = ReferenceNetwork(critic.shape, parameters)
          return (0..<Self.rows).reduce(0.0) { sum, row in
            let error = network(batch.observation(row, 3) + batch.action(row, 2))[0] - wanted[row]
            return sum + error * error / Double(Self.rows)
          }
        }, at: critic.parameterVector.map(Double.init), is: critic.gradientVector.map(Double.init), step: 1e-5,
        tolerance: 1e-3)
    }
  }

  @Test("of the actor: through the first critic")
  func actor() throws {
    let (td3, batch) = try trial()
    td3.differentiateActor(rows: Self.rows)
    let critic = ReferenceNetwork(td3.critics[0])
    try expectGradient(
      of: { parameters in
        let actor = ReferenceNetwork(td3.actor.shape, parameters)
        return (0..<Self.rows).reduce(0.0) { sum, row in
          let observation = batch.observation(row, 3)
          return sum - critic(observation + actor(observation))[0] / Double(Self.rows)
        }
      }, at: td3.actor.parameterVector.map(Double.init), is: td3.actor.gradientVector.map(Double.init), step: 1e-5,
      tolerance: 1e-3)
  }
}
