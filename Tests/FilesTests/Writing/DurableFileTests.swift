import Compute
import Files
import Foundation
import Testing

@Suite("Durable writing")
struct DurableFileTests {
  @Test("a file that is given whole stands there whole, and a failed write leaves the old one")
  func wholeOrNot() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a")
      try WholeFile.write(Data("one".utf8), to: file)
      try WholeFile.write(Data("two".utf8), to: file)
      #expect(try WholeFile.read(file) == Array("two".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
      expectInputError("make the directory above it first") {
        try WholeFile.write(Data(), to: folder.appendingPathComponent("none/a"))
      }
    }
  }
}
