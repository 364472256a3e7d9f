import Compute
import Files
import Foundation
import Recorded
import Testing

@Suite("Tables that pyarrow and polars wrote")
struct PeerTableTests {
  @Test(
    "every compression, page version and encoding of Parquet gives the rows that pyarrow finds",
    arguments: ["none", "snappy", "gzip", "zstd", "lz4", "v2", "pages", "delta"])
  func parquet(_ kind: String) throws {
    let file = try ParquetFile(PeerFiles.file("nested_\(kind).parquet"))
    #expect(try rows(file.read()) == PeerFiles.truth("nested"))
    #expect(file.rowCounts == (kind == "pages" ? [6, 5] : [11]))
    #expect(file.rowCount == 11)
    // One column at a time, too: what the others hold plays no part.
    let all = try file.read()
    for field in all.fields { #expect(try file.read(columns: [field.name]).fields == [field]) }
  }

  @Test(
    "files and streams of Arrow, packed or not, give the rows that pyarrow finds",
    arguments: ["nested_None.arrow", "nested_zstd.arrow", "nested_lz4.arrow", "nested_polars.arrow", "nested.arrows"])
  func arrow(_ name: String) throws {
    let all = try ArrowFile.read(PeerFiles.file(name))
    #expect(try rows(all) == PeerFiles.truth("nested"))
    for field in all.fields {
      #expect(try ArrowFile.read(PeerFiles.file(name), columns: [field.name]).fields == [field], "\(field.name)")
    }
  }

  @Test("numbers of every width keep their value at both ends of their range; dates and times are their numbers")
  func numbers() throws {
    #expect(try rows(ParquetFile(PeerFiles.file("numbers.parquet")).read()) == PeerFiles.truth("numbers"))
    #expect(try rows(ArrowFile.read(PeerFiles.file("numbers.arrow"))) == PeerFiles.truth("numbers_arrow"))
  }

  @Test("texts and lists of every layout of Arrow are the same values; what is not read is passed over")
  func layouts() throws {
    let read = ["small", "large", "view", "cat", "list", "largelist", "pair", "map", "views", "last"]
    for name in ["layouts.arrow", "layouts.arrows"] {
      #expect(try rows(ArrowFile.read(PeerFiles.file(name), columns: read)) == PeerFiles.truth("layouts"), "\(name)")
      let file = try ArrowFile(PeerFiles.file(name))
      #expect(
        file.columnNames == [
          "small", "large", "view", "cat", "money", "list", "largelist", "pair", "uuid", "map", "views", "last",
        ])
    }
    // Batch by batch, as the stream has them.
    var stream = try ArrowFile(PeerFiles.file("layouts.arrows"))
    var counts: [Int] = []
    while let batch = try stream.next(columns: ["last", "view"]) {
      #expect(batch.fields.map(\.name) == ["last", "view"])
      counts.append(batch.rowCount)
    }
    #expect(counts == [2, 4])
  }

  @Test("a dictionary that grows by a delta keeps its former entries")
  func deltas() throws {
    #expect(
      try rows(ArrowFile.read(PeerFiles.file("delta.arrows")))
        == [#"{"cat":"b"}"#, #"{"cat":null}"#, #"{"cat":"a"}"#, #"{"cat":"c"}"#, #"{"cat":"b"}"#])
  }

  private static let parquetRemedy =
    "convert it: python3 -c \"import pandas; pandas.read_parquet('in.parquet')"
    + ".to_json('out.jsonl', orient='records', lines=True)\""
  private static let arrowRemedy = parquetRemedy.replacing("read_parquet", with: "read_feather").replacing(
    "in.parquet", with: "in.arrow")

  @Test(
    "what is not read of Parquet is refused by name, and only where it is asked for",
    arguments: [
      ("refused", "decimal", ", column 'decimal': decimals are not read"),
      ("refused", "binary", ": column 'binary' holds binary data, not texts"),
      ("refused", "fixed", ", column 'fixed': values of a fixed number of bytes are not read"),
      ("refused", "lists", ": column 'lists' has lists in lists, which are not read"),
      ("int96", "t", ", column 't': timestamps of 96 bits are not read"),
      ("split", "x", ", column 'x': the encoding BYTE_STREAM_SPLIT is not read"),
      ("prefix", "x", ", column 'x': the encoding DELTA_BYTE_ARRAY is not read"),
      ("brotli", "x", ", column 'x': the compression Brotli is not read"),
    ])
  func refusedParquet(_ name: String, _ column: String, _ words: String) throws {
    let file = try ParquetFile(PeerFiles.file("\(name).parquet"))
    #expect(
      complaint { try file.read(columns: [column]) } == "\(name).parquet\(words); \(Self.parquetRemedy)")
    if file.columnNames.contains("fine") { #expect(try rows(file.read(columns: ["fine"])) == [#"{"fine":1}"#]) }
  }

  @Test(
    "what is not read of Arrow is refused by name",
    arguments: [
      ("refused", "interval", ", column 'interval': intervals are not read"),
      ("refused", "binary", ", column 'binary': binary data, not texts"),
      ("layouts", "money", ", column 'money': decimals are not read"),
      ("layouts", "uuid", ", column 'uuid': values of a fixed number of bytes are not read"),
      ("union", "union", ", column 'union': unions are not read"),
      ("runs", "runs", ", column 'runs': run-end encoded columns are not read"),
      ("listview", "listview", ", column 'listview': list views are not read"),
    ])
  func refusedArrow(_ name: String, _ column: String, _ words: String) throws {
    #expect(
      complaint { try ArrowFile.read(PeerFiles.file("\(name).arrow"), columns: [column]) }
        == "\(name).arrow\(words); \(Self.arrowRemedy)")
    if name == "refused" {
      #expect(try rows(ArrowFile.read(PeerFiles.file("refused.arrow"), columns: ["fine"])) == [#"{"fine":1}"#])
    }
  }
}
