import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Where two runs part", .serialized)
struct RunDifferenceTests {
  /// A run, and a copy of it for each body that changes it.
  private func withRun(
    _ more: [String: String] = [:], _ body: (_ run: String, _ copy: () throws -> String) throws -> Void
  ) throws {
    try withTemporaryDirectory { parent in
      let run = parent + "/run"
      try TinyRun.create(run, more).run()
      var copies = 0
      try body(run) {
        copies += 1
        let copy = parent + "/copy-\(copies)"
        try FileManager.default.copyItem(atPath: run, toPath: copy)
        return copy
      }
    }
  }

  private func forge(_ directory: String, _ change: String) throws {
    let tables = ["events", "segments", "stamps"]
    let triggers = tables.flatMap { ["DROP TRIGGER \($0)_no_update;", "DROP TRIGGER \($0)_no_delete;"] }
    try execute(triggers.joined() + change, in: RunLayout(directory).ledger)
  }

  private func rows(_ directory: String) throws -> [LedgerRow] {
    try Ledger(reading: RunLayout(directory).ledger).entries()
  }

  private func first(_ kind: LedgerEvent.Kind, in directory: String) throws -> Int {
    try #require(rows(directory).first { $0.event.kind == kind }).sequence
  }

  // MARK: Equal

  @Test("a run and its copy are the same; run again they are so but for time, with 1 thread and with 4")
  func equal() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    ThreadPool.shared.threadCount = 1
    try withRun { run, copy in
      let same = try RunDifference(run, copy())
      #expect(same.relation == .same && same.causes.isEmpty && same.course == nil && same.otherTimes == 0)
      #expect(same.findings.allSatisfy { $0.verdict == .holds }, "\(same.findings)")
      ThreadPool.shared.threadCount = 4
      let again = (run as NSString).deletingLastPathComponent + "/again"
      let later = RunClock(wallTime: { 8 }, monotonic: { 0 })
      try LearnRun.create(directory: again, settings: TinyRun.settings(), clock: later).run()
      let timed = try RunDifference(run, again)
      #expect(timed.relation == .sameButForTime && timed.causes.isEmpty && timed.course == nil)
      #expect(timed.otherTimes == timed.events[0] && timed.events[0] == timed.events[1])
      #expect(timed.comparedCheckpoints == [2, 3] && timed.findings.allSatisfy { $0.verdict == .holds })
    }
  }

  // MARK: Told otherwise

  @Test("a setting, the seed and the world are named with both values, and where the course parts first")
  func told() throws {
    try withTemporaryDirectory { parent in
      func made(_ name: String, _ more: [String: String] = [:]) throws -> String {
        try TinyRun.create(parent + "/" + name, more).run()
        return parent + "/" + name
      }
      let run = try made("run")
      let epochs = try RunDifference(run, made("epochs", ["reward.epochs": "3"]))
      #expect(epochs.relation == .parted && epochs.causes.map(\.name) == ["reward.epochs"])
      #expect(epochs.causes[0].kind == .settings && epochs.causes[0].first == "2" && epochs.causes[0].second == "3")
      // The questions of the first round come before any training, and are the same.
      #expect(epochs.course?.kinds == ["reward-trained", "reward-trained"] && epochs.course?.iteration == 0)

      let seed = try RunDifference(run, made("seed", ["run.seed": "6"]))
      #expect(seed.causes.map(\.kind) == [.seed] && seed.causes[0].first == "5" && seed.causes[0].second == "6")
      #expect(seed.course?.sequence == 1)

      // How many clips the final evaluation keeps changes nothing before it.
      let clips = try RunDifference(run, made("clips", ["evaluation.clips": "2"]))
      #expect(clips.causes.map(\.name) == ["evaluation.clips"] && clips.course?.kinds == ["evaluated", "evaluated"])
      #expect(try clips.course?.sequence == rows(run).last { $0.event.kind == .evaluated }?.sequence)
      #expect(clips.weights == nil)

      let world = try RunDifference(
        run, made("world", ["run.environment": "pactolus/MountainCarContinuous-v0"]))
      #expect(world.causes.contains { $0.kind == .environment && $0.second == "pactolus/MountainCarContinuous-v0" })
    }
  }

  @Test("a setting that changes nothing is told apart from one that does")
  func sameCourse() throws {
    try withRun { run, copy in
      let other = try copy()
      try forge(
        other,
        "UPDATE events SET payload = replace(payload, '\"run.checkpointEvery\":\"1\"', "
          + "'\"run.checkpointEvery\":\"7\"');"
      )
      let difference = try RunDifference(run, other)
      #expect(difference.relation == .sameCourse && difference.causes.map(\.name) == ["run.checkpointEvery"])
      #expect(difference.course == nil && difference.findings.map(\.verdict) == [.fails, .holds, .holds, .holds])
    }
  }

  @Test("a version that knows other settings, another format and another arithmetic are told as such")
  func versions() throws {
    try withRun { run, copy in
      let older = try copy()
      try forge(
        older, "UPDATE events SET payload = replace(payload, '\"run.checkpointEvery\":\"1\",', '') WHERE sequence = 0;")
      let version = try RunDifference(older, run)
      #expect(version.causes.map(\.kind) == [.version] && version.causes[0].first == nil)
      let elsewhere = try copy()
      try forge(
        elsewhere,
        "UPDATE events SET payload = replace(payload, '\"arithmetic\":\"', '\"arithmetic\":\"other-') WHERE "
          + "sequence = 0;"
      )
      #expect(try RunDifference(run, elsewhere).causes.map(\.kind) == [.arithmetic])
    }
  }

  // MARK: Parted on the way

  @Test("one answer changed in a copy is found, with its question, both answers and the person")
  func answer() throws {
    try withRun { run, copy in
      let answered = try #require(
        rows(run).first { if case .comparisonAnswered(let given) = $0.event { given.query == 4 } else { false } })
      guard case .comparisonAnswered(let given) = answered.event else { return }
      let other = given.answer == "first" ? "second" : "first"
      let forged = try copy()
      try forge(
        forged,
        "UPDATE events SET payload = replace(payload, '\"\(given.answer)\"', '\"\(other)\"') WHERE sequence = "
          + "\(answered.sequence);"
      )
      let difference = try RunDifference(run, forged)
      #expect(difference.causes.map(\.kind) == [.answer] && difference.course?.sequence == answered.sequence)
      #expect(difference.causes[0].name == "question 4")
      #expect(difference.causes[0].first == "'\(given.answer)'" && difference.causes[0].second == "'\(other)'")
      #expect(difference.causes[0].sentence.contains(given.person))
      // The rest was not made from the forged answer, and the runs' weights are the same.
      #expect(difference.weights == nil && difference.findings.map(\.verdict) == [.holds, .fails, .holds, .holds])
    }
  }

  @Test("another question, a number off by its last digit, and a later version's words are told apart")
  func events() throws {
    try withRun { run, copy in
      let asked = try copy()
      let sequence = try first(.comparisonAsked, in: run)
      try forge(
        asked, "UPDATE events SET payload = json_set(payload, '$.second', 5) WHERE sequence = \(sequence);")
      let question = try RunDifference(run, asked)
      #expect(question.causes.map(\.kind) == [.question] && question.course?.sequence == sequence)

      let trained = try #require(rows(run).first { $0.event.kind == .rewardTrained })
      guard case .rewardTrained(var event) = trained.event else { return }
      let loss = event.loss
      event.loss = loss.nextUp
      let off = try copy()
      try forge(
        off,
        "UPDATE events SET payload = replace(payload, '\"loss\":\(loss)', '\"loss\":\(event.loss)') WHERE sequence "
          + "= \(trained.sequence);"
      )
      let numbers = try RunDifference(run, off)
      #expect(numbers.causes.map(\.kind) == [.numbers] && numbers.causes[0].name == "loss")
      #expect(numbers.causes[0].sentence.contains("1 step of the last digit"), "\(numbers.causes[0].sentence)")

      let found = try first(.findingMade, in: run)
      let worded = try copy()
      try forge(
        worded,
        "UPDATE events SET payload = json_set(payload, '$.finding.claim', 'Other words') WHERE sequence = \(found);")
      #expect(try RunDifference(run, worded).causes.map(\.kind) == [.version])
    }
  }

  @Test("a run that stops earlier is said to have ended there, or not to have finished")
  func ending() throws {
    try withRun { run, copy in
      let stopped = try copy()
      try forge(stopped, "DELETE FROM events WHERE sequence > 20; DELETE FROM stamps WHERE sequence > 20;")
      let difference = try RunDifference(stopped, run)
      #expect(difference.causes.map(\.kind) == [.ending] && difference.course?.sequence == 21)
      #expect(difference.causes[0].sentence.contains("has not finished"))
      #expect(difference.course?.kinds[0] == nil && difference.course?.kinds[1] != nil)
    }
  }

  // MARK: Weights

  private func nudge(_ directory: String, iteration: Int) throws -> (name: String, index: Int) {
    let path = Checkpoint.path(iteration, in: RunLayout(directory))
    var checkpoint = try Checkpoint(directory: path)
    let place = try #require(checkpoint.tensors.firstIndex { $0.name.hasPrefix("agent.") && $0.values.count > 3 })
    checkpoint.tensors[place].values[2] = checkpoint.tensors[place].values[2].nextUp
    for file in try checkpoint.encoded().files {
      try file.data.write(to: URL(fileURLWithPath: path + "/" + file.name))
    }
    return (checkpoint.tensors[place].name, 2)
  }

  @Test("one weight of a checkpoint moved by one step of its last digit is found, and whose file was changed")
  func weights() throws {
    try withRun { run, copy in
      let other = try copy()
      let nudged = try nudge(other, iteration: 2)
      let difference = try RunDifference(run, other)
      #expect(difference.causes.map(\.kind) == [.weights] && difference.relation == .parted)
      let weights = try #require(difference.weights)
      #expect(weights.iteration == 2 && weights.array == nudged.name && weights.index == nudged.index)
      #expect(weights.count == 1 && weights.ulps == 1 && difference.course == nil)
      #expect(difference.causes[0].sentence.contains("\(other) holds is not what its ledger recorded"))
      #expect(difference.findings.map(\.verdict) == [.holds, .holds, .fails, .fails])
    }
  }

  @Test("a run that goes on from a nudged checkpoint parts from it, because of the weight")
  func nudgedAndResumed() throws {
    try withTemporaryDirectory { parent in
      let run = parent + "/run"
      try TinyRun.create(run).run()
      let written = try #require(
        rows(run).first { if case .checkpointWritten(let event) = $0.event { event.iteration == 2 } else { false } })
      let other = parent + "/other"
      do {
        let stopped = try TinyRun.create(other)
        stopped.ledger.afterAppend = { if $0 == written.sequence { throw Killed() } }
        #expect(throws: Killed.self) { try stopped.run() }
      }
      let nudged = try nudge(other, iteration: 2)
      try TinyRun.resume(other).run()
      let difference = try RunDifference(run, other)
      #expect(difference.causes.map(\.kind) == [.weights], "\(difference.summary)")
      #expect(difference.weights?.iteration == 2 && difference.weights?.array == nudged.name)
      #expect(difference.weights?.count == 1 && difference.weights?.ulps == 1)
      #expect(difference.course?.sequence == written.sequence)
    }
  }

  // MARK: Worlds

  @Test("a world of the same name that moves otherwise is found at the first clip that shows it")
  func world() throws {
    try withTemporaryDirectory { parent in
      // Clips of whole episodes show where they part; later ones begin when the agent has already seen something else.
      func made(_ name: String, drift: Float, length: Int = 10) throws -> String {
        var registry = EnvironmentRegistry.standard
        registry.add(EnvironmentEntry(Drift(drift: drift, limit: length)))
        let settings = try TinyRun.settings(["run.environment": "test/Drift-v0"])
        try LearnRun.create(
          directory: parent + "/" + name, settings: settings, registry: registry, clock: TinyRun.clock
        ).run()
        return parent + "/" + name
      }
      let difference = try RunDifference(made("slow", drift: 0.01), made("fast", drift: 0.0101))
      #expect(difference.causes.map(\.kind) == [.world], "\(difference.summary)")
      #expect(difference.causes[0].sentence.contains("after the same actions"))
      #expect(try RunDifference(made("one", drift: 0.01), made("two", drift: 0.01)).relation == .same)
      let late = try RunDifference(made("slowly", drift: 0.01, length: 40), made("fastly", drift: 0.0101, length: 40))
      #expect(late.causes.map(\.kind) == [.agent])
      #expect(late.causes[0].sentence.contains("or the world showed something else"), "\(late.summary)")
    }
  }

  @Test("in a clip, what the agent did is told from what the world showed and paid")
  func clips() throws {
    try withRun { run, copy in
      let sequence = try first(.comparisonAsked, in: run)
      let ledger = try Ledger(reading: RunLayout(run).ledger)
      let clip = try ledger.segments([0])[0]
      func cause(_ change: (inout StoredSegment) -> Void) throws -> RunDifference {
        var changed = clip
        change(&changed)
        let other = try copy()
        let hex = changed.encoded().map { String(format: "%02x", $0) }.joined()
        try forge(other, "UPDATE segments SET content = x'\(hex)' WHERE segment = 0;")
        return try RunDifference(run, other)
      }
      let acted = try cause { $0.trajectory.actions[3] += 0.5 }
      #expect(acted.causes.map(\.kind) == [.agent] && acted.course?.sequence == sequence)
      let step = clip.leadingActions.count + 3
      #expect(acted.causes[0].sentence.contains("at step \(step)"), "\(acted.causes[0].sentence)")
      #expect(try cause { $0.trajectory.observations[4] += 0.5 }.causes.map(\.kind) == [.world])
      #expect(try cause { $0.trajectory.rewards[1] += 0.5 }.causes.map(\.kind) == [.world])
      // Seen only after the agent acted otherwise: the action is the cause.
      let both = try cause {
        $0.trajectory.actions[0] += 0.5
        $0.trajectory.observations[3] += 0.5
      }
      #expect(both.causes.map(\.kind) == [.agent])
    }
  }

  // MARK: Input

  @Test("what is no run, is a study, is empty, of a later format or named twice is refused, with what would be right")
  func refusals() throws {
    try withRun { run, copy in
      func refused(_ first: String, _ second: String, says words: String) {
        #expect { try RunDifference(first, second) } throws: { error in
          let said = "\(error)"
          return error is InputError && said.contains(words)
        }
      }
      refused(run, run + "/", says: "named twice")
      refused(run, (run as NSString).deletingLastPathComponent + "/rum", says: "did you mean")
      let later = try copy()
      try execute("PRAGMA user_version = 99", in: RunLayout(later).ledger)
      refused(run, later, says: "format 99")
      let damaged = try copy()
      try write([UInt8]("not a database at all, but some text that is long enough".utf8), to: RunLayout(damaged).ledger)
      for tail in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: RunLayout(damaged).ledger + tail) }
      refused(damaged, run, says: "ledger")
      let empty = try copy()
      try FileManager.default.removeItem(atPath: RunLayout(empty).ledger)
      refused(empty, run, says: "no ledger yet")
    }
  }
}

/// A point on a line that drifts: the same name, whatever the drift.
private struct Drift: Environment {
  var drift: Float
  let specification: EnvironmentSpecification

  init(drift: Float, limit: Int) {
    self.drift = drift
    specification = EnvironmentSpecification(
      id: "test/Drift-v0", summary: "A point that drifts.", observationSpace: Box(low: [-9, 0], high: [9, 1]),
      observationNames: ["place", "clock"], actionSpace: .continuous(Box(low: [-1], high: [1])),
      maximumEpisodeSteps: limit, canTerminate: false, source: "this test")
  }

  struct State: Codable, Sendable {
    var place: Float
    var clock: Float
  }

  func reset(random: inout RandomStream) -> State { State(place: Float(random.uniform(-1, 1)), clock: 0) }

  func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state.place = min(9, max(-9, state.place + 0.05 * min(1, max(-1, action[0])) + drift))
    state.clock += 1 / 64
    return Outcome(reward: -Double(state.place.magnitude), terminated: false)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    (observation[0], observation[1]) = (state.place, state.clock)
  }
}
