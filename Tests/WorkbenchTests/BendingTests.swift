import Compute
import Environments
import Feedback
import Foundation
import Runs
import Testing
import Workbench

@Suite("Dragging a clip's path")
struct BendingTests {
  private static let steps = 30

  /// A clip of a car that does nothing, as a correction asks about it.
  private static func open<Result>(
    _ name: String, idle: [Float], _ body: (Bench, Member, String, EnvironmentEntry) throws -> Result
  ) throws -> Result {
    let entry = try EnvironmentRegistry.standard.entry(name)
    return try Bench.open(environment: entry) { bench in
      let ann = try bench.join("Ann")
      let actions = (0..<steps).flatMap { _ in idle }
      let start = EpisodePosition(slot: 0, episode: 0, step: 0)
      let source = RandomSource(seed: 9).child("test", 0)
      let clip = entry.whatIf(start: start, random: source, actions: actions, from: 0)
      try bench.project.ask([
        PosedQuestion(
          number: 0, iteration: 0, kind: "correction", question: Question([clip], details: .object([:])),
          clips: [StoredSegment(clip, leadingActions: [], source: "test", sourceIndex: 0)])
      ])
      return try body(bench, ann, try #require(try bench.questions(ann).first).id, entry)
    }
  }

  @Test("what acts gets to where other actions could have brought it; earlier steps stay")
  func reached() throws {
    try Self.open("pactolus/MountainCarContinuous-v0", idle: [0]) { bench, ann, id, entry in
      let plain = try bench.send(.bend, ann, ["question": id, "clip": 0])
      let before = try #require(plain["path"] as? [[Double]])
      #expect(before.count == Self.steps + 1)
      // Pushed right from step 10 on, played by the page's own way.
      let pushed = (0..<Self.steps).map { [$0 < 10 ? 0.0 : 1.0] }
      let wanted = try bench.send(.bend, ann, ["question": id, "clip": 0, "actions": pushed])
      let goal = try #require((wanted["path"] as? [[Double]])?.last)
      #expect(abs(goal[0] - before[Self.steps][0]) > 10)
      let bent = try bench.send(
        .bend, ann, ["question": id, "clip": 0, "frame": Self.steps, "from": 10, "x": goal[0], "y": goal[1]])
      let missed = try #require(bent["missed"] as? Double)
      #expect(missed < 0.01)
      let path = try #require(bent["path"] as? [[Double]])
      #expect(hypot(path[Self.steps][0] - goal[0], path[Self.steps][1] - goal[1]) < 2.4)
      let actions = try #require(bent["actions"] as? [[Double]])
      #expect(actions.count == Self.steps)
      #expect(actions.prefix(10).allSatisfy { $0 == [0] })
      #expect(actions.allSatisfy { abs($0[0]) <= 1 })
      // The answer is a clip of the world: the server takes it.
      let given = try bench.send(
        .answers, ann,
        [
          "id": "a", "question": id, "lease": "", "content": [String: Any](), "milliseconds": 1,
          "plays": [["clip": 0, "from": 0, "actions": actions]],
        ])
      #expect(given.status == 200 || given.error.contains("lease"), "\(given.error)")
    }
  }

  @Test("where the world does not let it go, it says by how much it stayed away")
  func unreachable() throws {
    try Self.open("pactolus/MountainCar-v0", idle: [1]) { bench, ann, id, _ in
      let bent = try bench.send(.bend, ann, ["question": id, "clip": 0, "frame": 5, "x": 5, "y": 5])
      #expect(try #require(bent["missed"] as? Double) > 0.1)
    }
  }

  @Test("frames that the clip does not have are refused")
  func refused() throws {
    try Self.open("pactolus/MountainCar-v0", idle: [1]) { bench, ann, id, _ in
      for (frame, from) in [(0, 0), (31, 0), (-1, 0), (5, 5), (5, -1)] {
        let bent = try bench.send(
          .bend, ann, ["question": id, "clip": 0, "frame": frame, "from": from, "x": 5, "y": 5])
        #expect(bent.status == 400 && bent.error.contains("cannot be dragged"), "\(frame) \(from)")
      }
      #expect(try bench.send(.bend, ann, ["question": id, "clip": 1]).status == 400)
      #expect(try bench.send(.bend, ann, ["question": "7", "clip": 0]).status == 409)
    }
  }
}
