import Foundation
import Testing
import Workbench

@Suite("Questions are lent")
struct LendingTests {
  @Test("two people never hold the same question where one answer is wanted, and the oldest comes first")
  func exclusive() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<4)
      let hers = try bench.questions(ann, count: 2)
      let his = try bench.questions(ben, count: 4)
      #expect(hers.map(bench.number) == [1, 2] && his.map(bench.number) == [3, 4])
      #expect(Set((hers + his).map(\.lease)).count == 4)
      let none = try bench.send(.questions, ben, ["count": 1, "hold": his.map(\.id)])
      #expect(none["wait"] as? String == "others")
    }
  }

  @Test("a lease of two minutes that runs out lets others in; a sign of life renews it")
  func leases() throws {
    try Bench.open { bench in
      let (ann, ben) = (try bench.join("Ann"), try bench.join("Ben"))
      try bench.ask(0..<1)
      let hers = try bench.questions(ann)
      bench.wait(119)
      #expect(try bench.questions(ben).isEmpty)
      // She asks for another while she holds this one: the lease begins anew.
      #expect(try bench.questions(ann, hold: hers.map(\.id)).isEmpty)
      bench.wait(119)
      #expect(try bench.questions(ben).isEmpty)
      bench.wait(2)
      #expect(try bench.questions(ben).map(bench.number) == [1])
    }
  }

  @Test("as many people as are wanted get a question, each once", arguments: [1, 2, 3])
  func overlap(wanted: Int) throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      #expect(try bench.send(.quality, olga, ["overlap": wanted])["overlap"] as? Int == wanted)
      let people = try ["Ann", "Ben", "Cem", "Dua"].map { try bench.join($0) }
      try bench.ask(0..<1)
      var asked = 0
      for person in people {
        guard let question = try bench.questions(person).first else { continue }
        asked += 1
        #expect(try bench.answer(question, person).status == 200)
        #expect(try bench.questions(person).isEmpty)
      }
      #expect(asked == wanted)
    }
  }

  @Test("at most eight at a time, whatever is asked for")
  func limit() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<12)
      #expect(try bench.questions(ann, count: 500).count == 8)
      #expect(try bench.questions(ann, count: -3, hold: (1...8).map(bench.project.store.names.name)).count == 1)
    }
  }

  @Test("without questions the page is told why: learning, paused, stopped")
  func waiting() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      #expect(try bench.send(.questions, ann)["wait"] as? String == "training")
      #expect(try bench.send(.pause, olga, ["paused": true]).status == 200)
      #expect(try bench.send(.questions, ann)["wait"] as? String == "paused")
      #expect(try bench.send(.pause, olga, ["paused": false]).status == 200)
      #expect(try bench.send(.questions, ann)["wait"] as? String == "training")
      bench.project.fail("the disk is full")
      #expect((try bench.send(.questions, olga)["message"] as? String)?.contains("the disk is full") == true)
      #expect(try bench.send(.questions, ann)["message"] as? String == "The run has stopped.")
    }
  }

  @Test("the same questions asked again change nothing; another under a known number is refused")
  func again() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      try bench.ask(0..<2)
      #expect(try bench.questions(ann, count: 8).count == 2)
      #expect(throws: (any Error).self) { try bench.ask(1..<2, iteration: 5) }
    }
  }
}
