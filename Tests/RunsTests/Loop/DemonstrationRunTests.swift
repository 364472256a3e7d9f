import Agents
import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Demonstrations first, comparisons after", .serialized)
struct DemonstrationRunTests {
  /// Clips of random play: what is demonstrated does not matter here.
  private func withDemonstrations(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
      let path = folder + "/expert.npz"
      try ImitationFile.write(
        entry.randomClips(3, steps: 200, random: RandomSource(seed: 9)), actions: .continuous,
        to: URL(fileURLWithPath: path))
      try body(path)
    }
  }

  @Test("a demonstrated segment counts as better than the agent's; killed and resumed, the bytes are the same")
  func automaticComparisons() throws {
    try withDemonstrations { path in
      let more = ["demonstrations.file": path, "demonstrations.comparisons": "3"]
      let reference = try TinyRun.reference(more)
      #expect(reference.ledger.components(separatedBy: "automatic/demonstrations").count - 1 == 4 * 3)
      #expect(try TinyRun.reference(["demonstrations.file": "none"]).files != reference.files)
      for event in [3, 20, 40] {
        try withTemporaryDirectory { parent in
          let directory = parent + "/run"
          do {
            let run = try TinyRun.create(directory, more)
            run.ledger.afterAppend = { if $0 == event { throw Killed() } }
            #expect(throws: Killed.self) { try run.run() }
          }
          try TinyRun.resume(directory).run()
          #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
          let record = try RunRecord(directory: directory)
          #expect(record.automaticComparisons == 12)
          #expect(record.comparisons.count == 13, "what nobody was asked is no answer")
        }
      }
    }
  }

  @Test("the agent begins as the clone: its first mean actions are those demonstrated, nearly")
  func clone() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let clips = entry.randomClips(20, steps: 30, random: RandomSource(seed: 4))
    var settings = PPOSettings()
    settings.hidden = [16]
    let ppo = try PPO(settings: settings, specification: entry.specification, random: RandomSource(seed: 1))
    var cloning = CloningSettings()
    (cloning.hidden, cloning.normalizeInputs) = ([16], false)
    var learner = BehavioralCloning(cloning)
    let policy = try learner.train(
      DemonstrationRows(clips, specification: entry.specification), random: RandomSource(seed: 2))
    try ppo.adopt(policy)
    #expect(ppo.policy.network == policy.network)
    cloning.hidden = [8]
    var other = BehavioralCloning(cloning)
    let misfit = try other.train(
      DemonstrationRows(clips, specification: entry.specification), random: RandomSource(seed: 2))
    #expect(throws: InputError.self) { try ppo.adopt(misfit) }
  }

  @Test(
    "a file that is missing, of another world, or of shorter episodes than a segment is refused before anything is written"
  )
  func refused() throws {
    try withDemonstrations { path in
      for more in [
        ["demonstrations.file": path + "x"], ["demonstrations.file": path, "run.environment": "pactolus/CartPole-v1"],
        ["demonstrations.file": path, "feedback.segmentLength": "200000"],
      ] {
        #expect(throws: InputError.self) {
          try withTemporaryDirectory { _ = try TinyRun.create($0 + "/run", more) }
        }
      }
    }
  }
}
