import Feedback
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

/// People who take a thousand seconds for each round, and pause each rollout for ten; the run's own work of an iteration
/// takes seven.
private final class Slow: Answering, Sendable {
  private let asked = Mutex<[PosedQuestion]>([])
  let now = Mutex(0.0)

  func ask(_ questions: [PosedQuestion]) throws { asked.withLock { $0 += questions } }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    now.withLock { $0 += 1000 }
    return try asked.withLock { asked in
      defer { asked = [] }
      return try asked.map { question in
        .answered(
          GivenAnswer(
            number: question.number, question: question, person: "Ada",
            content: try .init(encoding: PairComparison.Preference(.first, strongly: nil))))
      }
    }
  }

  func waitWhilePaused(stop: StopFlag) { now.withLock { $0 += 10 } }

  func show(_ view: RunView) { now.withLock { $0 += 7 } }
}

private final class Reports: ProgressSink, Sendable {
  let seen = Mutex<[RunProgress]>([])

  func report(_ event: ProgressEvent) {
    if case .iteration(let progress) = event { seen.withLock { $0.append(progress) } }
  }
}

@Suite("The time that a run waits for people")
struct WaitingTests {
  @Test("is told apart, and is no part of the time left and of the pace")
  func apart() throws {
    try withTemporaryDirectory { parent in
      let (people, reports) = (Slow(), Reports())
      let clock = RunClock(wallTime: { 7 }, monotonic: { people.now.withLock { $0 } })
      let run = try LearnRun.create(
        directory: parent + "/run",
        settings: TinyRun.settings(["person.answering": "live", "feedback.kinds": "comparison"]), clock: clock,
        answering: .people { _ in people })
      #expect(try run.run(progress: reports).finished)
      let rounds = reports.seen.withLock { $0 }
      #expect(rounds.count > 2)
      for (index, round) in rounds.enumerated() {
        let worked = 7 * Double(index + 1)
        let left = worked * Double(round.totalAgentSteps - round.agentSteps) / Double(round.agentSteps)
        #expect(round.secondsWaited == round.seconds - worked && (round.secondsWaited ?? 0) > 1000 * Double(index + 1))
        #expect(abs(round.secondsLeft - left) < 1e-9 && round.secondsLeft <= 7 * Double(rounds.count))
        #expect(abs(round.stepsPerSecond - Double(round.allSteps) / worked) < 1e-9)
      }
    }
  }

  @Test("is not there where people are simulated")
  func simulated() throws {
    try withTemporaryDirectory { parent in
      let reports = Reports()
      let run = try LearnRun.create(
        directory: parent + "/run", settings: TinyRun.settings(), clock: TinyRun.clock)
      #expect(try run.run(progress: reports).finished)
      #expect(reports.seen.withLock { $0.allSatisfy { $0.secondsWaited == nil } })
    }
  }
}
