import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("Studies", .serialized)
struct StudyRunTests {
  private static func export(_ directory: String) throws -> String {
    try StudyTable(path: RunLayout(directory).studyTable).export()
  }

  /// The table of the tiny study, undisturbed.
  private static func reference() throws -> String {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(), in: parent + "/s")
      #expect(try study.run(clock: TinyRun.clock).isFinished)
      return try export(parent + "/s")
    }
  }

  @Test(
    "stopped after every few iterations and run again, a study has the table of an undisturbed one, each trial once")
  func resumed() throws {
    let expected = try Self.reference()
    // A random policy, two seeds on the true reward, two rows of two seeds.
    #expect(expected.split(separator: "\n").count == 7)
    for patience in [1, 5] {
      try withTemporaryDirectory { parent in
        let directory = parent + "/s"
        _ = try Study.begin(TinyStudy.file(), in: directory)
        var entries: [String] = []
        var calls = 0
        while true {
          calls += 1
          try #require(calls < 60)
          let stop = StopFlag()
          let seen = Mutex<(iterations: Int, entered: [String])>((0, []))
          let status = try Study.open(directory: directory).run(
            stop: stop,
            watch: { event in
              seen.withLock { seen in
                if case .progress = event { seen.iterations += 1 }
                if case .entered(let trial, _) = event { seen.entered.append(trial) }
                if seen.iterations >= patience { stop.raise() }
              }
            }, clock: TinyRun.clock)
          entries += seen.withLock { $0.entered }
          #expect(status.entered == entries.count)
          if status.isFinished { break }
        }
        #expect(calls > 2 && entries.count == 7 && Set(entries).count == 7, "\(calls): \(entries)")
        #expect(try Self.export(directory) == expected)
      }
    }
  }

  @Test("a finished study has nothing to do, and its table stays")
  func nothing() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(measure: "[return]"), in: parent + "/s")
      try study.run(clock: TinyRun.clock)
      let table = try Self.export(parent + "/s")
      let events = Mutex<[StudyEvent]>([])
      let again = try study.run(watch: { event in events.withLock { $0.append(event) } }, clock: TinyRun.clock)
      #expect(again.isFinished && again.trials == 4)
      #expect(try Self.export(parent + "/s") == table)
      guard case .started(let progress)? = events.withLock({ $0 }).first else {
        Issue.record("nothing was said")
        return
      }
      #expect(events.withLock { $0.count } == 1 && progress.entered == 4 && progress.share == 1)
    }
  }

  @Test("each trial is what the run would be alone, and is measured over fresh episodes")
  func alone() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(), in: parent + "/s")
      try study.run(clock: TinyRun.clock)
      let directory = parent + "/s/002-errs/seed-1"
      #expect(study.directories.last == directory)
      let alone = try TinyRun.reference(["run.seed": "1", "person.slips": "0.4"])
      #expect(try TinyRun.Remains(directory) == alone)
      let results = try StudyResults(study)
      let trial = try #require(results.rows[1].trials.last)
      let fresh = try RunEvaluation(directory: directory, episodes: 4, seed: 1)
      #expect(trial.result?.returns == ReturnSummary(fresh.trueReturns))
      let record = try RunRecord(directory: directory)
      #expect(trial.result?.own == record.finalEvaluation.map { ReturnSummary($0.trueReturns) })
      #expect(trial.result?.answers == 13 && trial.result?.agentSteps == 560)
      // Both agents are paid by the true reward: the references' seeds are those of runs of one's own.
      let paid = try TinyRun.reference(["run.seed": "0", "run.agentReward": "true"])
      #expect(try TinyRun.Remains(parent + "/s/true-reward-Pendulum-v1/seed-0") == paid)
      #expect(results.references.first?.trueReward.count == 2)
      let random = try #require(results.references.first?.random)
      #expect(random.episodes == 4 && random.mean < -500)
    }
  }

  @Test("runs that are not kept leave their results, and nothing else")
  func notKept() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(more: "keep: false"), in: parent + "/s")
      try study.run(clock: TinyRun.clock)
      let left = try FileManager.default.contentsOfDirectory(atPath: parent + "/s").sorted()
      #expect(left.filter { !$0.hasPrefix("table.sqlite") } == ["lock", "study.json", "study.yaml"])
      #expect(try StudyResults(study).rows.flatMap(\.done).count == 4)
      let kept = try Self.reference()
      #expect(try Self.export(parent + "/s") == kept)
    }
  }

  @Test("two at once on one study: the second is refused with the number of the process that has it")
  func twice() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(), in: parent + "/s")
      let lock = try RunLock(study.layout, what: "study")
      #expect(try study.status().isRunning)
      let error = #expect(throws: InputError.self) { try study.run() }
      #expect(error?.problem.contains("the study is in use by process") == true)
      withExtendedLifetime(lock) {}
    }
  }

  @Test("another file, a filled directory and one without a study are refused")
  func refused() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(), in: parent + "/s")
      try study.check(is: TinyStudy.file())
      let changed = try TinyStudy.file(seeds: "3")
      let error = #expect(throws: InputError.self) { try study.check(is: changed) }
      #expect(error?.place == "tiny.yaml:3" && error?.problem.contains("'seeds: 2'") == true)
      #expect(throws: InputError.self) { try Study.begin(TinyStudy.file(), in: parent + "/s") }
      #expect(throws: InputError.self) { try Study.open(directory: parent) }
    }
  }

  @Test("a trial that cannot be finished is named, keeps no other from its end, and is tried again")
  func failing() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(measure: "[return]"), in: parent + "/s")
      let blocked = parent + "/s/001-ties/seed-1"
      try FileManager.default.createDirectory(atPath: blocked, withIntermediateDirectories: true)
      try write([1], to: blocked + "/stranger")
      let error = #expect(throws: InputError.self) { try study.run(clock: TinyRun.clock) }
      #expect(error?.problem.contains("ties, seed 1") == true)
      let status = try study.status()
      #expect(status.entered == 3 && status.failures.map(\.trial) == ["ties, seed 1"])
      try FileManager.default.removeItem(atPath: blocked)
      #expect(try study.run(clock: TinyRun.clock).isFinished)
      #expect(try study.status().failures.isEmpty)
    }
  }

  @Test("a study of an earlier version, seeds and settings alone, is opened and run to its end")
  func former() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/s"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      var values = try TinyRun.settings().settings.values
      values["run.seed"] = nil
      let settings = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
      try write(
        Array("{\"format\":1,\"made\":\"pactolus study\",\"seeds\":[2,5],\"settings\":{\(settings)}}".utf8),
        to: directory + "/study.json")
      let study = try Study.open(directory: directory)
      #expect(study.seeds == [2, 5] && study.axes.isEmpty)
      #expect(study.directories == [directory + "/seed-2", directory + "/seed-5"])
      #expect(try study.run(clock: TinyRun.clock).isFinished)
      #expect(try TinyRun.Remains(directory + "/seed-5") == TinyRun.reference())
      try write(Array("{\"format\":3,\"made\":\"pactolus study\"}".utf8), to: directory + "/study.json")
      let later = #expect(throws: InputError.self) { try Study.open(directory: directory) }
      #expect(later?.problem.contains("format 3") == true)
    }
  }

  @Test("progress counts trials and steps, and ends at the whole")
  func progress() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.begin(TinyStudy.file(measure: "[return]"), in: parent + "/s")
      let seconds = Atomic(0)
      let clock = RunClock(
        wallTime: { 0 }, monotonic: { Double(seconds.add(1, ordering: .relaxed).newValue) })
      let seen = Mutex<[StudyProgress]>([])
      try study.run(
        watch: { event in
          switch event {
          case .started(let progress), .progress(let progress), .entered(_, let progress):
            seen.withLock { $0.append(progress) }
          case .failed: Issue.record("none fails")
          }
        }, clock: clock)
      let all = seen.withLock { $0 }
      #expect(all.first?.steps == 0 && all.first?.secondsLeft == 0 && all.first?.totalSteps == 4 * 560)
      #expect(all.last?.entered == 4 && all.last?.share == 1 && all.last?.secondsLeft == 0)
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.steps <= $1.steps && $0.entered <= $1.entered })
      let middle = all[all.count / 2]
      #expect(middle.stepsPerSecond > 0 && middle.secondsLeft > 0)
    }
  }
}

@Suite("The table of a study")
struct StudyTableTests {
  private static func result(_ mean: Double) -> TrialResult {
    TrialResult(returns: ReturnSummary(episodes: 3, mean: mean, deviation: 1))
  }

  @Test("a result enters once: the same again changes nothing, another is refused")
  func once() throws {
    try withTemporaryDirectory { parent in
      let table = try StudyTable(path: parent + "/table.sqlite")
      #expect(try table.enter("a", Self.result(0.1), seconds: 2, at: 5))
      let before = try table.export()
      #expect(try !table.enter("a", Self.result(0.1), seconds: 9, at: 6))
      let error = #expect(throws: InputError.self) { try table.enter("a", Self.result(0.2), seconds: 2, at: 7) }
      #expect(error?.problem.contains("another result") == true)
      #expect(try table.export() == before)
      let contents = try table.contents()
      #expect(contents.results == ["a": Self.result(0.1)] && contents.seconds == ["a": 2])
    }
  }

  @Test("the order of entries leaves no trace; a failure goes when its trial is entered")
  func order() throws {
    try withTemporaryDirectory { parent in
      var exports: [String] = []
      for (index, keys) in [["a", "b", "c"], ["c", "a", "b"]].enumerated() {
        let table = try StudyTable(path: parent + "/\(index).sqlite")
        try table.note("b", failure: "a full disk")
        #expect(try table.contents().failures == ["b": "a full disk"])
        for key in keys { try table.enter(key, Self.result(1), seconds: Double(index), at: 0) }
        #expect(try table.contents().failures.isEmpty)
        exports.append(try table.export())
      }
      #expect(exports[0] == exports[1])
    }
  }

  @Test("it is read while it is written, and is none before it is made")
  func reading() throws {
    try withTemporaryDirectory { parent in
      let path = parent + "/table.sqlite"
      #expect(try StudyTable(reading: path) == nil)
      let table = try StudyTable(path: path)
      try table.enter("a", Self.result(1), seconds: 1, at: 0)
      #expect(try StudyTable(reading: path)?.contents().results.count == 1)
    }
  }

  @Test("a file of another kind is refused by name")
  func foreign() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      for open in [{ _ = try StudyTable(path: $0) }, { _ = try StudyTable(reading: $0) }] as [(String) throws -> Void] {
        let error = #expect(throws: InputError.self) { try open(RunLayout(directory).ledger) }
        #expect(error?.problem == "not a study's table")
      }
    }
  }
}
