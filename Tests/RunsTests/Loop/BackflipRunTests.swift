import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs of the backflip")
struct BackflipRunTests {
  private static let id = "mujoco/Hopper-v5:task=backflip"

  private static let engine: URL = {
    if let engines = ProcessInfo.processInfo.environment["PACTOLUS_ENGINES"], !engines.isEmpty {
      return URL(filePath: engines).appending(path: "mujoco")
    }
    return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../.build/mujoco")
      .standardizedFileURL
  }()

  private static let isReady =
    MuJoCoSource(folder: engine).availability != .missing(install: "./pactolus setup mujoco")

  private static func registry(_ folder: URL = engine) -> EnvironmentRegistry {
    var registry = EnvironmentRegistry.standard
    registry.add(MuJoCoSource(folder: folder))
    return registry
  }

  @Test("the one command asks 900 questions at most, spread over the run, also where the engine is not here yet")
  func budget() throws {
    let registry = Self.registry(URL(filePath: "/nowhere"))
    for id in [Self.id, "mujoco/Hopper-v5:task=backflip,pay=rotation,steps=300"] {
      let settings = try ResolvedSettings(environment: id, registry: registry)
      #expect(settings.origin(of: "feedback.comparisons") == .preset(id))
      #expect(settings.settings.feedback.comparisons <= 900 && settings.settings.feedback.kinds == "comparison")
      #expect((90...120).contains(settings.settings.feedback.segmentLength))
      #expect(settings.settings.feedback.initialShare <= 0.3 && settings.settings.run.iterations >= 20)
      #expect(settings.settings.run.agentReward == .learned && settings.settings.run.keep == .best)
    }
    let plain = try ResolvedSettings(environment: "mujoco/Hopper-v5", registry: registry)
    #expect(plain.origin(of: "feedback.comparisons") == .standard)
  }

  private static let small = [
    "run.environment": id, "run.preset": "none", "run.steps": "600", "run.iterations": "2", "ppo.environments": "2",
    "ppo.stepsPerRollout": "150", "ppo.epochs": "1", "ppo.hidden": "[8]", "reward.hidden": "[8]",
    "reward.initialEpochMultiplier": "1", "feedback.comparisons": "9", "feedback.initialShare": "0.5",
    "feedback.segmentLength": "100", "evaluation.episodes": "1", "evaluation.finalEpisodes": "2",
    "evaluation.clips": "0",
  ]

  @Test(
    "evaluation counts the flips of each episode, and played episodes tell theirs with the last step",
    .enabled(if: isReady, "MuJoCo is not here: run ./pactolus setup mujoco"),
    arguments: ["true", "formula", "rotation"])
  func counts(judgesBy: String) throws {
    try withTemporaryDirectory { parent in
      let registry = Self.registry()
      let settings = try ResolvedSettings(
        flags: Self.small.merging(["person.judgesBy": judgesBy]) { $1 }, registry: registry)
      try LearnRun.create(directory: parent + "/run", settings: settings, registry: registry).run()
      let evaluation = try RunEvaluation(directory: parent + "/run", episodes: 3, registry: registry)
      let flips = try #require(evaluation.flips)
      // An agent that knows nothing falls over and lies there.
      #expect(flips.episodes.count == 3 && !flips.succeeds && flips.meanCleanFlips == 0)
      #expect(flips.episodes.allSatisfy { (0...1).contains($0.shareOnOtherParts) })
      let share = flips.episodes.map(\.shareOnOtherParts).reduce(0, +) / 3
      #expect(abs(flips.meanShareOnOtherParts - share) < 1e-12 && share > 0.1)

      let entry = try registry.entry(Self.id)
      let played = try PlayedEpisodes(entry, seed: 3)
      let choose = ActionChoice.policy(
        try TrainedRun(directory: parent + "/run", registry: registry).policy, isDrawn: false
      )
      .chooser(for: entry.specification, seed: 3)
      var told: [Int: Backflip.Episode] = [:]
      for step in 0..<600 {
        let action = try #require(choose(played.observation))
        if let episode = try played.step(action).flips { told[step] = episode }
      }
      #expect(told.keys.sorted() == [299, 599])
      #expect(told.values.allSatisfy { $0.shareOnOtherParts > 0.1 && $0.cleanFlips == 0 })
    }
  }

  @Test("other worlds have no flips to count")
  func elsewhere() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run").run()
      #expect(try RunEvaluation(directory: parent + "/run", episodes: 2).flips == nil)
    }
  }
}
