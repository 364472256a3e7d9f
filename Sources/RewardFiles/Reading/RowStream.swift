import Compute
import Files
import Foundation

/// A row ready to be decoded, and where it comes from.
struct PairRow {
  /// Its bytes in the batch.
  var range: Range<Int>
  /// The line of its record.
  var line: UInt32
  /// Where its record begins in the file, and how many bytes it has.
  var start: Int
  var size: Int
  /// Which of its record's pairs it is.
  var part: UInt16
  /// Why its record gives no pair.
  var fault: String?
}

/// Some consecutive rows.
struct PairBatch {
  var bytes: [UInt8] = []
  var rows: [PairRow] = []
}

/// The rows of a file as rows of plain pairs, a few megabytes at a time: cuts records, recognises their shape, and
/// rewrites those that are not pairs.
///
/// The rows do not depend on the number of threads. Memory is that of a batch; of shapes with a row for each reply, also
/// the replies that wait for another to the same prompt.
struct RowStream {
  let file: URL
  let format: PairFormat
  /// The columns of a table; nil if rows are JSON of pairs already, or were rewritten to that.
  private(set) var header: TableHeader?
  private let tableHeader: TableHeader?
  private var reader: RecordReader
  private var pending: RecordBatch?
  private var joiner = ReplyJoiner()
  /// Replies with a verdict each that were met so far.
  var verdicts: VerdictTable { joiner.verdicts }
  private var number = 0
  private var hasEnded = false

  static let chunksPerBatch = 16
  private static let parsedRows = 40

  /// Opens a file and looks at its first rows.
  ///
  /// - Parameter recognises: whether rows of other shapes than plain pairs are looked for, where no format is named.
  init(_ file: URL, options: ReadingOptions, recognises: Bool) throws {
    self.file = file
    reader = try RecordReader(file, options: options)
    pending = try reader.next()
    var tableHeader: TableHeader?
    if reader.format == .csv, let first = pending {
      tableHeader = try TableHeader(first, file: file.path)
      pending!.records.removeFirst()
    }
    self.tableHeader = tableHeader
    let isNamed = [.chosen, .rejected].allSatisfy { options.columns[$0] != nil }
    if let named = options.format {
      format = named
    } else if let first = pending, recognises, !isNamed {
      format = Self.recognised(first, tableHeader)
    } else {
      format = .pairs
    }
    header = format.rewrite == nil ? tableHeader : nil
    let isUnknown = format == .pairs || format.name == "lists"
    let isMapped = [.chosen, .rejected].contains { options.columns[$0] != nil }
    if isUnknown, !isMapped, options.format == nil, tableHeader == nil, let first = pending, first.records.count == 1,
      // A damaged row is met again, with its place, when the rows are read.
      let fields = try? RowTree.fields(first.bytes, first.records[0].range, nil),
      let problem = WholeObject.problem(fields, file: file.path)
    {
      throw problem
    }
  }

  /// The next rows; nil at the end.
  mutating func next() throws -> PairBatch? {
    while !hasEnded {
      var batch = pending
      pending = nil
      if batch == nil { batch = try reader.next() }
      guard let records = batch else {
        hasEnded = true
        let rest = joiner.rest()
        return rest.rows.isEmpty ? nil : rest
      }
      guard let rewrite = format.rewrite else {
        return PairBatch(
          bytes: records.bytes,
          rows: records.records.map {
            PairRow(
              range: $0.range, line: $0.line, start: records.start + $0.range.lowerBound, size: $0.range.count, part: 0)
          })
      }
      let rows = self.rewrite(records, rewrite)
      if !rows.rows.isEmpty { return rows }
    }
    return nil
  }

  private mutating func rewrite(_ batch: RecordBatch, _ rewrite: @escaping PairFormat.Rewrite) -> PairBatch {
    let count = batch.records.count
    let chunks = min(Self.chunksPerBatch, max(1, count))
    let (first, header) = (number, tableHeader)
    number += count
    let pieces = ThreadPool.shared.map(chunks) { chunk in
      ((chunk * count / chunks)..<((chunk + 1) * count / chunks)).map { index -> Result<[PairPiece], RowFault> in
        Result { () throws(RowFault) in
          let pieces = try rewrite(RowTree.fields(batch.bytes, batch.records[index].range, header), first + index)
          guard !pieces.isEmpty else { throw RowFault("no two replies that can be compared") }
          return pieces
        }
      }
    }
    var output = PairBatch()
    for (record, result) in zip(batch.records, pieces.joined()) {
      var row = PairRow(
        range: 0..<0, line: record.line, start: batch.start + record.range.lowerBound, size: record.range.count,
        part: 0)
      switch result {
      case .failure(let fault):
        row.fault = fault.reason
        output.rows.append(row)
      case .success(let pieces):
        for piece in pieces {
          switch piece {
          case .pair(let fields): output.append(fields, at: row)
          case .reply(let reply): joiner.add(reply, at: row, to: &output)
          }
          row.part += 1
        }
      }
    }
    return output
  }

  private static func recognised(_ batch: RecordBatch, _ header: TableHeader?) -> PairFormat {
    let rows = batch.records.prefix(parsedRows).compactMap { record in
      // A damaged row is met again, with its place, when the rows are read.
      try? RowTree.fields(batch.bytes, record.range, header)
    }
    let sample = RowSample(names: Set(header?.columns ?? rows.flatMap(\.keys)), rows: rows)
    return PairFormat.all.first { $0.recognises(sample) } ?? .pairs
  }

  /// The names of the fields of rows, in the order in which they appear.
  ///
  /// - Parameter rows: how many rows are looked at; all unless said.
  static func columns(_ batch: PairBatch, known: inout Set<String>, rows: Int = .max) -> [String] {
    var names: [String] = []
    for row in batch.rows.prefix(rows) where row.fault == nil {
      var scanner = JSONScanner(batch.bytes, in: row.range)
      // A damaged row is met again, with its place, when the rows are read.
      guard (try? scanner.checkUTF8()) != nil, scanner.consume(0x7B) else { continue }
      var first = true
      var key: [UInt8] = []
      while (try? scanner.more(&first, until: 0x7D)) == true {
        key.removeAll(keepingCapacity: true)
        scanner.skipSpace()
        guard (try? scanner.string(into: &key)) != nil, (try? scanner.expect(0x3A)) != nil,
          (try? scanner.skip(depth: 1)) != nil, known.count < 1000
        else { break }
        let name = String(decoding: key, as: UTF8.self)
        if known.insert(name).inserted { names.append(name) }
      }
    }
    return names
  }
}

extension PairBatch {
  /// Adds a plain pair.
  mutating func append(_ fields: [String: JSONValue], at row: PairRow) {
    var row = row
    let start = bytes.count
    JSONValue.object(fields).appendRow(to: &bytes)
    row.range = start..<bytes.count
    rows.append(row)
  }
}

/// A row as a tree.
enum RowTree {
  /// The fields of a row of JSON, or of a table; empty cells of a table are left out.
  ///
  /// - Parameter unfolding: whether a list or object that a cell spells out becomes a value; otherwise it is a text.
  static func fields(
    _ bytes: [UInt8], _ range: Range<Int>, _ header: TableHeader?, unfolding: Bool = true
  ) throws(RowFault) -> [String: JSONValue] {
    guard let header else {
      guard case .object(let fields) = try JSONValue(row: bytes, in: range) else { throw RowFault("not a JSON object") }
      return fields
    }
    guard JSONScanner.isUTF8(bytes[range].span) else { throw RowFault("not valid UTF-8") }
    var cells = TableFields()
    try cells.read(bytes, in: range, separator: header.separator)
    guard cells.fields.count == header.columns.count else {
      throw RowFault("\(cells.fields.count) fields, the header has \(header.columns.count)")
    }
    var fields: [String: JSONValue] = [:]
    for (name, range) in zip(header.columns, cells.fields) where !range.isEmpty {
      fields[name] = cell(Array(cells.bytes[range]), unfolding)
    }
    return fields
  }

  /// A number, a list or object that is spelled out, or a text.
  private static func cell(_ bytes: [UInt8], _ unfolding: Bool) -> JSONValue {
    if let number = number(bytes) { return .number(number) }
    if unfolding, let first = bytes.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
      // What is neither is a text.
      if let value = try? JSONValue(row: bytes) { return value }
      if let python = PythonLiteral.json(bytes), let value = try? JSONValue(row: python) { return value }
    }
    return .string(String(decoding: bytes, as: UTF8.self))
  }

  /// The number that a cell spells. Long runs of digits and those with zeros in front are names, and stay texts.
  private static func number(_ cell: [UInt8]) -> Double? {
    let hasPoint = cell.contains(0x2E)
    guard hasPoint || cell.count <= 15 else { return nil }
    if !hasPoint, cell.count > 1, cell.first == 0x30 { return nil }
    return JSONScanner.parse(cell.span)
  }
}

extension JSONValue {
  /// Appends the value as JSON in one line, keys in order; numbers that JSON lacks as Python spells them.
  func appendRow(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value):
      if let whole = Int(exactly: value), abs(value) <= 0x1p53 {
        output.append(contentsOf: String(whole).utf8)
      } else {
        JSONText.append(number: value, to: &output)
      }
    case .string(let text): JSONText.append(string: text.utf8, to: &output)
    case .array(let items):
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        item.appendRow(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let fields):
      output.append(UInt8(ascii: "{"))
      for (index, name) in fields.keys.sorted().enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        JSONText.append(string: name.utf8, to: &output)
        output.append(UInt8(ascii: ":"))
        (fields[name] ?? .null).appendRow(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}
