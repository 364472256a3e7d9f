import Compute
import Foundation

/// A file in Arrow's IPC format, the kind for files ("Feather version 2") or the kind for streams, read batch by batch.
///
/// ```swift
/// var file = try ArrowFile(url)
/// while let batch = try file.next(columns: ["chosen", "rejected"]) { … }
/// ```
///
/// Read are numbers, Booleans, texts of every layout, lists, structures and dictionaries, plain or packed with zstd or
/// LZ4; dates and times are their numbers. Refused by name are unions, run ends, list views, decimals and big-endian
/// files. In a file, batches are found through its footer; in a stream, one follows the other.
///
/// Every size is checked against the bytes that are there. Format: github.com/apache/arrow, format/Message.fbs and
/// docs/source/format/Columnar.rst.
package struct ArrowFile {
  /// A file (not a stream) begins and ends with these bytes.
  package static let magic = Array("ARROW1".utf8)
  static let convert =
    "convert it: python3 -c \"import pandas; pandas.read_feather('in.arrow')"
    + ".to_json('out.jsonl', orient='records', lines=True)\""
  private static let longestMetadata = 64 << 20

  private let file: RandomAccessFile
  private let limit: Int
  /// Where the next messages of a file begin; in a stream, only where the next one does.
  private var starts: ArraySlice<Int>
  private let isStream: Bool
  private let fields: [ArrowField]
  private var dictionaries: [Int: ColumnTable.Column] = [:]

  /// The columns' names, in the file's order.
  package var columnNames: [String] { fields.map(\.name) }

  /// Opens a file and reads its schema.
  ///
  /// - Parameter limit: The most bytes that one batch may unfold to.
  package init(_ url: URL, limit: Int = 4 << 30) throws { try self.init(RandomAccessFile(url), limit: limit) }

  /// The same for a file that is open, or for bytes in memory.
  package init(_ file: RandomAccessFile, limit: Int = 4 << 30) throws {
    self.file = file
    self.limit = limit
    let first = try file.read(0, min(8, file.size))
    let isFile = first.starts(with: Self.magic)
    guard first.count == 8, isFile || first.starts(with: [255, 255, 255, 255]) else {
      throw InputError("this is neither an Arrow file nor an Arrow stream", at: file.path)
    }
    isStream = !isFile
    let schema: Flatbuffer?
    if isFile {
      let footer = try Self.footer(file)
      schema = try footer.table(1)
      starts = try Self.blocks(footer, 2)[...] + Self.blocks(footer, 3)
    } else {
      var position = 0
      let message = try ArrowMessage(file, &position)
      schema = message?.kind == 1 ? message?.header : nil
      starts = [position]
    }
    guard let schema else {
      throw InputError("the schema is missing", at: file.path, remedy: "copy or export the file again")
    }
    guard try schema.integer(0, Int16.self) == 0 else {
      throw InputError("the file is big-endian", at: file.path, remedy: Self.convert)
    }
    fields = try schema.tables(1).map { try ArrowField($0, place: file.path) }
    var names: Set<String> = []
    for field in fields where !names.insert(field.name).inserted {
      throw InputError("two columns are called '\(field.name)'", at: file.path, remedy: "give each a name of its own")
    }
  }

  private static func footer(_ file: RandomAccessFile) throws -> Flatbuffer {
    let damaged = InputError(
      "the end of the Arrow file is missing or damaged", at: file.path, remedy: "copy or export the file again")
    guard file.size >= 18 else { throw damaged }
    let tail = try file.read(file.size - 10, 10)
    let size = (0..<4).reduce(0) { $0 | Int(tail[$1]) << (8 * $1) }
    guard Array(tail[4...]) == magic, size <= longestMetadata, size <= file.size - 18 else { throw damaged }
    return try Flatbuffer(file.read(file.size - 10 - size, size), place: "\(file.path), footer")
  }

  /// Where the messages begin that a list of blocks in the footer points to.
  private static func blocks(_ footer: Flatbuffer, _ field: Int) throws -> [Int] {
    let numbers = try footer.integers(field, width: 3)
    return stride(from: 0, to: numbers.count, by: 3).map { numbers[$0] }
  }

  /// The next message; nil at the end.
  private mutating func message() throws -> ArrowMessage? {
    guard var position = starts.popFirst() else { return nil }
    let message = try ArrowMessage(file, &position)
    if message != nil, isStream { starts = [position] }
    guard message != nil || isStream else {
      throw InputError("a batch is missing", at: file.path, remedy: "copy or export the file again")
    }
    return message
  }

  /// All rows of some columns (nil: of all).
  package static func read(_ url: URL, columns: [String]? = nil, limit: Int = 4 << 30) throws -> ColumnTable {
    try read(RandomAccessFile(url), columns: columns, limit: limit)
  }

  /// The same for a file that is open, or for bytes in memory.
  package static func read(
    _ file: RandomAccessFile, columns: [String]? = nil, limit: Int = 4 << 30
  ) throws -> ColumnTable {
    var arrow = try ArrowFile(file, limit: limit)
    var table: ColumnTable?
    while let batch = try arrow.next(columns: columns) {
      if table == nil { table = batch } else { try table!.append(contentsOf: batch, place: file.path) }
    }
    return try table ?? ColumnTable(arrow.wanted(columns).map { .init($0.name, .init(.integers([]))) }, rowCount: 0)
  }

  /// The next batch of rows; nil at the end.
  package mutating func next(columns names: [String]? = nil) throws -> ColumnTable? {
    let wanted = try Set(wanted(names).map(\.name))
    while let message = try message() {
      switch message.kind {
      case 2: try readDictionary(message)
      case 3:
        var batch = try ArrowBatch(message.header, message, file: file, limit: limit, dictionaries: dictionaries)
        var columns: [ColumnTable.Field] = []
        for field in fields {
          if wanted.contains(field.name) {
            columns.append(.init(field.name, try batch.column(field)))
          } else {
            try batch.skip(field)
          }
        }
        guard columns.allSatisfy({ $0.column.count == batch.rowCount }) else {
          throw InputError("columns are not equally long", at: file.path, remedy: "copy or export the file again")
        }
        if let names { columns = names.map { name in columns.first { $0.name == name }! } }
        return ColumnTable(columns, rowCount: batch.rowCount)
      case 1: throw InputError("a second schema", at: file.path, remedy: "copy or export the file again")
      default: throw InputError("tensors are not read", at: file.path, remedy: Self.convert)
      }
    }
    return nil
  }

  private mutating func readDictionary(_ message: ArrowMessage) throws {
    let id = try message.header.integer(0, Int64.self)
    func find(_ fields: [ArrowField]) -> ArrowField? {
      for field in fields {
        if field.dictionary == id { return field }
        switch field.kind {
        case .list(_, let element), .fixedList(_, let element): if let found = find([element]) { return found }
        case .structure(let inner): if let found = find(inner) { return found }
        default: continue
        }
      }
      return nil
    }
    guard var field = find(fields), let kind = field.dictionaryKind, let data = try message.header.table(1) else {
      throw InputError("a dictionary that no column needs", at: file.path, remedy: "copy or export the file again")
    }
    field.kind = kind
    field.dictionary = nil
    switch kind {
    case .list, .fixedList, .structure:
      throw InputError("dictionaries of lists are not read", at: file.path, remedy: Self.convert)
    default: break
    }
    var batch = try ArrowBatch(data, message, file: file, limit: limit, dictionaries: [:])
    let entries = try batch.column(field)
    if try message.header.integer(2, UInt8.self) == 1, var known = dictionaries[id] {
      try known.append(contentsOf: entries, place: file.path)
      dictionaries[id] = known
    } else {
      dictionaries[id] = entries
    }
  }

  private func wanted(_ names: [String]?) throws -> [ArrowField] {
    guard let names else { return fields }
    return try names.map { name in
      guard let field = fields.first(where: { $0.name == name }) else {
        throw InputError.unknown("column", name, among: columnNames, at: file.path)
      }
      return field
    }
  }

  fileprivate static func metadataLimit() -> Int { longestMetadata }
}

/// One message: its metadata, and where its body is.
struct ArrowMessage {
  /// 1: schema; 2: dictionary; 3: record batch.
  let kind: Int
  let header: Flatbuffer
  let bodyStart: Int
  let bodySize: Int

  /// Reads the message at `position` and steps behind its body; nil at the end.
  init?(_ file: RandomAccessFile, _ position: inout Int) throws {
    guard position >= 0, position <= file.size - 8 else { return nil }
    let head = try file.read(position, 8)
    func word(_ start: Int) -> Int { (0..<4).reduce(0) { $0 | Int(head[start + $1]) << (8 * $1) } }
    // Before version 0.15 there was only the size.
    let isMarked = word(0) == 0xFFFF_FFFF
    let size = isMarked ? word(4) : word(0)
    if size == 0 { return nil }
    let damaged = InputError(
      "a message is damaged", at: "\(file.path), byte \(position)", remedy: "copy or export the file again")
    let start = position + (isMarked ? 8 : 4)
    guard size <= ArrowFile.metadataLimit(), size <= file.size - start else { throw damaged }
    let table = try Flatbuffer(file.read(start, size), place: "\(file.path), byte \(start)")
    bodyStart = start + size
    bodySize = try table.integer(3, Int64.self)
    kind = try table.integer(1, UInt8.self)
    guard bodySize >= 0, bodySize <= file.size - bodyStart, let header = try table.table(2) else { throw damaged }
    self.header = header
    position = bodyStart + bodySize
  }
}
