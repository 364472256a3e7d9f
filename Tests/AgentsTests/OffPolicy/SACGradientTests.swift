import Agents
import Compute
import Foundation
import PactolusTesting
import Testing

@Suite("The gradients of SAC's losses")
struct SACGradientTests {
  private static let rows = 12

  private let sac: SAC
  private let batch: ReplayBatch
  private let temperature: Float = 0.3

  init() throws {
    var settings = SACSettings()
    settings.hidden = [6, 5]
    settings.activation = .tanh
    settings.batchSize = Self.rows
    settings.bufferSize = 100
    settings.lowestLogStandardDeviation = -0.4
    settings.highestLogStandardDeviation = 0.5
    let specification = TwoJoints().specification
    sac = try SAC(settings: settings, specification: specification, random: RandomSource(seed: 1))
    scatter(sac.blocks, seed: 2)
    batch = randomBatch(rows: Self.rows, observationSize: 3, actionSize: 2, seed: 3) {
      Float(tanh($0.normal()))
    }
    var random = RandomSource(seed: 4).stream("noise")
    for index in 0..<Self.rows * 2 {
      sac.current.noise[index] = Float(random.normal())
      sac.following.noise[index] = Float(random.normal())
    }
    sac.act(batch)
  }

  /// A squashed draw and its log-probability, by the density of the draw before it is squashed.
  private func draw(_ actor: ReferenceNetwork, _ observation: [Double], _ noise: [Double]) -> ([Double], Double) {
    let outputs = actor(observation)
    var actions: [Double] = []
    var logProbability = 0.0
    for index in noise.indices {
      let deviation = exp(
        min(
          max(outputs[2 + index], Double(sac.settings.lowestLogStandardDeviation)),
          Double(sac.settings.highestLogStandardDeviation)))
      let raw = outputs[index] + deviation * noise[index]
      let distance = (raw - outputs[index]) / deviation
      let action = tanh(raw)
      logProbability += -0.5 * distance * distance - log(deviation) - 0.5 * log(2 * .pi)
      logProbability -= log(1 - action * action + 1e-6)
      actions.append(action)
    }
    return (actions, logProbability)
  }

  private func noise(_ gaussian: SquashedGaussian, _ row: Int) -> [Double] {
    (0..<2).map { Double(gaussian.noise[row * 2 + $0]) }
  }

  /// What the critics should say of each row.
  private func wanted() -> [Double] {
    let actor = ReferenceNetwork(sac.actor)
    let targets = sac.targets.map { ReferenceNetwork($0) }
    return (0..<Self.rows).map { row in
      let next = batch.nextObservation(row, 3)
      let (action, logProbability) = draw(actor, next, noise(sac.following, row))
      let value = targets.map { $0(next + action)[0] }.min()! - Double(temperature) * logProbability
      return Double(batch.rewards[row]) + Double(batch.discounts[row]) * value
    }
  }

  @Test("of each critic: half the mean squared distance from reward and discounted soft value")
  func critics() throws {
    sac.estimate(batch, temperature: temperature)
    let wanted = wanted()
    for (index, critic) in sac.critics.enumerated() {
      sac.differentiateCritic(index, rows: Self.rows)
      try expectGradient(
        of: { parameters in
          let network = ReferenceNetwork(critic.shape, parameters)
          return (0..<Self.rows).reduce(0.0) { sum, row in
            let error = network(batch.observation(row, 3) + batch.action(row, 2))[0] - wanted[row]
            return sum + 0.5 * error * error / Double(Self.rows)
          }
        }, at: critic.parameterVector.map(Double.init), is: critic.gradientVector.map(Double.init), step: 1e-5,
        tolerance: 1e-3)
    }
  }

  @Test("of the actor: through tanh, its correction, and the smaller critic, with bounds on the deviation in force")
  func actor() throws {
    for index in 0..<2 { sac.judgeActor(index, rows: Self.rows) }
    // The last number of a critic is the bias of its value: with it, either is the smaller one in about half the rows.
    let gap = (0..<Self.rows).map { sac.critics[0].outputs[$0] - sac.critics[1].outputs[$0] }.sorted()[Self.rows / 2]
    sac.critics[1].parameterVector[sac.critics[1].count - 1] += gap + 1e-3
    sac.judgeActor(1, rows: Self.rows)
    let (first, second) = (sac.critics[0].outputs, sac.critics[1].outputs)
    let smaller = (0..<Self.rows).filter { first[$0] < second[$0] }
    #expect(!smaller.isEmpty && smaller.count < Self.rows, "either critic should be the smaller one somewhere")
    let deviations = (0..<Self.rows).flatMap { row in
      (2..<4).map { sac.actor.outputs[row * 4 + $0] }
    }
    #expect(deviations.contains { $0 < -0.4 } && deviations.contains { $0 > 0.5 }, "bounds should be met")
    sac.differentiateActor(batch, temperature: temperature)
    let critics = sac.critics.map { ReferenceNetwork($0) }
    try expectGradient(
      of: { parameters in
        let actor = ReferenceNetwork(sac.actor.shape, parameters)
        return (0..<Self.rows).reduce(0.0) { sum, row in
          let observation = batch.observation(row, 3)
          let (action, logProbability) = draw(actor, observation, noise(sac.current, row))
          let value = critics.map { $0(observation + action)[0] }.min()!
          return sum + (Double(temperature) * logProbability - value) / Double(Self.rows)
        }
      }, at: sac.actor.parameterVector.map(Double.init), is: sac.actor.gradientVector.map(Double.init), step: 1e-5,
      tolerance: 1e-3)
  }

  @Test("of the temperature, by its logarithm")
  func temperatureGradient() throws {
    sac.differentiateTemperature(rows: Self.rows)
    let actor = ReferenceNetwork(sac.actor)
    let mean = (0..<Self.rows).reduce(0.0) { sum, row in
      sum + draw(actor, batch.observation(row, 3), noise(sac.current, row)).1 / Double(Self.rows)
    }
    try expectGradient(
      of: { -$0[0] * (mean + Double(sac.targetEntropy)) }, at: sac.logTemperature.parameterVector.map(Double.init),
      is: sac.logTemperature.gradientVector.map(Double.init), tolerance: 1e-3)
    #expect(sac.targetEntropy == -2)
  }

  @Test("log-probabilities are those of the squashed draw")
  func logProbabilities() {
    let actor = ReferenceNetwork(sac.actor)
    for row in 0..<Self.rows {
      let (action, logProbability) = draw(actor, batch.observation(row, 3), noise(sac.current, row))
      #expect(abs(Double(sac.current.logProbabilities[row]) - logProbability) < 1e-4 * max(1, abs(logProbability)))
      for index in 0..<2 { #expect(abs(Double(sac.current.actions[row * 2 + index]) - action[index]) < 1e-5) }
    }
  }
}
