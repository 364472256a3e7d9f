import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

/// Pictures of 16 by 16 grey pixels: the upper right quarter is a lamp that is on or off, the rest flickers. A lit lamp pays 1.
private struct Lamp: Environment {
  struct State: Sendable, Codable {
    var isLit: Bool
    var flicker: UInt64
  }

  let specification: EnvironmentSpecification = {
    var specification = EnvironmentSpecification(
      id: "test/Lamp-v0", summary: "A lamp",
      observationSpace: Box(low: Array(repeating: 0, count: 256), high: Array(repeating: 255, count: 256)),
      observationNames: (0..<256).map { "pixel \($0)" }, actionSpace: .discrete(names: ["wait", "look"]),
      maximumEpisodeSteps: 20, canTerminate: false, source: "test")
    specification.image = ImageShape(columns: 16, rows: 16, channels: 1)
    return specification
  }()

  func reset(random: inout RandomStream) -> State {
    State(isLit: random.bernoulli(0.5), flicker: UInt64(random.below(1 << 30)))
  }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let paid = state.isLit ? 1.0 : 0
    state = State(isLit: random.bernoulli(0.5), flicker: UInt64(random.below(1 << 30)))
    return Outcome(reward: paid, terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    var noise = RandomSource(seed: state.flicker).stream("flicker")
    for pixel in 0..<256 {
      let isLamp = pixel / 16 < 8 && pixel % 16 >= 8
      observation[pixel] = isLamp ? (state.isLit ? 255 : 0) : Float(96 + noise.below(64))
    }
  }
}

@Suite("Where in a picture a reward looks")
struct PatchMapTests {
  @Test(
    "of four patches the one with the lamp that is paid for carries most, in the mean and in the step that is paid best"
  )
  func lamp() throws {
    try withTemporaryDirectory { parent in
      let registry = EnvironmentRegistry([EnvironmentEntry(Lamp())])
      let settings = try ResolvedSettings(
        flags: [
          "run.environment": "test/Lamp-v0", "run.preset": "none", "run.steps": "80", "run.iterations": "1",
          "run.seed": "3", "ppo.environments": "2", "ppo.stepsPerRollout": "40", "ppo.minibatchSize": "40",
          "ppo.epochs": "1", "ppo.hidden": "[4]", "reward.hidden": "[16]", "reward.members": "1", "reward.epochs": "40",
          "reward.initialEpochMultiplier": "1", "feedback.comparisons": "200", "feedback.initialShare": "0.8",
          "feedback.segmentLength": "4", "evaluation.episodes": "1", "evaluation.finalEpisodes": "1",
          "evaluation.clips": "0",
        ], registry: registry)
      let directory = parent + "/run"
      try LearnRun.create(directory: directory, settings: settings, registry: registry, clock: TinyRun.clock).run()
      var how = InspectedRun.Settings()
      (how.episodes, how.steps) = (10, 150)
      let inspection = try Inspection(InspectedRun(directory: directory, settings: how, registry: registry))
      #expect(inspection.map == nil && inspection.patches.count == 3)
      for map in inspection.patches.prefix(2) {
        #expect(map.tops == [0, 8] && map.lefts == [0, 8] && map.values.map(\.count) == [2, 2])
        let others = [map.values[0][0], map.values[1][0], map.values[1][1]].map(abs)
        #expect(abs(map.values[0][1]) > (others.max() ?? .infinity))
      }
      // Lit pays more than usual, unlit less.
      #expect(inspection.patches[1].values[0][1] > 0 && inspection.patches[2].values[0][1] < 0)
      #expect((inspection.patches[1].paid ?? 0) > (inspection.patches[2].paid ?? 0))
    }
  }
}
