import Compute
import Files
import Foundation

/// A rollout file before it is read: how it is kept, and the fields of its first row or of the document.
struct RolloutSource {
  enum Kind {
    /// An archive of evaluation samples.
    case archive(ZipReader)
    /// One JSON object.
    case document([UInt8])
    /// Many rows.
    case rows
  }

  let file: URL
  let kind: Kind
  /// Of the first row that can be read; the document's, without long lists.
  let fields: [String: JSONValue]

  /// How many rows are tried until one can be read.
  private static let triedRows = 200

  /// - Throws: `InputError` for a file that is something else; ``NoRollouts`` for one that has rows of no use.
  init(_ file: URL, options: RolloutOptions) throws {
    self.file = file
    let source = try RandomAccessFile(file)
    guard source.size > 0 else { throw NoRollouts(reason: "the file is empty") }
    let first = try source.read(0, min(source.size, 64))
    if first.starts(with: ZipReader.magic) {
      guard source.size <= options.maximumWholeBytes else { throw Self.tooLarge(file, options) }
      let archive = try ZipReader(
        source.read(0, source.size), file: file.path, limit: options.maximumWholeBytes)
      kind = .archive(archive)
      fields = try Self.head(of: archive, file: file)
      return
    }
    if let unreadable = UnreadableKind.error(first, file: file.path) { throw unreadable }
    if let document = try Self.document(file, options) {
      kind = .document(document.bytes)
      fields = document.fields
      return
    }
    kind = .rows
    fields = try Self.firstRow(file, options)
  }

  private static func tooLarge(_ file: URL, _ options: RolloutOptions) -> InputError {
    InputError(
      "the file has more than \(options.maximumWholeBytes) bytes and must be held whole", at: file.path,
      remedy: "split it, or export its rollouts as JSON lines")
  }

  /// The head of an Inspect log; one that was broken off has only what it began with.
  private static func head(of archive: ZipReader, file: URL) throws -> [String: JSONValue] {
    guard
      let entry = ["header.json", "_journal/start.json"].lazy.compactMap({ name in
        archive.entries.first { $0.name == name }
      }).first
    else {
      throw InputError(
        "the archive is no log of Inspect: it has no header.json", at: file.path,
        remedy: "unpack it, and give the files that are in it")
    }
    let bytes = try archive.unfold(entry)
    do throws(RowFault) {
      return try JSONScanner.fields(bytes, skipping: RolloutFormat.inspect.skipped)
    } catch {
      throw InputError(error.reason, at: "\(file.path), \(entry.name)", remedy: "the log is damaged; copy it again")
    }
  }

  /// The bytes of a file that is one JSON object over several lines, or one that a format of documents knows; nil for
  /// anything else.
  private static func document(
    _ file: URL, _ options: RolloutOptions
  ) throws -> (bytes: [UInt8], fields: [String: JSONValue])? {
    let stream = try UnpackingStream(file, limit: options.maximumFileBytes)
    var bytes: [UInt8] = []
    var isWhole = false
    func read(to size: Int) throws {
      while !isWhole, bytes.count < size {
        let filled = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: min(size - filled, 1 << 16)))
        let count = try stream.read(into: &bytes, from: filled)
        bytes.removeLast(bytes.count - filled - count)
        isWhole = count == 0
      }
    }
    try read(to: 1 << 16)
    var scanner = JSONScanner(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
    scanner.skipSpace()
    let start = scanner.position
    guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { return nil }
    // Rows end with their line: a first line that is a whole value is a row, unless a document stands on one line.
    var line = bytes[start...].firstIndex(of: 0x0A)
    while line == nil, !isWhole, bytes.count < options.maximumRowBytes {
      try read(to: bytes.count * 4)
      line = bytes[start...].firstIndex(of: 0x0A)
    }
    let end = line ?? bytes.count
    let spans = (try? JSONScanner.document(Array(bytes[start..<end]), list: "")) == nil
    if !spans {
      // Any fault is met again when the row is read.
      let fields = (try? JSONScanner.document(Array(bytes[start..<end]), list: "").head) ?? [:]
      guard let format = RolloutFormat.all.first(where: { $0.list != nil && $0.recognizes(fields) }) else { return nil }
      try read(to: options.maximumWholeBytes + 1)
      return (bytes, fields.filter { $0.key != format.list })
    }
    // A row that is damaged, or a document over several lines: the second line tells, for rows begin with a brace.
    if let line, let next = bytes[(line + 1)...].first(where: { ![0x20, 0x09, 0x0D, 0x0A].contains($0) }),
      next == UInt8(ascii: "{")
    {
      return nil
    }
    try read(to: options.maximumWholeBytes + 1)
    guard bytes.count <= options.maximumWholeBytes else { throw tooLarge(file, options) }
    do throws(RowFault) {
      for format in RolloutFormat.all {
        guard let list = format.list else { continue }
        let fields = try JSONScanner.document(bytes, list: list, skipping: format.skipped)
        var head = fields.head
        if fields.elements != nil { head[list] = .array([]) }
        if format.recognizes(head) { return (bytes, head) }
      }
      return (bytes, try JSONScanner.document(bytes, list: "").head)
    } catch {
      let line = bytes.prefix { $0 != 0x0A }
      if line.count < bytes.count { return nil }
      throw InputError(error.reason, at: file.path, remedy: "the file is no JSON; copy or export it again")
    }
  }

  /// The fields of the first row that can be read.
  private static func firstRow(_ file: URL, _ options: RolloutOptions) throws -> [String: JSONValue] {
    var reader = try RecordReader(file, limit: options.maximumFileBytes, maximumRecord: options.maximumRowBytes)
    guard let batch = try reader.next() else { throw NoRollouts(reason: "the file is empty") }
    if reader.format == .csv {
      let text = batch.bytes[batch.records[0].range]
      if text.first == UInt8(ascii: "<") {
        throw NoRollouts(
          reason: "a stand-in for rollouts: its rows are '\(String(decoding: text.prefix(40), as: UTF8.self))'")
      }
      let columns = try TableHeader(batch, file: file.path).columns
      return Dictionary(uniqueKeysWithValues: columns.map { ($0, .string("")) })
    }
    var fault: (line: UInt32, reason: String)?
    for record in batch.records.prefix(triedRows) {
      do throws(RowFault) {
        return try JSONScanner.fields(batch.bytes, in: record.range)
      } catch {
        if fault == nil { fault = (record.line, error.reason) }
      }
    }
    throw InputError(
      "no row can be read: \(fault?.reason ?? "there is none")", at: "\(file.path):\(fault?.line ?? 1)",
      remedy: "give JSON lines, an array, a table, Parquet, Arrow, or a log of Inspect")
  }
}
