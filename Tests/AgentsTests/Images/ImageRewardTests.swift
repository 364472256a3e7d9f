import Agents
import Compute
import Environments
import Rewards
import Testing

@Suite("A reward model looks at images through convolutions")
struct ImageRewardTests {
  private func episode(_ world: MovingDot) -> Trajectory {
    let random = RandomSource(seed: 2)
    let batch = Batch(world, count: 1, random: random)
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    for step in 0..<9 {
      let actions: [Float] = [step % 2 == 0 ? 0 : 1]
      batch.step(actions)
      recorder.record(batch, actions)
    }
    return recorder.take()[0]
  }

  @Test("its rewards are those of the definition, of the observation and of the next one, and it survives its snapshot")
  func definition() throws {
    let world = MovingDot()
    let episode = episode(world)
    #expect(episode.count == 9)
    let size = world.specification.observationSpace.count
    for inputs in [RewardInputs(), RewardInputs(observation: false, nextObservation: true, termination: true)] {
      let settings = RewardModelSettings(hidden: [6], activation: .tanh, inputs: inputs, members: 2)
      let model = try RewardModel(settings, specification: world.specification, random: RandomSource(seed: 3))
      #expect(model.network.shape.images?.frames == 3 && model.inputNormalizer == nil)
      let rewards = model.rewards(of: episode, specification: world.specification)
      for step in 0..<9 {
        let first = (inputs.observation ? step : step + 1) * size
        var row = episode.observations[first..<first + size].map(Double.init)
        row += episode.actions[step] == 0 ? [1, 0] : [0, 1]
        if inputs.termination { row.append(0) }
        let votes = (0..<2).map { member in
          ReferenceNetwork(model.network.shape, model.network.parameters(of: member).map(Double.init))(row)[0]
        }
        #expect(abs(Double(rewards[step]) - Statistics.mean(votes)) < 1e-5)
      }
      #expect(Set(rewards).count > 4)
      #expect(try RewardModel(model.snapshot()) == model)
    }
  }

  @Test("two images are refused by the setting's name")
  func two() throws {
    let settings = RewardModelSettings(inputs: RewardInputs(nextObservation: true))
    let error = #expect(throws: InputError.self) {
      _ = try RewardModel(settings, specification: MovingDot().specification, random: RandomSource(seed: 1))
    }
    #expect(error?.place == "reward.useNextObservation")
  }
}
