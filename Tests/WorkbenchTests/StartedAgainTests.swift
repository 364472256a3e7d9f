import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import RunFixtures
import Runs
import Synchronization
import Testing
import Workbench

@Suite("A workbench that is started again, or whose run is over")
struct StartedAgainTests {
  @Test("it knows its port, that the agent was paused, and which run it is")
  func remembered() throws {
    try withTemporaryDirectory { directory in
      var id = ""
      do {
        let bench = try Bench(directory)
        let olga = try bench.join("Olga", .owner)
        #expect(!bench.project.isPaused)
        #expect(try bench.project.lastPort() == nil)
        try bench.project.remember(port: 50123)
        _ = try bench.send(.pause, olga, ["paused": true])
        id = try #require(try bench.send(.project, olga)["id"] as? String)
      }
      let bench = try Bench(directory)
      let olga = try bench.join("Olga", .owner)
      #expect(bench.project.isPaused)
      #expect(try bench.project.lastPort() == 50123)
      #expect(try bench.send(.status, olga)["message"] as? String == "The agent is paused.")
      #expect(try bench.send(.project, olga)["id"] as? String == id)
      // A run that waits while paused goes on when it is told to, and stays so.
      _ = try bench.send(.pause, olga, ["paused": false])
      bench.project.waitWhilePaused(stop: StopFlag())
      #expect(try !Bench(directory).project.isPaused)
      // Its settings for quality are what they were.
      #expect(try bench.project.store.quality() == QualitySettings())
    }
  }

  @Test("an answer to another run at the same address is refused, also where the number of the question is the same")
  func otherRun() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      var body: [String: Any] = [
        "id": "one", "question": question.id, "lease": "another's", "content": ["answer": "first"], "project": "17",
      ]
      let refused = try bench.send(.answers, ann, body)
      #expect(refused.status == 409 && refused.error.contains("another run"))
      body["project"] = try bench.send(.project, ann)["id"]
      #expect(try bench.send(.answers, ann, body).status == 200)
    }
  }

  /// Answers everything at once, by the workbench.
  private final class Prompt: Answering, Sendable {
    struct Place: Sendable {
      var bench: Bench
      var member: Member
    }

    let place = Mutex(Place?.none)
    /// What undoing came to after the round of this number was taken in.
    let undone = Mutex([Int: Int]())

    func open(_ directory: String) throws {
      let bench = try Bench(directory, environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      let olga = try bench.join("Olga", .owner)
      place.withLock { $0 = Place(bench: bench, member: olga) }
    }

    func ask(_ questions: [PosedQuestion]) throws { try place.withLock { $0 }?.bench.project.ask(questions) }

    func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
      guard let place = place.withLock({ $0 }) else { return nil }
      func answerAll() throws {
        while let question = try place.bench.questions(place.member).first {
          _ = try place.bench.answer(question, place.member)
        }
      }
      try answerAll()
      let events = try place.bench.project.collect(round, stop: stop)
      let status = try place.bench.send(.undo, place.member).status
      undone.withLock { $0[round.iteration] = status }
      return events
    }
  }

  private struct Forwarding: ProgressSink {
    let people: Prompt
    func report(_ event: ProgressEvent) { people.place.withLock { $0 }?.bench.project.progress.report(event) }
  }

  @Test(
    "an answer is taken back while a round is left to unlearn it; in the last, and afterwards, it stays as it taught")
  func undo() throws {
    try withTemporaryDirectory { parent in
      let people = Prompt()
      let run = try LearnRun.create(
        directory: parent + "/run",
        settings: TinyRun.settings(["person.answering": "live", "feedback.comparisons": "12", "evaluation.clips": "0"]),
        clock: TinyRun.clock,
        answering: .people { layout in
          try people.open(layout.directory)
          return people
        })
      #expect(try run.run(progress: Forwarding(people: people)).finished)
      #expect(people.undone.withLock { $0 } == [0: 200, 1: 200, 2: 200, 3: 409])
      let place = try #require(people.place.withLock { $0 })
      let refused = try place.bench.send(.undo, place.member)
      #expect(refused.status == 409 && refused.error.contains("has learned from this answer"))
      let lines = (try place.bench.send(.export, place.member).body as? String)?.split(separator: "\n").count
      #expect(lines == 12)
      #expect(try RunRecord(directory: parent + "/run").answerCount == 12)

      // The same when the finished run is only opened.
      let shown = try Bench(parent + "/run", environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      shown.project.readRecord()
      #expect(try shown.send(.undo, place.member).status == 409)
      #expect((try shown.send(.export, place.member).body as? String)?.split(separator: "\n").count == 12)
    }
  }
}

@Suite("How long people may act")
struct OwnClipLimitTests {
  /// Segments of the drawn world: six steps an episode, which ends at once when the first action is 1.
  private func posed(_ clips: [StoredSegment], kind: String, _ number: Int) throws -> PosedQuestion {
    PosedQuestion(
      number: number, iteration: 0, kind: kind, question: Question(clips.map(\.trajectory), details: .object([:])),
      clips: clips)
  }

  @Test("to the end of the clip and no further; the page is told, and longer ones are refused where they are sent")
  func limits() throws {
    try Bench.open(environment: EnvironmentEntry(DrawnWorld())) { bench in
      let ann = try bench.join("Ann")
      try bench.project.ask([posed(DrawnWorld.clips(), kind: "correction", 0)])
      let question = try #require(try bench.questions(ann).first)
      func play(_ clip: Int, _ from: Int, _ steps: Int) throws -> Reply {
        try bench.send(
          .play, ann,
          [
            "question": question.id, "clip": clip, "from": from,
            "actions": [[Double]](repeating: [0.5, 1], count: steps),
          ])
      }
      // Four steps in each clip; the second's episode ends with it.
      for (clip, from, limit) in [(0, 0, 4), (0, 1, 3), (0, 4, 0), (1, 0, 4), (1, 2, 2)] {
        let begun = try play(clip, from, 0)
        #expect(begun["limit"] as? Int == limit && begun["finished"] as? Bool == (limit == 0))
        if limit > 0 { #expect(try play(clip, from, limit)["finished"] as? Bool == true) }
        let beyond = try play(clip, from, limit + 1)
        #expect(beyond.status == 400, "clip \(clip) from \(from)")
        #expect(beyond.error == "\(limit + 1) steps from step \(from) on are more than the clip has (actions)")
        #expect(beyond["remedy"] as? String == "act for at most \(limit)")
      }
      func give(_ steps: Int, plays: Int = 1) throws -> Reply {
        let play: [String: Any] = [
          "clip": 0, "from": 1, "actions": [[Double]](repeating: [0.5, 1], count: steps),
        ]
        return try bench.send(
          .answers, ann,
          [
            "id": "a\(steps)", "question": question.id, "lease": question.lease, "content": [String: Any](),
            "plays": [[String: Any]](repeating: play, count: plays),
          ])
      }
      #expect(try give(4).status == 400)
      #expect(try give(3, plays: 9).error == "9 clips are too many (plays)")
      #expect(try give(3).status == 200)
    }
  }

  @Test("where the agent's episode ended within its clip, people may go on as long as the longest clip")
  func ended() throws {
    try Bench.open(environment: EnvironmentEntry(DrawnWorld())) { bench in
      let ann = try bench.join("Ann")
      var clips = DrawnWorld.clips()
      clips[0].trajectory = clips[0].trajectory.segment(0..<2)
      clips[0].trajectory.terminated = true
      clips[0].trajectory.truncated = false
      try bench.project.ask([posed(clips, kind: "demonstration", 0)])
      let question = try #require(try bench.questions(ann).first)
      let begun = try bench.send(
        .play, ann, ["question": question.id, "clip": 0, "from": 1, "actions": [[Double]]()])
      #expect(begun["limit"] as? Int == 3)
    }
  }
}
