import Compute
import Environments
import Feedback
import Files
import Foundation

/// Small valid files to damage.
enum Corpus {
  static let specification = EnvironmentSpecification(
    id: "fuzz/Line-v0", summary: "", observationSpace: Box(low: [-1, -1], high: [1, .infinity]),
    observationNames: ["a", "b"], actionSpace: .discrete(names: ["left", "right"]), maximumEpisodeSteps: nil,
    canTerminate: true, source: "")

  static let clips = [
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [0, 0.1, -1, 1e-20, 3, 4], actions: [0, 1],
      rewards: [0.5, -1], terminated: true, truncated: false, start: EpisodePosition(slot: 0, episode: 1, step: 2)),
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [1, 2, 3, 4], actions: [1], rewards: [2], terminated: false,
      truncated: true, start: nil),
  ]

  static let records = [
    FeedbackRecord(
      number: 0, kind: "best-of-k", person: "a, \"b\"", question: Question(clips, details: .object([:])),
      answer: Answer(.object(["best": .number(1)]))),
    FeedbackRecord(
      number: 1, kind: "demonstration", person: "p", question: Question([clips[0]], details: .object(["x": .null])),
      answer: Answer(.object([:]), clips: [clips[1]])),
    FeedbackRecord(
      number: 2, kind: "best-of-k", person: "p", question: Question([], details: .array([.bool(true)])), answer: nil,
      skipped: "can't tell"),
  ]

  static let texts = [
    TextPreference(
      prompt: .plain("Why?"), chosen: .plain("Because."), rejected: .plain("No."), others: ["margin": .number(0.5)]),
    TextPreference(
      chosen: .messages([.init(role: "user", content: "Hi"), .init(role: "assistant", content: "Grüße")]),
      rejected: .messages([.init(role: "user", content: "Hi"), .init(role: "assistant", content: "Go")])),
  ]

  static let arrays: [(name: String, array: TypedArray)] = [
    ("a", TypedArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])), ("b", TypedArray([1, -2] as [Int], shape: [2])),
    ("c", TypedArray([0.5] as [Double], shape: [])),
    ("d", TypedArray(.bool, shape: [3], bytes: [0, 1, 1])), ("e", TypedArray([] as [Float], shape: [0, 4])),
  ]

  /// Files that other tools wrote.
  static func peerFiles(root: URL) throws -> [[UInt8]] {
    let folder = root.appendingPathComponent("Tests/FeedbackTests/Files/Peers")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".hdf5") }.sorted()
      .map { try WholeFile.read(folder.appendingPathComponent($0)) }
  }

  /// `part` is a name, a zero and a `.npy` file: the archive with that array as it is.
  static func replace(_ part: [UInt8], in archive: [UInt8]) throws -> [UInt8] {
    let name = String(decoding: part.prefix { $0 != 0 }, as: UTF8.self)
    let rest = try NumPyArchive(archive, place: "valid", limit: Importer.limit, skipping: ["infos", name])
    let files = rest.skipped.sorted { $0.key < $1.key }.map {
      (name: $0.key, bytes: $0.key == name ? Array(part.drop { $0 != 0 }.dropFirst()) : $0.value)
    }
    return Array(try rest.data(adding: files))
  }
}
