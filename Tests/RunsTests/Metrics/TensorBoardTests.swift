import Compute
import Foundation
import Runs
import Testing

@Suite("TensorBoard event files")
struct TensorBoardTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("CRC-32C gives RFC 3720's answers")
  func checksums() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(Array(0..<32)) == 0x46DD_794E)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test("a file cut back to a checkpoint and written again has the same bytes as one written at once")
  func resume() throws {
    try withFolder { folder in
      let whole = try TensorBoardWriter(folder: folder.appendingPathComponent("whole"))
      for step in 0..<5 { try whole.append(["a/b": Double(step), "c": 0.5], step: step * 100, wallTime: 2) }

      let part = folder.appendingPathComponent("part")
      var writer = try TensorBoardWriter(folder: part)
      for step in 0..<3 { try writer.append(["c": 0.5, "a/b": Double(step)], step: step * 100, wallTime: 2) }
      let checkpoint = writer.byteCount
      try writer.append(["lost": 1], step: 300, wallTime: 2)
      writer = try TensorBoardWriter(folder: part)
      #expect(writer.byteCount > checkpoint)
      try writer.truncate(to: checkpoint)
      for step in 3..<5 { try writer.append(["c": 0.5, "a/b": Double(step)], step: step * 100, wallTime: 2) }
      try writer.synchronize()

      #expect(try Data(contentsOf: writer.file) == Data(contentsOf: whole.file))
      #expect(writer.byteCount == whole.byteCount)
      #expect(throws: InputError.self) { try writer.truncate(to: writer.byteCount + 1) }
    }
  }

  @Test("cut back to nothing, a file starts anew")
  func startAnew() throws {
    try withFolder { folder in
      let writer = try TensorBoardWriter(folder: folder)
      try writer.append(["a": 1], step: 0, wallTime: 2)
      let once = try Data(contentsOf: writer.file)
      try writer.truncate(to: 0)
      try writer.append(["a": 1], step: 0, wallTime: 2)
      #expect(try Data(contentsOf: writer.file) == once)
    }
  }

  @Test("an unwritable folder is an error that names it")
  func unwritable() {
    #expect(throws: InputError.self) {
      try TensorBoardWriter(folder: URL(fileURLWithPath: "/proc/nowhere/metrics"))
    }
  }

  @Test(
    "TensorBoard reads tags, steps, values and wall times",
    .enabled(if: Self.tensorBoardIsInstalled, "Python's tensorboard is not installed"))
  func crossReading() throws {
    try withFolder { folder in
      let writer = try TensorBoardWriter(folder: folder)
      for step in 0..<300 {
        try writer.append(
          ["return/true": Double(step) / 4, "größe": -1e-3], step: step * 1_000_000_007,
          wallTime: 1_700_000_000.25 + Double(step))
      }
      let printed = try Self.python(
        """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        a = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0}); a.Reload()
        e = a.Scalars('return/true')
        print(sorted(a.Tags()['scalars']), len(e), e[299].step, e[299].value, e[299].wall_time)
        print(len(a.Scalars('größe')), round(a.Scalars('größe')[7].value, 9), a.FirstEventTimestamp())
        """, folder.path)
      #expect(
        printed == "['größe', 'return/true'] 300 299000002093 74.75 1700000299.25\n300 -0.001 1700000000.25\n")
    }
  }

  static let tensorBoardIsInstalled =
    (try? python("from tensorboard.backend.event_processing import event_accumulator", "")) != nil

  private static func python(_ program: String, _ argument: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, argument]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw InputError("python3 failed") }
    return String(decoding: printed, as: UTF8.self)
  }
}
