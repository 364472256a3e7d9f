import Compute
import Foundation

/// Writes a table as an Arrow IPC file of one record batch, uncompressed: numbers of 64 bits, and texts and lists with
/// offsets of 64 bits. Equal tables are equal bytes.
package enum ArrowWriter {
  /// Writes the file whole or not at all.
  package static func write(_ table: ColumnTable, to url: URL) throws {
    try WholeFile.write(Data(data(table)), to: url)
  }

  /// The file's bytes.
  package static func data(_ table: ColumnTable) -> [UInt8] {
    var file = ArrowFile.magic + [0, 0]
    let schema = schema(table)
    file += message(kind: 1, schema, body: 0)
    var body = Body()
    for field in table.fields { body.add(field.column) }
    let batch = message(
      kind: 3,
      [.int64(Int64(table.rowCount)), .structures(body.nodes, width: 2), .structures(body.buffers, width: 2)],
      body: body.bytes.count)
    let block = [Int64(file.count), Int64(batch.count), Int64(body.bytes.count)]
    file += batch + body.bytes
    // A message of no size ends the stream within the file.
    file += [255, 255, 255, 255, 0, 0, 0, 0]
    let footer = FlatbufferWriter.buffer([
      .int16(4), .table(schema), .structures([], width: 3), .structures(block, width: 3),
    ])
    file += footer
    withUnsafeBytes(of: Int32(footer.count).littleEndian) { file.append(contentsOf: $0) }
    return file + ArrowFile.magic
  }

  private static func message(kind: Int8, _ header: [FlatbufferWriter.Value?], body: Int) -> [UInt8] {
    let metadata = FlatbufferWriter.buffer([.int16(4), .int8(kind), .table(header), .int64(Int64(body))])
    return [255, 255, 255, 255] + withUnsafeBytes(of: Int32(metadata.count).littleEndian) { Array($0) } + metadata
  }

  private static func schema(_ table: ColumnTable) -> [FlatbufferWriter.Value?] {
    [.int16(0), .tables(table.fields.map { field($0.name, $0.column) })]
  }

  private static func field(_ name: String, _ column: ColumnTable.Column) -> [FlatbufferWriter.Value?] {
    let (code, type, children): (Int8, [FlatbufferWriter.Value?], [[FlatbufferWriter.Value?]]) =
      switch column.values {
      case .bools: (6, [], [])
      case .integers: (2, [.int32(64), .bool(true)], [])
      case .floats: (3, [.int16(2)], [])
      case .texts: (20, [], [])
      case .list(_, let elements): (21, [], [field("item", elements)])
      case .structures(let fields, _): (13, [], fields.map { field($0.name, $0.column) })
      }
    return [.text(name), .bool(column.isValid != nil), .int8(code), .table(type), nil, .tables(children)]
  }

  /// A batch's nodes and buffers, and the buffers' bytes, each at a multiple of eight.
  private struct Body {
    var nodes: [Int64] = []
    var buffers: [Int64] = []
    var bytes: [UInt8] = []

    private mutating func append(_ content: [UInt8]) {
      buffers += [Int64(bytes.count), Int64(content.count)]
      bytes += content
      while !bytes.count.isMultiple(of: 8) { bytes.append(0) }
    }

    private mutating func append(_ words: [UInt64]) {
      append(words.map(\.littleEndian).withUnsafeBytes { Array($0) })
    }

    private mutating func append(_ flags: [Bool]) {
      var bits = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
      for (index, flag) in flags.enumerated() where flag { bits[index >> 3] |= 1 << UInt8(index & 7) }
      append(bits)
    }

    mutating func add(_ column: ColumnTable.Column) {
      nodes += [Int64(column.count), Int64(column.isValid?.count { !$0 } ?? 0)]
      if let valid = column.isValid { append(valid) } else { append([] as [UInt8]) }
      switch column.values {
      case .bools(let values): append(values)
      case .integers(let values): append(values.map { UInt64(bitPattern: $0) })
      case .floats(let values): append(values.map(\.bitPattern))
      case .texts(let texts):
        append(texts.offsets.map { UInt64($0) })
        append(texts.bytes)
      case .list(let offsets, let elements):
        append(offsets.map { UInt64($0) })
        add(elements)
      case .structures(let fields, _): for field in fields { add(field.column) }
      }
    }
  }
}
