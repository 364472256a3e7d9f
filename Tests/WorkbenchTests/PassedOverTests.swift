import Compute
import Environments
import Feedback
import Files
import Foundation
import PactolusTesting
import RunFixtures
import Runs
import Testing
import Workbench

@Suite("Questions that people pass over")
struct PassedOverTests {
  private func skip(
    _ bench: Bench, _ question: Given, _ member: Member, _ word: String, _ reason: String? = nil
  ) throws -> Reply {
    var body: [String: Any] = [
      "id": UUID().uuidString, "question": question.id, "lease": question.lease, "nonAnswer": word,
    ]
    body["reason"] = reason
    return try bench.send(.answers, member, body)
  }

  @Test("the reason is exported and read again, and the owner sees it with how often it was given")
  func reasons() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.ask(0..<4)
      let questions = try bench.questions(ann, count: 4)
      #expect(try skip(bench, questions[0], ann, "skip", "both fall at once").status == 200)
      #expect(try skip(bench, questions[1], ann, "cannot-tell").status == 200)
      #expect(try skip(bench, questions[2], ann, "skip", "both fall at once").status == 200)
      #expect(try bench.answer(questions[3], ann).status == 200)

      let text = try #require(try bench.send(.export, olga).body as? String)
      let records = try FeedbackRecordFile.read([UInt8](text.utf8), place: "export")
      #expect(records.map(\.skipped) == ["skipped", "cant-tell", "skipped", nil])
      #expect(records.map(\.reason) == ["both fall at once", nil, "both fall at once", nil])

      let seen = try bench.send(.unanswered, olga)
      let listed = seen["questions"] as? [[String: Any]] ?? []
      #expect(listed.map { $0["number"] as? Int } == [2, 1, 0])
      #expect(listed.map { $0["person"] as? String } == ["Ann", "Ann", "Ann"])
      #expect(listed.map { $0["reason"] as? String } == ["both fall at once", nil, "both fall at once"])
      let reasons = seen["reasons"] as? [[String: Any]] ?? []
      #expect(reasons.map { $0["count"] as? Int } == [2, 1])
      #expect(reasons.map { $0["why"] as? String } == ["skipped", "cant-tell"])
      // What was taken back is passed over no more.
      _ = try bench.send(.undo, ann)
      _ = try bench.send(.undo, ann)
      #expect((try bench.send(.unanswered, olga)["questions"] as? [Any])?.count == 2)
    }
  }

  @Test(
    "a clip that somebody calls broken is asked of nobody else, and no round waits for it; other reasons are theirs")
  func broken() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      _ = try bench.send(.quality, olga, ["overlap": 3])
      try bench.ask(0..<2)
      let hers = try bench.questions(ann, count: 2)
      #expect(try skip(bench, hers[0], ann, "broken", "the clip is broken").status == 200)
      #expect(try skip(bench, hers[1], ann, "skip", "I do not want to judge this").status == 200)
      #expect(try bench.questions(ben, count: 2).map(\.id) == [hers[1].id])
      #expect(try bench.send(.status, olga)["open"] as? Int == 1)
      _ = try bench.answer(try #require(try bench.questions(ben).first), ben)
      _ = try bench.answer(try #require(try bench.questions(olga).first), olga)
      let round = IntakeRound(iteration: 0, last: 0, firstQuery: 0)
      #expect(try bench.project.collect(round, stop: StopFlag())?.count == 4)
      // Taken back, it is asked of others again.
      _ = try bench.send(.undo, ann)
      _ = try bench.send(.undo, ann)
      #expect(try bench.questions(ben).map(\.id) == [hers[0].id])
    }
  }

  @Test("no question about a person is made of a broken clip")
  func brokenChecks() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      _ = try bench.send(.quality, olga, ["overlap": 2])
      try bench.ask(0..<6)
      for question in try bench.questions(ann, count: 6) { _ = try bench.answer(question, ann) }
      for question in try bench.questions(olga, count: 6) { _ = try skip(bench, question, olga, "broken") }
      _ = try bench.send(.quality, olga, ["duplicate": 0.5, "overlap": 2])
      try bench.ask(6..<12, iteration: 1)
      while let question = try bench.questions(ann).first {
        #expect(bench.number(question) >= 7)
        _ = try bench.answer(question, ann)
      }
      let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
      let repeats = people.first { $0["name"] as? String == "Ann" }?["repeat"] as? [String: Any]
      // Only the six that nobody called broken can be asked again.
      #expect((repeats?["count"] as? Int ?? 0) <= 6)
    }
  }

  @Test("a sentence that is not understood is no answer and is not lost: exported, seen, taken back with its words")
  func notUnderstood() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      let world = try RingWorld.world()
      var random = RandomSource(seed: 2).stream("ask")
      let question = try FeedbackRegistry.standard.kind("language").ask(
        RingWorld.material(world, steps: 3, seed: 4), random: &random)
      try bench.project.ask([
        PosedQuestion(
          number: 0, iteration: 0, kind: "language", question: question,
          clips: question.clips.map { StoredSegment($0, leadingActions: [], source: "t", sourceIndex: 0) })
      ])
      let words = "do not wobble so much, please"
      func say(_ text: String, _ question: Given) throws -> Reply {
        try bench.send(
          .answers, ann,
          ["id": UUID().uuidString, "question": question.id, "lease": question.lease, "content": ["text": text]])
      }
      var lent = try #require(try bench.questions(ann).first)
      let preview = try bench.send(.preview, ann, ["question": lent.id, "content": ["text": words]])
      #expect(preview["understood"] as? Bool == false)
      #expect(try say("  ", lent).status == 400)
      #expect(try say(words, lent).status == 200)
      let text = try #require(try bench.send(.export, olga).body as? String)
      let record = try FeedbackRecordFile.read([UInt8](text.utf8), place: "export")[0]
      #expect(record.answer == nil && record.skipped == "not understood" && record.reason == words)
      let listed = try bench.send(.unanswered, olga)["questions"] as? [[String: Any]]
      #expect(listed?.first?["reason"] as? String == words)
      let events = try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: StopFlag())
      guard case .answered(let given)? = events?.first else {
        Issue.record("the run hears that the question was passed over")
        return
      }
      #expect(given.content == nil && given.skipped == "not understood")

      let undone = try bench.send(.undo, ann)
      lent = Given(undone["question"] as? [String: Any] ?? [:])
      #expect((lent.fields["previous"] as? [String: Any])?["reason"] as? String == words)
      #expect(try say("more place 2 is better", lent).status == 200)
      #expect((try bench.send(.unanswered, olga)["questions"] as? [Any])?.isEmpty == true)
    }
  }
}
