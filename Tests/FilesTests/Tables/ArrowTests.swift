import Compute
import Files
import Foundation
import Testing

@Suite("Arrow IPC")
struct ArrowTests {
  @Test("every kind of column is written and read back, with what is missing at each level")
  func roundTrip() throws {
    let bytes = ArrowWriter.data(smallTable())
    let read = try ArrowFile.read(RandomAccessFile(bytes, place: "small"))
    #expect(rows(read) == smallRows)
    #expect(ArrowWriter.data(smallTable()) == bytes)
  }

  @Test("the messages between magic and footer are a stream of their own")
  func stream() throws {
    let bytes = ArrowWriter.data(smallTable())
    let table = try ArrowFile.read(RandomAccessFile(Array(bytes[8...]), place: "stream"), columns: ["text", "id"])
    #expect(table.fields.map(\.name) == ["text", "id"])
    #expect(table.rowCount == 4)
  }

  @Test("damaged files are refused, never trusted")
  func mutations() throws {
    let valid = ArrowWriter.data(smallTable())
    let random = RandomSource(seed: 22)
    var refused = 0
    for trial in 0..<6000 {
      let bytes = mutate(valid, random: random, trial: trial)
      do {
        _ = try rows(ArrowFile.read(RandomAccessFile(bytes, place: "damaged"), limit: 1 << 24))
      } catch is InputError { refused += 1 }
    }
    #expect(refused > 1500)
  }

  @Test(
    "pyarrow and polars read what we write, and we read what they write, in files and streams, packed or not",
    .enabled(if: Python.has("pyarrow") && Python.has("polars"), "pyarrow or polars is not installed"))
  func peers() throws {
    try withTemporaryFolder { folder in
      try Peers.make(in: folder)
      let truth = try String(contentsOf: folder.appendingPathComponent("truth.jsonl"), encoding: .utf8)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".arrow") }
      #expect(files.count >= 9)
      for name in files.sorted() {
        let table = try ArrowFile.read(folder.appendingPathComponent(name))
        #expect(rows(table).joined(separator: "\n") + "\n" == truth, "\(name)")
      }
      let ours = folder.appendingPathComponent("ours")
      try ArrowWriter.write(ArrowFile.read(folder.appendingPathComponent("pl.arrow")), to: ours)
      #expect(try Peers.reads(ours, as: "arrow", in: folder) == "pyarrow True polars True\n")
    }
  }
}

@Suite("Tables of columns")
struct ColumnTableTests {
  @Test("row groups one after another are one table, lists that do not use all their elements included")
  func appending() throws {
    do {
      let elements = ColumnTable.Column(.integers([9, 1, 2, 8]))
      let part = ColumnTable([.init("n", .init(.list(offsets: [1, 2, 3], elements: elements)))])
      let stream = ArrowWriter.data(part)
      // Two batches: the second is the first's message again, before the end of the stream.
      let start = try #require(stream.indices.dropFirst(9).first { stream[$0...].starts(with: [255, 255, 255, 255]) })
      let end = try #require(
        stream.indices.dropFirst(start + 1).first { stream[$0...].starts(with: [255, 255, 255, 255, 0, 0, 0, 0]) })
      let doubled = Array(stream[8..<start] + stream[start..<end] + stream[start..<end])
      #expect(
        try rows(ArrowFile.read(RandomAccessFile(doubled, place: "two")))
          == [#"{"n":[1]}"#, #"{"n":[2]}"#, #"{"n":[1]}"#, #"{"n":[2]}"#])
    }
  }
}
