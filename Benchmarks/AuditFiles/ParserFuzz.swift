import CZstd
import Compute
import Files
import Foundation
import RewardFiles
import Synchronization

/// Damaged files at every parser of the files audit. A file may be read or refused with an `InputError`; it may not
/// trap, and what is read must be consistent. The same seed gives the same inputs, whatever the number of threads.
struct ParserFuzz {
  let seed: UInt64
  private let seeds = FuzzSeeds.all

  init(seed: UInt64) { self.seed = seed }

  func run(_ inputs: Int) throws {
    let source = RandomSource(seed: seed)
    let shared = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let counts = Mutex((accepted: 0, refused: 0))
    let faults = Mutex<[String]>([])
    let chunk = 10_000
    let chunks = (inputs + chunk - 1) / chunk
    let clock = ContinuousClock()
    let began = clock.now
    ThreadPool.shared.run(chunks) { part in
      let file = URL(fileURLWithPath: "\(shared)/pactolus-fuzz-\(getpid())-\(part)")
      defer { try? FileManager.default.removeItem(at: file) }
      var accepted = 0
      var refused = 0
      for input in (part * chunk)..<min((part + 1) * chunk, inputs) {
        var random = source.stream("fuzz", input)
        let chosen = seeds[Int(random.next32()) % seeds.count]
        let bytes = mutate(chosen.bytes, &random)
        guard put(bytes, file) else { return faults.withLock { $0.append("cannot write \(file.path)") } }
        do {
          if let fault = try chosen.target.read(file) {
            faults.withLock { $0.append("input \(input) (\(chosen.target)): \(fault)") }
          }
          accepted += 1
        } catch is InputError { refused += 1 } catch {
          faults.withLock { $0.append("input \(input) (\(chosen.target)): \(error)") }
        }
      }
      counts.withLock {
        $0.accepted += accepted
        $0.refused += refused
      }
    }
    let total = counts.withLock { $0 }
    let found = faults.withLock { $0 }
    print(
      "\(inputs) inputs, seed \(seed): \(total.accepted) read, \(total.refused) refused, \(found.count) faults, "
        + "\(began.duration(to: clock.now))")
    guard found.isEmpty else { throw InputError(found.sorted().prefix(10).joined(separator: "\n")) }
  }

  private func put(_ bytes: [UInt8], _ file: URL) -> Bool {
    let descriptor = open(file.path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
  }

  private static let tokens =
    [
      "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u", "\\ud800", "\n", "\r\n", "null", "true", "NaN", "-", "1e999",
      "0", "99999999999999999999",
      "chosen", "rejected", "score_chosen", "content", "role", "\u{FEFF}", "é", "🙂", "\"\"", "(1, 2, 3)", "'<f2'",
      "F16", "[[[[[[[[[",
    ].map { Array($0.utf8) } + [
      [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD],
    ]

  private func mutate(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = bytes
    func below(_ limit: Int) -> Int { Int(random.next32()) % max(1, limit) }
    for _ in 0..<(1 + below(6)) {
      let place = below(bytes.count + 1)
      let length = min(below(24), bytes.count - place)
      switch below(7) {
      case 0 where place < bytes.count: bytes[place] ^= UInt8(1 << below(8))
      case 1 where place < bytes.count: bytes[place] = UInt8(below(256))
      case 2: bytes.insert(contentsOf: Self.tokens[below(Self.tokens.count)], at: place)
      case 3: bytes.removeSubrange(place..<(place + length))
      case 4: bytes.insert(contentsOf: bytes[place..<(place + length)], at: below(bytes.count))
      case 5 where below(4) == 0: bytes.removeSubrange(place...)
      default:
        let other = seeds[below(seeds.count)].bytes
        let start = below(other.count)
        bytes.insert(contentsOf: other[start..<min(other.count, start + below(40))], at: place)
      }
    }
    return bytes
  }
}

/// What reads a damaged file, and what must hold if it is read.
enum FuzzTarget: Sendable {
  case preferences, scores, samples, rewardBench, embeddings

  private static let table = PreferenceTable([
    PreferenceRow(prompt: "p", chosen: "a", rejected: "b"), PreferenceRow(prompt: "q", chosen: "c", rejected: "d"),
  ])

  /// A fault in what was read, or nil.
  func read(_ file: URL) throws -> String? {
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
      if read.rows.contains(where: { $0.correctCount > $0.scores.count || !$0.scores.allSatisfy(\.isFinite) }) {
        return "a row of RewardBench that cannot be"
      }
    case .embeddings:
      let source = try EmbeddingSource(file, rows: 2)
      let counts = try source.mapBlocks(rows: [0, 1]) { $0.count * $0.width - $0.chosen.count }
      if counts.contains(where: { $0 != 0 }) { return "a block of another size" }
    }
    return nil
  }
}

/// Good files, the beginning of every damaged one.
enum FuzzSeeds {
  struct Seed: Sendable {
    var target: FuzzTarget
    var bytes: [UInt8]
  }

  private static let lines = """
    {"prompt": "What?", "chosen": "A cat\\n- \\u00e9", "rejected": "A dog", "score_chosen": 1.5, "score_rejected": -2e-1}
    {"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "x"}], "rejected": [{"role": "assistant", "content": [{"type": "text", "text": "y"}]}], "label": "tie", "annotator": "w1", "score_chosen_0": 1, "score_rejected_0": 2}
    {"chosen": "\\n\\nHuman: a\\n\\nAssistant: b", "rejected": "\\n\\nHuman: a\\n\\nAssistant: c", "domain": "d", "split": "test", "id": "7", "position": 1}
    """
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
    let numbers = TypedArray((0..<12).map { Float($0) }, shape: [2, 2, 3])
    seeds.append(Seed(target: .embeddings, bytes: Array(NumPyFile.data(numbers))))
    if let data = try? SafetensorsFile(tensors: [.init("e", numbers)]).data() {
      seeds.append(Seed(target: .embeddings, bytes: Array(data)))
    }
    return seeds
  }()

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + (Deflate.deflate(bytes) ?? []) + word(Deflate.checksum(bytes))
      + word(UInt32(bytes.count))
  }

  private static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = ZSTD_compress(&packed, packed.count, bytes, bytes.count, 3)
    return ZSTD_isError(size) == 0 ? Array(packed.prefix(size)) : []
  }
}
