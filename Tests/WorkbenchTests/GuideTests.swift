import Compute
import Environments
import Feedback
import Foundation
import PactolusTesting
import Runs
import Testing
import Workbench

/// Pays the same whatever happens.
private struct EvenWorld: Environment {
  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Even-v0", summary: "Nothing matters.", observationSpace: Box(low: [0], high: [1]),
      observationNames: ["x"], actionSpace: .discrete(names: ["a", "b"]), maximumEpisodeSteps: 20, canTerminate: false,
      source: "tests")
  }

  func reset(random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    Outcome(reward: 1, terminated: false)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
}

@Suite("The guide, the practice, and one's own work")
struct GuideTests {
  private static func pendulum(_ body: (Bench, Member, Member) throws -> Void) throws {
    try Bench.open(environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")) { bench in
      try body(bench, try bench.join("Olga", .owner), try bench.join("Ann"))
    }
  }

  @Test("everybody is told the goal and the legend; the owner's words and settings are kept, and only the owner's")
  func settings() throws {
    try Self.pendulum { bench, olga, ann in
      let told = try bench.send(.guide, ann)
      #expect((told["goal"] as? String)?.contains("upright") == true)
      #expect((told["legend"] as? [[String: Any]])?.first?["role"] as? String == "agent")
      #expect(told["introduces"] as? Bool == true && told["mayEdit"] as? Bool == false)
      #expect(told["watches"] as? Bool == false && told["practice"] as? Bool == true)
      #expect(told["annotatorsWatch"] == nil)
      let text = "# Read\n- **this** <script>alert(1)</script>"
      let changed = try bench.send(.guideChange, olga, ["instructions": text, "offersPractice": false])
      #expect(changed["instructions"] as? String == text && changed["mayEdit"] as? Bool == true)
      let again = try bench.send(.guide, ann)
      #expect(again["instructions"] as? String == text && again["practice"] as? Bool == false)
      #expect((try bench.send(.practice, ann)["pairs"] as? [Any])?.isEmpty == true)
      let long = String(repeating: "ä", count: 10_001)
      #expect(try bench.send(.guideChange, olga, ["instructions": long]).status == 400)
      #expect(try bench.project.store.guide().instructions == text)
    }
  }

  @Test("annotators watch the run when the owner allows it, but for what is about others' answers")
  func watching() throws {
    try Self.pendulum { bench, olga, ann in
      #expect(try bench.send(.status, ann)["curves"] == nil)
      _ = try bench.send(.guideChange, olga, ["annotatorsWatch": true])
      let status = try bench.send(.status, ann)
      #expect(status["curves"] != nil && status["influence"] == nil && status["canPause"] as? Bool == false)
      #expect(try bench.send(.guide, ann)["watches"] as? Bool == true)
    }
  }

  @Test("what is practised is certain by the world's own reward, the same again, and nothing of it is stored")
  func practice() throws {
    try Self.pendulum { bench, _, ann in
      let pairs = try #require(try bench.send(.practice, ann)["pairs"] as? [[String: Any]])
      #expect((2...PracticePairs.most).contains(pairs.count))
      for pair in pairs {
        let returns = try #require(pair["returns"] as? [Double])
        #expect((pair["answer"] as? String == "first") == (returns[0] > returns[1]))
        #expect((pair["clips"] as? [Any])?.count == 2)
      }
      let again = try #require(try bench.send(.practice, ann)["pairs"] as? [[String: Any]])
      #expect(again.map { $0["returns"] as? [Double] } == pairs.map { $0["returns"] as? [Double] })
      #expect(try bench.send(.export, ann).body as? String == "")
      #expect(try bench.send(.own, ann)["answers"] as? Int == 0)
    }
  }

  @Test(
    "in every world there are pairs to practise on, each with half of the range between its clips",
    arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func practiceEverywhere(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let steps = min(entry.specification.maximumEpisodeSteps ?? 100, 500)
    let practice = PracticePairs(entry, steps: steps, random: RandomSource(seed: 0).child("practice"))
    #expect(practice.pairs.count >= 2)
    let all = practice.pairs.flatMap(\.returns)
    for pair in practice.pairs {
      #expect(pair.returns[pair.better] > pair.returns[1 - pair.better])
      #expect(abs(pair.returns[0] - pair.returns[1]) >= (all.max()! - all.min()!) / 2)
    }
  }

  @Test("a world in which every episode earns the same has nothing to practise on")
  func nothingToPractise() throws {
    try Bench.open(environment: EnvironmentEntry(EvenWorld())) { bench in
      let ann = try bench.join("Ann")
      #expect(try bench.send(.guide, ann)["practice"] as? Bool == false)
      #expect((try bench.send(.practice, ann)["pairs"] as? [Any])?.isEmpty == true)
    }
  }

  @Test("pace, what is left and for how long, and a break after 25 minutes without one")
  func progress() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<40)
      _ = try bench.questions(ben, count: 2)
      var own = try bench.send(.own, ann)
      // Two are in another's hands.
      #expect(own["left"] as? Int == 38 && own["perMinute"] as? Double == 0 && own["secondsLeft"] == nil)
      for _ in 0..<30 {
        let question = try #require(try bench.questions(ann).first)
        _ = try bench.answer(question, ann)
        bench.wait(60)
      }
      own = try bench.send(.own, ann)
      // Ben's two are free again. Of the last five minutes: those of 60, 120, 180 and 240 seconds ago, in four minutes.
      #expect(own["left"] as? Int == 10 && own["answers"] as? Int == 30)
      #expect(own["perMinute"] as? Double == 1 && own["secondsLeft"] as? Int == 600)
      let rest = try #require(own["rest"] as? [String: Any])
      #expect(rest["minutes"] as? Int == 29)
      bench.wait(300)
      #expect(try bench.send(.own, ann)["rest"] == nil)
    }
  }

  @Test("the last answers are one's own, the newest first; changing one is an undo of that one, an event")
  func history() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<12)
      var asked: [String] = []
      for turn in 0..<10 {
        let member = turn == 4 ? ben : ann
        let question = try #require(try bench.questions(member).first)
        if member == ann { asked.append(question.id) }
        _ = try bench.answer(question, member, turn.isMultiple(of: 2) ? "first" : "second")
      }
      let answers = try #require(try bench.send(.history, ann)["answers"] as? [[String: Any]])
      let shown = answers.compactMap { ($0["question"] as? [String: Any])?["id"] as? String }
      #expect(shown == asked.reversed().prefix(8).map(\.self))
      let clips = (answers[0]["question"] as? [String: Any])?["clips"] as? [[String: Any]] ?? []
      #expect(clips.count == 2 && clips.allSatisfy { ($0["frames"] as? [Any])?.count == 1 })

      let third = try #require(answers[2]["answer"] as? Int)
      #expect(try bench.send(.historyChange, ben, ["answer": third]).status == 404)
      let lent = try bench.send(.historyChange, ann, ["answer": third])
      let question = Given(try #require(lent["question"] as? [String: Any]))
      #expect(question.id == shown[2])
      #expect(try bench.send(.historyChange, ann, ["answer": third]).status == 404)
      #expect(try bench.answer(question, ann, "tie").status == 200)
      let after = try #require(try bench.send(.history, ann)["answers"] as? [[String: Any]])
      #expect((after[0]["question"] as? [String: Any])?["id"] as? String == shown[2])
      #expect((after[1]["question"] as? [String: Any])?["id"] as? String == shown[0])
    }
  }

  @Test("what the agent learned is shown once it has taken in an answer of one's own")
  func lesson() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<2)
      func show(_ iteration: Int, steps: Int) throws {
        let random = RandomSource(seed: 9).child("test", iteration)
        let clip = EnvironmentEntry(RingWorld()).randomClips(1, steps: steps, random: random)[0]
        try bench.project.store.keep(
          StoredSegment(clip, leadingActions: [], source: "test", sourceIndex: iteration), of: iteration)
      }
      try show(0, steps: 3)
      let question = try #require(try bench.questions(ann).first)
      _ = try bench.answer(question, ann)
      #expect(try bench.send(.lesson, ann)["after"] == nil)
      _ = try bench.answer(try #require(try bench.questions(ben).first), ben)
      _ = try bench.project.collect(IntakeRound(iteration: 1, last: 0, firstQuery: 0), stop: StopFlag())
      #expect(try bench.send(.lesson, ann)["after"] == nil)
      try show(1, steps: 5)
      let lesson = try bench.send(.lesson, ann)
      #expect(lesson["taken"] as? Int == 1)
      #expect((lesson["before"] as? [String: Any])?["steps"] as? Int == 3)
      #expect((lesson["after"] as? [String: Any])?["steps"] as? Int == 5)
    }
  }
}
