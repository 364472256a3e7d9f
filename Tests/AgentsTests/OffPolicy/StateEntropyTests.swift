import Agents
import Compute
import Environments
import Testing

@Suite("Seeking new states")
struct StateEntropyTests {
  @Test(
    "the distance to the k-th nearest of all others is the one that sorting finds",
    arguments: [1, 3, 7], [5, 256, 600])
  func distances(neighbour: Int, count: Int) {
    let (size, rows) = (3, 9)
    var random = RandomSource(seed: 3).stream("states", count)
    let states = (0..<count * size).map { _ in Float(random.normal()) }
    let asked = (0..<rows).map { $0 % count }
    let observations = asked.flatMap { states[$0 * size..<($0 + 1) * size] }
    let entropy = StateEntropy(size: size, rows: rows, neighbour: neighbour)
    var found = [Float](repeating: .nan, count: rows)
    entropy.distances(observations, count: rows, among: states, states: count, into: &found)
    for (row, state) in asked.enumerated() {
      let sorted = (0..<count).map { other in
        (0..<size).reduce(0.0) { sum, index in
          let difference = Double(states[state * size + index]) - Double(states[other * size + index])
          return sum + difference * difference
        }.squareRoot()
      }.sorted()
      // The first is the state itself.
      #expect(abs(Double(found[row]) - sorted[min(neighbour, count - 1)]) < 1e-3)
    }
  }

  @Test("an agent that seeks new states goes further than one that acts at random, and then learns the reward")
  func explores() throws {
    func spread(pretraining: Int) throws -> Double {
      var settings = SACSettings()
      settings.hidden = [32, 32]
      settings.batchSize = 64
      settings.learningRate = 3e-3
      settings.randomSteps = pretraining > 0 ? 100 : 1500
      settings.pretrainingSteps = pretraining
      settings.pretrainingUpdates = 10
      let world = OpenPlane()
      let learner = try OffPolicyLearner<SAC>(
        settings: settings, specification: world.specification, random: RandomSource(seed: 5))
      let batch = Batch(world, count: 1, random: RandomSource(seed: 6))
      for _ in 0..<6 { _ = try learner.iterate(batch, reward: nil, progress: 0, recorder: nil) }
      var sum = 0.0
      for row in 1000..<1500 {
        let place = learner.buffer.observations + row * 2
        sum += Double(place[0] * place[0] + place[1] * place[1]).squareRoot()
      }
      return sum / 500
    }
    let (random, seeking) = (try spread(pretraining: 0), try spread(pretraining: 1400))
    #expect(seeking > 1.5 * random, "\(seeking) against \(random)")
  }
}

/// A plane to walk on from its middle, forty steps an episode; nothing is earned.
private struct OpenPlane: Environment {
  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/OpenPlane", summary: "walk anywhere", observationSpace: Box(low: [-9, -9], high: [9, 9]),
      observationNames: ["east", "north"], actionSpace: .continuous(Box(low: [-1, -1], high: [1, 1])),
      maximumEpisodeSteps: 40, canTerminate: false, source: "here")
  }
  func reset(random: inout RandomStream) -> [Float] { [0, 0] }
  func step(_ state: inout [Float], _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state[0] += 0.1 * min(max(action[0], -1), 1)
    state[1] += 0.1 * min(max(action[1], -1), 1)
    return Outcome(reward: 0, terminated: false)
  }
  func observe(_ state: [Float], into observation: inout MutableSpan<Float>) {
    (observation[0], observation[1]) = (state[0], state[1])
  }
  func scene(_ state: [Float]) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}
