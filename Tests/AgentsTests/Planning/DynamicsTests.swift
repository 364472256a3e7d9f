import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

/// A world for its specification alone: two numbers seen, actions of one number or three choices.
func seenWorld(discrete: Bool = false) -> EnvironmentSpecification {
  EnvironmentSpecification(
    id: "test/Seen-v0", summary: "a world", observationSpace: Box(low: [-5, -5], high: [5, 5]),
    observationNames: ["a", "b"],
    actionSpace: discrete ? .discrete(names: ["left", "stay", "right"]) : .continuous(Box(low: [-1], high: [1])),
    maximumEpisodeSteps: 100, canTerminate: true, source: "here")
}

/// Transitions of a linear world: a grows by half of b, b by a fifth of the action; the reward is a − b, and it ends
/// where a is above 2.
func linearData(_ count: Int, noise: Double = 0, seed: UInt64, discrete: Bool = false) -> DynamicsData {
  var random = RandomSource(seed: seed).stream("test/linear")
  var data = DynamicsData()
  for _ in 0..<count {
    let (a, b) = (random.uniform(-3, 3), random.uniform(-3, 3))
    let action = discrete ? Double(random.below(3)) : random.uniform(-1, 1)
    let push = discrete ? action - 1 : action
    let next = [a + 0.5 * b + noise * random.normal(), b + 0.2 * push + noise * random.normal()]
    data.append(
      Trajectory(
        observationSize: 2, actionRowSize: 1, observations: [Float(a), Float(b), Float(next[0]), Float(next[1])],
        actions: [Float(action)], rewards: [Float(a - b)], terminated: a > 2, truncated: false, start: nil))
  }
  return data
}

@Suite("Learned dynamics")
struct DynamicsTests {
  private func trainer(
    discrete: Bool = false, random: RandomSource = RandomSource(seed: 1),
    change: (inout DynamicsSettings) -> Void = { _ in }
  ) -> DynamicsTrainer {
    var settings = DynamicsSettings()
    (settings.members, settings.hidden, settings.batchSize) = (2, [6, 5], 12)
    change(&settings)
    let ensemble = DynamicsEnsemble(
      settings, specification: seenWorld(discrete: discrete), predictsReward: true, predictsEnd: true, random: random)
    return DynamicsTrainer(settings, ensemble, random: random)
  }

  @Test("the loss and its gradient: squared errors and the cross-entropy of the end", arguments: [false, true])
  func gradient(discrete: Bool) throws {
    let trainer = trainer(discrete: discrete)
    let data = linearData(60, noise: 0.1, seed: 2, discrete: discrete)
    var random = RandomSource(seed: 3).stream("draw")
    data.withRows { rows in
      trainer.standardize(rows)
      trainer.draw(rows, random: &random)
    }
    scatter([trainer.block], seed: 4)
    let loss = trainer.differentiate()
    let (shape, rows) = (trainer.ensemble.network.shape, 12)
    let (inputs, outputs) = (shape.inputs, shape.outputs)
    #expect(outputs == 4 && inputs == (discrete ? 5 : 3))
    let reference: ([Double]) -> Double = { parameters in
      (0..<2 * rows).reduce(0.0) { sum, row in
        let start = row / rows * shape.parameterCount
        let network = ReferenceNetwork(shape, Array(parameters[start..<start + shape.parameterCount]))
        let predicted = network((0..<inputs).map { Double(trainer.inputs[row * inputs + $0]) })
        let wanted = (0..<outputs).map { Double(trainer.targets[row * outputs + $0]) }
        let squares = (0..<3).map { pow(predicted[$0] - wanted[$0], 2) }.reduce(0, +) / 3
        let chance = 1 / (1 + exp(-predicted[3]))
        let entropy = -(wanted[3] * log(chance) + (1 - wanted[3]) * log(1 - chance))
        return sum + Double(trainer.weights[row]) * (squares + entropy) / Double(rows)
      }
    }
    let point = trainer.block.parameterVector.map(Double.init)
    #expect(abs(loss - reference(point)) < 1e-5 * loss)
    try expectGradient(
      of: reference, at: point, is: trainer.block.gradientVector.map(Double.init), step: 1e-5, tolerance: 1e-3)
  }

  @Test("inputs are standardised by the data's own means and deviations, and a constant column keeps its unit")
  func standardization() {
    var data = DynamicsData()
    for (a, next) in [(1.0, 2.0), (3, 8)] {
      data.append(
        Trajectory(
          observationSize: 2, actionRowSize: 1, observations: [Float(a), 4, Float(next), 4], actions: [0.5],
          rewards: [Float(a)], terminated: false, truncated: false, start: nil))
    }
    let trainer = trainer()
    data.withRows { trainer.standardize($0) }
    // Observations 1, 3 and 4, 4; changes 1, 5 and 0, 0; actions .5, .5; rewards 1, 3.
    #expect(trainer.ensemble.inputs.means == [2, 4, 0.5] && trainer.ensemble.inputs.deviations == [1, 1, 1])
    #expect(trainer.ensemble.targets.means == [3, 0, 2] && trainer.ensemble.targets.deviations == [2, 1, 1])
  }

  @Test(
    "a transition's weight in each bootstrap is Poisson(1), its own in each; a tenth is held out of all: fixed draws")
  func bootstrap() {
    let trainer = trainer()
    let kept = (0..<20_000).filter { !trainer.isHeldOut($0) }
    // Deviation of the share: .002.
    #expect(abs(Double(kept.count) / 20_000 - 0.9) < 0.01)
    let weights = (0..<2).map { member in kept.map { trainer.weight($0, member: member) } }
    for own in weights {
      #expect(abs(own.reduce(0, +) / Float(kept.count) - 1) < 0.03)
      let shares: [(Float, Double)] = [(0, 0.3679), (1, 0.3679), (2, 0.1839), (3, 0.0613)]
      for (value, share) in shares {
        let seen = Double(own.count { $0 == value }) / Double(kept.count)
        #expect(abs(seen - share) < 0.02)
      }
    }
    let both = Double(zip(weights[0], weights[1]).count { $0 == 0 && $1 == 0 }) / Double(kept.count)
    #expect(abs(both - 0.3679 * 0.3679) < 0.02)
    #expect((0..<20_000).allSatisfy { !trainer.isHeldOut($0) || trainer.weight($0, member: 0) == 0 })
  }

  @Test("a linear world is learned to a seventh of its changes; what is reported is the held-out error")
  func learns() throws {
    let trainer = trainer { settings in (settings.hidden, settings.batchSize) = ([16], 64) }
    let data = linearData(600, seed: 6)
    try data.withRows { rows in
      trainer.standardize(rows)
      let before = try #require(trainer.measure(rows))
      for step in 0..<1500 {
        var draws = RandomSource(seed: 7).stream("step", step)
        _ = trainer.step(rows, random: &draws)
      }
      let after = try #require(trainer.measure(rows))
      #expect(before.mean > 0.7 && after.mean < 0.15, "\(before.mean), \(after.mean)")
      // The same by the value's own play, one step each.
      let play = ImaginedPlay(trainer.current, specification: seenWorld())
      var squares = 0.0
      let held = (0..<rows.count).filter { trainer.isHeldOut($0) }
      for row in held {
        let now = [rows.observations[2 * row], rows.observations[2 * row + 1]]
        let seen = play.play(from: now, actions: [rows.actions[row]]).observations.suffix(2)
        for (column, value) in seen.enumerated() {
          let off = Double(value - rows.nextObservations[2 * row + column])
          squares += pow(off / Double(trainer.ensemble.targets.deviations[column]), 2)
        }
      }
      #expect(abs((squares / Double(2 * held.count)).squareRoot() - after.mean) < 1e-3 * after.mean)
    }
  }

  @Test("the log-likelihood of a trajectory, by hand: Gaussians around each network's prediction")
  func likelihood() throws {
    var settings = DynamicsSettings()
    (settings.members, settings.hidden) = (2, [])
    var ensemble = DynamicsEnsemble(
      settings, specification: seenWorld(), predictsReward: false, predictsEnd: false, random: RandomSource(seed: 1))
    // No weights, and biases: the networks foresee changes of (1, 0) and (0, −1) in standardised units.
    ensemble.network.parameters = [0, 0, 0, 0, 0, 0, 1, 0] + [0, 0, 0, 0, 0, 0, 0, -1]
    ensemble.targets.means = [0.5, 0]
    ensemble.targets.deviations = [2, 1]
    ensemble.residuals = [0.25, 4]
    let play = ImaginedPlay(ensemble, specification: seenWorld())
    // Their mean, (.5, −.5): a change of 1.5 and −.5.
    let path = play.play(from: [1, 1], actions: [0, 0])
    #expect(path.observations == [1, 1, 2.5, 0.5, 4, 0] && path.start == nil && !path.terminated)
    // Each network is off by half a unit in each component.
    let one = -0.5 * (0.25 / 0.25 + log(2 * .pi * 0.25)) - 0.5 * (0.25 / 4 + log(2 * .pi * 4))
    #expect(abs(play.meanLogLikelihood(of: path) - one) < 1e-6)
    var odd = path
    odd.observations[3] = 2.5
    #expect(play.meanLogLikelihood(of: odd) < one)
    // Beyond the bounds nothing is seen.
    #expect(play.play(from: [4.5, 1], actions: [0]).observations.suffix(2) == [5, 0.5])
  }
}
