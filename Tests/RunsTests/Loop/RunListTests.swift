import Agents
import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("Lists of runs, and progress")
struct RunListTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").path

  @Test("runs below a directory, by name: finished, stopped, not begun, damaged, and those of studies")
  func list() throws {
    try withTemporaryDirectory { parent in
      #expect(try RunSummary.all(below: parent).isEmpty)
      try TinyRun.create(parent + "/b-finished").run()
      try FileManager.default.copyItem(atPath: Self.fixtures + "/comparison", toPath: parent + "/a-stopped")
      do { _ = try TinyRun.create(parent + "/c-new") }
      try FileManager.default.createDirectory(atPath: parent + "/d-other", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: parent + "/e-damaged", withIntermediateDirectories: true)
      try "run.steps: many\n".write(toFile: parent + "/e-damaged/settings.yaml", atomically: true, encoding: .utf8)
      let study = try Study.create(directory: parent + "/f-study", settings: TinyRun.settings(), seeds: [3, 1])
      _ = try study.run()
      let found = try RunSummary.all(below: parent)
      #expect(
        found.map { ($0.directory as NSString).lastPathComponent }.prefix(4) == [
          "a-stopped", "b-finished", "c-new", "e-damaged",
        ])
      #expect(found.map(\.state) == [.stopped, .finished, .stopped, .unreadable, .finished, .finished])
      #expect(found.map(\.seed) == [5, 5, 5, 0, 3, 1])
      #expect(found[3].problem != nil && found[3].environment.isEmpty && found.filter { $0.problem != nil }.count == 1)
      let finished = found[1]
      #expect(finished.environment == "pactolus/Pendulum-v1" && finished.iterations == 4 && finished.lastIteration == 3)
      #expect(finished.agentSteps == 560 && finished.answers == 13 && finished.started == 7 && finished.lastEvent == 7)
      let record = try RunRecord(directory: parent + "/b-finished")
      #expect(finished.trueReturn == record.finalEvaluation.map { Statistics.mean($0.trueReturns) })
      #expect(
        found[2].iterations == 0 && found[2].agentSteps == 0 && found[2].answers == 0 && found[2].trueReturn == nil)
      #expect(found[2].lastIteration == 3 && found[2].started == nil)
      #expect(found[3].iterations == 0 && found[3].answers == 0 && found[3].agentSteps == 0)
      // A study that cannot be read is one line, about which nothing is known.
      let plan = RunLayout(parent + "/f-study").study
      try "study: [".write(toFile: plan, atomically: true, encoding: .utf8)
      let damaged = try #require(RunSummary.all(below: parent).last)
      #expect(damaged.directory.hasSuffix("/f-study") && damaged.problem != nil && damaged.state == .unreadable)
      #expect(damaged.environment.isEmpty && damaged.seed == 0 && damaged.trueReturn == nil && damaged.started == nil)
      let counts: [Int] = [damaged.iterations, damaged.lastIteration, damaged.agentSteps, damaged.answers]
      #expect(counts == [0, 0, 0, 0])
      let alone = try RunSummary.all(below: parent + "/b-finished")
      #expect(alone.map(\.directory) == [parent + "/b-finished"])
      let stopped = try RunRecord(directory: parent + "/a-stopped")
      #expect(
        found[0].trueReturn
          == stopped.iterations.last { $0.evaluation != nil }?.evaluation.map { Statistics.mean($0.trueReturns) })
    }
  }

  @Test("a run that is open is running, to whoever lists it")
  func running() throws {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run")
      #expect(RunSummary(directory: parent + "/run").state == .running)
      withExtendedLifetime(run) {}
    }
  }

  private final class Heard: ProgressSink, Sendable {
    let events = Mutex<[ProgressEvent]>([])
    func report(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
  }

  private final class Ticking: Sendable {
    let seconds = Mutex(100.0)
    /// Three seconds later each time.
    func now() -> Double {
      seconds.withLock { seconds in
        seconds += 3
        return seconds
      }
    }
  }

  @Test("progress: steps, seconds, what is left, by a clock of its own")
  func progress() throws {
    try withTemporaryDirectory { parent in
      let (heard, ticking) = (Heard(), Ticking())
      let clock = RunClock(wallTime: { 7 }, monotonic: { ticking.now() })
      let run = try LearnRun.create(directory: parent + "/run", settings: TinyRun.settings(), clock: clock)
      let outcome = try run.run(progress: heard)
      let events = heard.events.withLock { $0 }
      guard case .started(let environment, let seed, let directory, let resumedAt)? = events.first else {
        Issue.record("it did not begin with the beginning")
        return
      }
      #expect(environment == "pactolus/Pendulum-v1" && seed == 5 && directory == parent + "/run" && resumedAt == nil)
      guard case .finished(let last)? = events.last else {
        Issue.record("it did not end with the end")
        return
      }
      #expect(last == outcome)
      let rounds = events.compactMap { event -> RunProgress? in
        if case .iteration(let progress) = event { progress } else { nil }
      }
      #expect(rounds.map(\.iteration) == [0, 1, 2, 3] && rounds.allSatisfy { $0.lastIteration == 3 })
      #expect(rounds.map(\.agentSteps) == [140, 280, 420, 560] && rounds.allSatisfy { $0.totalAgentSteps == 560 })
      for round in rounds {
        // The clock was read once at the start.
        #expect(round.seconds > 0 && round.seconds.truncatingRemainder(dividingBy: 3) == 0)
        #expect(abs(round.stepsPerSecond - Double(round.allSteps) / round.seconds) < 1e-9)
        #expect(
          abs(round.secondsLeft - round.seconds * Double(560 - round.agentSteps) / Double(round.agentSteps)) < 1e-9)
        #expect(round.totalAnswers == 13 && round.trueReturn != nil && round.rewardLoss != nil)
      }
      #expect(rounds.last?.answers == 13 && rounds.last?.secondsLeft == 0)
      #expect(rounds.last?.allSteps == outcome.allSteps)
    }
  }

  @Test("settings of ranked imitation are refused beyond their limits, and at them accepted")
  func ranked() throws {
    typealias Settings = RankedImitationSettings
    func problem(_ change: (inout Settings) -> Void) -> String? {
      var settings = Settings(ppo: PPOSettings(), steps: 1)
      change(&settings)
      do { try settings.validate() } catch { return "\(error)" }
      return nil
    }
    #expect(problem { _ in } == nil)
    for change in [
      { $0.comparisons = 1 }, { $0.shortest = 50 }, { ($0.shortest, $0.longest) = (1, 1) }, { $0.lapse = 0 },
      { $0.lapse = 0.499 }, { $0.noiseLevels = [0, 1] }, { $0.episodesPerLevel = 1 },
    ] as [(inout Settings) -> Void] {
      #expect(problem(change) == nil)
    }
    for (change, words) in [
      ({ $0.comparisons = 0 }, "comparisons is 0"), ({ $0.shortest = 0 }, "shortest is 0"),
      ({ $0.shortest = 51 }, "shortest is 51"), ({ $0.lapse = -0.1 }, "lapse is -0.1"),
      ({ $0.lapse = 0.5 }, "lapse is 0.5"),
      ({ $0.noiseLevels = [0.5] }, "noiseLevels is [0.5]"),
      ({ $0.noiseLevels = [0.5, 1.1] }, "noiseLevels is [0.5, 1.1]"),
      ({ $0.noiseLevels = [-0.1, 1] }, "noiseLevels is [-0.1, 1.0]"),
      ({ $0.episodesPerLevel = 0 }, "episodesPerLevel is 0"),
      ({ $0.steps = 0 }, "steps is 0"),
    ] as [((inout Settings) -> Void, String)] {
      #expect(problem(change)?.contains(words) == true, "\(words)")
    }
    #expect(problem { $0.training.epochs = -1 } != nil)
    #expect(problem { $0.ppo.environments = 0 } != nil)
    #expect(problem { $0.cloning.epochs = 0 } != nil)
  }
}
