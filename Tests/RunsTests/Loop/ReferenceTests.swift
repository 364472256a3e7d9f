import Audits
import Compute
import Environments
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Reference lines of a run", .serialized)
struct ReferenceTests {
  @Test("random play, the agent before training and a noisy agent are measured, by the truth and by the final model")
  func measured() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let record = try RunRecord(directory: directory)
      let lines = try #require(record.references).lines
      #expect(lines.map(\.policy) == [.random, .start, .noisy])
      for line in lines {
        #expect(line.trueReturns.count == 3 && line.predictedReturns.count == 3 && line.lengths == [200, 200, 200])
        #expect(line.predictedReturns.allSatisfy { $0.isFinite })
      }
      // Random play by hand: three slots of a batch, one action of the space drawn for each slot and step.
      let source = RandomSource(seed: 5).child("references/random", 0)
      let batch = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1").makeBatch(count: 3, random: source)
      var draws = source.stream("random-play")
      var sums = [Double](repeating: 0, count: 3)
      for _ in 0..<200 {
        batch.step((0..<3).map { _ in Float(draws.uniform(-2, 2)) })
        for slot in 0..<3 { sums[slot] += Double(batch.rewards[slot]) }
      }
      #expect(zip(lines[0].trueReturns.sorted(), sums.sorted()).allSatisfy { abs($0 - $1) < 1e-3 })
      #expect(lines[1].trueReturns != lines[2].trueReturns)
    }
  }

  @Test("another run's policy is held beside the agent's, as `evaluate` plays it; after a kill at the very end as well")
  func given() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/trusted", ["run.seed": "9"]).run()
      let named = ["run.reference": parent + "/trusted", "evaluation.finalEpisodes": "5"]
      try TinyRun.create(parent + "/run", named).run()
      let record = try RunRecord(directory: parent + "/run")
      let line = try #require(record.references?[.given])
      // The same episodes by hand.
      let trusted = try TrainedRun(directory: parent + "/trusted")
      let player = EpisodePlayer(
        entry: trusted.entry, policy: trusted.policy, slots: 5, seed: RandomSource(seed: 5), source: "references/given",
        sourceIndex: 0, manner: .deterministic)
      #expect(line.trueReturns == (try player.play(.episodes(5)).trajectories.map(\.trajectory.trueReturn)))
      #expect(record.findings.contains { $0.id == "goodhart/reference" })
      // All else is as without it.
      try TinyRun.create(parent + "/plain", ["evaluation.finalEpisodes": "5"]).run()
      let plain = try RunRecord(directory: parent + "/plain")
      #expect(plain.references?.lines == record.references?.lines.dropLast())
      #expect(!plain.findings.contains { $0.id == "goodhart/reference" })
      let whole = try TinyRun.Remains(parent + "/run")
      do {
        let run = try TinyRun.create(parent + "/killed", named)
        let last = try Ledger(path: RunLayout(parent + "/run").ledger, clock: { 0 }).count
        run.ledger.afterAppend = { if $0 == last - 3 { throw Killed() } }
        _ = try? run.run()
      }
      #expect(try TinyRun.resume(parent + "/killed").run().finished)
      #expect(try TinyRun.Remains(parent + "/killed") == whole)
    }
  }

  @Test("a reference that is no run, or of another world, is refused before anything is written")
  func refusedReference() throws {
    try withTemporaryDirectory { parent in
      func refusal(_ directory: String) -> InputError? {
        #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", ["run.reference": directory]) }
      }
      #expect(refusal(parent + "/nowhere")?.place?.hasPrefix("run.reference, ") == true)
      #expect(refusal(parent + "/nowhere")?.problem == "no run here")
      try TinyRun.create(parent + "/cart", ["run.environment": "pactolus/CartPole-v1"]).run()
      let error = try #require(refusal(parent + "/cart"))
      #expect(error.problem.contains("pactolus/CartPole-v1") && error.remedy?.contains("pactolus/Pendulum-v1") == true)
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test("two seeds are a study: what each was promised is in units of its own spread; answers taken back are none")
  func audited() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").path
    try withTemporaryDirectory { parent in
      let records = try ["many", "comparison"].map { name in
        try FileManager.default.copyItem(atPath: fixtures + "/" + name, toPath: parent + "/" + name)
        return try RunRecord(directory: parent + "/" + name)
      }
      let both = AuditedRuns(records, entry: nil)
      let alone = AuditedRuns([records[0]], entry: nil)
      for shown in [both.runs[0].shownPrediction, both.runs[0].shownRejudgement] {
        #expect(abs(Statistics.mean(shown)) < 1e-9 && abs(Statistics.standardDeviation(shown) - 1) < 1e-9)
      }
      #expect(alone.runs[0].shownRejudgement == alone.runs[0].rejudged.predicted)
      #expect(both.runs[0].rejudged.predicted == alone.runs[0].rejudged.predicted)
      #expect(alone.answeredComparisons.count == 140)
      #expect(
        both.answeredComparisons.count
          == records.reduce(0) { $0 + $1.comparisons.count { $0.answer != nil && !$0.takenBack } })
    }
  }

  @Test("an agent that learned nothing is said to have failed; so is each seed of a study, by its name")
  func failed() throws {
    try withTemporaryDirectory { parent in
      let still = ["evaluation.finalEpisodes": "8", "ppo.learningRate": "0"]
      let study = try Study.create(directory: parent + "/study", settings: TinyRun.settings(still), seeds: [3, 8])
      _ = try study.run()
      let records = try study.directories.map { try RunRecord(directory: $0) }
      let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
      func headline(_ findings: RunFindings) -> String {
        TrustSummary(findings.findings, headline: findings.headline).headline
      }
      #expect(headline(RunFindings(records, entry: entry)) == "All 2 seeds failed")
      let one = RunFindings([records[0]], entry: entry)
      #expect(headline(one).hasPrefix("The agent failed: "))
      #expect(one.findings.first { $0.id == "agent/score" }?.verdict == .fails)
      // The start of training is the agent itself, since it never changed.
      #expect(records[0].references?[.start]?.trueReturns.count == 8)
    }
  }

  @Test("a run whose agent is paid the true reward has no findings about an agent that pleases the model")
  func paidByTruth() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", ["run.agentReward": "true"]).run()
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.isPaidByTruth)
      let ids = Set(record.findings.map(\.id))
      #expect(!ids.contains("goodhart/turning-point") && !ids.contains("goodhart/gap") && ids.contains("agent/score"))
    }
  }

  @Test("answers of every kind are predicted before the model learns from them, and their clips are judged")
  func kinds() throws {
    try withTemporaryDirectory { parent in
      let kinds = [
        "feedback.kinds": "ranking,best-of-k,rating", "feedback.comparisons": "40", "run.checkpointEvery": "1",
      ]
      try TinyRun.create(parent + "/run", kinds).run()
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.comparisons.isEmpty)
      #expect(record.iterations[0].predictions.isEmpty, "nothing had been learned yet")
      let later = record.iterations.dropFirst().flatMap(\.predictions)
      #expect(later.count > 15 && later.allSatisfy { (0...1).contains($0.probability) })
      #expect(later.contains { $0.label == 1 } && later.contains { $0.label == 0 })
      let accuracy = try #require(record.findings.first { $0.id == "reward-model/accuracy" })
      #expect(accuracy.evidence.first?.count ?? 0 > 15)
      #expect(record.findings.contains { $0.id == "reward-model/calibration" })
      #expect(record.shownSegments.allSatisfy { $0.predictedReturn?.isFinite == true })
      // Killed after any event, such a run leaves the same bytes.
      let reference = try TinyRun.Remains(parent + "/run")
      do {
        let run = try TinyRun.create(parent + "/killed", kinds)
        run.ledger.afterAppend = { if $0 == 60 { throw Killed() } }
        #expect(throws: Killed.self) { try run.run() }
      }
      #expect(try TinyRun.resume(parent + "/killed").run().finished)
      #expect(try TinyRun.Remains(parent + "/killed") == reference)
    }
  }

  @Test("a finished run whose findings were worded otherwise is resumed as it is")
  func formerWords() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { try TinyRun.create(directory).run() }
      let ledger = RunLayout(directory).ledger
      try execute("DROP TRIGGER events_no_update", in: ledger)
      try execute(
        "UPDATE events SET payload = replace(payload, 'reward', 'Lohn') WHERE kind = 'finding-made'", in: ledger)
      let before = try Ledger(path: ledger, clock: { 0 }).export()
      #expect(before.contains("Lohn"))
      #expect(try TinyRun.resume(directory).run().finished)
      #expect(try Ledger(path: ledger, clock: { 0 }).export() == before)
    }
  }
}
