import Compute
import Files
import Foundation
import Testing

@Suite("Parquet")
struct ParquetTests {
  @Test("every kind of column is written and read back, with what is missing at each level")
  func roundTrip() throws {
    let bytes = try ParquetWriter.data(smallTable())
    let file = try ParquetFile(RandomAccessFile(bytes, place: "small"))
    #expect(file.columnNames == ["id", "score", "flag", "text", "prompt", "about"])
    #expect(file.rowCounts == [4])
    #expect(try rows(file.read()) == smallRows)
    #expect(try ParquetWriter.data(smallTable()) == bytes)
  }

  @Test("columns are read in the order asked for; an unknown one is named with its neighbours")
  func selection() throws {
    let file = try ParquetFile(RandomAccessFile(ParquetWriter.data(smallTable()), place: "small"))
    #expect(try file.read(columns: ["text", "id"]).fields.map(\.name) == ["text", "id"])
    expectInputError("did you mean score?") { try file.read(columns: ["scores"]) }
  }

  @Test("a table without rows, and one of which a list holds numbers, survive")
  func edges() throws {
    let empty = ColumnTable([.init("x", .init(.floats([])))])
    #expect(try ParquetFile(RandomAccessFile(ParquetWriter.data(empty), place: "e")).read() == empty)
    let numbers = ColumnTable([
      .init(
        "n", .init(.list(offsets: [0, 0, 3], elements: .init(.integers([1, 2, 0]), isValid: [true, true, false]))))
    ])
    #expect(
      try rows(ParquetFile(RandomAccessFile(ParquetWriter.data(numbers), place: "n")).read())
        == [#"{"n":[]}"#, #"{"n":[1,2,null]}"#])
  }

  @Test("the file is the published bytes: footer length, magic, one plain page")
  func layout() throws {
    let bytes = try ParquetWriter.data(ColumnTable([.init("x", .init(.integers([1, 2])))]))
    #expect(bytes.starts(with: Array("PAR1".utf8)) && bytes.suffix(4) == Array("PAR1".utf8)[...])
    // Thrift, by hand: page type 0, 16 bytes twice, data page header of 2 values, PLAIN, levels RLE.
    #expect(Array(bytes[4..<21]) == [0x15, 0, 0x15, 0x20, 0x15, 0x20, 0x2C, 0x15, 4, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0])
    #expect(Array(bytes[21..<37]) == [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test("damaged files are refused, never trusted")
  func mutations() throws {
    let valid = try ParquetWriter.data(smallTable())
    let random = RandomSource(seed: 21)
    var refused = 0
    for trial in 0..<6000 {
      let bytes = mutate(valid, random: random, trial: trial)
      do {
        let file = try ParquetFile(RandomAccessFile(bytes, place: "damaged"), limit: 1 << 24)
        _ = try rows(file.read())
      } catch is InputError { refused += 1 }
    }
    #expect(refused > 3000)
  }

  @Test(
    "pyarrow and polars read what we write, and we read what they write, whatever the compression and the pages",
    .enabled(if: Python.has("pyarrow") && Python.has("polars"), "pyarrow or polars is not installed"))
  func peers() throws {
    try withTemporaryFolder { folder in
      try Peers.make(in: folder)
      let truth = try String(contentsOf: folder.appendingPathComponent("truth.jsonl"), encoding: .utf8)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".parquet") }
      #expect(files.count >= 13)
      for name in files.sorted() {
        let table = try ParquetFile(folder.appendingPathComponent(name)).read()
        #expect(rows(table).joined(separator: "\n") + "\n" == truth, "\(name)")
      }
      let ours = folder.appendingPathComponent("ours")
      try ParquetWriter.write(ParquetFile(folder.appendingPathComponent("pa_snappy.parquet")).read(), to: ours)
      #expect(try Peers.reads(ours, as: "parquet", in: folder) == "pyarrow True polars True\n")
    }
  }
}
