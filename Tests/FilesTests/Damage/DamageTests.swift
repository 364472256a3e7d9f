import Compute
import Files
import Foundation
import Recorded
import Testing

/// A second net under the tests with right values: whatever a reader says of damaged files stays as it was recorded.
@Suite("Damaged files, byte for byte")
struct DamageTests {
  private func check(
    _ name: String, _ bytes: [UInt8], step: Int = 1, cuts: Bool = false, _ read: ([UInt8]) throws -> String
  ) throws {
    let table = try Damage.table(bytes, step: step, cuts: cuts, read)
    #expect(!table.contains("no InputError"))
    try Recorded.check(table, as: name.replacing(".", with: "-"))
  }

  private static func described(_ contents: (arrays: [String: TypedArray], other: [String: String])) -> String {
    contents.arrays.sorted { $0.key < $1.key }.map {
      "\($0.key) \($0.value.element) \($0.value.shape) \($0.value.bytes)"
    }
    .joined(separator: "\n") + contents.other.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined()
  }

  @Test("HDF5", arguments: ["one.h5", "onechunk.h5"])
  func hdf5(_ name: String) throws {
    try check(name, PeerFiles.bytes(name)) { Self.described(try contents($0)) }
  }

  @Test(
    "HDF5 with every kind of data set, and those that are refused", arguments: ["kinds.h5", "chunks.h5", "refused.h5"])
  func manyObjects(_ name: String) throws {
    try check(name, PeerFiles.bytes(name), step: 13) { Self.described(try contents($0)) }
  }

  @Test(
    "Parquet",
    arguments: [
      ("nested_none.parquet", 3), ("nested_v2.parquet", 3), ("nested_pages.parquet", 11), ("nested_delta.parquet", 3),
      ("nested_lz4.parquet", 3), ("nested_gzip.parquet", 5), ("numbers.parquet", 1), ("refused.parquet", 2),
    ])
  func parquet(_ name: String, step: Int) throws {
    try check(name, PeerFiles.bytes(name), step: step) { bytes in
      let file = try ParquetFile(RandomAccessFile(bytes, place: "p"), limit: 1 << 20)
      // Column by column, so that one that is damaged or not read does not hide the others.
      return file.columnNames.map { name in
        do { return try rows(file.read(columns: [name])).joined() } catch { return "\(error)" }
      }.joined(separator: "\n") + "\(file.rowCounts)"
    }
  }

  @Test(
    "Arrow",
    arguments: [
      ("nested_None.arrow", 5), ("nested_zstd.arrow", 7), ("nested_lz4.arrow", 7), ("numbers.arrow", 3),
      ("layouts.arrow", 5), ("nested.arrows", 5), ("delta.arrows", 1), ("refused.arrow", 2),
    ])
  func arrow(_ name: String, step: Int) throws {
    try check(name, PeerFiles.bytes(name), step: step) { bytes in
      let names = try ArrowFile(RandomAccessFile(bytes, place: "a"), limit: 1 << 20).columnNames
      return names.map { name in
        do {
          return try rows(ArrowFile.read(RandomAccessFile(bytes, place: "a"), columns: [name], limit: 1 << 20)).joined()
        } catch { return "\(error)" }
      }.joined(separator: "\n")
    }
  }

  @Test("streams of Arrow and tables of commas that are cut at each length")
  func cuts() throws {
    try check("delta-cut", PeerFiles.bytes("delta.arrows"), step: 1000, cuts: true) {
      try rows(ArrowFile.read(RandomAccessFile($0, place: "a"), limit: 1 << 20)).joined()
    }
    let table = "a,\"b \"\"c\"\"\",d\r\n1,\"x\ny\",\n\n\"\",é,\"\"\n3,4,5"
    try check("commas", Array(table.utf8), cuts: true) { bytes in
      let table = try CSVTable(bytes, place: "t")
      return "\(table.header) \(table.rows) \(table.lines)"
    }
  }

  @Test("NumPy arrays and archives, safetensors")
  func arrays() throws {
    let array = TypedArray([1.5, -2, 3, 4, 5, 6] as [Float], shape: [3, 2])
    try check("npy", Array(NumPyFile.data(array)), cuts: true) {
      let read = try NumPyFile.read($0, place: "n")
      return "\(read.element) \(read.shape) \(read.bytes)"
    }
    let archive = NumPyArchive([("é", array), ("b", TypedArray([1, 2] as [Int], shape: [2]))])
    for compressed in [false, true] {
      try check(compressed ? "npz-deflated" : "npz", Array(archive.data(compressed: compressed)), cuts: true) {
        let read = try NumPyArchive($0)
        return read.arrays.map { "\($0.name) \($0.array.element) \($0.array.shape) \($0.array.bytes)" }.joined()
      }
    }
    let tensors = SafetensorsFile(
      tensors: [.init("a/b", array), .init("n", TypedArray([7] as [Int], shape: []))], metadata: ["k": "v\n"])
    try check("safetensors", Array(tensors.data()), cuts: true) {
      let read = try SafetensorsFile($0)
      return read.tensors.map { "\($0.name) \($0.array.element) \($0.array.shape) \($0.array.bytes)" }.joined()
        + "\(read.metadata.sorted { $0.key < $1.key })"
    }
  }

  @Test("JSON and lines of it")
  func json() throws {
    let text = #"{"a": [1, -2.5e-3, true, null, {"é\n": "\u00e9\ud83d\ude42🙂"}], "b": false, "c": [], "d": {}}"#
    try check("json", Array(text.utf8), cuts: true) {
      try "\(CanonicalJSON.encode(JSONValue(parsing: $0, place: "j")))"
    }
    struct Row: Codable {
      var a: Int
      var b: [Double]?
      var c: String
    }
    let lines =
      "{\"a\": 1, \"c\": \"x\"}\n\n \t\r\n{\"a\": 2, \"b\": [0.5, 1], \"c\": \"é\"}\r\n{\"a\": 3, \"b\": null, \"c\": \"\"}"
    try check("lines", Array(lines.utf8), cuts: true) { bytes in
      let rows = try LinesOfJSON.decode(bytes, place: "l", as: Row.self) { row, place in
        "\(place) \(row.a) \(row.b ?? []) \(row.c)"
      }
      return rows.joined(separator: "\n")
    }
  }

  @Test("a limit on what unfolds stops both readers one byte below what they need")
  func limits() throws {
    // pyarrow's files, whatever they need: the least limit that reads is one more than the largest that refuses.
    var least: [String] = []
    for name in ["nested_snappy.parquet", "nested_zstd.arrow", "layouts.arrows", "nested_v2.parquet"] {
      func reads(_ limit: Int) throws -> Bool {
        do {
          if name.hasSuffix("parquet") {
            _ = try ParquetFile(PeerFiles.file(name), limit: limit).read()
          } else {
            let wanted = name == "layouts.arrows" ? ["small", "view", "cat", "pair"] : nil
            _ = try ArrowFile.read(PeerFiles.file(name), columns: wanted, limit: limit)
          }
          return true
        } catch let error as InputError {
          #expect(
            [
              "the columns unfold to more than may be read", "a batch unfolds to more than may be read",
              "a page's values are damaged, or unfold to more than may be read",
            ].contains(error.problem))
          return false
        }
      }
      var (low, high) = (0, 1 << 20)
      while high - low > 1 {
        let middle = (low + high) / 2
        if try reads(middle) { high = middle } else { low = middle }
      }
      least.append("\(name): \(high)")
    }
    try Recorded.check(least.joined(separator: "\n") + "\n", as: "limits")
  }
}
