import Compute
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing
import Workbench

@Suite("Details of what a workbench keeps")
struct StoreDetailTests {
  @Test("the file says what it is, and another program's or version's is refused")
  func format() throws {
    try withTemporaryDirectory { directory in
      do { _ = try Bench(directory) }
      let path = directory + "/workbench.sqlite"
      var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
      #expect(Array(bytes[60..<64]) == [0, 0, 0, 1] && Array(bytes[68..<72]) == Array("PWBK".utf8))
      for (place, value) in [(63, UInt8(2)), (68, UInt8(ascii: "X"))] {
        let kept = bytes[place]
        bytes[place] = value
        try write(bytes, to: path)
        let error = #expect(throws: InputError.self) { try Bench(directory) }
        #expect(error?.problem == "not answers that this version of the workbench keeps")
        bytes[place] = kept
      }
      try write(bytes, to: path)
      _ = try Bench(directory)
    }
  }

  @Test("whoever watches hears of members, questions, answers, undoing and settings, and not of refusals")
  func observed() throws {
    try Bench.open { bench in
      let heard = Counter()
      bench.project.store.observe { heard.add() }
      func changes(_ body: () throws -> Void) throws -> Int {
        let before = heard.count
        try body()
        return heard.count - before
      }
      let olga = try bench.join("Olga", .owner)
      #expect(heard.count == 1)
      #expect(try changes { try bench.join("Ann") } == 1)
      #expect(try changes { try bench.ask(0..<2) } == 1)
      #expect(try changes { try bench.project.ask([]) } == 0)
      var question = Given([:])
      #expect(try changes { question = try #require(try bench.questions(olga).first) } == 0)
      #expect(try changes { _ = try bench.answer(question, olga) } == 1)
      #expect(try changes { _ = try bench.send(.undo, olga) } == 1)
      #expect(try changes { _ = try bench.send(.undo, olga) } == 0)
      #expect(try changes { _ = try bench.send(.quality, olga, ["gold": 0.1]) } == 1)
      #expect(try changes { _ = try bench.send(.quality, olga, ["gold": 0.7]) } == 0)
      #expect(try changes { _ = try bench.send(.remove, olga, ["name": "Ann"]) } == 1)
      #expect(try changes { _ = try bench.send(.remove, olga, ["name": "Olga"]) } == 0)
    }
  }

  @Test("a listener hears of changes; there are at most as many as the limit")
  func listeners() throws {
    try Bench.open { bench in
      let streams = (0..<3).map { _ in bench.project.board.listen(limit: 3) }
      #expect(streams.allSatisfy { $0 != nil } && bench.project.board.listen(limit: 3) == nil)
      #expect(bench.project.board.listen() != nil)
      withExtendedLifetime(streams) {}
    }
  }

  @Test("buckets that are full again are forgotten when there are more than 10,000")
  func memory() {
    let buckets = TokenBuckets(burst: 1, perSecond: 2)
    for key in 0..<10_000 { _ = buckets.take("\(key)", now: 100) }
    #expect(buckets.count == 10_000)
    #expect(buckets.take("a", now: 100.25) && buckets.count == 10_001)
    // Half a token has come back, which is not a full bucket; then a whole one, and only a, b and c are left.
    #expect(buckets.take("b", now: 100.25) && buckets.count == 10_002)
    #expect(!buckets.take("0", now: 100.25) && buckets.count == 10_002)
    #expect(buckets.take("c", now: 100.5) && buckets.count == 3)
    #expect(buckets.take("0", now: 100.5) && !buckets.take("0", now: 100.5))
  }

  @Test("answers a minute: over five minutes, since the first of them, and over a minute at least")
  func pace() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.ask(0..<4)
      func pace() throws -> [Double?] {
        let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
        return [
          try bench.send(.status, olga)["answersPerMinute"] as? Double,
          people.first { $0["name"] as? String == "Ann" }?["perMinute"] as? Double,
        ]
      }
      #expect(try pace() == [0, 0])
      for question in try bench.questions(ann, count: 2) { _ = try bench.answer(question, ann) }
      bench.wait(30)
      #expect(try pace() == [2, 2])
      bench.wait(90)
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      #expect(try pace() == [1.5, 1.5])
      bench.wait(179.5)
      #expect(try pace() == [60 * 3 / 299.5, 60 * 3 / 299.5])
      bench.wait(0.5)
      #expect(try pace() == [60.0 / 180, 60.0 / 180])
      bench.wait(120)
      #expect(try pace() == [0, 0])
    }
  }

  @Test("a session's use is written down once a minute")
  func seen() throws {
    try Bench.open { bench in
      let store = bench.project.store
      let week = 7 * 86_400.0
      let sessions = try [60, 60.5].map { wait -> String in
        let session = try #require(try store.join(store.invite("Ann", as: .viewer))).session.text
        bench.wait(wait)
        #expect(try store.member(of: session) != nil)
        return session
      }
      // The first was used 60.5 s before the second joined, and its use after just a minute was not written.
      bench.wait(week - 60.5)
      #expect(try store.member(of: sessions[0]) == nil && store.member(of: sessions[1]) != nil)
      #expect(Secret().text.count == 40 && Set((0..<9).map { _ in Secret().text }).count == 9)
    }
  }

  @Test("a round without questions takes nothing in, and the next one all that was said since")
  func emptyRound() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      let stop = StopFlag()
      #expect(try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: stop)?.isEmpty == true)
      try bench.ask(0..<1, iteration: 1)
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      let events = try bench.project.collect(IntakeRound(iteration: 1, last: 1, firstQuery: 0), stop: stop)
      #expect(events?.count == 1)
    }
  }

  @Test("a lease is another's until it runs out; only the holder's token is in time")
  func tokens() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let questions = try bench.questions(ann, count: 2)
      var other = questions[0]
      other.fields["lease"] = "another"
      #expect(try bench.answer(other, ann)["late"] as? Bool == true)
      bench.wait(120.001)
      #expect(try bench.answer(questions[1], ann)["late"] as? Bool == true)
    }
  }

  @Test("shares of questions for quality: each from 0 to a half, together a half at most, alone and in any order")
  func shares() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      let none: [String: Any] = ["overlap": 1, "gold": 0, "duplicate": 0, "mirrored": 0, "impossible": 0]
      for name in ["gold", "duplicate", "mirrored", "impossible"] {
        for (value, status) in [(0.5, 200), (0, 200), (0.51, 400), (-0.01, 400)] {
          let reply = try bench.send(.quality, olga, none.merging([name: value]) { $1 })
          #expect(reply.status == status, "\(name) \(value)")
          if status == 400 {
            #expect(reply.error == "\(value) is not a share that can be used (\(name))")
            #expect(reply["remedy"] as? String == "use 0 to 0.5")
          }
        }
        // An eighth each is exactly a half; any of them a little more is too much.
        let eighths = ["gold": 0.125, "duplicate": 0.125, "mirrored": 0.125, "impossible": 0.125]
        #expect(try bench.send(.quality, olga, eighths).status == 200)
        let over = try bench.send(.quality, olga, eighths.merging([name: 0.13]) { $1 })
        #expect(over.error == "more than half of the questions would be there for quality alone (gold)")
      }
      for (overlap, status) in [(1, 200), (100, 200), (0, 400), (101, 400)] {
        let reply = try bench.send(.quality, olga, ["overlap": overlap])
        #expect(reply.status == status)
        if status == 400 { #expect(reply.error == "\(overlap) people for each question (overlap)") }
      }
    }
  }

  @Test(
    "the wish for a quality check alone brings it about", arguments: ["duplicate", "mirrored", "impossible", "gold"])
  func checks(name: String) throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      #expect(try bench.send(.quality, olga, [name: 0.5, "overlap": 2]).status == 200)
      try bench.ask(0..<12, strengths: true)
      // The owner is sure of everything.
      while let question = try bench.questions(olga).first {
        let reply = try bench.send(
          .answers, olga,
          [
            "id": UUID().uuidString, "question": question.id, "lease": question.lease,
            "content": ["answer": "first", "strongly": true] as [String: Any],
          ])
        try #require(reply.status == 200, "\(reply.error)")
      }
      while let question = try bench.questions(ann).first {
        try #require(try bench.answer(question, ann, "first").status == 200)
      }
      let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
      let hers = try #require(people.first { $0["name"] as? String == "Ann" })
      let share = hers[name == "duplicate" ? "repeat" : name] as? [String: Any]
      let (right, count) = (share?["right"] as? Int ?? -1, share?["count"] as? Int ?? -1)
      // Whoever always says "first" is right about what is repeated and what the owner is sure of, and wrong elsewhere.
      #expect(count > 0 && right == (["duplicate", "gold"].contains(name) ? count : 0))
      #expect(share?["share"] as? Double == Double(right) / Double(count))
      #expect((hers["left"] as? [String: Any])?["share"] as? Double == 1)
      #expect((hers["agreement"] as? [String: Any])?["share"] as? Double == 1)
    }
  }

  private final class Counter: Sendable {
    private let value = Mutex(0)
    func add() { value.withLock { $0 += 1 } }
    var count: Int { value.withLock { $0 } }
  }
}
