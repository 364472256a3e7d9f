import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Recorded
import RunFixtures
import Runs
import Synchronization
import Testing
import Workbench

/// What the workbench answers to pages, whole: a day of three people, and a run's state from its start to its end.
@Suite("What the workbench says, word for word")
struct RecordedSessionTests {
  /// Secrets and the name of the directory are drawn anew each time.
  private static func shown(_ reply: Reply) throws -> String {
    let body = try JSONSerialization.data(
      withJSONObject: withoutPictures(reply.body),
      options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes, .fragmentsAllowed])
    return "\(reply.status) "
      + String(decoding: body, as: UTF8.self).replacing(/[0-9a-f]{40}/, with: "(secret)")
      .replacing(/"id" : "[0-9a-f]{16}"/, with: "\"id\" : \"(name)\"")
      .replacing(/pactolus-test-[0-9A-F-]{36}/, with: "(directory)")
  }

  /// What is drawn has tests of its own.
  private static func withoutPictures(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(withoutPictures) }
    guard let fields = value as? [String: Any] else { return value }
    let drawn: Set = ["clip", "frames", "heat", "shapes", "trail"]
    return Dictionary(
      uniqueKeysWithValues: fields.map { ($0, drawn.contains($0) ? "(drawn)" : withoutPictures($1)) })
  }

  @Test("a session")
  func session() throws {
    try Bench.open { bench in
      var said: [String] = []
      func send(_ endpoint: Endpoint, _ member: Member, _ body: [String: Any] = [:]) throws -> Reply {
        let reply = try bench.send(endpoint, member, body)
        said.append("\(member.name) → \(endpoint.path)\n\(try Self.shown(reply))")
        return reply
      }
      let (olga, ruth) = (try bench.join("Olga", .owner), try bench.join("Ruth", .researcher))
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      for member in [olga, ann] { for endpoint in [Endpoint.me, .project, .status] { _ = try send(endpoint, member) } }
      _ = try send(.quality, olga, ["overlap": 2, "duplicate": 0.1, "mirrored": 0.1, "impossible": 0.1, "gold": 0.1])
      try bench.ask(0..<30, strengths: true)
      _ = try send(.questions, ann, ["count": 2])
      let words = ["first", "second", "tie", "first", "first", "second"]
      for (turn, member) in (0..<60).map({ ($0, [ann, ben, ruth][$0 % 3]) }) {
        guard let question = try bench.questions(member).first else { continue }
        bench.wait(7)
        var body: [String: Any] = ["id": "answer-\(turn)", "question": question.id, "lease": question.lease]
        switch turn % 10 {
        case 4: body["nonAnswer"] = ["skip", "cannot-tell", "broken"][turn / 10 % 3]
        default:
          body["content"] =
            ["answer": words[turn * turn % 6], "strongly": member == ruth && turn % 4 == 2] as [String: Any]
        }
        if turn == 8 { body["reason"] = "the pole falls in both" }
        if member == ben, turn % 15 == 1 { bench.wait(130) }
        let reply = try bench.send(.answers, member, body)
        if reply.status != 200 { said.append("\(member.name) \(turn): \(try Self.shown(reply))") }
      }
      for endpoint in [Endpoint.people, .status, .export] { _ = try send(endpoint, olga) }
      for member in [ann, ann, ben] { _ = try send(.undo, member) }
      _ = try send(.questions, ann, ["count": 3])
      _ = try send(.invites, olga, ["name": "Cem", "role": "viewer"])
      _ = try send(.invites, olga, ["name": "Ann", "role": "viewer"])
      _ = try send(.invites, olga, ["name": "", "role": "viewer"])
      _ = try send(.invites, olga, ["name": "Cem", "role": "king"])
      _ = try send(.pause, ruth, ["paused": true])
      _ = try send(.status, ruth)
      _ = try send(.remove, olga, ["name": "Ben"])
      for (endpoint, body) in [
        (Endpoint.remove, ["name": "Nobody"]), (.remove, ["name": "Olga"]), (.remove, [:]), (.remove, ["name": 3]),
        (.answers, ["id": "x"]), (.answers, ["id": "x", "question": "1", "lease": ""]), (.questions, ["count": "two"]),
        (.preview, ["question": "0", "content": "x"]), (.play, ["question": "z", "clip": 0, "from": 0, "actions": []]),
        (.quality, ["gold": 0.7]), (.quality, ["gold": 0.3, "mirrored": 0.3]),
      ] as [(Endpoint, [String: Any])] {
        _ = try send(endpoint, olga, body)
      }
      _ = try send(.people, ruth)
      try Recorded.check(said.joined(separator: "\n\n"), as: "session")
    }
  }

  @Test("previews of formulas: what each clip would be given, or what is wrong with the formula")
  func previews() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      var said: [String] = []
      var seen: [String] = []
      for kind in ["language", "proxy-reward", "comparison"] {
        var random = RandomSource(seed: 2).stream("ask")
        let world = try RingWorld.world()
        let question = try FeedbackRegistry.standard.kind(kind).ask(
          RingWorld.material(world, steps: 3, seed: 4), random: &random)
        try bench.project.ask([
          PosedQuestion(
            number: said.count, iteration: 0, kind: kind, question: question,
            clips: question.clips.map { StoredSegment($0, leadingActions: [], source: "t", sourceIndex: 0) })
        ])
        let lent = try #require(try bench.questions(ann, hold: seen).first)
        seen.append(lent.id)
        said.append(try Self.shown(Reply(status: 200, body: lent.fields)))
        for content: [String: Any] in [
          ["answer": "first"], ["formula": "1"], ["formula": "place 2"], ["text": "place 1 > 2"], ["reward": "2 +"],
          ["weights": [1, 0, 0, 0, 2]],
        ] {
          let reply = try bench.send(.preview, ann, ["question": lent.id, "content": content])
          said.append("\(kind) \(content)\n\(try Self.shown(reply))")
        }
      }
      try Recorded.check(said.joined(separator: "\n\n"), as: "previews")
    }
  }

  /// A person who answers through the workbench as soon as there are questions.
  private final class Diligent: Answering, Sendable {
    private let bench: Mutex<Bench?> = Mutex(nil)
    private let member: Mutex<Member?> = Mutex(nil)
    private let said = Mutex<[String]>([])
    var lines: [String] { said.withLock { $0 } }
    var opened: Bench? { bench.withLock { $0 } }

    func open(_ directory: String) throws {
      let opened = try Bench(
        directory, environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      let olga = try opened.join("Olga", .owner)
      bench.withLock { $0 = opened }
      member.withLock { $0 = olga }
    }

    func note(_ place: String) throws {
      guard let bench = opened, let olga = member.withLock({ $0 }) else { return }
      let reply = try bench.send(.status, olga)
      said.withLock { lines in lines.append("\(place): \((try? RecordedSessionTests.shown(reply)) ?? "")") }
    }

    func ask(_ questions: [PosedQuestion]) throws { try opened?.project.ask(questions) }

    func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
      guard let bench = opened, let olga = member.withLock({ $0 }) else { return nil }
      try note("before round \(round.iteration)")
      while let question = try bench.questions(olga).first {
        let number = bench.number(question)
        let reply = try bench.send(
          .answers, olga,
          [
            "id": "\(number)-\(round.iteration)", "question": question.id, "lease": question.lease,
            "content": ["answer": ["first", "second", "tie"][number * number % 3]],
          ])
        guard reply.status == 200 else { throw InputError("an answer was refused: \(reply.error)") }
      }
      let events = try bench.project.collect(round, stop: stop)
      try note("after round \(round.iteration)")
      return events
    }

    func show(_ view: RunView) { opened?.project.show(view) }
  }

  private struct Forwarding: ProgressSink {
    let people: Diligent

    func report(_ event: ProgressEvent) {
      people.opened?.project.progress.report(event)
    }
  }

  @Test("the state of a run that people answer, from its start to its end")
  func status() throws {
    try withTemporaryDirectory { parent in
      let people = Diligent()
      let run = try LearnRun.create(
        directory: parent + "/run",
        settings: TinyRun.settings([
          "person.answering": "live", "feedback.kinds": "comparison", "feedback.comparisons": "24",
          "evaluation.clips": "0",
        ]),
        clock: TinyRun.clock,
        answering: .people { layout in
          try people.open(layout.directory)
          return people
        })
      #expect(try run.run(progress: Forwarding(people: people)).finished)
      try people.note("at the end")
      // No path of this machine, and clips without their pictures.
      let text = people.lines.joined(separator: "\n\n").replacingOccurrences(of: parent, with: "")
      try Recorded.check(text, as: "status")
    }
  }

  @Test("the state of a run with many answers, once it has finished")
  func finished() throws {
    let kept = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../RunsTests/Fixtures/many/ledger.sqlite").standardizedFileURL.path
    try Bench.open(environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")) { bench in
      try FileManager.default.copyItem(atPath: kept, toPath: bench.directory + "/ledger.sqlite")
      bench.project.readRecord()
      try Recorded.check(Self.shown(bench.send(.status, bench.join("Olga", .owner))), as: "status-many")
    }
  }

  @Test("what the page is told while a round waits, when the run has stopped, and when its record cannot be read")
  func messages() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      func message() throws -> String? { try bench.send(.status, olga)["message"] as? String }
      #expect(try message() == "Answers are collected.")
      try bench.ask(0..<1)
      let project = bench.project
      let stop = StopFlag()
      let thread = Thread { _ = try? project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: stop) }
      thread.start()
      for _ in 0..<500 where try message() != "The agent waits for answers." { Thread.sleep(forTimeInterval: 0.002) }
      #expect(try message() == "The agent waits for answers.")
      _ = try bench.send(.pause, olga, ["paused": true])
      #expect(try bench.send(.status, olga)["phase"] as? String == "asking")
      #expect(try message() == "The agent is paused.")
      _ = try bench.send(.pause, olga, ["paused": false])
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      for _ in 0..<500 where try message() != "The agent trains." { Thread.sleep(forTimeInterval: 0.002) }
      #expect(try message() == "The agent trains.")
      try bench.ask(1..<2, iteration: 1)
      #expect(try message() == "The agent trains; there are questions meanwhile.")
      _ = try bench.send(.pause, olga, ["paused": true])
      #expect(try bench.send(.status, olga)["phase"] as? String == "paused")
      #expect(try bench.send(.status, olga)["canPause"] as? Bool == true)
      project.readRecord()
      #expect(try message()?.hasPrefix("The run's record cannot be read: ") == true)
      // An annotator is told, but not of files.
      #expect(try bench.send(.status, ann)["message"] as? String == "The run's record cannot be read.")
      project.fail("the disk is full")
      #expect(try message() == "The run has stopped: the disk is full")
      #expect(try bench.send(.status, ann)["message"] as? String == "The run has stopped.")
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      #expect(try bench.send(.questions, ann)["message"] as? String == "The run has stopped.")
      #expect(try project.ownerLink(named: "Oskar").hasPrefix("/#join=") && project.ownerLink().count == 47)
    }
  }
}
