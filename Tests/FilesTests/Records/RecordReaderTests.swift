import Files
import Foundation
import Testing

@Suite("Records of files")
struct RecordReaderTests {
  private func records(_ bytes: [UInt8], batchSize: Int = 64) throws -> [(text: String, line: UInt32)] {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("rows")
      try Data(bytes).write(to: file)
      var reader = try RecordReader(file, limit: 1 << 24, maximumRecord: 1 << 16, batchSize: batchSize)
      var found: [(String, UInt32)] = []
      while let batch = try reader.next() {
        found += batch.records.map { (String(decoding: batch.bytes[$0.range], as: UTF8.self), $0.line) }
      }
      return found
    }
  }

  @Test("lines, arrays and tables are cut at their records, with the lines on which those begin")
  func formats() throws {
    let lines = try records(Array("{\"a\":1}\n\n  \r\n{\"a\":2}\r\n{\"a\":3}".utf8))
    #expect(lines.map(\.text) == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#])
    #expect(lines.map(\.line) == [1, 4, 5])
    let array = try records(Array("[{\"a\":\"]\"},\n {\"b\":[1,\n2]},\n3]".utf8))
    #expect(array.map(\.text) == [#"{"a":"]"}"#, "{\"b\":[1,\n2]}", "3"])
    #expect(array.map(\.line) == [1, 2, 4])
    let table = try records(Array("a,b\n1,\"x\ny\"\n\n2,z\n".utf8))
    #expect(table.map(\.text) == ["a,b", "1,\"x\ny\"", "2,z"])
    #expect(table.map(\.line) == [1, 2, 5])
  }

  @Test("rows of Parquet and Arrow files come as lines of JSON")
  func columns() throws {
    #expect(try records(ParquetWriter.data(smallTable())).map(\.text) == smallRows)
    #expect(try records(ArrowWriter.data(smallTable())).map(\.text) == smallRows)
  }

  @Test("a table of commas reads back what it wrote, line breaks and quotes included")
  func table() throws {
    var table = CSVTable(header: ["a", "b"])
    table.rows = [["1", "x,\"y\"\nz"], ["", "\r"], ["é", ""]]
    let read = try CSVTable(Array(table.data), place: "t")
    #expect(read.header == table.header && read.rows == table.rows && read.lines == [2, 4, 5])
    expectInputError("t:2: a quote is not closed") { try CSVTable(Array("a\n\"x\n".utf8), place: "t") }
    expectInputError("t:2: a quote within a field") { try CSVTable(Array("a\nx\"y\"\n".utf8), place: "t") }
    expectInputError("t:2: 1 fields in a table of 2 columns") { try CSVTable(Array("a,b\n1\n".utf8), place: "t") }
  }
}
