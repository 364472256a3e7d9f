import Compute
import Foundation
import Testing
import Workbench

@Suite("Quality settings of a workbench")
struct QualityTests {
  @Test("are kept, one at a time, and out of range change nothing")
  func kept() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      #expect(try bench.send(.quality, olga, ["overlap": 3, "gold": 0.2])["gold"] as? Double == 0.2)
      let kept = try bench.project.store.quality()
      #expect(kept.overlap == 3 && kept.gold == 0.2 && kept.duplicate == 0 && kept.mirrored == 0)
      for body: [String: Any] in [
        ["overlap": 0], ["overlap": 101], ["gold": -0.1], ["duplicate": 0.6], ["mirrored": 0.2, "impossible": 0.2],
      ] {
        #expect(try bench.send(.quality, olga, body).status == 400, "\(body)")
        #expect(try bench.project.store.quality() == kept)
      }
      #expect(try bench.send(.quality, olga, ["mirrored": 0.2, "impossible": 0.1]).status == 200)
    }
  }

  @Test("up to 100 people answer each question, and any one kind of check takes up to half of the questions")
  func limits() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      for overlap in [1, 100] { #expect(try bench.send(.quality, olga, ["overlap": overlap]).status == 200) }
      #expect(try bench.project.store.quality().overlap == 100)
      for name in ["gold", "duplicate", "mirrored", "impossible"] {
        #expect(try bench.send(.quality, olga, [name: 0.5]).status == 200, "\(name)")
        let beyond = try bench.send(.quality, olga, [name: 0.51])
        #expect(beyond.status == 400 && beyond.error.contains("0.51 is not a share that can be used"), "\(name)")
        // No room is left for another kind.
        for other in ["gold", "duplicate", "mirrored", "impossible"] where other != name {
          #expect(try bench.send(.quality, olga, [other: 0.01]).error.contains("more than half"), "\(name) \(other)")
        }
        #expect(try bench.send(.quality, olga, [name: 0]).status == 200, "\(name)")
      }
    }
  }

  @Test("a person's consistency is asked about by questions that are made for them alone")
  func duplicates() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      #expect(try bench.send(.quality, olga, ["duplicate": 0.5]).status == 200)
      try bench.ask(0..<40)
      var made: [Given] = []
      for _ in 0..<40 {
        guard let question = try bench.questions(ann).first else { break }
        if bench.number(question) > 40 { made.append(question) }
        #expect(try bench.answer(question, ann).status == 200)
      }
      // A half of the questions, drawn: 20 of 40, standard deviation 3.2; five of those from it.
      #expect(made.count > 4 && made.count < 36)
      let report = try bench.send(.people, olga)
      let people = report["people"] as? [[String: Any]] ?? []
      let hers = try #require(people.first { $0["name"] as? String == "Ann" })
      #expect((hers["repeat"] as? [String: Any])?["count"] as? Int == made.count)
      #expect((hers["repeat"] as? [String: Any])?["right"] as? Int == made.count)
      // Nobody else sees them, and they are no answers of the run.
      #expect(!(try bench.questions(olga, count: 8).contains { bench.number($0) > 40 }))
      #expect(try bench.send(.status, olga)["answers"] as? Int == 40 - made.count)
    }
  }

  @Test("a bucket of tokens lets a burst through, then its rate, and each key has its own")
  func buckets() {
    let buckets = TokenBuckets(burst: 3, perSecond: 2)
    #expect((0..<5).map { _ in buckets.take("a", now: 10) } == [true, true, true, false, false])
    #expect(buckets.take("b", now: 10))
    #expect(!buckets.take("a", now: 10.4))
    #expect(buckets.take("a", now: 10.6))
    #expect(!buckets.take("a", now: 10.6))
    // A long rest fills it to the burst, not beyond.
    #expect((0..<5).map { _ in buckets.take("a", now: 1000) } == [true, true, true, false, false])
    // A clock that goes back gives nothing and takes nothing.
    #expect(!buckets.take("a", now: 900))
  }
}
