import CLzma
import CZstd
import Compute
import Files
import Foundation
import RewardFiles
import Runs

extension Importer {
  /// The readers of the files audit and of settings.
  static func audits() -> [Importer] {
    let seeds = AuditSeeds.all
    let words =
      jsonWords + [
        "chosen", "rejected", "score_chosen", "content", "role", "\u{FEFF}", "🙂", "\"\"", "\r\n", "(1, 2, 3)", "'<f2'",
        "F16",
      ]
    return AuditTarget.allCases.map { target in
      Importer(
        name: "audit-" + target.rawValue, corpus: seeds.filter { $0.target == target }.map(\.bytes), words: words,
        read: target.read)
    } + [
      Importer(
        name: "settings",
        corpus: [
          Array(
            "environment: pactolus/CartPole-v1\nseed: 3\nppo:\n  gamma: 0.9\nfeedback: {kinds: [comparison]}\n".utf8)
        ],
        words: [
          "&a", "*a", "<<:", "!!python/object", "\t", ": ", "- ", "{", "[", "\"", "|\n", "\u{0}", "1e999", "null", "~",
        ],
        read: { bytes in _ = try SettingsFile(text: String(decoding: bytes, as: UTF8.self), path: "fuzz") })
    ]
  }
}

/// What reads a damaged file, and what must hold if it is read.
enum AuditTarget: String, Sendable, CaseIterable {
  case preferences, scores, samples, rewardBench, embeddings, rollouts, gold

  private static let table = PreferenceTable([
    PreferenceRow(prompt: "p", chosen: "a", rejected: "b"), PreferenceRow(prompt: "q", chosen: "c", rejected: "d"),
  ])

  /// Reads the bytes as a file; throws ``Importer/Unfaithful`` if what was read cannot be.
  func read(_ bytes: [UInt8]) throws {
    let shared = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let file = URL(fileURLWithPath: "\(shared)/pactolus-fuzz-\(getpid()).input")
    defer { unlink(file.path) }
    try Data(bytes).write(to: file)
    if try fault(in: file) != nil { throw Importer.Unfaithful() }
  }

  /// A fault in what was read, or nil.
  private func fault(in file: URL) throws -> String? {
    var options = ReadingOptions()
    options.maximumFileBytes = 4 << 20
    options.maximumWholeBytes = 4 << 20
    switch self {
    case .preferences:
      let read = try PreferenceFile.read([file], options: options)
      let counts =
        [
          read.prompt.count, read.chosen.count, read.rejected.count, read.label.count, read.position.count,
          read.promptNumber.count, read.annotator.count, read.domain.count, read.split.count, read.places.line.count,
        ] + read.members.flatMap { [$0.chosen.count, $0.rejected.count] } + read.attributes.map(\.values.count)
      if counts.contains(where: { $0 != read.count }) { return "columns of different lengths" }
      if (read.scoreChosen + read.scoreRejected).contains(where: \.isInfinite) { return "an infinite score" }
      if !zip(read.places.ordinal, read.places.ordinal.dropFirst()).allSatisfy({ $0 < $1 }) {
        return "rows out of order"
      }
      if let last = read.places.ordinal.last, Int(last) >= read.fileRowCount { return "a row beyond the file" }
    case .scores:
      let read = try SecondScoring.read(file, for: Self.table, options: options)
      if read.scoreChosen.count != 2 || read.scoreRejected.count != 2 { return "not two rows" }
    case .samples:
      let read = try SampleFile.read(file, options: options)
      if read.prompt.count != read.count || read.proxy.count != read.count { return "columns of different lengths" }
      if read.prompt.contains(where: { Int($0) >= read.promptCount }) { return "an unknown prompt" }
    case .rewardBench:
      let read = try RewardBenchFile.read(file, options: options)
      if read.rows.contains(where: { $0.correctCount > $0.scores.count || $0.scores.contains(where: \.isInfinite) }) {
        return "a row of RewardBench that cannot be"
      }
    case .rollouts: return try RolloutSeeds.fault(in: file)
    case .gold:
      var table = RolloutSeeds.table
      try table.readGold(file)
      if table.gold.count != table.count { return "not a label for each rollout" }
    case .embeddings:
      let source = try EmbeddingSource(file, rows: 2)
      let counts = try source.mapBlocks(rows: [0, 1]) { $0.count * $0.width - $0.chosen.count }
      if counts.contains(where: { $0 != 0 }) { return "a block of another size" }
    }
    return nil
  }
}

/// Good files of an audit, the beginning of every damaged one.
enum AuditSeeds {
  struct Seed: Sendable {
    var target: AuditTarget
    var bytes: [UInt8]
  }

  private static let lines = """
    {"prompt": "What?", "chosen": "A cat\\n- \\u00e9", "rejected": "A dog", "score_chosen": 1.5, "score_rejected": -2e-1}
    {"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "x"}], "rejected": [{"role": "assistant", "content": [{"type": "text", "text": "y"}]}], "label": "tie", "annotator": "w1", "score_chosen_0": 1, "score_rejected_0": 2}
    {"chosen": "\\n\\nHuman: a\\n\\nAssistant: b", "rejected": "\\n\\nHuman: a\\n\\nAssistant: c", "domain": "d", "split": "test", "id": "7", "position": 1}
    """
  private static let replies = """
    {"instruction": "Go", "completions": [{"response": "a", "overall_score": 3}, {"response": "b", "overall_score": 1}]}
    {"instruction": "Go", "completions": [{"response": "c", "annotations": {"h": {"Rating": "4"}}}, {"response": "d", "annotations": {}}]}
    """
  private static let judged =
    "{\"prompt\": \"p\", \"completion\": \"a\", \"label\": true}\n{\"prompt\": \"p\", \"completion\": \"b\", \"label\": false}\n"
  private static let spelled =
    "prompt,chosen,rejected\np,\"[{'role': 'assistant', 'content': 'a'}]\",\"[{\"\"role\"\": \"\"assistant\"\", \"\"content\"\": \"\"b\"\"}]\"\n"
  private static let table = "prompt,chosen,rejected,score_chosen,score_rejected\nq,\"a \"\"b\"\"\nc\",d,1,2\nr,e,f,,\n"
  private static let scores =
    "{\"score_chosen\": 1, \"score_rejected\": [0.5]}\n{\"score_chosen\": 2, \"score_rejected\": 3}\n"
  private static let samples =
    "{\"prompt_id\": 1, \"proxy\": 1, \"gold\": 0.5, \"logprob\": -2, \"proxy_0\": 1}\n{\"prompt_id\": \"x\", \"proxy\": 2}\n"
  private static let one =
    "{\"subset\": [\"a\", \"b\"], \"scores_chosen\": [1, [2]], \"scores_rejected\": [0, 3], \"id\": [1, 2], \"results\": [1, null]}"
  private static let two =
    "{\"subset\": [\"Ties\"], \"scores\": [[1, [2], 0]], \"num_correct\": [2], \"id\": [\"tied:1\"]}"

  static let all: [Seed] = {
    let plain = Array(lines.utf8)
    let array = Array(("[" + lines.split(separator: "\n").joined(separator: ",") + "]").utf8)
    var seeds = [
      Seed(target: .preferences, bytes: plain), Seed(target: .preferences, bytes: array),
      Seed(target: .preferences, bytes: Array(table.utf8)), Seed(target: .preferences, bytes: gzip(plain)),
      Seed(target: .preferences, bytes: zstd(plain)), Seed(target: .scores, bytes: Array(scores.utf8)),
      Seed(target: .samples, bytes: Array(samples.utf8)), Seed(target: .rewardBench, bytes: Array(one.utf8)),
      Seed(target: .rewardBench, bytes: Array(two.utf8)),
    ]
    seeds.append(Seed(target: .preferences, bytes: xz(plain)))
    for text in [replies, judged, spelled] { seeds.append(Seed(target: .preferences, bytes: Array(text.utf8))) }
    if let data = try? ParquetWriter.data(Corpus.pairs) { seeds.append(Seed(target: .preferences, bytes: data)) }
    seeds.append(Seed(target: .preferences, bytes: ArrowWriter.data(Corpus.pairs)))
    let numbers = TypedArray((0..<12).map { Float($0) }, shape: [2, 2, 3])
    seeds.append(Seed(target: .embeddings, bytes: Array(NumPyFile.data(numbers))))
    if let data = try? SafetensorsFile(tensors: [.init("e", numbers)]).data() {
      seeds.append(Seed(target: .embeddings, bytes: Array(data)))
    }
    return seeds + RolloutSeeds.all
  }()

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + (Deflate.deflate(bytes) ?? []) + word(Deflate.checksum(bytes))
      + word(UInt32(bytes.count))
  }

  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = ZSTD_compress(&packed, packed.count, bytes, bytes.count, 3)
    return ZSTD_isError(size) == 0 ? Array(packed.prefix(size)) : []
  }

  static func xz(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: lzma_stream_buffer_bound(bytes.count))
    var size = 0
    let status = lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nil, bytes, bytes.count, &packed, &size, packed.count)
    return status == LZMA_OK ? Array(packed.prefix(size)) : []
  }
}
