import Compute
import Files
import Foundation
import Recorded
import Testing

@Suite("Durable writing of directories")
struct DurableDirectoryTests {
  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("a directory stands there with its files, and replaces one that stood there; nothing else is left")
  func whole() throws {
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent("c")
      let large = Data((0..<300_000).map { UInt8($0 & 0xFF) })
      try DurableFile.writeDirectory([("a", Data("one".utf8)), ("b", large)], to: place.path)
      #expect(try names(place) == ["a", "b"] && names(folder) == ["c"])
      #expect(try WholeFile.read(place.appendingPathComponent("b")) == Array(large))
      // What an interrupted writing left is no obstacle.
      let left = folder.appendingPathComponent(".writing-c")
      try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
      try Data("old".utf8).write(to: left.appendingPathComponent("z"))
      try DurableFile.writeDirectory([("a", Data("two".utf8))], to: place.path)
      #expect(try names(place) == ["a"] && names(folder) == ["c"])
      #expect(try WholeFile.read(place.appendingPathComponent("a")) == Array("two".utf8))
    }
  }

  @Test("what cannot be written leaves what stood there, and nothing half done")
  func failures() throws {
    try withTemporaryFolder { folder in
      let missing = folder.path + "/none/c"
      #expect(
        complaint { try DurableFile.writeDirectory([], to: missing) }
          == "\(folder.path)/none/.writing-c: cannot make the directory (No such file or directory); make the directory "
          + "above it first")
      let place = folder.appendingPathComponent("c")
      try DurableFile.writeDirectory([("a", Data("one".utf8))], to: place.path)
      #expect(
        complaint { try DurableFile.writeDirectory([("a", Data()), ("x/y", Data())], to: place.path) }.contains(
          "cannot write here (No such file or directory)"))
      #expect(try names(folder) == ["c"] && names(place) == ["a"])
      // A directory stands where the file should.
      #expect(
        complaint { try DurableFile.write(Data(), to: place.path) }
          == "\(place.path): this is a directory, not a file; choose another name")
      #expect(try names(folder) == ["c"])
      try DurableFile.remove(place.path)
      try DurableFile.remove(place.path)
      #expect(try names(folder) == [])
    }
  }

  @Test("files that cannot be read say why")
  func reading() throws {
    try withTemporaryFolder { folder in
      #expect(
        complaint { try WholeFile.read(folder.appendingPathComponent("none")) }
          == "\(folder.path)/none: cannot read the file: there is no such file; check the path")
    }
  }

  @Test("a device is written to and stays one, a link keeps leading where it led")
  func devicesAndLinks() throws {
    try withTemporaryFolder { folder in
      #expect(
        complaint { try DurableFile.write(Data("x".utf8), to: "/dev/full") }.hasPrefix(
          "/dev/full: writing failed (No space left on device)"))
      try DurableFile.write(Data("x".utf8), to: "/dev/null")
      var status = stat()
      #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)

      let files = FileManager.default
      for (target, link) in [("a", "link"), ("missing", "dangling")] {
        if target == "a" { try Data("old".utf8).write(to: folder.appendingPathComponent("a")) }
        try files.createSymbolicLink(atPath: folder.path + "/" + link, withDestinationPath: target)
        try DurableFile.write(Data("new".utf8), to: folder.path + "/" + link)
        #expect(try files.destinationOfSymbolicLink(atPath: folder.path + "/" + link) == target)
        #expect(try WholeFile.read(folder.appendingPathComponent(target)) == Array("new".utf8))
      }
      try files.createSymbolicLink(atPath: folder.path + "/loop", withDestinationPath: "loop")
      #expect(!complaint { try DurableFile.write(Data(), to: folder.path + "/loop") }.isEmpty)
    }
  }

  @Test("a directory is no file to read, and a pipe is read to its end")
  func specialFiles() throws {
    try withTemporaryFolder { folder in
      #expect(
        complaint { try WholeFile.read(folder) }
          == "\(folder.path): cannot read the file: this is a directory; name a file")
      let pipe = folder.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let long = [UInt8](repeating: 7, count: 200_000)
      Thread.detachNewThread { try? Data(long).write(to: URL(fileURLWithPath: pipe)) }
      let read = try WholeFile.read(URL(fileURLWithPath: pipe))
      #expect(read == long)
    }
  }
}
