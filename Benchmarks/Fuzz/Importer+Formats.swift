import Files
import Foundation

extension Importer {
  /// The readers of the room of files that no importer above stands in front of.
  static func formats() throws -> [Importer] {
    let table = Corpus.pairs
    let json = Array(table.jsonRow(0).utf8)
    let text = Array((0..<table.rowCount).map { table.jsonRow($0) + "\n" }.joined().utf8)
    return [
      Importer(
        name: "json", corpus: [json, Array("[1, -2.5e3, [[]], {\"a\": null}, true]".utf8)], words: jsonWords,
        read: { bytes in
          let value = try JSONValue(parsing: bytes, place: "fuzz")
          try expect(JSONValue(parsing: Array(CanonicalJSON.encode(value).utf8), place: "again") == value)
        }),
      Importer(
        name: "table", corpus: [Array("a,b\n1,\"x\ny\"\n2,\"\"\"\"\n".utf8)],
        words: ["\"", "\"\"", "\r\n", "\n", ",", "\u{FEFF}"],
        read: { bytes in
          let table = try CSVTable(bytes, place: "fuzz")
          try expect(CSVTable(Array(table.data), place: "again").rows == table.rows)
        }),
      Importer(
        name: "packed", corpus: [AuditSeeds.gzip(text), AuditSeeds.zstd(text), AuditSeeds.xz(text)], words: [],
        read: { bytes in
          let file = URL(fileURLWithPath: "\(NSTemporaryDirectory())/pactolus-fuzz-\(getpid()).packed")
          defer { unlink(file.path) }
          try Data(bytes).write(to: file)
          let stream = try UnpackingStream(file, limit: limit)
          var block = [UInt8](repeating: 0, count: 1 << 16)
          while try stream.read(into: &block) > 0 {}
        }),
      Importer(
        name: "parquet", corpus: [try ParquetWriter.data(table), try ParquetWriter.data(Corpus.numbers)],
        words: ["PAR1"],
        read: { bytes in
          let read = try ParquetFile(RandomAccessFile(bytes, place: "fuzz"), limit: limit).read()
          guard read.rowCount < 5000 else { return }
          let again = try ParquetFile(RandomAccessFile(ParquetWriter.data(read), place: "again"), limit: 8 * limit)
            .read()
          try expect((0..<read.rowCount).allSatisfy { read.jsonRow($0) == again.jsonRow($0) })
        }),
      Importer(
        name: "arrow", corpus: [ArrowWriter.data(table), Array(ArrowWriter.data(Corpus.numbers)[8...])],
        words: ["ARROW1"],
        read: { bytes in
          let read = try ArrowFile.read(RandomAccessFile(bytes, place: "fuzz"), limit: limit)
          guard read.rowCount < 5000 else { return }
          let again = try ArrowFile.read(RandomAccessFile(ArrowWriter.data(read), place: "again"), limit: 8 * limit)
          try expect((0..<read.rowCount).allSatisfy { read.jsonRow($0) == again.jsonRow($0) })
        }),
    ]
  }
}

extension Corpus {
  /// Two preference pairs, the second with a conversation that is missing.
  static let pairs = ColumnTable([
    .init("chosen", .init(.texts(TextValues(["a cat", "ü\n\"🙂\""])))),
    .init("rejected", .init(.texts(TextValues(["a dog", ""])))),
    .init("score_chosen", .init(.floats([1.5, 0]), isValid: [true, false])),
    .init(
      "prompt",
      .init(
        .list(
          offsets: [0, 2, 2],
          elements: .init(
            .structures(
              [
                .init("role", .init(.texts(TextValues(["user", "assistant"])))),
                .init("content", .init(.texts(TextValues(["Hi", ""])), isValid: [true, false])),
              ], count: 2))), isValid: [true, false])),
  ])

  /// Columns without lists.
  static let numbers = ColumnTable([
    .init("n", .init(.integers([1, -1, 0]), isValid: [true, true, false])),
    .init("x", .init(.floats([0.5, 1e300, -0.0]))),
    .init("b", .init(.bools([true, false, true]))),
  ])
}
