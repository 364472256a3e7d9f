import Compute
import Files
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("The run directory")
struct LockTests {
  @Test("a second holder is refused with the first one's process, until the first lets go")
  func contention() throws {
    try withTemporaryDirectory { directory in
      let layout = RunLayout(directory)
      do {
        let lock = try RunLock(layout)
        let error = #expect(throws: InputError.self) { _ = try RunLock(layout) }
        #expect(error?.problem == "the run is in use by process \(getpid())")
        #expect(error?.place == directory)
        withExtendedLifetime(lock) {}
      }
      _ = try RunLock(layout)
    }
  }

  @Test("a file is written whole, in the place of the old one, with nothing left beside it")
  func durableFile() throws {
    try withTemporaryDirectory { directory in
      try DurableFile.write(Data("one".utf8), to: directory + "/a")
      try DurableFile.write(Data("two".utf8), to: directory + "/a")
      #expect(FileManager.default.contents(atPath: directory + "/a") == Data("two".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a"])
    }
  }

  @Test("a write that fails leaves the old file and nothing else")
  func failedWrite() throws {
    try withTemporaryDirectory { directory in
      try DurableFile.write(Data("one".utf8), to: directory + "/a")
      #expect(throws: InputError.self) {
        try DurableFile.writeDirectory([("x", Data()), ("no/such/place", Data())], to: directory + "/b")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a"])
      #expect(throws: InputError.self) { try DurableFile.write(Data(), to: directory + "/none/a") }
    }
  }

  @Test("a slash at the end of a directory's name changes nothing")
  func trailingSlash() {
    #expect(RunLayout("runs/a//") == RunLayout("runs/a"))
    #expect(RunLayout("/").directory == "/")
  }
}
