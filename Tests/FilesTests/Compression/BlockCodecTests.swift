import Files
import Foundation
import Testing

@Suite("Unpacking")
struct BlockCodecTests {
  @Test(
    "files packed by the usual commands are read as if they were plain, also several members one after another",
    arguments: ["gzip", "zstd", "xz"])
  func commands(_ command: String) throws {
    try withTemporaryFolder { folder in
      let text = (0..<20_000).map { #"{"row": \#($0)}"# }.joined(separator: "\n") + "\n"
      let plain = folder.appendingPathComponent("rows.jsonl")
      try text.write(to: plain, atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        "-c",
        "\(command) -q -c \(plain.path) > \(plain.path).1 && cat \(plain.path).1 \(plain.path).1 > \(plain.path).2",
      ]
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { return }  // the command is not installed
      for (members, name) in [(1, "1"), (2, "2")] {
        #expect(
          try unpack(folder.appendingPathComponent("rows.jsonl.\(name)")) == String(repeating: text, count: members))
      }
      let whole = try Data(contentsOf: folder.appendingPathComponent("rows.jsonl.1"))
      let cut = folder.appendingPathComponent("cut")
      try whole.prefix(whole.count / 2).write(to: cut)
      expectInputError("too early") { try unpack(cut) }
      expectInputError("unpacks to more than 1000 bytes") {
        try unpack(folder.appendingPathComponent("rows.jsonl.1"), limit: 1000)
      }
    }
  }

  private func unpack(_ file: URL, limit: Int = 1 << 24) throws -> String {
    let stream = try UnpackingStream(file, limit: limit)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1000)
    while true {
      let count = try stream.read(into: &block)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}
