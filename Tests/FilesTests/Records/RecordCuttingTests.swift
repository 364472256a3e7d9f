import Compute
import Files
import Foundation
import Recorded
import Testing

@Suite("Cutting files into records")
struct RecordCuttingTests {
  private struct Found: Equatable {
    var text: String
    var line: UInt32
    var number: Int
    /// Where it stands in the whole file.
    var place: Int
  }

  private func records(
    _ bytes: [UInt8], batchSize: Int = 8 << 20, maximumRecord: Int = 1 << 20, limit: Int = 1 << 24
  ) throws -> (found: [Found], batches: Int) {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("rows")
      try Data(bytes).write(to: file)
      var reader: RecordReader
      do {
        reader = try RecordReader(file, limit: limit, maximumRecord: maximumRecord, batchSize: batchSize)
        var found: [Found] = []
        var batches = 0
        while let batch = try reader.next() {
          batches += 1
          for record in batch.records {
            found.append(
              Found(
                text: String(decoding: batch.bytes[record.range], as: UTF8.self), line: record.line,
                number: record.number, place: batch.start + record.range.lowerBound))
          }
        }
        #expect(try reader.next() == nil)
        return (found, batches)
      } catch let error as InputError {
        throw InputError(error.problem, at: error.place?.replacing(file.path, with: "rows"), remedy: error.remedy)
      }
    }
  }

  private func said(_ text: String, maximumRecord: Int = 1 << 20) -> String {
    complaint { try records(Array(text.utf8), maximumRecord: maximumRecord).found.map(\.text) }
  }

  /// Rows of some kilobytes together, more than the reader takes at once, with line breaks and marks inside.
  private let rowTexts = (0..<6000).map { "{\"n\": \($0), \"t\": \"],{}\\\\\\\"\($0 % 7)\"}" }

  @Test("files far longer than a batch give every record once, with its line, its number and its place")
  func longFiles() throws {
    for separator in ["\n", "\r\n", " \t\r\n\n"] {
      let text = "\u{FEFF}" + rowTexts.joined(separator: separator)
      for batchSize in [1000, 70_000, 1 << 20] {
        let (found, batches) = try records(Array(text.utf8), batchSize: batchSize)
        #expect(found.map(\.text) == rowTexts)
        #expect(found.map(\.number) == Array(0..<6000))
        let lines = separator.contains("\n\n") ? 2 : 1
        #expect(found.map(\.line) == (0..<6000).map { UInt32(1 + lines * $0) })
        let bytes = Array(text.utf8)
        #expect(found.allSatisfy { bytes[$0.place...].starts(with: Array($0.text.utf8)) })
        #expect(batches > (batchSize == 1000 ? 50 : 0) && batches < 400)
      }
    }
  }

  @Test("an array and a table that are longer than a batch are cut as when they are read at once")
  func longArraysAndTables() throws {
    let array =
      " [\n" + rowTexts.map { "  " + $0.replacing("\"n\"", with: "\n\"n\"") }.joined(separator: " ,\n") + "\n] \n"
    let table = "a,b\n" + (0..<6000).map { "\($0),\"x\n\"\"\($0)\"\r\n" }.joined()
    for (text, count) in [(array, 6000), (table, 6001)] {
      let bytes = Array(text.utf8)
      let whole = try records(bytes).found
      #expect(whole.count == count)
      for batchSize in [1000, 70_001] { #expect(try records(bytes, batchSize: batchSize).found == whole) }
      #expect(
        whole.allSatisfy { found in
          found.line == UInt32(1 + bytes[..<found.place].count { $0 == 0x0A })
            && bytes[found.place...].starts(with: Array(found.text.utf8))
        })
      #expect(whole.map(\.number) == Array(0..<count))
    }
    #expect(try records(Array(array.utf8)).found[2].text == "{\n\"n\": 2, \"t\": \"],{}\\\\\\\"2\"}")
    #expect(try records(Array(table.utf8)).found[2].text == "1,\"x\n\"\"1\"")
  }

  @Test("arrays of rows of every shape, and what is wrong with others, by line")
  func arrays() throws {
    func texts(_ text: String) throws -> [String] { try records(Array(text.utf8)).found.map(\.text) }
    #expect(try texts("[]") == [] && texts(" [ \n ] ") == [])
    #expect(try texts("[1]") == ["1"] && texts("[1,2]") == ["1", "2"] && texts("[ 1 , 2 ]") == ["1 ", "2 "])
    #expect(try texts("[[1,2],[3]]") == ["[1,2]", "[3]"])
    #expect(try texts("[{\"a\":[1,{\"b\":2}]}]") == ["{\"a\":[1,{\"b\":2}]}"])
    #expect(try texts("[\"a,]\",\"b\\\"]\"]") == ["\"a,]\"", "\"b\\\"]\""])
    #expect(try texts("[true,null]") == ["true", "null"])
    let remedy = "in the JSON array"
    #expect(said("[1,]") == "rows:1: expected a row after ',' \(remedy); check the JSON")
    #expect(said("[1\n,\n]") == "rows:3: expected a row after ',' \(remedy); check the JSON")
    #expect(said("[1,\n\n") == "rows:3: expected ']' at the end \(remedy); check the JSON")
    #expect(said("[{\"a\":1}\n {\"b\":2}]") == "rows:2: expected ',' or ']' \(remedy); check the JSON")
    #expect(said("[1] 2") == "rows:1: expected nothing after ']' \(remedy); check the JSON")
    #expect(said("[1]\n]") == "rows:2: expected nothing after ']' \(remedy); check the JSON")
    #expect(said("[{\"a\":1}") == "rows:1: expected ']' at the end \(remedy); check the JSON")
    #expect(said("[") == "rows:1: expected ']' at the end \(remedy); check the JSON")
    #expect(said("[{\"a\":1") == "rows:1: expected the end of a row \(remedy); check the JSON")
    #expect(said("[\n[1,[2]") == "rows:2: expected the end of a row \(remedy); check the JSON")
  }

  @Test("the first byte that is not white space says how records are separated")
  func formats() throws {
    func format(_ text: String) throws -> String {
      try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent("rows")
        try Data(text.utf8).write(to: file)
        return "\(try RecordReader(file, limit: 1 << 20, maximumRecord: 1 << 20).format)"
      }
    }
    #expect(try format("{}") == "lines" && format("\n \t\r{}") == "lines" && format("") == "lines")
    #expect(try format("[") == "array" && format("\u{FEFF} [") == "array")
    #expect(try format("a,b") == "csv" && format("\"a\"") == "csv")
    #expect(try records([]).found == [] && records(Array("\n\n \n".utf8)).found == [])
  }

  @Test("a row may be as long as the limit, and no longer; a file may unpack to its limit")
  func limits() throws {
    let long = "{\"a\": \"" + String(repeating: "x", count: 300_000) + "\"}"
    let bytes = Array(("{}\n" + long + "\n{}").utf8)
    let found = try records(bytes, batchSize: 1000).found
    #expect(found.map(\.text) == ["{}", long, "{}"] && found.map(\.line) == [1, 2, 3])
    #expect(
      complaint { try records(bytes, batchSize: 1000, maximumRecord: 100_000).found.count }
        == "rows:2: a row has more than 100000 bytes; the file is damaged, or not one row a line")
    #expect(try records(bytes, limit: bytes.count).found.count == 3)
    #expect(
      complaint { try records(bytes, limit: bytes.count - 1).found.count }
        == "rows: the file unpacks to more than \(bytes.count - 1) bytes; split it into smaller files")
    #expect(
      said("a,b\n1,\"x\n") == "rows:2: a quoted field is not closed; the file is truncated, or a quote inside a field "
        + "is not doubled")
  }

  @Test("rows of tables of columns come a thousand at a time, over row groups and batches, none twice")
  func columns() throws {
    for count in [0, 1, 1023, 1024, 1025, 5000] {
      let table = ColumnTable([.init("n", .init(.integers((0..<count).map { Int64($0) })))])
      for bytes in try [ParquetWriter.data(table), ArrowWriter.data(table)] {
        let (found, _) = try records(bytes, batchSize: 300)
        #expect(found.map(\.text) == (0..<count).map { "{\"n\":\($0)}" })
        #expect(found.map(\.line) == (0..<count).map { UInt32($0 + 1) } && found.map(\.number) == Array(0..<count))
      }
    }
    #expect(try records(PeerFiles.bytes("nested_pages.parquet")).found.map(\.text) == PeerFiles.truth("nested"))
    #expect(try records(PeerFiles.bytes("nested_None.arrow")).found.map(\.text) == PeerFiles.truth("nested"))
  }
}

@Suite("Tables of commas")
struct CSVTableTests {
  private func read(_ text: String) -> String {
    complaint {
      let table = try CSVTable(Array(text.utf8), place: "t")
      return "\(table.header) \(table.rows) \(table.lines)"
    }.replacing("no error: ", with: "")
  }

  @Test("fields are cut by the letter of RFC 4180, and everything else is refused by line")
  func fields() {
    #expect(read("a,b\n1,2") == #"["a", "b"] [["1", "2"]] [2]"#)
    #expect(read("\u{FEFF}a,b\r\n1,2\r\n") == #"["a", "b"] [["1", "2"]] [2]"#)
    #expect(read("a\n\n1\n") == #"["a"] [[""], ["1"]] [2, 3]"#)
    #expect(read("a,b\n\n1,\n") == #"["a", "b"] [["1", ""]] [3]"#)
    #expect(read("a\n\"x\"\"y\"\n\"\"\n") == #"["a"] [["x\"y"], [""]] [2, 3]"#)
    #expect(read("a,b\n\"p\nq\",\n,\n") == #"["a", "b"] [["p\nq", ""], ["", ""]] [2, 4]"#)
    #expect(read("a,a\n") == "t:1: two columns have the same name")
    #expect(read("") == "t: there is no header")
    #expect(read("a\n\"x\"y\n") == "t:2: a quoted field goes on after its closing quote; quote the whole field")
    #expect(read("a\nx\"y\n") == "t:2: a quote is not closed")
    #expect(read("a\nx\"y\"\n") == "t:2: a quote within a field that is not quoted; quote the whole field")
    #expect(read("a,b\n1,2,3\n") == "t:2: 3 fields in a table of 2 columns")
    #expect(
      complaint { try CSVTable([0x61, 0xFF], place: "t").rows } == "t: the file is not UTF-8 text; save it as UTF-8")
  }

  @Test("columns are found by name, rows by line, and numbered columns counted")
  func columns() throws {
    let table = try CSVTable(Array("x0,x1,y,x3\n1,2,3,4\n\n5,6,7,8\n".utf8), place: "t")
    #expect(try table.column("y") == 2 && table.column("x0") == 0)
    #expect(complaint { try table.column("z") } == "t:1: unknown column 'z'; did you mean y?")
    #expect(table.width("x") == 2 && table.width("y") == 0)
    #expect(table.place(of: 0) == "t:2" && table.place(of: 1) == "t:4" && table.place(of: 9) == "t:11")
    var written = CSVTable(header: ["p0", "p1"])
    #expect(written.width("p") == 2 && written.place(of: 0) == "csv:2")
    written.rows = [["a\"b", "c\rd"], ["e,f", "g\nh"], ["plain", ""]]
    #expect(String(decoding: written.data, as: UTF8.self) == "p0,p1\n\"a\"\"b\",\"c\rd\"\n\"e,f\",\"g\nh\"\nplain,\n")
  }
}

@Suite("Files at any place")
struct RandomAccessFileTests {
  @Test("a file and the same bytes in memory are read alike, to the last byte and no further")
  func reading() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a")
      try Data([1, 2, 3, 4, 5]).write(to: url)
      for file in [try RandomAccessFile(url), RandomAccessFile([1, 2, 3, 4, 5], place: url.path)] {
        #expect(file.size == 5 && file.path == url.path)
        #expect(try file.read(0, 5) == [1, 2, 3, 4, 5] && file.read(5, 0) == [] && file.read(1, 3) == [2, 3, 4])
        for (start, count) in [(0, 6), (5, 1), (6, 0), (-1, 1), (0, -1), (4, 2), (1, .max)] {
          #expect(
            complaint { try file.read(start, count) }
              == "\(url.path): \(count) bytes wanted at byte \(start) of a file of 5; the file is truncated or damaged; "
              + "copy or export it again")
        }
        func fill(_ start: Int, _ count: Int) -> String {
          var bytes = [UInt8](repeating: 0, count: count)
          return complaint {
            try bytes.withUnsafeMutableBytes { try file.read(start, into: $0) }
            return bytes
          }
        }
        let ended =
          "\(url.path): the file ends too early; the file is truncated or has changed; copy or export it again"
        #expect(
          fill(0, 5) == "no error: [1, 2, 3, 4, 5]" && fill(3, 2) == "no error: [4, 5]" && fill(5, 0) == "no error: []")
        #expect(fill(4, 2) == ended && fill(5, 1) == ended)
      }
      #expect(
        complaint { try RandomAccessFile(folder.appendingPathComponent("none")).size }
          == "\(folder.path)/none: cannot read the file: there is no such file; check the path")
    }
  }
}
