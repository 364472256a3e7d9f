import Compute
import Foundation
import RewardFiles

/// A large file of pairs with embeddings, and the time it takes to read.
enum MillionPairs {
  private static let words = """
    the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but
    not what all were we when your can said there use an each which she do how their if will up other about out many
    then them these so some her would make like him into time has look two more write go see number no way could people
    perhaps sorry great question answer reward model because however first second finally example
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  /// Rows of some 1.1 kB: prompt of 12 to 59 words, replies of 40 to 119, scores, domain, split, annotator. Embeddings:
  /// half precision, rows × 2 × width.
  static func generate(into folder: URL, rows: Int, width: Int) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = RandomSource(seed: 1)
    let chunk = 4096
    let pairs = try open(folder.appendingPathComponent("pairs.jsonl"))
    let chunks = (rows + chunk - 1) / chunk
    for start in stride(from: 0, to: chunks, by: 16) {
      let texts = ThreadPool.shared.map(min(16, chunks - start)) { part in
        let first = (start + part) * chunk
        var text = ""
        for row in first..<min(first + chunk, rows) {
          var random = source.stream("pairs", row)
          func words(_ least: Int, _ range: Int) -> String {
            (0..<(least + Int(random.next32()) % range)).map { _ in Self.words[Int(random.next32()) % Self.words.count]
            }
            .joined(separator: " ")
          }
          text += "{\"prompt\": \"\(words(12, 48))\", \"chosen\": \"\(words(40, 80)).\\n\\n- \(words(4, 20))\", "
          text +=
            "\"rejected\": \"\(words(40, 80))?\", \"score_chosen\": \(Double(random.next32() % 9999) / 1000 - 4), "
          text += "\"score_rejected\": \(Double(random.next32() % 9999) / 1000 - 5), \"domain\": \"d\(row % 7)\", "
          text += "\"split\": \"\(row % 10 == 0 ? "test" : "train")\", \"annotator\": \"w\(random.next32() % 500)\"}\n"
        }
        return Data(text.utf8)
      }
      for text in texts { try pairs.write(contentsOf: text) }
    }
    try pairs.close()
    guard width > 0 else { return }
    let embeddings = try open(folder.appendingPathComponent("embeddings.npy"))
    var header = "{'descr': '<f2', 'fortran_order': False, 'shape': (\(rows), 2, \(width)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    let magic: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    try embeddings.write(contentsOf: Data(magic + Array(header.utf8)))
    // Numbers of either sign between 2⁻³ and 2, as halves; bits straight from the generator.
    for start in stride(from: 0, to: rows, by: 512) {
      let count = min(512, rows - start) * 2 * width
      var random = source.stream("embeddings", start)
      var numbers = [UInt16](repeating: 0, count: count)
      for i in stride(from: 0, to: count, by: 2) {
        let bits = random.next32()
        numbers[i] = UInt16(truncatingIfNeeded: bits) & 0x8FFF | 0x3000
        if i + 1 < count { numbers[i + 1] = UInt16(truncatingIfNeeded: bits >> 16) & 0x8FFF | 0x3000 }
      }
      try numbers.withUnsafeBytes { try embeddings.write(contentsOf: Data($0)) }
    }
    try embeddings.close()
  }

  private static func open(_ file: URL) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = try? FileHandle(forWritingTo: file)
    else { throw InputError("cannot write the file", at: file.path, remedy: "check the path and the free space") }
    return handle
  }

  /// Reads the pairs, then streams the embeddings once for means and for each pair's distance.
  static func read(from folder: URL) throws {
    ThreadPool.shared.threadCount = 2
    let clock = ContinuousClock()
    var table = PreferenceTable()
    let pairs = try clock.measure {
      table = try PreferenceFile.read([folder.appendingPathComponent("pairs.jsonl")])
    }
    var checksum = 0.0
    let file = folder.appendingPathComponent("embeddings.npy")
    let hasEmbeddings = FileManager.default.fileExists(atPath: file.path)
    let embeddings = try clock.measure {
      guard hasEmbeddings else { return }
      let source = try EmbeddingSource(file, rows: table.fileRowCount)
      let width = source.width
      let lanes = try source.accumulate(
        rows: table.places.ordinal, lanes: 2,
        initial: { _ in (mean: [Float](repeating: 0, count: width), distance: 0.0) }
      ) { sums, block in
        for row in 0..<block.count {
          let a = block.chosen(row)
          let b = block.rejected(row)
          var squares = SIMD16<Float>.zero
          sums.mean.withUnsafeMutableBufferPointer { mean in
            var i = 0
            while i + 16 <= width {
              let x = UnsafeRawPointer(a.baseAddress! + i).loadUnaligned(as: SIMD16<Float>.self)
              let y = UnsafeRawPointer(b.baseAddress! + i).loadUnaligned(as: SIMD16<Float>.self)
              let place = UnsafeMutableRawPointer(mean.baseAddress! + i)
              place.storeBytes(of: place.loadUnaligned(as: SIMD16<Float>.self) + x, as: SIMD16<Float>.self)
              squares += (x - y) * (x - y)
              i += 16
            }
          }
          sums.distance += Double(squares.sum()).squareRoot()
        }
      }
      checksum = lanes.reduce(0) { $0 + $1.distance } / Double(table.count)
    }
    print(
      "{\"rows\": \(table.count), \"set_aside\": \(table.setAside.count), \"pairs_seconds\": \(seconds(pairs)), "
        + "\"embeddings_seconds\": \(seconds(embeddings)), \"mean_distance\": \(checksum), "
        + "\"peak_mib\": \(spent().peak)}")
  }

  /// The whole audit of the pairs, every check, as `pactolus audit pairs.jsonl` makes it: seconds of processor and of the clock.
  static func audit(_ folder: URL) throws {
    ThreadPool.shared.threadCount = 2
    let clock = ContinuousClock()
    var input = AuditInput()
    var audit: FilesAudit?
    let reading = try clock.measure {
      input.preferences = try PreferenceFile.read([folder.appendingPathComponent("pairs.jsonl")])
    }
    let read = spent()
    let checks = try clock.measure {
      var made = FilesAudit(input, random: RandomSource(seed: 1))
      if let table = input.preferences { try made.quote(table) }
      audit = made
    }
    let all = spent()
    print(
      "{\"rows\": \(audit?.rows ?? 0), \"reading_seconds\": \(seconds(reading)), \"reading_processor\": \(read.processor), "
        + "\"checks_seconds\": \(seconds(checks)), \"checks_processor\": \(all.processor - read.processor), "
        + "\"processor\": \(all.processor), \"peak_mib\": \(all.peak)}")
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// What the process has used so far: seconds of all processors, and MiB at its peak.
  private static func spent() -> (processor: Double, peak: Int) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return (seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss / 1024)
  }
}
