import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards

/// One reader of bytes that come from outside.
struct Importer: Sendable {
  var name: String
  /// Valid files.
  var corpus: [[UInt8]]
  var words: [String]
  /// How a mutated part becomes a file; the part itself unless said otherwise.
  var wrap: @Sendable ([UInt8]) throws -> [UInt8] = { $0 }
  /// Reads a file. What was accepted must also be written, and read back the same.
  var read: @Sendable ([UInt8]) throws -> Void

  /// What an accepted file that does not read back throws.
  struct Unfaithful: Error {}

  /// The most that a file may unfold to here.
  static let limit = 1 << 26

  static func expect(_ condition: Bool) throws {
    if !condition { throw Unfaithful() }
  }

  private static let readImitation: @Sendable ([UInt8]) throws -> Void = { bytes in
    let read = try ImitationFile.read(bytes, place: "fuzz", limit: limit).content
    if let written = try? ImitationFile.data(read, actions: .continuous) {
      let again = try ImitationFile.read(Array(written), place: "again").content
      try expect(ImitationFile.data(again, actions: .continuous) == written)
    }
  }

  static let jsonWords = [
    "null", "true", "-0", "1e999", "1e-999", "0.1", "NaN", "9223372036854775808", "[", "]", "{", "}", "\"", "\\u0000",
    "\\ud800", ",", ":", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":", "\u{FEFF}", "\n",
    "-1", "1152921504606846976",
  ]

  static func all(root: URL) throws -> [Importer] {
    let clips = Corpus.clips
    let records = Corpus.records
    let arrays = Corpus.arrays
    let imitation = try ImitationFile.data(clips, actions: .discrete)
    let peers = try Corpus.peerFiles(root: root)
    let world = try Data(contentsOf: root.appendingPathComponent("Documentation/worlds/cleaning-robot.json"))
    let arraysOfWorld = try FiniteWorld(json: world, place: "valid").arrays()
    let wholeWorld = Array(try arraysOfWorld.data())
    return try [
      Importer(
        name: "npy", corpus: arrays.map { Array(NumPyFile.data($0.array)) },
        words: ["'<f4'", "'|O'", "'>i8'", "True", "(2, 3)", "()", "'descr': ", "4611686018427387904", "-1"],
        read: { bytes in
          let array = try NumPyFile.read(bytes, place: "fuzz")
          try expect(NumPyFile.read(Array(NumPyFile.data(array)), place: "again") == array)
        }),
      Importer(
        name: "npz",
        corpus: try [Array(NumPyArchive(arrays).data()), Array(NumPyArchive(arrays).data(compressed: true))],
        words: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", ".npy"],
        read: { bytes in _ = try NumPyArchive(bytes, place: "fuzz", limit: limit) }),
      Importer(
        name: "safetensors",
        corpus: try [
          Array(SafetensorsFile(tensors: arrays.map { .init($0.name, $0.array) }, metadata: ["a": "b"]).data()),
          Array(TrajectoryFile.data(clips)),
        ],
        words: jsonWords + ["\"dtype\":\"F64\"", "\"data_offsets\":[0,0]", "\"shape\":[1]", "__metadata__"],
        read: { bytes in
          let file = try SafetensorsFile(bytes, place: "fuzz")
          try expect(SafetensorsFile(Array(file.data()), place: "again").tensors.count == file.tensors.count)
        }),
      Importer(
        name: "trajectories",
        corpus: try [Array(TrajectoryFile.data(clips)), Array(TrajectoryFile.data([clips[0]]))],
        words: ["[0,0]", "[2]", "\"I64\"", "\"F32\"", "\"BOOL\"", "1152921504606846976"],
        read: { bytes in
          let read = try TrajectoryFile.read(bytes, place: "fuzz")
          if !read.isEmpty {
            try expect(
              TrajectoryFile.data(TrajectoryFile.read(Array(TrajectoryFile.data(read)), place: "again"))
                == TrajectoryFile.data(read))
          }
        }),
      Importer(
        name: "jsonl",
        corpus: try [Array(FeedbackRecordFile.data(records)), Array(FeedbackRecordFile.data([records[0]]))],
        words: jsonWords + [
          "\"schema\":2", "\"clips\":[]", "\"observationSize\":0", "\"rewards\":[]", "\"start\":null",
        ],
        read: { bytes in
          let read = try FeedbackRecordFile.read(bytes, place: "fuzz")
          try expect(FeedbackRecordFile.read(Array(FeedbackRecordFile.data(read)), place: "again") == read)
        }),
      Importer(
        name: "trl", corpus: try [Array(TextPreferenceFile.data(Corpus.texts))],
        words: jsonWords + ["\"prompt\":", "\"role\":\"user\"", "\"completion\":\"\"", "\"label\":true"],
        read: { bytes in
          let read = try TextPreferenceFile.read(bytes, place: "fuzz")
          _ = read.map(\.withExplicitPrompt)
          try expect(TextPreferenceFile.read(Array(TextPreferenceFile.data(read)), place: "again") == read)
        }),
      Importer(
        name: "csv", corpus: try [Array(TableFile.data(clips))],
        words: ["nan", "-inf", "\"", "\"\"", "\r\n", "\n", ",", "1e999", "observation_2", "-1", "9223372036854775808"],
        read: { bytes in
          let read = try TableFile.readTrajectories(bytes, place: "fuzz")
          if !read.isEmpty {
            let data = try TableFile.data(read)
            try expect(TableFile.data(TableFile.readTrajectories(Array(data), place: "again")) == data)
          }
        }),
      Importer(
        name: "csv-answers", corpus: try [Array(TableFile.data(records))],
        words: ["nan", "\"\"", "\r\n", ",", "question 0", "answer 0", "\"{\"\"a\"\":1}\"", "{}", "null", "1e999"],
        read: { bytes in
          let read = try TableFile.readRecords(bytes, place: "fuzz")
          // Infinities pass in clips, not in JSON; records of several sizes cannot come from one table.
          if !read.isEmpty, let data = try? TableFile.data(read) {
            try expect(TableFile.data(TableFile.readRecords(Array(data), place: "again")) == data)
          }
        }),
      Importer(
        name: "imitation", corpus: try [Array(imitation), Array(ImitationFile.data(clips, actions: .continuous))],
        words: ["rews.npy", "acts.npy", "infos.npy", "terminal.npy", "'<i8'", "(3,)", "PK\u{1}\u{2}"],
        read: readImitation),
      Importer(
        name: "imitation-arrays",
        corpus: try NumPyArchive(Array(imitation), place: "valid", limit: limit, skipping: ["infos"]).arrays
          .map { Array($0.name.utf8) + [0] + Array(NumPyFile.data($0.array)) },
        words: ["'<f4'", "'<i8'", "(0,)", "(2, 3)", "(4611686018427387904, 0)"],
        // One array is damaged, the archive around it is whole: its checksum does not give the damage away.
        wrap: { part in try Corpus.replace(part, in: Array(imitation)) },
        read: readImitation),
      Importer(
        name: "hdf5", corpus: try [MinariFile.bytes(clips, in: Corpus.specification)] + peers,
        words: ["TREE", "SNOD", "HEAP", "OHDR", "episode_0", "rewards", "\u{1}\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0"],
        read: { bytes in
          let read = try MinariFile.read(bytes, place: "fuzz", limit: limit).content
          if let written = try? MinariFile.bytes(read, in: Corpus.specification) {
            let again = try MinariFile.read(written, place: "again").content
            try expect(MinariFile.bytes(again, in: Corpus.specification) == written)
          }
        }),
      Importer(
        name: "world-json", corpus: [Array(world)],
        words: jsonWords + ["\"sparse\"", "\"states\"", "\"discount\":1", "\"start\"", "\"attic\"", "\"horizon\":3"],
        read: { bytes in _ = try FiniteWorld(json: Data(bytes), place: "fuzz") }),
      Importer(
        name: "world-arrays",
        corpus: arraysOfWorld.arrays.map { Array($0.name.utf8) + [0] + Array(NumPyFile.data($0.array)) },
        words: [
          "'<f8'", "'<i8'", "(0,)", "(3, 2)", "(4611686018427387904, 0)", "row_starts", "transitions", "reward_x",
        ],
        wrap: { part in try Corpus.replace(part, in: wholeWorld) },
        read: { bytes in
          _ = try FiniteWorld(arrays: NumPyArchive(bytes, place: "fuzz", limit: limit), place: "fuzz")
        }),
    ] + formats() + audits()
  }
}
