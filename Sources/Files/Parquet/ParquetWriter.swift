import Compute
import Foundation

/// Writes a table as a Parquet file that every reader reads: one row group, one plain, uncompressed page of version 1
/// for each column. Equal tables are equal bytes.
package enum ParquetWriter {
  /// Writes the file whole or not at all.
  package static func write(_ table: ColumnTable, to url: URL) throws {
    try WholeFile.write(Data(data(table, place: url.path)), to: url)
  }

  /// The file's bytes.
  ///
  /// - Throws: `InputError` for lists in lists, and for a column of more than 2 GiB.
  package static func data(_ table: ColumnTable, place: String = "parquet") throws -> [UInt8] {
    var schema: [SchemaElement] = []
    var leaves: [Leaf] = []
    for field in table.fields {
      let rows = Entries(defined: [Int32](repeating: 0, count: table.rowCount), repeats: nil)
      try add(field.column, name: field.name, path: [], rows, highest: 0, inList: false, &schema, &leaves, place)
    }
    var file = ParquetFile.magic
    var chunks: [(leaf: Leaf, start: Int, size: Int)] = []
    for leaf in leaves {
      let start = file.count
      let page = leaf.page
      guard page.count < Int(Int32.max) else {
        throw InputError("column '\(leaf.path[0])' takes \(page.count) bytes", at: place, remedy: "write fewer rows")
      }
      var header = ThriftWriter()
      header.element { fields in
        fields.i32(1, 0)
        fields.i32(2, page.count)
        fields.i32(3, page.count)
        fields.structure(5) { about in
          about.i32(1, leaf.entries.defined.count)
          about.i32(2, 0)
          about.i32(3, 3)
          about.i32(4, 3)
        }
      }
      file += header.bytes + page
      chunks.append((leaf, start, file.count - start))
    }
    let footer = footer(table, schema, chunks)
    file += footer
    withUnsafeBytes(of: UInt32(footer.count).littleEndian) { file.append(contentsOf: $0) }
    return file + ParquetFile.magic
  }

  /// One element of the footer's schema.
  private struct SchemaElement {
    var name: String
    var repetition: Int
    var physical: ParquetNode.Physical?
    var childCount: Int?
    /// 0: UTF-8 text; 3: list.
    var converted: Int?
  }

  /// The levels of a column's entries; `repeats` is nil above lists.
  private struct Entries {
    var defined: [Int32]
    var repeats: [Int32]?
    /// For each entry the index of its value; nil if there is none.
    var values: [Int?]?

    func index(_ entry: Int) -> Int? { values == nil ? entry : values![entry] }
  }

  private struct Leaf {
    var path: [String]
    var physical: ParquetNode.Physical
    var highest: Int
    var entries: Entries
    var values: [UInt8]

    /// The page's body: levels of repetition, of definition, values.
    var page: [UInt8] {
      var page: [UInt8] = []
      if let repeats = entries.repeats { page += ParquetWriter.levels(repeats, highest: 1) }
      if highest > 0 { page += ParquetWriter.levels(entries.defined, highest: highest) }
      return page + values
    }
  }

  private static func add(
    _ column: ColumnTable.Column, name: String, path: [String], _ parent: Entries, highest: Int, inList: Bool,
    _ schema: inout [SchemaElement], _ leaves: inout [Leaf], _ place: String
  ) throws {
    let path = path + [name]
    let isOptional = column.isValid != nil
    let level = highest + (isOptional ? 1 : 0)
    // An entry whose parent is there rises to this node's level if this node is there too.
    var entries = parent
    entries.values = parent.defined.indices.map { entry in
      guard parent.defined[entry] == Int32(highest), let index = parent.index(entry) else { return nil }
      return column.isValid?[index] ?? true ? index : nil
    }
    for entry in entries.defined.indices where entries.values![entry] != nil { entries.defined[entry] = Int32(level) }
    let there = entries.values!.compactMap(\.self)
    switch column.values {
    case .list(let offsets, let elements):
      guard !inList else { throw InputError("column '\(path[0])' has lists in lists", at: place) }
      schema.append(.init(name: name, repetition: isOptional ? 1 : 0, childCount: 1, converted: 3))
      schema.append(.init(name: "list", repetition: 2, childCount: 1))
      var inside = Entries(defined: [], repeats: [], values: [])
      for entry in entries.defined.indices {
        guard let index = entries.values![entry], offsets[index] < offsets[index + 1] else {
          inside.defined.append(entries.defined[entry])
          inside.repeats!.append(0)
          inside.values!.append(nil)
          continue
        }
        for element in offsets[index]..<offsets[index + 1] {
          inside.defined.append(Int32(level + 1))
          inside.repeats!.append(element == offsets[index] ? 0 : 1)
          inside.values!.append(element)
        }
      }
      try add(
        elements, name: "element", path: path + ["list"], inside, highest: level + 1, inList: true, &schema, &leaves,
        place)
    case .structures(let fields, _):
      guard !fields.isEmpty else { throw InputError("column '\(path[0])' has a structure without fields", at: place) }
      schema.append(.init(name: name, repetition: isOptional ? 1 : 0, childCount: fields.count))
      for field in fields {
        try add(
          field.column, name: field.name, path: path, entries, highest: level, inList: inList, &schema, &leaves, place)
      }
    case .bools(let values):
      var bits = [UInt8](repeating: 0, count: (there.count + 7) / 8)
      for (position, index) in there.enumerated() where values[index] {
        bits[position >> 3] |= 1 << UInt8(position & 7)
      }
      leaf(.boolean, bits, nil)
    case .integers(let values): leaf(.int64, there.flatMap { bytes(UInt64(bitPattern: values[$0])) }, nil)
    case .floats(let values): leaf(.double, there.flatMap { bytes(values[$0].bitPattern) }, nil)
    case .texts(let texts):
      var body: [UInt8] = []
      for index in there {
        let range = texts.offsets[index]..<texts.offsets[index + 1]
        body += bytes(UInt32(truncatingIfNeeded: range.count))
        body += texts.bytes[range]
      }
      leaf(.byteArray, body, 0)
    }
    func leaf(_ physical: ParquetNode.Physical, _ values: [UInt8], _ converted: Int?) {
      schema.append(.init(name: name, repetition: isOptional ? 1 : 0, physical: physical, converted: converted))
      leaves.append(Leaf(path: path, physical: physical, highest: level, entries: entries, values: values))
    }
  }

  private static func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }

  /// Runs of equal levels, preceded by their length.
  private static func levels(_ values: [Int32], highest: Int) -> [UInt8] {
    var body: [UInt8] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end] == values[start] { end += 1 }
      var header = UInt64(end - start) << 1
      while header >= 0x80 {
        body.append(UInt8(header & 0x7F) | 0x80)
        header >>= 7
      }
      body.append(UInt8(header))
      body.append(UInt8(values[start]))
      start = end
    }
    return bytes(UInt32(body.count)) + body
  }

  private static func footer(
    _ table: ColumnTable, _ schema: [SchemaElement], _ chunks: [(leaf: Leaf, start: Int, size: Int)]
  ) -> [UInt8] {
    let root = SchemaElement(name: "schema", repetition: 0, childCount: table.fields.count)
    var writer = ThriftWriter()
    writer.element { file in
      file.i32(1, 1)
      file.structures(2, [root] + schema) { element, node in
        if let physical = node.physical { element.i32(1, physical.rawValue) }
        element.i32(3, node.repetition)
        element.text(4, node.name)
        if let count = node.childCount { element.i32(5, count) }
        if let converted = node.converted { element.i32(6, converted) }
      }
      file.i64(3, table.rowCount)
      file.structures(4, [chunks]) { group, chunks in
        group.structures(1, chunks) { column, chunk in
          column.i64(2, chunk.start)
          column.structure(3) { about in
            about.i32(1, chunk.leaf.physical.rawValue)
            about.integers(2, [0, 3])
            about.texts(3, chunk.leaf.path)
            about.i32(4, 0)
            about.i64(5, chunk.leaf.entries.defined.count)
            about.i64(6, chunk.size)
            about.i64(7, chunk.size)
            about.i64(9, chunk.start)
          }
        }
        group.i64(2, chunks.reduce(0) { $0 + $1.size })
        group.i64(3, table.rowCount)
      }
      file.text(6, "Pactolus")
    }
    return writer.bytes
  }
}
