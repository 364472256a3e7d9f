import Agents
import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

/// People who find the policy of the second round better than the first, and everything from the fourth round on worse than
/// the best; whose answers of a round come with the next, as at a workbench.
private final class Onlookers: Answering, Sendable {
  private struct State {
    var open: [Int: PosedQuestion] = [:]
    var intakes: [Int: [AnswerEvent]] = [:]
    var known: Set<Int> = []
  }

  private let state = Mutex(State())

  func ask(_ questions: [PosedQuestion]) throws {
    state.withLock { state in
      for question in questions where state.known.insert(question.number).inserted {
        state.open[question.number] = question
      }
    }
  }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    try state.withLock { state in
      if let known = state.intakes[round.iteration] { return known }
      let ready = state.open.values.filter { $0.iteration <= round.last }.sorted { $0.number < $1.number }
      let events = try ready.map { question in
        // The clips say whose they are.
        let isFirst = question.clips[0].source == "experience/compared/best"
        let said = PairComparison.Preference(isFirst == (question.iteration >= 4) ? .first : .second)
        return AnswerEvent.answered(
          GivenAnswer(
            number: question.number, question: question, person: "Ada", content: try JSONValue(encoding: said)))
      }
      for question in ready { state.open[question.number] = nil }
      state.intakes[round.iteration] = events
      return events
    }
  }
}

/// Stops a run after an iteration.
private struct Until: ProgressSink {
  let iteration: Int
  let stop: StopFlag

  init(iteration: Int, _ stop: StopFlag) { (self.iteration, self.stop) = (iteration, stop) }

  func report(_ event: ProgressEvent) {
    if case .iteration(let progress) = event, progress.iteration == iteration { stop.raise() }
  }
}

@Suite("Runs that stop in time")
struct StoppingRunTests {
  private static let stopping = [
    "run.stopWhen": "worse", "run.stopError": "0.2", "run.stopQuestions": "12", "run.iterations": "8",
    "run.steps": "560",
  ]

  private static let id = "stopping/worse-than-best"

  private func findings(_ run: LearnRun) throws -> [Finding] {
    try run.ledger.entries().compactMap { entry in
      guard case .findingMade(let made) = entry.event, made.finding.id == Self.id else { return nil }
      return made.finding
    }
  }

  private static func live(_ directory: String, _ people: Onlookers) throws -> LearnRun {
    try LearnRun.create(
      directory: directory, settings: TinyRun.settings(stopping.merging(["person.answering": "live"]) { $1 }),
      clock: TinyRun.clock, answering: .people { _ in people })
  }

  private static func resumed(_ directory: String, _ people: Onlookers) throws -> LearnRun {
    try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: .people { _ in people })
  }

  @Test("a run whose policy became worse ends early, with the best one, and says so")
  func stops() throws {
    try withTemporaryDirectory { parent in
      let (directory, people) = (parent + "/run", Onlookers())
      do {
        let run = try Self.live(directory, people)
        let outcome = try run.run()
        let record = try RunRecord(directory: directory)
        let final = try #require(
          try run.ledger.entries().compactMap { entry -> Evaluated? in
            if case .evaluated(let event) = entry.event, event.final { event } else { nil }
          }.last)
        let round = try #require(run.compared?.stoppedAt)
        // Answers of round 2 replace the first best in round 3; those of 4 stop it in round 5.
        #expect(round == 5 && outcome.finished && outcome.iterations == 6 && record.finished?.iterations == 6)
        #expect(run.compared?.watch.best == 2 && run.compared?.best.asked.moment.iteration == 1 && final.kept == 1)
        let found = try findings(run)
        #expect(found.first?.verdict == .fails && found.allSatisfy { $0.reason == found[0].reason })
        #expect(found.first?.reason.contains("the policy after round 1 was preferred in 12 of 12 comparisons") == true)
        #expect(record.findings.contains { $0.id == Self.id && $0.verdict == .fails })
        let trained = try TrainedRun(directory: directory)
        #expect(trained.iteration == 1 && trained.agentSteps == 140)
      }
      // It is over: going on changes nothing.
      let before = try TinyRun.Remains(directory)
      #expect(try Self.resumed(directory, people).run().finished)
      #expect(try TinyRun.Remains(directory) == before)
    }
  }

  @Test("the policy that it ends with acts as the best one did")
  func policy() throws {
    try withTemporaryDirectory { parent in
      let run = try Self.live(parent + "/run", Onlookers())
      try run.run()
      let trained = try TrainedRun(directory: parent + "/run")
      func play(_ policy: any ActingPolicy) throws -> [[Float]] {
        let player = EpisodePlayer(
          entry: trained.entry, policy: policy, slots: 2, seed: RandomSource(seed: 3), source: "again", sourceIndex: 0,
          manner: .deterministic)
        return try player.play(.episodes(2)).trajectories.map(\.trajectory.actions)
      }
      // The same run, stopped by its last round: as it was after round 1.
      let short = try LearnRun.create(
        directory: parent + "/short",
        settings: TinyRun.settings(
          Self.stopping.merging(["person.answering": "live", "run.checkpointEvery": "1"]) { $1 }), clock: TinyRun.clock,
        answering: .people { _ in Onlookers() })
      let stop = StopFlag()
      try short.run(stop: stop, progress: Until(iteration: 1, stop))
      #expect(try play(trained.policy) == play(TrainedRun(directory: parent + "/short").policy))
    }
  }

  @Test("a run that may stop, killed after any event and resumed, leaves the same bytes")
  func resumes() throws {
    let more = Self.stopping.merging(["run.iterations": "3", "run.steps": "240", "run.checkpointEvery": "2"]) { $1 }
    let reference = try TinyRun.reference(more)
    #expect(reference.ledger.contains("worse-than-best"))
    try TinyRun.expectSameBytes(as: reference, more, killedEvery: 3)
  }

  @Test("people who answer a round later stop a run too, and killed and resumed it leaves the same bytes")
  func resumesStopped() throws {
    let reference = try withTemporaryDirectory { parent in
      try Self.live(parent + "/run", Onlookers()).run()
      return try TinyRun.Remains(parent + "/run")
    }
    #expect(reference.ledger.contains("is worse: the policy after round 1"))
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 2, to: events, by: 7) {
      try withTemporaryDirectory { parent in
        let (directory, people) = (parent + "/run", Onlookers())
        do {
          let run = try Self.live(directory, people)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try Self.resumed(directory, people).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("unless it is asked for, nothing is compared")
  func never() throws {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run")
      try run.run()
      #expect(run.compared == nil)
      #expect(try findings(run).isEmpty)
    }
  }

  @Test("comparisons come on top of the questions, are never learned from, and are named in the settings' errors")
  func questions() throws {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run", ["run.stopWhen": "worse", "run.stopQuestions": "4"])
      let outcome = try run.run()
      // Rounds 2 and 3 compare: round 1 finds the first best.
      #expect(outcome.answers == 13 + 8)
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.comparisons.count(where: \.forEvaluation) == 8)
    }
    #expect(throws: InputError.self) {
      try TinyRun.settings(["run.stopWhen": "worse", "run.iterations": "1"]).settings.validate()
    }
    #expect(throws: InputError.self) { try TinyRun.settings(["run.stopError": "1"]) }
  }
}
