import Feedback
import Files
import Foundation
import Runs
import Testing
import Workbench

@Suite("What researchers decide about questions")
struct DecisionTests {
  /// What a round takes in, in words: "+Ann first" for an answer, "−2" for answer 2 taken back.
  private static func taken(_ bench: Bench, _ iteration: Int) throws -> [String] {
    let round = IntakeRound(iteration: iteration, last: -1, firstQuery: 0)
    return try #require(try bench.project.collect(round, stop: StopFlag())).map { event in
      switch event {
      case .answered(let answer):
        guard case .object(let fields)? = answer.content, case .string(let word)? = fields["answer"] else { return "?" }
        return "+\(answer.number) \(answer.person) \(word)"
      case .takenBack(let answer, let person): return "−\(answer) \(person)"
      }
    }
  }

  private static func decide(
    _ bench: Bench, _ member: Member, _ question: Int, _ word: String?, counts: Bool = true
  ) throws -> Reply {
    let content: Any = word.map { ["answer": $0] } ?? NSNull()
    return try bench.send(.decide, member, ["question": question, "content": content, "counts": counts])
  }

  /// Ann and Ben differ about questions 1 and 2.
  private static func differ(_ bench: Bench) throws -> (olga: Member, ruth: Member, ann: Member) {
    let (olga, ruth) = (try bench.join("Olga", .owner), try bench.join("Ruth", .researcher))
    _ = try bench.send(.quality, olga, ["overlap": 2])
    try bench.ask(0..<2)
    let ann = try bench.join("Ann")
    for (member, word) in [(ann, "first"), (try bench.join("Ben"), "second")] {
      for question in try bench.questions(member, count: 2) { _ = try bench.answer(question, member, word) }
    }
    return (olga, ruth, ann)
  }

  @Test("one that counts stands in the place of the answers from the next round on, and the same again after a resume")
  func counts() throws {
    try Bench.open { bench in
      let (_, ruth, _) = try Self.differ(bench)
      let first = ["+1 Ann first", "+2 Ann first", "+3 Ben second", "+4 Ben second"]
      #expect(try Self.taken(bench, 0) == first)
      #expect(try Self.decide(bench, ruth, 1, "tie").status == 200)
      let second = ["−1 Ruth", "−3 Ruth", "+-1 Ruth (decision) tie"]
      #expect(try Self.taken(bench, 1) == second)
      // Another decision about it takes the place of the first, whoever made it.
      #expect(try Self.decide(bench, ruth, 1, "second").status == 200)
      let third = ["−-1 Ruth", "+-2 Ruth (decision) second"]
      #expect(try Self.taken(bench, 2) == third)
      // Withdrawn, the answers count again.
      #expect(try Self.decide(bench, ruth, 1, nil).status == 200)
      #expect(try Self.taken(bench, 3) == ["−-2 Ruth", "+1 Ann first", "+3 Ben second"])
      for (round, events) in [first, second, third].enumerated() {
        #expect(try Self.taken(bench, round) == events, "round \(round) again")
      }
      #expect(try Self.decide(bench, ruth, 1, nil).error == "nothing was decided about this question (question)")
    }
  }

  @Test("one made before a round takes in the answers is all that the round takes in about the question")
  func before() throws {
    try Bench.open { bench in
      let (_, ruth, _) = try Self.differ(bench)
      #expect(try Self.decide(bench, ruth, 2, "first").status == 200)
      #expect(try Self.taken(bench, 0) == ["+1 Ann first", "+3 Ben second", "+-1 Ruth (decision) first"])
      #expect(try Self.taken(bench, 1) == [])
    }
  }

  @Test("an answer taken back after a decision changes nothing for the run until the decision is withdrawn")
  func undone() throws {
    try Bench.open { bench in
      let (_, ruth, ann) = try Self.differ(bench)
      _ = try Self.taken(bench, 0)
      #expect(try Self.decide(bench, ruth, 2, "tie").status == 200)
      #expect(try bench.send(.undo, ann).status == 200)
      #expect(try Self.taken(bench, 1) == ["−2 Ruth", "−4 Ruth", "+-1 Ruth (decision) tie"])
      #expect(try Self.decide(bench, ruth, 2, nil).status == 200)
      #expect(try Self.taken(bench, 2) == ["−-1 Ruth", "+4 Ben second"])
    }
  }

  @Test("gold alone leaves the answers to the run, and is put to those who have not answered the question")
  func gold() throws {
    try Bench.open { bench in
      let (olga, ruth, _) = try Self.differ(bench)
      #expect(try Self.decide(bench, ruth, 2, "second", counts: false).status == 200)
      #expect(try Self.taken(bench, 0).count == 4)
      #expect(try Self.taken(bench, 1) == [])
      _ = try bench.send(.quality, olga, ["gold": 0.5])
      let cem = try bench.join("Cem")
      try bench.ask(2..<40)
      // Half of his questions should be gold, and there is one that he can be asked.
      for _ in 0..<20 {
        guard let question = try bench.questions(cem).first else { break }
        _ = try bench.answer(question, cem, "second")
      }
      let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
      let his = try #require(people.first { $0["name"] as? String == "Cem" })["gold"] as? [String: Any]
      #expect(his?["count"] as? Int == 1 && his?["right"] as? Int == 1)
    }
  }

  @Test("who may not see the answers of others may not open a question, nor decide about one")
  func rights() throws {
    for endpoint in [Endpoint.question, .decide, .differences, .agreement] {
      #expect(endpoint.roles == [.owner, .researcher])
    }
  }

  @Test("a question shows its clips, who said what, and what was decided; what does not fit is refused")
  func shown() throws {
    try Bench.open { bench in
      let (_, ruth, ann) = try Self.differ(bench)
      let shown = try bench.send(.question, ruth, ["number": 1])
      #expect(shown["id"] as? Int == 2 && shown["round"] as? Int == 0 && shown["canBeDecided"] as? Bool == true)
      let answers = shown["answers"] as? [[String: Any]] ?? []
      #expect(answers.map { $0["person"] as? String } == ["Ann", "Ben"])
      #expect(answers[0]["milliseconds"] as? Int == 500 && answers[0]["time"] as? Int == 1_000_000_000)
      #expect((shown["clips"] as? [Any])?.count == 2 && shown["decision"] == nil)
      let decided = try Self.decide(bench, ruth, 2, "first")["decision"] as? [String: Any]
      #expect(decided?["person"] as? String == "Ruth" && decided?["counts"] as? Bool == true)
      for body: [String: Any] in [
        ["question": 9, "content": ["answer": "first"]], ["question": 1, "content": ["answer": "sideways"]],
        ["question": 1, "content": ["best": 1]], ["content": ["answer": "first"]],
      ] {
        #expect(try [400, 409].contains(bench.send(.decide, ruth, body).status), "\(body)")
      }
      #expect(try bench.send(.question, ruth, ["number": 77]).status == 409)
      #expect(try bench.send(.question, ruth).status == 409)
      // Questions about people are no questions of the run.
      _ = try bench.send(.quality, bench.join("Otto", .owner), ["duplicate": 0.5])
      _ = ann
    }
  }

  @Test("decisions and the audit log can neither be changed nor removed")
  func appendOnly() throws {
    try Bench.open { bench in
      let (_, ruth, _) = try Self.differ(bench)
      _ = try Self.decide(bench, ruth, 1, "tie")
      for table in ["decisions", "audit"] {
        for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET person = 'Eve'"] {
          #expect(throws: (any Error).self) { try bench.execute(sql) }
        }
      }
    }
  }
}
