import Compute
import Environments
import Foundation
import Reports
import RunFixtures
import Runs
import Testing

@Suite("Reports of runs")
struct RunReportTests {
  @Test("a finished run's report has its curves, clips, findings, settings and seed, and is the same each time")
  func run() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let record = try RunRecord(directory: directory)
      let model = try ReportModel(records: [record], written: "now")
      #expect(model.kind == .run && model.title == "pactolus/Pendulum-v1")
      #expect(model.sections.map(\.id) == ["returns", "reward-model", "uncertainty", "movers", "clips"])
      let clips = model.sections[4].clips
      #expect(clips.contains { $0.title == "Judged best by the reward model" })
      #expect(clips.contains { $0.title == "Where the members disagreed most" })
      #expect(clips.flatMap(\.clips).allSatisfy { $0.frames.count == 11 })
      #expect(model.settings.contains(ReportModel.Setting("ppo.epochs", "2", origin: "this run")))
      #expect(model.provenance.contains { $0.name == "Seed" && $0.value == "5" })
      let ids = Set(model.findings.map(\.id))
      for id in ["reward-model/accuracy", "goodhart/agreement", "goodhart/turning-point", "episodes/length"] {
        #expect(ids.contains(id), "\(id)")
      }
      #expect(ids.count == model.findings.count)
      let date = Date(timeIntervalSince1970: 0)
      let file = try ReportFile.write([record], into: directory, date: date)
      let first = try #require(FileManager.default.contents(atPath: file.path))
      #expect(String(decoding: first, as: UTF8.self).contains("Written 1970-01-01 00:00:00 UTC."))
      _ = try ReportFile.write([try RunRecord(directory: directory)], into: directory, date: date)
      #expect(FileManager.default.contents(atPath: file.path) == first)
    }
  }

  @Test("a run that went on with another arithmetic says from which event on it is not exact")
  func continued() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { try TinyRun.create(directory).run() }
      let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 })
      try ledger.rewind(to: 20)
      try ledger.continueAnew(arithmetic: "another", step: 0)
      let model = try ReportModel(records: [RunRecord(directory: directory)], written: nil)
      let fact = try #require(model.provenance.first { $0.name == "Resumed" })
      #expect(fact.value == "no longer byte-exact from event 20 on" && fact.note?.contains("another") == true)
      #expect(model.subtitle.contains("Not finished yet"))
    }
  }

  @Test("a run under way has a report too, which says so")
  func underWay() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let stop = StopFlag()
      _ = try TinyRun.create(directory).run(stop: stop, progress: StopsAtOnce(stop: stop))
      let model = try ReportModel(records: [RunRecord(directory: directory)], written: nil)
      #expect(model.subtitle.contains("Not finished yet"))
      #expect(ReportPage(model).html().hasSuffix("</html>\n"))
    }
  }

  @Test("an environment that is not known here leaves out the clips and nothing else")
  func unknownEnvironment() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let registry = EnvironmentRegistry([])
      let model = try ReportModel(records: [RunRecord(directory: directory)], registry: registry, written: nil)
      #expect(model.sections.map(\.id) == ["returns", "reward-model", "uncertainty"])
    }
  }

  @Test("a study's report has every seed, and an interval over seeds")
  func study() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/study"
      let study = try Study.create(directory: directory, settings: TinyRun.settings(), seeds: [3, 1, 2])
      _ = try study.run()
      let model = try ReportModel(records: study.directories.map { try RunRecord(directory: $0) }, written: nil)
      #expect(model.kind == .study)
      let table = try #require(model.sections.first?.tables.first)
      #expect(table.rows.map { $0[0] } == ["3", "1", "2"])
      let truth = try #require(model.sections.first?.charts.first?.panels.first)
      #expect(truth.series.count { $0.isFaint } == 3)
      #expect(truth.series.last?.points.allSatisfy { $0.lower != nil } == true)
      #expect(!model.settings.contains { $0.name == "run.seed" })
    }
  }

  @Test("a run on the true reward does not say that the agent never saw it")
  func paidByTruth() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", ["run.agentReward": "true"]).run()
      let model = try ReportModel(records: [RunRecord(directory: parent + "/run")], written: nil)
      let html = ReportPage(model).html()
      #expect(
        model.subtitle.hasPrefix(
          "An agent trained on the true reward; beside it a reward was learned from 13 comparisons"))
      #expect(html.contains("here the agent was paid just that"))
      #expect(!html.contains("never saw it") && !html.contains("please the reward model"))
    }
  }

  @Test("the true return stands beside random play, the start and an agent on the true reward, within what is possible")
  func references() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.create(
        directory: parent + "/study",
        settings: TinyRun.settings(["run.environment": "pactolus/CartPole-v1", "feedback.segmentLength": "5"]),
        seeds: [3, 1])
      _ = try study.run()
      let model = try ReportModel(records: study.directories.map { try RunRecord(directory: $0) }, written: nil)
      let truth = try #require(model.sections.first?.charts.first?.panels.first)
      #expect(truth.references.map(\.label) == ["random play", "before training", "an agent on the true reward"])
      #expect(truth.references.last?.y == 500)
      // Poles fall after some ten steps; two seeds' interval would reach below nothing.
      #expect(truth.series.last?.points.allSatisfy { ($0.lower ?? 0) >= 0 && ($0.upper ?? 0) <= 500 } == true)
      #expect(model.facts.contains { $0.name == "Worst seed" })
    }
  }

  @Test("no run at all is refused")
  func nothing() throws {
    #expect(throws: InputError.self) { try ReportModel(records: [], written: nil) }
  }
}

/// Stops a run after its first iteration.
private struct StopsAtOnce: ProgressSink {
  let stop: StopFlag

  func report(_ event: ProgressEvent) {
    if case .iteration = event { stop.raise() }
  }
}
