import Compute
import Environments
import Feedback
import Files
import Foundation
import PactolusTesting
import Runs
import Synchronization
import Testing
import Workbench

@Suite("A step of the agent that waits for people")
struct PermissionTests {
  private static func question(_ number: Int = 7) throws -> PosedQuestion {
    let random = RandomSource(seed: 9).child("test", 0)
    let entry = EnvironmentEntry(RingWorld())
    let courses = [Float(2), 1].map { action in
      entry.whatIf(
        start: EpisodePosition(slot: 0, episode: 0, step: 0), random: random, actions: [2, 0, action, 1, 1], from: 2)
    }
    let details = Permission.Details(action: [2], instead: [1], causes: [.irreversible])
    return PosedQuestion(
      number: number, iteration: 0, kind: Permission.name,
      question: Question(courses, details: try JSONValue(encoding: details)),
      clips: courses.map { StoredSegment($0, leadingActions: [2, 0], source: "test", sourceIndex: 0) })
  }

  /// The run's thread.
  private final class Waiting: Sendable {
    private let reply = Mutex<Result<PermissionReply, any Error>?>(nil)
    let stop = StopFlag()

    init(_ bench: Bench, _ question: PosedQuestion, seconds: Double = 60) {
      Thread.detachNewThread { [self] in
        let result = Result {
          try bench.project.permit(question, query: 0, within: seconds, stop: stop)
        }
        reply.withLock { $0 = result }
      }
    }

    var isOver: Bool { reply.withLock { $0 != nil } }

    func end() throws -> PermissionReply {
      while !isOver { Thread.sleep(forTimeInterval: 0.002) }
      return try reply.withLock { try #require($0).get() }
    }
  }

  /// The question as somebody gets it, as soon as it is there.
  private func given(_ bench: Bench, _ member: Member) throws -> Given {
    while true {
      if let question = try bench.questions(member).first { return question }
      Thread.sleep(forTimeInterval: 0.002)
    }
  }

  private func answer(_ bench: Bench, _ question: Given, _ member: Member, allow: Bool) throws -> Reply {
    try bench.send(
      .answers, member,
      [
        "id": UUID().uuidString, "question": question.id, "lease": question.lease, "content": ["allow": allow],
        "milliseconds": 900,
      ])
  }

  @Test("it comes before other questions, with the time left; whoever is first decides, and the next is told")
  func first() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<2)
      let plain = try #require(try bench.questions(ann).first)
      #expect(plain.fields["secondsLeft"] == nil && plain.fields["kind"] as? String == "comparison")
      #expect(try bench.send(.status, ann)["stepsWaiting"] == nil)
      let posed = try Self.question()
      let waiting = Waiting(bench, posed)
      while try bench.send(.status, ann)["stepsWaiting"] as? Int != 1 { Thread.sleep(forTimeInterval: 0.002) }
      // Ann has a question in hand, and asks for more.
      let other = try #require(try bench.questions(ann, hold: [plain.id]).first)
      let mine = try #require(try bench.questions(ben).first)
      #expect(other.fields["kind"] as? String == Permission.name)
      #expect(mine.fields["secondsLeft"] as? Double == 60 && mine.id == other.id)
      #expect(mine.fields["prompt"] as? String == "May the agent do this? There may be no way back.")
      #expect((mine.fields["clips"] as? [Any])?.count == 2)
      bench.wait(10)
      #expect(try bench.project.store.secondsLeft(bench.number(mine)) == 50)
      #expect(try answer(bench, other, ann, allow: true).status == 200)
      guard case .given(let said) = try waiting.end() else {
        Issue.record("nobody answered")
        return
      }
      #expect(said.person == "Ann" && said.question == posed)
      #expect(try said.content?.decode(Permission.Decision.self).allow == true)
      let late = try answer(bench, mine, ben, allow: false)
      #expect(late.status == 409 && late.error.contains("somebody else has decided"))
      #expect(try bench.send(.status, ann)["stepsWaiting"] == nil)
      // It is not taken back, for the step was taken; and it is not taken in twice.
      #expect(try bench.send(.undo, ann).status == 404)
      let rest = try #require(try bench.questions(ann, hold: [plain.id]).first)
      _ = try bench.answer(plain, ann)
      _ = try bench.answer(rest, ann)
      let round = IntakeRound(iteration: 0, last: 0, firstQuery: 0)
      let events = try #require(try bench.project.collect(round, stop: StopFlag()))
      #expect(events.count == 2)
      // The run that asks again, after a kill, hears the same.
      #expect(try bench.project.permit(posed, query: 0, within: 60, stop: StopFlag()) == .given(said))
    }
  }

  @Test("after the time an answer is refused, the next round waits for nothing, and it stays so")
  func late() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      let posed = try Self.question()
      let waiting = Waiting(bench, posed, seconds: 20)
      let question = try given(bench, ann)
      #expect(!waiting.isOver)
      bench.wait(20.5)
      #expect(try waiting.end() == .late)
      let refused = try answer(bench, question, ann, allow: true)
      #expect(refused.status == 409 && refused.error.contains("time is over"))
      #expect(try bench.questions(ann).isEmpty)
      #expect(try bench.project.permit(posed, query: 0, within: 20, stop: StopFlag()) == .late)
      let round = IntakeRound(iteration: 0, last: 0, firstQuery: 0)
      #expect(try bench.project.collect(round, stop: StopFlag())?.isEmpty == true)
      // Another question under its number is none of this run's.
      var other = posed
      other.iteration = 1
      #expect(throws: InputError.self) {
        try bench.project.permit(other, query: 0, within: 20, stop: StopFlag())
      }
    }
  }

  @Test("who cannot tell leaves it to others; a run that stops leaves the question open, with the time it had")
  func stopped() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      let posed = try Self.question()
      var waiting = Waiting(bench, posed, seconds: 20)
      let question = try given(bench, ann)
      let skipped = try bench.send(
        .answers, ann,
        [
          "id": "one", "question": question.id, "lease": question.lease, "content": NSNull(),
          "nonAnswer": "cannot-tell", "milliseconds": 5,
        ])
      #expect(skipped.status == 200 && !waiting.isOver)
      waiting.stop.raise()
      #expect(try waiting.end() == .stopped)
      bench.wait(15)
      waiting = Waiting(bench, posed, seconds: 20)
      let ben = try bench.join("Ben")
      let again = try given(bench, ben)
      #expect(again.fields["secondsLeft"] as? Double == 5)
      #expect(try answer(bench, again, ben, allow: false).status == 200)
      guard case .given(let said) = try waiting.end() else {
        Issue.record("nobody answered")
        return
      }
      #expect(said.person == "Ben")
    }
  }
}
