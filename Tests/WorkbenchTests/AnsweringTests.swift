import Feedback
import Foundation
import Runs
import Testing
import Workbench

@Suite("Answers at the workbench")
struct AnsweringTests {
  @Test("sent again, an answer is stored once and gives the first receipt; its id is nobody else's")
  func twice() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      let first = try bench.answer(question, ann, id: "one")
      #expect(first["late"] as? Bool == false)
      let again = try bench.answer(question, ann, "second", id: "one")
      #expect(again.status == 200 && again["stored"] as? Int == first["stored"] as? Int)
      #expect(try bench.send(.status, ann)["answers"] as? Int == 1)
      let his = try #require(try bench.questions(ben).first)
      #expect(try bench.answer(his, ben, id: "one").status == 409)
      // Another answer to the same question must wait for the first to be taken back.
      let other = try bench.answer(question, ann, id: "two")
      #expect(other.status == 409 && other.error.contains("answered"))
    }
  }

  @Test("what was not lent, does not fit or has no id is refused, and nothing is stored")
  func refused() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      #expect(try bench.answer(question, ben).status == 409)
      #expect(try bench.answer(question, ann, "third").status == 400)
      #expect(try bench.answer(question, ann, id: "").status == 409)
      #expect(try bench.answer(question, ann, id: "undo-1").status == 409)
      #expect(try bench.answer(question, ann, id: String(repeating: "x", count: 101)).status == 409)
      #expect(try bench.answer(Given(["id": "77", "lease": "x"]), ann).status == 409)
      for body: [String: Any] in [
        [:], ["id": "a", "question": question.id, "lease": question.lease],
        ["id": "a", "question": question.id, "lease": question.lease, "nonAnswer": "perhaps"],
        ["id": 3, "question": question.id, "lease": question.lease],
      ] {
        #expect(try bench.send(.answers, ann, body).status == 400)
      }
      #expect(try bench.send(.status, ann)["answers"] as? Int == 0)
      #expect(try bench.answer(question, ann, id: String(repeating: "x", count: 100)).status == 200)
    }
  }

  @Test("an answer after the lease ran out counts, and says that it is late")
  func late() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let questions = try bench.questions(ann, count: 2)
      try #require(questions.count == 2)
      bench.wait(120)
      #expect(try bench.answer(questions[0], ann)["late"] as? Bool == false)
      bench.wait(0.5)
      #expect(try bench.answer(questions[1], ann)["late"] as? Bool == true)
      #expect(try bench.send(.status, ann)["answers"] as? Int == 2)
    }
  }

  @Test("undo takes the latest standing answer back and asks again, saying what was said before")
  func undo() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let questions = try bench.questions(ann, count: 2)
      try #require(questions.count == 2)
      _ = try bench.answer(questions[0], ann, "first")
      _ = try bench.answer(questions[1], ann, "second")
      for (expected, word) in [(questions[1], "second"), (questions[0], "first")] {
        let reply = try bench.send(.undo, ann)
        let question = Given(reply["question"] as? [String: Any] ?? [:])
        #expect(question.id == expected.id && question.fields["again"] as? Bool == true)
        let previous = question.fields["previous"] as? [String: Any]
        #expect((previous?["content"] as? [String: Any])?["answer"] as? String == word)
      }
      #expect(try bench.send(.undo, ann).status == 404)
      #expect(try bench.send(.status, ann)["answers"] as? Int == 0)
      // What was taken back comes first again, and can be answered otherwise.
      let again = try bench.questions(ann, count: 2)
      #expect(Set(again.map(\.id)) == Set(questions.map(\.id)))
      for question in again { #expect(try bench.answer(question, ann, "tie").status == 200) }
    }
  }

  @Test("a round waits for all its questions, takes in what was said, and the same again when it is repeated")
  func intake() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      for question in try bench.questions(ann, count: 2) { _ = try bench.answer(question, ann) }
      let stop = StopFlag()
      let first = try #require(
        try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: stop))
      #expect(first.count == 2)
      // Taken back after it was taken in: the next round hears of it, and repeating the first changes nothing.
      _ = try bench.send(.undo, ann)
      #expect(try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: stop) == first)
      let again = try #require(try bench.questions(ann).first)
      _ = try bench.answer(again, ann, "second")
      try bench.ask(2..<3, iteration: 1)
      for question in try bench.questions(ann) { _ = try bench.answer(question, ann) }
      let second = try #require(
        try bench.project.collect(IntakeRound(iteration: 1, last: 1, firstQuery: 0), stop: stop))
      #expect(second.count == 3)
      let takenBack = second.filter { if case .takenBack = $0 { true } else { false } }
      #expect(takenBack.count == 1)
    }
  }

  @Test("a stopped round returns without an answer instead of waiting for ever")
  func stopped() throws {
    try Bench.open { bench in
      try bench.join("Ann")
      try bench.ask(0..<1)
      let stop = StopFlag()
      stop.raise()
      #expect(try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: stop) == nil)
    }
  }

  @Test("the export has a line for each standing answer, with who gave it")
  func export() throws {
    try Bench.open { bench in
      let (ruth, ann) = (try bench.join("Ruth", .researcher), try bench.join("Ann"))
      try bench.ask(0..<3)
      let questions = try bench.questions(ann, count: 3)
      for question in questions { _ = try bench.answer(question, ann, "second") }
      _ = try bench.send(.undo, ann)
      let text = try #require(try bench.send(.export, ruth).body as? String)
      let lines = text.split(separator: "\n")
      #expect(lines.count == 2)
      for line in lines { #expect(line.contains("\"person\":\"Ann\"") && line.contains("\"answer\":\"second\"")) }
    }
  }
}
