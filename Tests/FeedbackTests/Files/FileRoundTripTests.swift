import Compute
import Environments
import Feedback
import Files
import Foundation
import Testing

@Suite("Files carry everything or refuse")
struct FileRoundTripTests {
  private static let clips = PeerFileTests.clips

  static let records = [
    FeedbackRecord(
      number: 0, kind: "comparison", person: "Ada, \"the first\"", question: Question(clips, details: .object([:])),
      answer: Answer(.object(["answer": .string("first")]))),
    FeedbackRecord(
      number: 7, kind: "demonstration", person: "p\n", question: Question([clips[0]], details: .object(["x": .null])),
      answer: Answer(.array([.number(0.1), .bool(true)]), clips: clips)),
    FeedbackRecord(
      number: 8, kind: "language", person: "", question: Question([], details: .string("é")), answer: nil,
      skipped: "can't tell"),
  ]

  /// A finite float of any size, drawn by its bits.
  private static func float(_ random: inout RandomStream) -> Float {
    while true {
      let value = Float(bitPattern: random.next32())
      if value.isFinite { return value }
    }
  }

  private static func randomClips(_ count: Int, _ random: inout RandomStream) -> [Trajectory] {
    let (size, row) = (1 + random.below(4), 1 + random.below(3))
    return (0..<count).map { _ in
      let steps = 1 + random.below(6)
      let ends = random.below(3)
      return Trajectory(
        observationSize: size, actionRowSize: row, observations: (0..<(steps + 1) * size).map { _ in float(&random) },
        actions: (0..<steps * row).map { _ in float(&random) }, rewards: (0..<steps).map { _ in float(&random) },
        terminated: ends == 1, truncated: ends == 2,
        start: random.bernoulli(0.5)
          ? EpisodePosition(slot: random.below(9), episode: random.below(9), step: random.below(9)) : nil)
    }
  }

  private static func sameBits(_ a: [Trajectory], _ b: [Trajectory]) -> Bool {
    a == b
      && zip(a, b).allSatisfy { a, b in
        (a.observations + a.actions + a.rewards).map(\.bitPattern)
          == (b.observations + b.actions + b.rewards).map(\.bitPattern)
      }
  }

  @Test("every format of trajectories gives back the same bits, of any finite floats")
  func trajectories() throws {
    var random = RandomSource(seed: 1).stream("test/files")
    for _ in 0..<100 {
      let clips = Self.randomClips(1 + random.below(20), &random)
      let box = Box(
        low: [Float](repeating: -1, count: clips[0].observationSize),
        high: [Float](repeating: 1, count: clips[0].observationSize))
      let actions = Box(
        low: [Float](repeating: -1, count: clips[0].actionRowSize),
        high: [Float](repeating: 1, count: clips[0].actionRowSize))
      let world = EnvironmentSpecification(
        id: "test/Box-v0", summary: "", observationSpace: box,
        observationNames: box.low.indices.map { "o\($0)" }, actionSpace: .continuous(actions), maximumEpisodeSteps: nil,
        canTerminate: true, source: "")
      #expect(Self.sameBits(try TrajectoryFile.read(Array(TrajectoryFile.data(clips)), place: "x"), clips))
      #expect(Self.sameBits(try TableFile.readTrajectories(Array(TableFile.data(clips)), place: "x"), clips))
      let imitation = try ImitationFile.read(Array(ImitationFile.data(clips, actions: .continuous)), place: "x")
      #expect(Self.sameBits(imitation.content, clips))
      #expect(imitation.notes.isEmpty)
      let minari = try MinariFile.read(MinariFile.bytes(clips, in: world), place: "x")
      #expect(Self.sameBits(minari.content, clips))
      #expect(minari.notes.isEmpty)
      let record = FeedbackRecord(
        number: 0, kind: "k", person: "p", question: Question(clips, details: .null), answer: nil)
      let back = try FeedbackRecordFile.read(Array(FeedbackRecordFile.data([record])), place: "x")
      #expect(Self.sameBits(back[0].question.clips, clips))
    }
  }

  @Test("answers of any kind come back from JSON lines and from a table")
  func records() throws {
    #expect(try FeedbackRecordFile.read(Array(FeedbackRecordFile.data(Self.records)), place: "x") == Self.records)
    #expect(try TableFile.readRecords(Array(TableFile.data(Self.records)), place: "x") == Self.records)
  }

  @Test("equal records are equal bytes, one line each, and bear the schema's version")
  func lines() throws {
    let data = try FeedbackRecordFile.data(Self.records)
    #expect(try FeedbackRecordFile.data(Self.records) == data)
    let lines = data.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 3)
    #expect(
      lines.allSatisfy {
        String(decoding: $0, as: UTF8.self).hasSuffix("\"schema\":1}")
          || String(decoding: $0, as: UTF8.self).contains("\"schema\":1,")
      })
  }

  @Test(
    "a bad line is refused with its file, its line and the field",
    arguments: [
      ("{}", "x:2: 'schema' is missing"),
      (#"{"schema":2}"#, "x:2, schema: schema 2 is not known; this version reads schema 1"),
      ("[1]", "x:2"), ("{", "x:2: this is not JSON"),
      (
        #"{"schema":1,"number":0,"kind":"k","person":"p","question":{"clips":[],"details":{}},"answr":1}"#,
        "x:2: unknown field 'answr'; did you mean answer?"
      ),
      (
        #"{"schema":1,"number":-1,"kind":"k","person":"p","question":{"clips":[],"details":{}}}"#,
        "x:2, number: the number is -1"
      ),
      (
        #"{"schema":1,"number":0,"kind":"k","person":"p","question":{"clips":[{"observationSize":2,"actionRowSize":1,"#
          + #""observations":[1],"actions":[],"rewards":[],"terminated":false,"truncated":false}],"details":{}}}"#,
        "0 rewards and 1 numbers of observations of size 2"
      ),
    ])
  func refused(line: String, complaint: String) throws {
    let error = try #require(throws: InputError.self) {
      try FeedbackRecordFile.read(Array("\n\(line)\n".utf8), place: "x")
    }
    #expect(error.description.contains(complaint))
  }

  @Test("JSON has no infinities: they are refused with the record, not written as something else")
  func infinities() throws {
    var record = Self.records[0]
    record.question.clips[0].rewards[0] = .infinity
    let error = try #require(throws: InputError.self) { try FeedbackRecordFile.data([record]) }
    #expect(error.description.hasPrefix("record 1, question.clips[0]"))
    #expect(throws: Never.self) { try TrajectoryFile.data(record.question.clips) }
  }

  @Test("what h5py writes, in chunks, deflated, shuffled, big-endian, reads as the same episode")
  func hdf5FromPython() throws {
    for (name, steps, notes) in [("chunked", 3, ["'seed' of episodes is not read"]), ("deflated", 5, [])] {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Peers/\(name).hdf5")
      let read = try MinariFile.read(file)
      #expect(
        read.content == [
          Trajectory(
            observationSize: 2, actionRowSize: 1, observations: (0..<2 * (steps + 1)).map { Float($0) / 4 },
            actions: (0..<steps).map { Float($0 % 2) }, rewards: (0..<steps).map { Float($0) / 8 },
            terminated: steps == 3, truncated: steps == 5, start: nil)
        ])
      #expect(read.notes == notes)
    }
  }

  @Test("every prefix of a valid file is refused, and no single damaged byte of HDF5 crashes")
  func damage() throws {
    let file = try MinariFile.bytes(Self.clips, in: PeerFileTests.line)
    for count in stride(from: 0, to: file.count, by: 7) {
      #expect(throws: InputError.self) { try MinariFile.read(Array(file[..<count]), place: "x") }
    }
    for position in file.indices {
      for value in [0, 0xFF, file[position] ^ 1] {
        var damaged = file
        damaged[position] = value
        _ = try? MinariFile.read(damaged, place: "x", limit: 1 << 20)
      }
    }
  }

  @Test("floats that float32 does not hold are counted, not rounded in silence")
  func rounding() throws {
    let data = try NumPyArchive([
      ("obs", TypedArray([0.1, 0.5, 0.25] as [Double], shape: [3, 1])),
      ("acts", TypedArray([0, 16_777_217], shape: [2])),
      ("rews", TypedArray([1, 2] as [Double], shape: [2])),
      ("terminal", TypedArray(.bool, shape: [1], bytes: [1])), ("indices", TypedArray([] as [Int], shape: [0])),
      ("pactolus_truncated", TypedArray(.bool, shape: [1], bytes: [0])),
    ]).data()
    let read = try ImitationFile.read(Array(data), place: "x")
    #expect(
      read.notes == [
        "1 of 3 observations are rounded from float64 to float32", "1 of 2 actions are rounded from int64 to float32",
      ])
  }

  @Test("a pickle is refused, and one inside an archive is not looked at")
  func pickles() throws {
    #expect(throws: InputError.self) { try ImitationFile.read([0x80, 4, 0x95], place: "x.pkl") }
    let infos = Array("anything, never parsed".utf8)
    let archive = try NumPyArchive(
      Array(ImitationFile.data(Self.clips, actions: .discrete)), place: "x", limit: 1 << 20, skipping: ["infos"])
    let read = try ImitationFile.read(Array(archive.data(adding: [("infos", infos)])), place: "x")
    #expect(read.content == Self.clips)
    #expect(read.notes == ["'infos' is a pickle and was not read"])
  }

  @Test("a prompt is the common beginning, cut before its last space, whole messages in a conversation")
  func prompts() {
    let row = TextPreference(chosen: .plain("The sky is blue"), rejected: .plain("The sky is grey")).withExplicitPrompt
    #expect(row.prompt == .plain("The sky is"))
    #expect(row.chosen == .plain(" blue"))
    #expect(row.rejected == .plain(" grey"))
    let none = TextPreference(prompt: .plain(""), chosen: .plain("a"), rejected: .plain("a"))
    #expect(none.withExplicitPrompt == none)
  }

  @Test(
    "rows that are no preferences are refused with their line",
    arguments: [
      (#"{"prompt":"a","completion":"b","label":true}"#, "x:1: an unpaired or stepwise row"),
      (#"{"chosen":"a"}"#, "x:1: 'rejected' is missing"),
      (#"{"chosen":"a","rejected":[{"role":"user","content":"b"}]}"#, "x:1: the row mixes strings and lists"),
      (#"{"chosen":[{"role":"user"}],"rejected":[]}"#, "x:1, chosen[0]: a message is an object"),
    ])
  func rows(line: String, complaint: String) throws {
    let error = try #require(throws: InputError.self) {
      try TextPreferenceFile.read(Array(line.utf8), place: "x")
    }
    #expect(error.description.hasPrefix(complaint))
  }

  @Test(
    "a table is refused with the line on which it is wrong",
    arguments: [
      ("clip,step\n0,0\n", "x:1: "), ("clip,clip\n", "x:1: two columns have the same name"),
      ("a,b\n1\n", "x:2: 1 fields in a table of 2 columns"), ("a\n\"1\"2\n", "x:2: a quoted field goes on"),
      ("a\n\n\"1\n", "x:3: a quote is not closed"),
    ])
  func tables(text: String, complaint: String) throws {
    let error = try #require(throws: InputError.self) {
      try TableFile.readTrajectories(Array(text.utf8), place: "x")
    }
    #expect(error.description.hasPrefix(complaint))
  }
}
