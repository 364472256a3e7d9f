import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("Runs", .serialized)
struct RunTests {
  @Test("steps, questions and rounds are counted as imitation counts them")
  func counting() throws {
    // imitation, tutorial 5: 357,056 steps in all, 249,856 of them the agent's. Here the same arithmetic in small:
    // 3 + 1 rounds of ⌈80 / 70⌉ rollouts; questions by the hyperbolic schedule.
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let outcome = try TinyRun.create(directory).run()
      #expect(outcome.agentSteps == 4 * 2 * 70)
      #expect(outcome.answers == 13)
      #expect(outcome.iterations == 4)
      let record = try RunRecord(directory: directory)
      #expect(record.comparisons.map(\.iteration).filter { $0 == 0 }.count == 3)
      #expect(record.iterations.map(\.agentSteps) == [140, 280, 420, 560])
      #expect(record.iterations.last?.allSteps == outcome.allSteps)
    }
  }

  @Test("tutorial 5's settings take 249,856 agent's steps, from 122 rollouts")
  func tutorial() throws {
    try withTemporaryDirectory { parent in
      let settings = try ResolvedSettings(environment: "pactolus/Pendulum-v1", flags: ["run.preset": "tutorial5"])
      let run = try LearnRun.create(directory: parent + "/run", settings: settings, clock: TinyRun.clock)
      #expect(run.totalAgentSteps == 249_856)
    }
  }

  @Test("what a run recorded is read back: rounds, predictions before the answers, judged segments, clips")
  func record() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let outcome = try TinyRun.create(directory).run()
      let record = try RunRecord(directory: directory)
      #expect(record.environment == "pactolus/Pendulum-v1")
      #expect(record.seed == 5)
      #expect(record.finished?.answers == 13)
      #expect(record.iterations.count == 4)
      #expect(record.iterations.map(\.answers).last == 13)
      #expect(record.iterations[0].predictions.isEmpty)
      for iteration in record.iterations.dropFirst() {
        #expect(iteration.predictions.allSatisfy { (0...1).contains($0.probability) && $0.disagreement != nil })
        #expect(iteration.rewardLoss != nil)
        #expect(iteration.trueReturns.count == 2)
        #expect(iteration.predictedReturns.count == 2)
        #expect(iteration.statistics["ppo/entropy"] != nil)
      }
      #expect(record.finalEvaluation?.trueReturns == outcome.trueReturns)
      #expect(record.finalEvaluation?.clips.count == 2)
      #expect(
        record.findings
          == RunFindings([record], entry: try EnvironmentRegistry.standard.entry(record.environment)).findings)
      #expect(!record.findings.isEmpty)
      let entry = try EnvironmentRegistry.standard.entry(record.environment)
      for check in RunCheck.standard {
        let own = RunFindings([record], entry: entry, checks: [check]).findings
        #expect(own.allSatisfy { $0.id.hasPrefix(check.id) && record.findings.contains($0) }, "\(check.id)")
      }
      #expect(Set(RunCheck.standard.map(\.id)).count == RunCheck.standard.count)
      for comparison in record.comparisons {
        #expect(comparison.firstPredictedReturn != nil)
        let segments = try record.segments([comparison.first, comparison.second])
        #expect(segments[0].trajectory.trueReturn == comparison.firstTrueReturn)
        #expect(segments[1].trajectory.count == 10)
        if comparison.label == 1 { #expect(comparison.firstTrueReturn! >= comparison.secondTrueReturn!) }
        if comparison.label == 0 { #expect(comparison.firstTrueReturn! <= comparison.secondTrueReturn!) }
      }
    }
  }

  @Test("any stored segment can be played again from its actions")
  func replay() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, ["run.iterations": "6", "run.steps": "1000"]).run()
      let record = try RunRecord(directory: directory)
      let entry = try EnvironmentRegistry.standard.entry(record.environment)
      var sources: Set<String> = []
      var late = 0
      for comparison in record.comparisons {
        for segment in try record.segments([comparison.first, comparison.second]) {
          sources.insert(segment.source)
          let start = try #require(segment.trajectory.start)
          #expect(segment.leadingActions.count == start.step)
          if start.step > 0 { late += 1 }
          // Stepping the batch's first episodes anew must show the same observations.
          let observed = observations(of: segment, entry: entry, seed: record.seed)
          if let observed { #expect(observed == segment.trajectory.observations) }
        }
      }
      #expect(sources.contains("experience/agent"))
      #expect(sources.contains("experience/sampling"))
      #expect(late > 10)
    }
  }

  /// Plays a slot's first episode again; nil for later episodes, which a batch reaches only after the first.
  private func observations(of segment: StoredSegment, entry: EnvironmentEntry, seed: UInt64) -> [Float]? {
    guard let start = segment.trajectory.start, start.episode == 0 else { return nil }
    let batch = entry.makeBatch(count: start.slot + 1, random: segment.randomSource(seed: seed))
    let actions = segment.actionsFromEpisodeStart
    var observed: [Float] = []
    let size = segment.trajectory.observationSize
    let row = segment.trajectory.actionRowSize
    for step in 0..<actions.count / row {
      if step >= start.step { observed += batch.observations[start.slot * size..<(start.slot + 1) * size] }
      var all = [Float](repeating: 0, count: (start.slot + 1) * row)
      all.replaceSubrange(start.slot * row..<(start.slot + 1) * row, with: actions[step * row..<(step + 1) * row])
      batch.step(all)
    }
    return observed + batch.finalObservations[start.slot * size..<(start.slot + 1) * size]
  }

  @Test("progress is told after every round, with the clock that was passed in")
  func progress() throws {
    final class Collector: ProgressSink {
      let events = Mutex<[ProgressEvent]>([])
      func report(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
    }
    try withTemporaryDirectory { parent in
      let collector = Collector()
      let ticks = Mutex(0.0)
      let clock = RunClock(
        wallTime: { 0 },
        monotonic: {
          ticks.withLock {
            $0 += 2
            return $0
          }
        })
      let run = try LearnRun.create(directory: parent + "/run", settings: TinyRun.settings(), clock: clock)
      try run.run(progress: collector)
      let events = collector.events.withLock { $0 }
      #expect(events.count == 6)
      guard case .started(_, 5, _, nil)? = events.first, case .finished? = events.last else {
        Issue.record("starts and ends are told: \(events)")
        return
      }
      for (index, event) in events[1...4].enumerated() {
        guard case .iteration(let progress) = event else { continue }
        #expect(progress.iteration == index)
        #expect(progress.seconds == 2 * Double(index + 1))
        #expect(progress.secondsLeft == progress.seconds * Double(3 - index) / Double(index + 1))
        #expect(progress.totalAnswers == 13)
        #expect(progress.trueReturn != nil)
      }
    }
  }

  @Test("a study's runs are what they would be alone, and can be resumed together")
  func study() throws {
    let alone = try TinyRun.reference(["run.seed": "1"])
    try withTemporaryDirectory { parent in
      let directory = parent + "/study"
      let created = try Study.create(directory: directory, settings: TinyRun.settings(), seeds: [0, 1, 2])
      let stop = StopFlag()
      stop.raise()
      #expect(try !created.run(stop: stop).isFinished)
      let study = try Study.open(directory: directory)
      #expect(study.seeds == [0, 1, 2])
      #expect(try study.run().isFinished)
      let outcomes = try study.outcomes()
      #expect(outcomes.map(\.seed) == [0, 1, 2])
      #expect(outcomes.map(\.finished) == [true, true, true])
      #expect(try TinyRun.Remains(directory + "/seed-1").ledger == alone.ledger)
      #expect(try TinyRun.Remains(directory + "/seed-1") == alone)
      #expect(Study.isStudy(directory))
      #expect(throws: InputError.self) {
        try Study.create(directory: directory, settings: TinyRun.settings(), seeds: [0])
      }
      #expect(throws: InputError.self) {
        try Study.create(directory: parent + "/x", settings: TinyRun.settings(), seeds: [])
      }
      #expect(throws: InputError.self) { try Study.open(directory: parent) }
    }
  }

  @Test("a list tells finished, stopped and running runs apart, and says why one cannot be read")
  func list() throws {
    try withTemporaryDirectory { parent in
      do { try TinyRun.create(parent + "/a").run() }
      let stop = StopFlag()
      stop.raise()
      do { try TinyRun.create(parent + "/b").run(stop: stop) }
      let running = try TinyRun.create(parent + "/c")
      do { try TinyRun.create(parent + "/d").run() }
      try write([0x7B], to: parent + "/d/settings.yaml")
      let study = try Study.create(directory: parent + "/e", settings: TinyRun.settings(), seeds: [7])
      _ = try study.run()
      let list = try RunSummary.all(below: parent)
      #expect(list.map(\.state) == [.finished, .stopped, .running, .unreadable, .finished])
      #expect(list[0].answers == 13)
      #expect(list[0].trueReturn != nil)
      #expect(list[3].problem?.contains("settings.yaml") == true)
      #expect(list[4].directory.hasSuffix("/e/seed-7"))
      #expect(try RunSummary.all(below: parent + "/a").count == 1)
      #expect(try RunSummary.all(below: parent + "/nowhere").isEmpty)
      withExtendedLifetime(running) {}
    }
  }

  @Test("a run is evaluated from its last checkpoint, the same each time, with intervals")
  func evaluation() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { _ = try TinyRun.create(directory) }
      #expect(throws: InputError.self) { try RunEvaluation(directory: directory) }
      do { try TinyRun.resume(directory).run() }
      let one = try RunEvaluation(directory: directory, episodes: 5)
      #expect(try RunEvaluation(directory: directory, episodes: 5) == one)
      #expect(one.trueReturns.count == 5)
      #expect(one.predictedReturns.count == 5)
      let interval = try #require(one.trueReturnInterval)
      #expect(interval.lower <= one.meanTrueReturn && one.meanTrueReturn <= interval.upper)
      #expect(try RunEvaluation(directory: directory, episodes: 5, seed: 1) != one)
      #expect(try RunEvaluation(directory: directory, episodes: 1).trueReturnInterval == nil)
      #expect(throws: InputError.self) { try RunEvaluation(directory: directory, episodes: 0) }
      #expect(throws: InputError.self) { try RunEvaluation(directory: parent) }
    }
  }

  @Test("a person who judges by a named reward answers by it, not by the true one")
  func judges() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let flags = [
        "run.environment": "pactolus/BoatRace-v0", "person.judgesBy": "score", "person.kind": "rational",
        "feedback.segmentLength": "200", "feedback.comparisons": "300", "feedback.selection": "random",
      ]
      try TinyRun.create(directory, flags).run()
      let record = try RunRecord(directory: directory)
      let score = try #require(EnvironmentRegistry.standard.entry("pactolus/BoatRace-v0").namedRewards.first)
      var contrary = 0
      for comparison in record.comparisons {
        let segments = try record.segments([comparison.first, comparison.second])
        let scores = segments.map { score.rewards(of: $0.trajectory).reduce(0) { $0 + Double(Float($1)) } }
        #expect(comparison.answer == (scores[0] == scores[1] ? "tie" : scores[0] > scores[1] ? "first" : "second"))
        if (scores[0] > scores[1]) != (comparison.firstTrueReturn! > comparison.secondTrueReturn!) { contrary += 1 }
      }
      #expect(contrary > 0)
    }
  }

  @Test("an answer taken back no longer counts, and a resumed run knows")
  func takenBack() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do {
        let stop = StopFlag()
        let run = try TinyRun.create(directory, ["run.checkpointEvery": "1"])
        var checkpoints = 0
        run.beforeCheckpoint = {
          checkpoints += 1
          if checkpoints == 2 { stop.raise() }
        }
        try run.run(stop: stop)
        try run.ledger.takeBack(query: 0, person: "Ada", step: 0)
      }
      do { try TinyRun.resume(directory).run() }
      let record = try RunRecord(directory: directory)
      #expect(record.comparisons[0].takenBack)
      #expect(record.comparisons[0].label == nil)
      #expect(record.iterations.last?.answers == 12)
      let remains = try TinyRun.Remains(directory)
      // From its first event on, it goes the same way once more.
      try FileManager.default.removeItem(atPath: directory + "/checkpoints")
      do { try TinyRun.resume(directory).run() }
      let again = try TinyRun.Remains(directory)
      #expect(again.ledger == remains.ledger)
      #expect(again.files == remains.files)
    }
  }

  @Test("a round without questions learns from the answers there are")
  func roundsWithoutQuestions() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let more = ["feedback.comparisons": "3", "feedback.initialShare": "0.9"]
      #expect(try TinyRun.create(directory, more).run().finished)
      let record = try RunRecord(directory: directory)
      #expect(record.comparisons.map(\.iteration) == [0, 0, 1])
      #expect(record.iterations.allSatisfy { $0.rewardLoss != nil })
    }
  }
}
