import Agents
import Audits
import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing
import Theory

/// By which means a run's policy gains, in a world that is small enough to sum over.
@Suite("The means of a run")
struct MeansTests {
  /// A recommender on its true reward, for long enough to find bait.
  private static func settings(_ more: [String: String] = [:]) -> [String: String] {
    let own = [
      "run.environment": "pactolus/Recommender-v0", "run.agentReward": "true", "run.steps": "6000",
      "run.iterations": "3", "ppo.environments": "8", "ppo.stepsPerRollout": "25", "ppo.minibatchSize": "50",
      "ppo.epochs": "8", "ppo.learningRate": "0.01", "ppo.hidden": "[8]", "ppo.normalizeFeatures": "false",
      "feedback.segmentLength": "5", "feedback.comparisons": "60", "feedback.selection": "random",
      "reward.normalizeForAgent": "false",
    ]
    return own.merging(more) { $1 }
  }

  @Test("the trained policy's gain is divided, per round too, and its report says so; bait is what it gains by")
  func watched() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(
        directory, Self.settings(["evaluation.delicate": "interest", "evaluation.delicateBaseline": "mixed"])
      ).run()
      let audit = try MeansAudit(directory: directory, delicate: [])
      #expect(audit.delicate == ["interest"] && audit.baseline.contains("mixed") && audit.isFinished)
      let own = try #require(audit.payments.last)
      let trained = try #require(own.agents.first)
      #expect(abs(trained.gain.total - trained.gain.direct - trained.gain.indirect) < 1e-12)
      #expect(trained.gain.total > 0.2 && trained.gain.indirect > 0.2, "\(trained.gain)")
      // Beside the best agents, whose numbers the guide has.
      let best = try #require(own.agents.first { $0.name == "best for it" })
      #expect(abs(best.gain.value - 2.5983) < 1e-4 && abs(best.gain.indirect - 0.9839) < 1e-4)
      let path = try #require(own.agents.first { $0.name.contains("does not try") })
      #expect(abs(path.gain.value - 2.4619) < 1e-4 && path.moved[0] > 0.4)
      #expect(own.agents.contains { $0.name == "before training" })
      // As recorded while it went on.
      let last = try #require(audit.rounds.last)
      #expect(audit.rounds.count == 4 && abs(last.total - trained.gain.total) < 1e-12)
      #expect(abs(last.moved - trained.moved[0]) < 1e-12)
      let record = try RunRecord(directory: directory)
      let made = record.findings.filter { $0.id.hasPrefix("means/") || $0.id == "answers/moved-with" }
      #expect(Set(made.map(\.id)) == ["means/gain", "means/drift/interest", "answers/moved-with"])
      #expect(made.first { $0.id == "means/gain" }?.verdict == .fails)
      let again = RunFindings([record], entry: try EnvironmentRegistry.standard.entry(record.environment)).findings
      #expect(again.contains { $0.id == "means/gain" && $0.verdict == .fails })
      #expect(audit.findings.count == 3)
    }
  }

  @Test("what was not watched can be asked afterwards, under another baseline too; unfinished runs as well")
  func afterwards() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.settings(["run.steps": "1200", "run.iterations": "2"])).run()
      let record = try RunRecord(directory: directory)
      #expect(!record.findings.contains { $0.id.hasPrefix("means/") })
      #expect(record.iterations.allSatisfy { $0.statistics.keys.allSatisfy { !$0.hasPrefix("means/") } })
      let audit = try MeansAudit(directory: directory, delicate: ["interest"], baseline: "start")
      #expect(audit.rounds.isEmpty && audit.baseline.contains("before training"))
      // The baseline as a policy gains nothing by no way.
      let start = try #require(audit.payments[0].agents.first { $0.name == "before training" })
      #expect(abs(start.gain.total) < 1e-12 && abs(start.gain.indirect) < 1e-12 && start.moved[0] < 1e-12)
      for (names, word) in [(["intrest"], "interest"), ([], "no variable"), (["interest", "interest"], "twice")] {
        let error = #expect(throws: InputError.self) { try MeansAudit(directory: directory, delicate: names) }
        #expect(error?.description.contains(word) ?? false, "\(String(describing: error))")
      }
      let error = #expect(throws: InputError.self) {
        try MeansAudit(directory: directory, delicate: ["interest"], baseline: "mix")
      }
      #expect(error?.description.contains("mixed") ?? false)
    }
  }

  @Test("unknown variables, baselines of nothing and worlds that are not made of variables are refused at the start")
  func refused() throws {
    try withTemporaryDirectory { parent in
      for (more, word) in [
        (Self.settings(["evaluation.delicate": "intrest"]), "interest"),
        (Self.settings(["evaluation.delicateBaseline": "mixed"]), "evaluation.delicate"),
        (["evaluation.delicate": "angle"], "table"),
      ] {
        let error = #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", more) }
        #expect(error?.description.contains(word) ?? false, "\(String(describing: error))")
      }
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test("a watched run that was stopped and goes on ends with the same bytes")
  func resumed() throws {
    let more = Self.settings([
      "evaluation.delicate": "interest", "run.steps": "1200", "run.checkpointEvery": "1", "run.iterations": "3",
    ])
    let whole = try TinyRun.reference(more)
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do {
        let stop = StopFlag()
        let run = try TinyRun.create(directory, more)
        var checkpoints = 0
        run.beforeCheckpoint = {
          checkpoints += 1
          if checkpoints == 2 { stop.raise() }
        }
        try run.run(stop: stop)
      }
      try TinyRun.resume(directory).run()
      #expect(try TinyRun.Remains(directory).ledger == whole.ledger)
    }
  }
}
