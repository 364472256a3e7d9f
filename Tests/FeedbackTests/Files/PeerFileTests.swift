import Compute
import Environments
import Feedback
import Files
import Foundation
import Testing

/// The other tools' own readers read ours, and ours read what they write. `.ci/peers` installs the tools and runs
/// these; elsewhere those whose tool is not in the search path's Python are skipped.
@Suite("Files and the tools they are for", .serialized)
struct PeerFileTests {
  /// What `Peers/peers.py` has every tool write.
  static let known = [
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [0, 0.5, 1, -1, 2, 0.25], actions: [0, 1],
      rewards: [0.5, -1],
      terminated: true, truncated: false, start: nil),
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [3, 4, 5, 6], actions: [1], rewards: [2], terminated: false,
      truncated: true, start: nil),
  ]

  /// Numbers that a careless writer would change: subnormal, huge, with nine digits.
  static let clips = [
    Trajectory(
      observationSize: 2, actionRowSize: 1,
      observations: [0.1, -0.0, .leastNonzeroMagnitude, 3.4e38, 16_777_216, 0.333_333_34],
      actions: [0, 1], rewards: [0.1, -7], terminated: true, truncated: false,
      start: EpisodePosition(slot: 3, episode: 4, step: 5)),
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [1, 2, 3, 4], actions: [1], rewards: [1e-3],
      terminated: false, truncated: true, start: nil),
  ]

  static let line = EnvironmentSpecification(
    id: "test/Line-v0", summary: "", observationSpace: Box(low: [-1, -.infinity], high: [1, .infinity]),
    observationNames: ["a", "b"], actionSpace: .discrete(names: ["left", "right"]), maximumEpisodeSteps: nil,
    canTerminate: true, source: "")

  struct Seen: Decodable {
    var observations: [[Float]]
    var actions: [Float]
    var rewards: [Double]
    var terminated: Bool?
    var terminal: Bool?
    var truncated: Bool?
    var endedEarly: Bool?

    enum CodingKeys: String, CodingKey {
      case observations, actions, rewards, terminated, terminal, truncated
      case endedEarly = "ended_early"
    }

    func expectSame(_ clip: Trajectory) {
      #expect(observations.flatMap { $0 }.map(\.bitPattern) == clip.observations.map(\.bitPattern))
      #expect(actions == clip.actions)
      #expect(rewards.map { Float($0) } == clip.rewards)
      #expect(terminated ?? terminal == clip.terminated)
      #expect(truncated ?? clip.truncated == clip.truncated)
      #expect(endedEarly != true)
    }
  }

  @Test("imitation's own loader reads our .npz", .enabled(if: Peers.have("imitation.data", "datasets", "jsonpickle")))
  func imitationReads() throws {
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("ours.npz")
      try ImitationFile.write(Self.clips, actions: .discrete, to: file)
      struct WithInfos: Decodable {
        var infos: [[String: Int]]
        var dtype: String
      }
      let printed = try Peers.run("read-imitation", file.path)
      let seen = try JSONDecoder().decode([Seen].self, from: printed)
      #expect(seen.count == Self.clips.count)
      for (seen, clip) in zip(seen, Self.clips) { seen.expectSame(clip) }
      let infos = try JSONDecoder().decode([WithInfos].self, from: printed)
      #expect(infos.map(\.infos) == Self.clips.map { [[String: Int]](repeating: [:], count: $0.count) })
      #expect(infos.allSatisfy { $0.dtype == "int64" })
    }
  }

  @Test(
    "what imitation saves is read after the conversion that the refusal gives",
    .enabled(if: Peers.have("imitation.data", "datasets", "jsonpickle")))
  func imitationWrites() throws {
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("theirs.npz")
      let arrow = URL(fileURLWithPath: file.path + ".arrow")
      try FileManager.default.createDirectory(at: arrow, withIntermediateDirectories: true)
      let refusal = try #require(throws: InputError.self) { try ImitationFile.read(arrow) }
      try FileManager.default.removeItem(at: arrow)
      let conversion = try #require(refusal.remedy).dropFirst("convert it: ".count)
      try Peers.run("write-imitation", file.path, String(conversion))
      let read = try ImitationFile.read(file)
      var expected = Self.known
      expected[1].truncated = false
      #expect(read.content == expected)
      #expect(read.notes == ["whether a trajectory was truncated is not said in the file, and taken as no"])
    }
  }

  @Test("Minari reads the data set we write", .enabled(if: Peers.have("minari", "h5py", "PIL")))
  func minariReads() throws {
    struct Printed: Decodable {
      var episodes: [Seen]
      var totalSteps: Int
      var spaces: [String]
      var id: String

      enum CodingKeys: String, CodingKey {
        case episodes, spaces, id
        case totalSteps = "total_steps"
      }
    }
    try Peers.inFolder { folder in
      let many = Self.clips + [Trajectory](repeating: Self.clips[1], count: 300)
      try MinariFile.write(many, in: Self.line, named: "test/line-v0", to: folder.appendingPathComponent("ours"))
      let printed = try JSONDecoder().decode(
        Printed.self, from: Peers.run("read-minari", folder.appendingPathComponent("ours").path))
      #expect(printed.episodes.count == many.count)
      for (seen, clip) in zip(printed.episodes, many) { seen.expectSame(clip) }
      #expect(printed.totalSteps == 303)
      #expect(printed.id == "test/line-v0")
      #expect(printed.spaces == ["Box([ -1. -inf], [ 1. inf], (2,), float32)", "Discrete(2)"])
    }
  }

  @Test("we read what Minari writes", .enabled(if: Peers.have("minari", "h5py", "PIL")))
  func minariWrites() throws {
    try Peers.inFolder { folder in
      try Peers.run("write-minari", folder.path)
      let read = try MinariFile.read(folder.appendingPathComponent("peer/line-v0"))
      #expect(Array(read.content.prefix(2)) == Self.known)
      #expect(read.content.count == 302)
      #expect(read.notes == ["'infos' of episodes is not read", "'seed' of episodes is not read (302 episodes)"])
    }
  }

  @Test("safetensors' own reader reads our trajectories, ours read its", .enabled(if: Peers.have("safetensors.numpy")))
  func safetensors() throws {
    struct Printed: Decodable {
      var dtypes: [String: String]
      var metadata: [String: String]
    }
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("x.safetensors")
      try TrajectoryFile.write(Self.clips, to: file)
      let printed = try JSONDecoder().decode(Printed.self, from: Peers.run("read-safetensors", file.path))
      #expect(
        printed.dtypes == [
          "observations": "float32", "actions": "float32", "rewards": "float32", "lengths": "int64",
          "terminated": "bool", "truncated": "bool", "start": "int64",
        ])
      #expect(printed.metadata == ["format": "pactolus-trajectories/1"])
      try Peers.run("write-safetensors", file.path)
      #expect(try TrajectoryFile.read(file) == Self.known)
    }
  }

  @Test("our lines fit the schema that we document, by an independent checker", .enabled(if: Peers.have("jsonschema")))
  func jsonSchema() throws {
    struct Printed: Decodable {
      var problems: [String]
      var rows: [JSONValue]
    }
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("x.jsonl")
      let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Documentation/schemas/feedback-1.json")
      try FeedbackRecordFile.write(FileRoundTripTests.records, to: file)
      let printed = try JSONDecoder().decode(Printed.self, from: Peers.run("read-jsonl", file.path, schema.path))
      #expect(printed.problems.isEmpty)
      let lines = try printed.rows.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
      #expect(
        try FeedbackRecordFile.read(Array(lines.joined(separator: "\n").utf8), place: "printed")
          == FileRoundTripTests.records)
      try Data(#"{"schema":1,"number":0.5,"kind":"","question":{}}"#.utf8).write(to: file)
      let bad = try JSONDecoder().decode(Printed.self, from: Peers.run("read-jsonl", file.path, schema.path))
      #expect(bad.problems.count == 5)
    }
  }

  @Test("pandas reads our table, ours read its", .enabled(if: Peers.have("pandas")))
  func pandas() throws {
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("x.csv")
      try TableFile.write(Self.clips, to: file)
      let seen = try JSONDecoder().decode([Seen].self, from: Peers.run("read-csv", file.path))
      for (seen, clip) in zip(seen, Self.clips) { seen.expectSame(clip) }
      try Peers.run("write-csv", file.path)
      #expect(try TableFile.readTrajectories(file) == Self.known)
    }
  }

  @Test("TRL's loader and its own functions agree with ours", .enabled(if: Peers.have("datasets", "trl.data_utils")))
  func trl() throws {
    try Peers.inFolder { folder in
      let file = folder.appendingPathComponent("x.jsonl")
      func chat(_ text: String) -> TextPreference.Text {
        .messages([.init(role: "user", content: "Hi"), .init(role: "assistant", content: text)])
      }
      let conversational = [
        TextPreference(chosen: chat("Grüße \u{2028}"), rejected: chat("Go")),
        TextPreference(chosen: chat("1"), rejected: chat("2")),
      ]
      try Peers.run("write-trl", file.path)
      #expect(try TextPreferenceFile.read(file) == conversational)
      let standard = [
        TextPreference(
          chosen: .plain("Why? Because."), rejected: .plain("Why? No."), others: ["margin": .number(0.25)]),
        TextPreference(
          chosen: .plain("a \"quoted\" é"), rejected: .plain("a \"quoted\" è\n"), others: ["margin": .number(1)]),
      ]
      for rows in [conversational, standard, standard.map(\.withExplicitPrompt)] {
        let file = folder.appendingPathComponent("\(UUID().uuidString).jsonl")
        try TextPreferenceFile.write(rows, to: file)
        struct Printed: Decodable {
          var rows: [JSONValue]
          var conversational: [Bool]
          var prompted: [JSONValue]
        }
        let printed = try JSONDecoder().decode(Printed.self, from: Peers.run("read-trl", file.path))
        #expect(printed.conversational == rows.map { _ in rows == conversational })
        func read(_ values: [JSONValue]) throws -> [TextPreference] {
          let lines = try values.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
          return try TextPreferenceFile.read(Array(lines.joined(separator: "\n").utf8), place: "printed")
        }
        #expect(try read(printed.rows) == rows)
        // TRL drops the other columns when it extracts.
        let prompted = rows.map(\.withExplicitPrompt).map { row in
          TextPreference(prompt: row.prompt, chosen: row.chosen, rejected: row.rejected)
        }
        let theirs = try read(printed.prompted).map { row in
          TextPreference(prompt: row.prompt, chosen: row.chosen, rejected: row.rejected)
        }
        #expect(theirs == prompted)
      }
    }
  }
}

/// `Peers/peers.py` by the Python on the search path.
enum Peers {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Peers/peers.py").path

  /// Whether these can be imported; yes without a look where a peer that is missing is to be a failure.
  static func have(_ modules: String...) -> Bool {
    if ProcessInfo.processInfo.environment["PACTOLUS_PEERS"] == "required" { return true }
    let look =
      "import importlib.util as u, sys; sys.exit(any(u.find_spec(m.split('.')[0]) is None for m in sys.argv[1:]))"
    return (try? python(["-c", look] + modules)) != nil
  }

  @discardableResult
  static func run(_ arguments: String...) throws -> Data { try python([script] + arguments) }

  private static func python(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
    let (output, complaint) = (Pipe(), FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString))
    try Data().write(to: complaint)
    defer { try? FileManager.default.removeItem(at: complaint) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: complaint)
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw InputError("python3 failed: \((try? String(contentsOf: complaint, encoding: .utf8))?.suffix(2000) ?? "")")
    }
    return printed
  }

  /// A new folder that is removed when the test ends.
  static func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
