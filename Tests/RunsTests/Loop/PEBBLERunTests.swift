import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("PEBBLE, SURF and RUNE in the loop", .serialized)
struct PEBBLERunTests {
  /// Small enough to be killed everywhere: exploring for an episode in each of two worlds, then four rounds of 80 steps.
  private static let small = [
    "run.learner": "sac", "run.steps": "180", "run.iterations": "3", "sac.environments": "2",
    "sac.stepsPerRollout": "20", "sac.randomSteps": "200", "sac.pretrainingSteps": "200", "sac.pretrainingUpdates": "3",
    "sac.batchSize": "8", "sac.hidden": "[6]", "sac.bufferSize": "1000", "sac.explorationBonus": "0.05",
    "sac.explorationDecay": "1e-3", "reward.members": "3", "reward.outputActivation": "tanh",
    "reward.activation": "leakyReLU", "reward.stopAccuracy": "0.97", "reward.pseudoThreshold": "0.5",
    "reward.pseudoRatio": "2", "reward.cropping": "2", "reward.bootstrap": "false", "reward.normalizeForAgent": "false",
    "feedback.afterPretraining": "true", "feedback.episodes": "4", "feedback.selection": "disagreement-probability",
    "feedback.batch": "k-centre-observations", "feedback.schedule": "linear", "feedback.explorationShare": "0",
    "evaluation.every": "2",
  ]

  private static func lines(_ remains: TinyRun.Remains, _ word: String) -> [String] {
    remains.ledger.split(separator: "\n").map(String.init).filter { $0.contains(word) }
  }

  @Test("1, 2 and 4 threads leave the same bytes")
  func threads() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var all: [TinyRun.Remains] = []
    for count in [1, 2, 4] {
      ThreadPool.shared.threadCount = count
      all.append(try TinyRun.reference(Self.small))
    }
    #expect(all[0] == all[1])
    #expect(all[0] == all[2])
  }

  @Test("killed after any event and resumed, it leaves the bytes of an undisturbed run", arguments: ["1", "3"])
  func killedAnywhere(checkpointEvery: String) throws {
    let more = Self.small.merging(["run.checkpointEvery": checkpointEvery]) { $1 }
    let reference = try TinyRun.reference(more)
    try TinyRun.expectSameBytes(as: reference, more, killedEvery: 3)
  }

  @Test("the first questions are about what was explored, and pseudo-labels are counted, but not among the answers")
  func recorded() throws {
    let remains = try TinyRun.reference(Self.small)
    let trained = Self.lines(remains, "reward-trained")
    #expect(trained.count == 4 && trained.allSatisfy { $0.contains("\"pseudoLabels\":") })
    let answers = trained
    #expect(answers.allSatisfy { !$0.contains("\"comparisons\":14") }, "13 questions in all")
    #expect(Self.lines(remains, "agent-trained").last?.contains("\"agentSteps\":720") == true, "400 + 4 · 80")
    #expect(remains.ledger.contains("sac/exploration_bonus"))
    #expect(!remains.ledger.contains("experience/sampling"), "no episodes were played only to be asked about")
  }

  @Test("what the ledger calls reward is without the bonus: one of 1,000 leaves its mean within tanh's bound")
  func bonus() throws {
    let remains = try TinyRun.reference(
      Self.small.merging(["sac.explorationBonus": "1000", "sac.explorationDecay": "none"]) { $1 })
    func figures(_ name: String) -> [Double] {
      Self.lines(remains, "agent-trained").compactMap { line in
        line.range(of: "\"\(name)\":").flatMap { place in
          Double(line[place.upperBound...].prefix { $0 != "," && $0 != "}" })
        }
      }
    }
    #expect(figures("meanPredictedReward").count == 4)
    #expect(figures("meanPredictedReward").allSatisfy { abs($0) <= 1 })
    #expect(figures("sac/exploration_bonus").contains { $0 > 1 }, "it was paid")
  }

  @Test("questions that wait for a learner that does not explore are refused before anything is written")
  func refusal() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      #expect(throws: InputError.self) {
        try TinyRun.create(directory, ["feedback.afterPretraining": "true"])
      }
      #expect(!FileManager.default.fileExists(atPath: directory))
    }
  }

  @Test("the preset fits a world of continuous actions, and explores before it asks")
  func preset() throws {
    let resolved = try ResolvedSettings(
      flags: ["run.environment": "pactolus/Pendulum-v1", "run.preset": "pebble"])
    #expect(resolved.settings.run.learner == "sac" && resolved.settings.feedback.afterPretraining)
    #expect(
      resolved.settings.reward.training.stopAccuracy == 0.97 && resolved.settings.reward.model.outputActivation == .tanh
    )
    #expect(resolved.settings.person.kind == .oracle && resolved.settings.reward.members == 3)
  }
}
