import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import RunFixtures
import Runs
import Testing

@Suite("A run with another learner", .serialized)
struct LearnerRunTests {
  private static let learners = LearnerRegistry([.ppo, TabularQLearner.kind])
  private static let flags = [
    "run.environment": "pactolus/Delivery-v0", "run.preset": "none", "run.learner": "tabularQ", "run.steps": "2400",
    "run.iterations": "3", "run.seed": "5", "tabularQ.stepSize": "0.5", "reward.hidden": "[]",
    "reward.useAction": "false", "reward.useObservation": "false", "reward.useNextObservation": "true",
    "reward.normalizeInputs": "false", "reward.epochs": "3", "reward.initialEpochMultiplier": "3",
    "feedback.comparisons": "60", "feedback.initialShare": "0.5", "feedback.segmentLength": "3",
    "feedback.explorationShare": "0.5", "person.kind": "rational", "evaluation.episodes": "2",
    "evaluation.finalEpisodes": "3", "evaluation.clips": "1",
  ]

  private static func create(_ directory: String) throws -> LearnRun {
    try LearnRun.create(
      directory: directory, settings: ResolvedSettings(flags: flags, learners: learners), learners: learners,
      clock: TinyRun.clock)
  }

  private static func resume(_ directory: String) throws -> LearnRun {
    try LearnRun.resume(directory: directory, learners: learners, clock: TinyRun.clock)
  }

  @Test("tabular Q-learning goes through the whole loop; killed after any event and resumed, the bytes are the same")
  func killedAnywhere() throws {
    let reference = try withTemporaryDirectory { parent in
      try Self.create(parent + "/run").run()
      return try TinyRun.Remains(parent + "/run")
    }
    #expect(reference.ledger.contains("tabularQ/observations"))
    #expect(!reference.ledger.contains("ppo/"))
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 0, to: events, by: 9) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try Self.create(directory)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try Self.resume(directory).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("it keeps the contract of learners")
  func contract() throws {
    try expectContract(of: TabularQLearner.kind, in: EnvironmentRegistry.standard.entry("pactolus/Delivery-v0"))
  }

  @Test("its settings are listed, read, written and compared like any other's")
  func settings() throws {
    let resolved = try ResolvedSettings(flags: Self.flags, learners: Self.learners)
    #expect(resolved.settings.learners[TabularQSettings.self].stepSize == 0.5)
    let yaml = resolved.yaml(header: "test")
    #expect(yaml.contains("\ntabularQ:\n") && yaml.contains("  stepSize: 0.5  # flag\n"))
    let again = try ResolvedSettings(
      file: SettingsFile(text: yaml, path: "run.yaml"), learners: Self.learners)
    #expect(again.settings == resolved.settings)
    #expect(throws: InputError.self) { try ResolvedSettings(flags: ["tabularQ.stepSize": "0.5"]) }
    #expect(throws: InputError.self) { try ResolvedSettings(flags: ["run.learner": "tabularQ"]) }
  }

  @Test("its policy is evaluated as any other's")
  func evaluated() throws {
    try withTemporaryDirectory { parent in
      try Self.create(parent + "/run").run()
      let evaluation = try RunEvaluation(directory: parent + "/run", episodes: 4, learners: Self.learners)
      #expect(evaluation.trueReturns.count == 4)
      #expect(throws: InputError.self) { try RunEvaluation(directory: parent + "/run", episodes: 4) }
    }
  }
}
