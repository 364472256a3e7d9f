import Environments
import Feedback
import Foundation
import Runs
import Testing
import Workbench

@Suite("Pictures of clips, and playing on from them")
struct ClipPictureTests {
  private static func open<Result>(_ world: some Environment, _ body: (Bench, Member, Given) throws -> Result) throws
    -> Result
  {
    try Bench.open(environment: EnvironmentEntry(world)) { bench in
      let ann = try bench.join("Ann")
      let clips = DrawnWorld.clips()
      try bench.project.ask([
        PosedQuestion(
          number: 0, iteration: 0, kind: "comparison",
          question: Question(clips.map(\.trajectory), details: .object(["strengths": .bool(false)])), clips: clips)
      ])
      return try body(bench, ann, try #require(try bench.questions(ann).first))
    }
  }

  private static func text(_ value: Any?) throws -> String {
    String(
      decoding: try JSONSerialization.data(
        withJSONObject: value ?? [:], options: [.sortedKeys, .withoutEscapingSlashes]),
      as: UTF8.self)
  }

  @Test("shapes stand where the scene has them, 240 units wide; what does not change is listed once")
  func shapes() throws {
    try Self.open(DrawnWorld()) { _, _, question in
      let clips = try #require(question.fields["clips"] as? [[String: Any]])
      try #require(clips.count == 2)
      let (first, second) = (clips[0], clips[1])
      #expect(first["width"] as? Double == 240 && first["height"] as? Double == 120)
      #expect(first["rate"] as? Double == 8 && first["steps"] as? Int == 4 && second["steps"] as? Int == 4)
      // (x, y) of the world is at (60 (x + 1), 60 (3 − y)); lines are at least 0.8 wide; what is no number is at 0.
      let expected: [[Any]] = [
        ["polygon", "ground", [60, 120, 120, 120, 120, 30]], ["line", "track", 0.8, [60, 60, 60, 60]],
        ["line", "wall", 6, [60, 60, 120, 0]], ["circle", "agent", 60, 60, 30],
        ["label", "neutral", 90, 90, 12, "step"], ["circle", "goal", 0, 60, 7.41],
        ["line", "track", 0.8, [60, 60, 120, 60]], ["circle", "agent", 80, 60, 30],
        ["line", "track", 0.8, [60, 60, 180, 60]], ["circle", "agent", 100, 60, 30],
        ["line", "track", 0.8, [60, 60, 240, 60]], ["circle", "agent", 120, 60, 30],
        ["line", "track", 0.8, [60, 60, 300, 60]], ["circle", "agent", 140, 60, 30],
      ]
      #expect(try Self.text(first["shapes"]) == Self.text(expected))
      #expect(
        try Self.text(first["frames"])
          == "[[0,1,2,3,4,5],[0,6,2,7,4,5],[0,8,2,9,4,5],[0,10,2,11,4,5],[0,12,2,13,4,5]]")
      // The second begins after two steps.
      let late = try #require(second["shapes"] as? [[Any]])
      #expect(try Self.text(late[1]) == Self.text(["line", "track", 0.8, [60, 60, 180, 60]] as [Any]))
    }
  }

  @Test("a world without a width is one wide, one without a height is square, a tall one is cut")
  func sizes() throws {
    for (width, height, scale, tall) in [
      (0.0, 0.5, 240.0, 120.0), (.infinity, 0.5, 240, 120), (-1, 0.5, 240, 120), (0.5, 0, 480, 240),
      (0.5, .nan, 480, 240), (0.5, -2, 480, 240), (2, 9, 120, 480), (2, 3.999, 120, 479.88), (2, 0.5, 120, 60),
    ] {
      try Self.open(OddWorld(width: width, height: height)) { _, _, question in
        let clip = try #require((question.fields["clips"] as? [[String: Any]])?.first)
        #expect(clip["height"] as? Double == tall, "\(width) × \(height)")
        let shapes = try #require(clip["shapes"] as? [[Any]])
        #expect(shapes[0][2] as? Double == 0.5 * scale && shapes[0][4] as? Double == scale)
      }
    }
  }

  @Test("the pictures' rate is a quarter of their number, from 8 to 30 a second")
  func rates() throws {
    for (steps, rate) in [(31, 8.0), (39, 10), (119, 30), (125, 30)] {
      let actions = [Float](repeating: 0, count: 2 * steps)
      let long = StoredSegment(
        Trajectory(
          observationSize: 1, actionRowSize: 2, observations: (0...steps).map(Float.init), actions: actions,
          rewards: [Float](repeating: 0, count: steps), terminated: false, truncated: false,
          start: EpisodePosition(slot: 0, episode: 0, step: 0)), leadingActions: [], source: "t", sourceIndex: 0)
      try Bench.open(environment: EnvironmentEntry(DrawnWorld())) { bench in
        let ann = try bench.join("Ann")
        let short = DrawnWorld.clips()[0]
        // Of another source nothing can be drawn, nor of a clip without steps, place or all the actions before it.
        let unknown = StoredSegment(short.trajectory, leadingActions: [], source: "", sourceIndex: 0)
        let cut = StoredSegment(
          DrawnWorld.clips()[1].trajectory, leadingActions: [0, 0, 0], source: "t", sourceIndex: 0)
        let clips = [long, unknown, cut]
        try bench.project.ask([
          PosedQuestion(
            number: 0, iteration: 0, kind: "ranking",
            question: Question(clips.map(\.trajectory), details: .object([:])),
            clips: clips)
        ])
        let drawn = try #require(try bench.questions(ann).first?.fields["clips"] as? [[String: Any]])
        #expect(drawn.count == 1 && drawn.first?["rate"] as? Double == rate)
      }
    }
  }

  @Test("play: from any step of the clip, with actions of the world, to the end of the clip or of the episode")
  func play() throws {
    try Self.open(DrawnWorld()) { bench, ann, question in
      func play(_ clip: Int, _ from: Int, _ actions: [[Any]]) throws -> Reply {
        try bench.send(
          .play, ann, ["question": question.id, "clip": clip, "from": from, "actions": actions])
      }
      func words(_ clip: Int, _ from: Int, _ actions: [[Any]]) throws -> String {
        let reply = try play(clip, from, actions)
        guard reply.status == 200 else { return "\(reply.status) \(reply.error); \(reply["remedy"] ?? "")" }
        return "\((reply["frames"] as? [Any])?.count ?? 0) \(reply["finished"] as? Bool == true)"
      }
      #expect(try words(0, 3, []) == "1 false" && words(0, 0, [[0, 0]]) == "2 false")
      #expect(try words(0, 2, [[0, 1], [0, 1]]) == "3 true")
      #expect(try words(0, 2, [[0, 1]]) == "2 false")
      #expect(try words(0, 4, []) == "1 true")
      #expect(try words(1, 4, []) == "1 true")
      #expect(try words(0, 1, [[1, 0]]) == "2 true")
      // At the ends of the box, and beyond them.
      #expect(try words(0, 0, [[-1, 2]]) == "2 false")
      for row: [Any] in [[-1.01, 0], [0, -0.01], [1.01, 0], [0, 2.01], [0], [0, 0, 0], []] {
        #expect(
          try words(0, 0, [[0, 0], row]) == "400 this is no action of test/Drawn-v0 (actions[1]); ", "\(row)")
      }
      #expect(try words(2, 0, []) == "400 there is no clip 2 (clip); ")
      #expect(try words(-1, 0, []) == "400 there is no clip -1 (clip); ")
      #expect(try words(0, 5, []) == "400 step 5 is not one of the clip's (from); use 0 to 4")
      #expect(try words(0, -1, []) == "400 step -1 is not one of the clip's (from); use 0 to 4")
      #expect(try play(0, 0, [[Int]](repeating: [0, 0], count: 4)).status == 200)
      #expect(
        try words(0, 0, [[Int]](repeating: [0, 0], count: 5))
          == "400 5 steps from step 0 on are more than the clip has (actions); act for at most 4")
      // The first picture is of the place that is played on from.
      let shapes = try #require(try play(0, 2, [[0, 0]])["shapes"] as? [[Any]])
      #expect(try Self.text(shapes[1]) == Self.text(["line", "track", 0.8, [60, 60, 180, 60]] as [Any]))
    }
  }

  @Test("choices are whole numbers of the list")
  func choices() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<1)
      let question = try #require(try bench.questions(ann).first)
      for (row, status) in [
        ([0], 200), ([2], 200), ([3], 400), ([-1], 400), ([0.5], 400), ([], 400), ([1, 1], 400),
      ] as [([Double], Int)] {
        let body: [String: Any] = ["question": question.id, "clip": 0, "from": 1, "actions": [row]]
        #expect(try bench.send(.play, ann, body).status == status, "\(row)")
      }
    }
  }

  @Test("a clip of unknown origin cannot be played on from")
  func unknown() throws {
    try Bench.open(environment: EnvironmentEntry(DrawnWorld())) { bench in
      let ann = try bench.join("Ann")
      var clips = DrawnWorld.clips()
      clips[0].source = ""
      clips[1].trajectory.start = nil
      try bench.project.ask([
        PosedQuestion(
          number: 0, iteration: 0, kind: "comparison",
          question: Question(clips.map(\.trajectory), details: .object(["strengths": .bool(false)])), clips: clips)
      ])
      let question = try #require(try bench.questions(ann).first)
      #expect((question.fields["clips"] as? [Any])?.isEmpty == true)
      for clip in 0..<2 {
        let reply = try bench.send(.play, ann, ["question": question.id, "clip": clip, "from": 0, "actions": []])
        #expect(reply.status == 400 && reply.error == "this clip cannot be replayed (clip)")
      }
    }
  }
}
