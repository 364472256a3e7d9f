import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import RunFixtures
import Runs
import Testing

@Suite("A user's own kind of feedback at the workbench")
struct OwnKindTests {
  private static func ask(_ bench: Bench) throws {
    let source = RandomSource(seed: 9).child("test", 0)
    let clip = EnvironmentEntry(RingWorld()).randomClips(1, steps: 4, random: source)[0]
    try bench.project.ask([
      PosedQuestion(
        number: 0, iteration: 0, kind: "thumbs", question: try Question<NoDetails>([clip]).erased(),
        clips: [StoredSegment(clip, leadingActions: [], source: "test", sourceIndex: 0)])
    ])
  }

  @Test("the page lists it and gets the reply that it asks for; what it does not allow is refused; the run takes it in")
  func answered() throws {
    try Bench.open(kinds: .withThumbs) { bench in
      let owner = try bench.join("Ann", .owner)
      let listed = try bench.send(.project, owner)["kinds"] as? [[String: Any]] ?? []
      #expect(listed.last?["name"] as? String == "thumbs")
      try Self.ask(bench)
      let question = try #require(try bench.questions(owner).first)
      #expect(question.fields["prompt"] as? String == "Thumbs up?")
      let reply = question.fields["reply"] as? [String: [String: Any]]
      let offers = reply?["pick"]?["_0"] as? [[String: Any]] ?? []
      #expect(offers.map { $0["text"] as? String } == ["up", "down"])

      func give(_ id: String, _ content: Any) throws -> Reply {
        try bench.send(
          .answers, owner,
          ["id": id, "question": question.id, "lease": question.lease, "content": content, "milliseconds": 500])
      }
      #expect(try give("one", ["up": "high"]).status == 400)
      #expect(try give("two", offers[1]["content"] ?? "").status == 200)
      let line = try bench.send(.export, owner).body as? String ?? ""
      #expect(line.contains("\"kind\":\"thumbs\""))

      let round = IntakeRound(iteration: 0, last: 0, firstQuery: 0)
      guard case .answered(let given)? = try bench.project.collect(round, stop: StopFlag())?.first else {
        Issue.record("nothing was taken in")
        return
      }
      #expect(given.person == "Ann" && given.question.kind == "thumbs")
      #expect(try given.content?.decode(Thumbs.Thumb.self).up == false)
    }
  }

  @Test("a workbench that does not know the kind says so, and stays up")
  func unknown() throws {
    try Bench.open { bench in
      let owner = try bench.join("Ann", .owner)
      try Self.ask(bench)
      let refused = try bench.send(.questions, owner, ["count": 1])
      #expect(refused.status == 400 && refused.error.contains("thumbs"))
      #expect(try bench.send(.status, owner).status == 200)
    }
  }
}
