import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing
import Workbench

@Suite("What if something else had been done in a clip")
struct WhatIfTests {
  private static let steps = 30

  /// A clip of an episode from its step 10 on, as a comparison asks about it.
  private static func open(
    _ name: String, directory: String? = nil,
    _ body: (Bench, Member, String, StoredSegment, EnvironmentEntry) throws -> Void
  ) throws {
    let entry = try EnvironmentRegistry.standard.entry(name)
    func ask(_ bench: Bench) throws {
      let ann = try bench.join("Ann")
      let source = RandomSource(seed: 9).child("test", 0)
      let random = entry.randomClips(1, steps: steps + 10, random: source)[0]
      let leading = Array(random.actions[..<(10 * random.actionRowSize)])
      let clip = random.segment(10..<random.count)
      let stored = StoredSegment(clip, leadingActions: leading, source: "test", sourceIndex: 0)
      try bench.project.ask([
        PosedQuestion(
          number: 0, iteration: 0, kind: "comparison",
          question: Question([clip, clip], details: .object(["strengths": .bool(false)])), clips: [stored, stored])
      ])
      try body(bench, ann, try #require(try bench.questions(ann).first).id, stored, entry)
    }
    if let directory { return try ask(Bench(directory, environment: entry)) }
    try Bench.open(environment: entry) { try ask($0) }
  }

  private static func frames(_ reply: Reply) throws -> [String] {
    let picture = try #require(reply["picture"] as? [String: Any], "\(reply.error)")
    let shapes = try #require(picture["shapes"] as? [Any]).map {
      try String(decoding: JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
    }
    return try #require(picture["frames"] as? [[Int]]).map { $0.map { shapes[$0] }.joined() }
  }

  @Test("what was done again is the clip as it was; something else parts from it at the step, never before")
  func same() throws {
    try Self.open("pactolus/Pendulum-v1") { bench, ann, id, stored, entry in
      let offered = try bench.send(.whatIf, ann, ["question": id, "clip": 0, "step": 4])
      #expect(offered["options"] as? [String] == ["0", "-2", "2"] && offered["picture"] == nil)
      let done = try #require(offered["done"] as? String)
      #expect(Float(done) == stored.trajectory.actions[4])
      let other = try bench.send(.whatIf, ann, ["question": id, "clip": 0, "step": 4, "option": 2, "then": "same"])
      #expect(other["differs"] as? Int == 5)
      let frames = try Self.frames(other)
      #expect(frames.count == Self.steps + 1)
      // The page's own way to the same: the actions with one of them changed, by the route that people act by.
      var rows = stored.trajectory.actions.map { [Double($0)] }
      let plain = try bench.send(.play, ann, ["question": id, "clip": 0, "from": 0, "actions": rows])
      rows[4] = [2]
      let played = try bench.send(.play, ann, ["question": id, "clip": 0, "from": 0, "actions": rows])
      func shown(_ reply: Reply) throws -> [String] {
        try Self.frames(Reply(status: 200, body: ["picture": reply.body]))
      }
      #expect(try frames == shown(played) && frames.prefix(5) == shown(plain).prefix(5) && frames != shown(plain))
    }
  }

  @Test("of discrete actions each has its name; the one that was done changes nothing")
  func discrete() throws {
    try Self.open("pactolus/MountainCar-v0") { bench, ann, id, stored, _ in
      let offered = try bench.send(.whatIf, ann, ["question": id, "clip": 1, "step": 0])
      let names = try #require(offered["options"] as? [String])
      #expect(names == ["push left", "coast", "push right"])
      let taken = Int(stored.trajectory.actions[0])
      #expect(offered["done"] as? String == names[taken])
      let ways = try #require(offered["afterwards"] as? [[String: Any]]).compactMap { $0["name"] as? String }
      #expect(ways == ["same", "agent", "random", "stay"])
      let again = try bench.send(.whatIf, ann, ["question": id, "clip": 1, "step": 0, "option": taken])
      #expect(again.status == 200 && again["differs"] == nil)
      for way in ["random", "stay"] {
        let other = try bench.send(
          .whatIf, ann, ["question": id, "clip": 1, "step": 0, "option": (taken + 1) % 3, "then": way])
        #expect(other["differs"] as? Int == 1, "\(other.error)")
        let same = try bench.send(
          .whatIf, ann, ["question": id, "clip": 1, "step": 0, "option": (taken + 1) % 3, "then": way])
        #expect(try Self.frames(same) == Self.frames(other))
      }
    }
  }

  @Test("nothing that comes back tells what a clip earns, and nothing of it is stored")
  func tellsNoReward() throws {
    try Self.open("pactolus/Pendulum-v1") { bench, ann, id, _, _ in
      let other = try bench.send(.whatIf, ann, ["question": id, "clip": 0, "step": 1, "option": 1, "then": "stay"])
      let body = try #require(other.body as? [String: Any])
      #expect(Set(body.keys) == ["options", "done", "afterwards", "picture", "differs"])
      let picture = try #require(body["picture"] as? [String: Any])
      #expect(Set(picture.keys) == ["shapes", "frames", "width", "height", "rate", "finished", "limit", "ended"])
      #expect(try bench.questions(ann, hold: [id]).allSatisfy { $0.id == id || !$0.id.isEmpty })
      #expect(try bench.send(.history, ann)["answers"].map { ($0 as? [Any])?.isEmpty ?? true } ?? true)
    }
  }

  @Test("the agent goes on by the run's newest checkpoint; without one it says so, and names no file")
  func agent() throws {
    try Self.open("pactolus/Pendulum-v1") { bench, ann, id, _, _ in
      let none = try bench.send(.whatIf, ann, ["question": id, "clip": 0, "step": 3, "option": 1, "then": "agent"])
      #expect(none.status == 400 && none.error.contains("not learned") && !none.error.contains(bench.directory))
    }
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", ["feedback.comparisons": "60"]).run()
      try Self.open("pactolus/Pendulum-v1", directory: parent + "/run") { bench, ann, id, stored, entry in
        let wanted: [String: Any] = ["question": id, "clip": 0, "step": 3, "option": 1]
        let agent = try bench.send(.whatIf, ann, wanted.merging(["then": "agent"]) { $1 })
        let same = try bench.send(.whatIf, ann, wanted.merging(["then": "same"]) { $1 })
        let (one, other) = (try Self.frames(agent), try Self.frames(same))
        #expect(one.count == Self.steps + 1 && one.prefix(5) == other.prefix(5) && one != other)
      }
    }
  }

  @Test("steps, actions, clips and ways that there are not are refused, and so are questions of others")
  func refused() throws {
    try Self.open("pactolus/MountainCar-v0") { bench, ann, id, _, _ in
      for (key, value) in [("step", 30), ("step", -1), ("clip", 2), ("clip", -1), ("option", 3), ("option", -1)] {
        var body: [String: Any] = ["question": id, "clip": 0, "step": 0, "option": 0]
        body[key] = value
        #expect(try bench.send(.whatIf, ann, body).status == 400, "\(key) \(value)")
      }
      let odd = try bench.send(
        .whatIf, ann, ["question": id, "clip": 0, "step": 0, "option": 0, "then": "stray"])
      #expect(odd.status == 400 && odd.error.contains("stray"))
      let bob = try bench.join("Bob")
      #expect(try bench.send(.whatIf, bob, ["question": id, "clip": 0, "step": 0]).status == 409)
    }
  }
}
