import Compute
import Foundation

/// Where a record stands within a batch and within its file.
package struct Record {
  /// Its bytes within the batch.
  package var range: Range<Int>
  /// 1-based line on which it begins.
  package var line: UInt32
  /// Its number within the file, from 0.
  package var number: Int
}

/// Some consecutive records of a file and their bytes.
package struct RecordBatch {
  package var bytes: [UInt8] = []
  package var records: [Record] = []
  /// Where the batch begins in the unpacked file.
  package var start = 0
}

/// How records are separated.
package enum RecordFormat {
  /// One JSON value a line.
  case lines
  /// One JSON array of records.
  case array
  /// RFC 4180: a line break inside double quotes belongs to its field. The first record names the columns.
  case csv
}

/// Cuts a file into records without understanding them, a few megabytes at a time. The rows of Parquet and Arrow files
/// come as JSON, one a line.
///
/// A record longer than the limit is an error that names its line.
package struct RecordReader {
  /// How records are separated, by the file's first byte.
  package private(set) var format = RecordFormat.lines
  private var source: Source
  private let file: String
  private let maximumRecord: Int
  private let batchSize: Int
  private var bytes: [UInt8] = []
  private var consumed = 0
  private var ended = false
  private var line: UInt32 = 1
  private var number = 0
  // State of an array's or a table's cutting that outlives a batch.
  private var arrayState = ArrayState.before

  private enum Source {
    case text(UnpackingStream)
    case columns(ColumnRows)
  }

  private enum ArrayState { case before, first, between, after }

  /// Opens a file, packed or plain.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that the file may unpack to.
  ///   - maximumRecord: The most bytes of one record.
  ///   - batchSize: About how many bytes a batch has.
  package init(_ url: URL, limit: Int, maximumRecord: Int, batchSize: Int = 8 << 20) throws {
    file = url.path
    self.maximumRecord = maximumRecord
    self.batchSize = batchSize
    if let rows = try ColumnRows(RandomAccessFile(url), limit: min(limit, 4 << 30)) {
      source = .columns(rows)
      return
    }
    let stream = try UnpackingStream(url, limit: limit)
    source = .text(stream)
    var first = [UInt8](repeating: 0, count: 1 << 16)
    let count = try stream.read(into: &first)
    first.removeSubrange(count...)
    if let unreadable = UnreadableKind.error(first, file: url.path) { throw unreadable }
    if first.starts(with: [0xEF, 0xBB, 0xBF]) {
      first.removeFirst(3)
      consumed = 3
    }
    bytes = first
    let mark = first.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    format = Self.format(firstByte: mark)
    if format == .lines, let problem = UnreadableKind.layout(first, isWhole: count < 1 << 16, file: url.path) {
      throw problem
    }
  }

  private static func format(firstByte: UInt8?) -> RecordFormat {
    switch firstByte {
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "{"), nil: .lines
    default: .csv
    }
  }

  /// The next records; nil at the end of the file.
  package mutating func next() throws -> RecordBatch? {
    while true {
      try fill(to: batchSize)
      var batch = RecordBatch()
      batch.start = consumed
      let used = try cut(&batch)
      if used == 0, !ended {
        guard bytes.count <= maximumRecord else {
          throw InputError(
            "a row has more than \(maximumRecord) bytes", at: "\(file):\(line)",
            remedy: "the file is damaged, or not one row a line")
        }
        try fill(to: bytes.count + batchSize)
        continue
      }
      if used == 0, bytes.isEmpty || batch.records.isEmpty { return nil }
      batch.bytes = Array(bytes[..<used])
      bytes.removeSubrange(..<used)
      consumed += used
      if batch.records.isEmpty { continue }
      return batch
    }
  }

  private mutating func fill(to size: Int) throws {
    while !ended, bytes.count < size {
      if case .columns(var rows) = source {
        ended = try !rows.appendRows(to: &bytes)
        source = .columns(rows)
        continue
      }
      guard case .text(let stream) = source else { return }
      // Little by little, so that a small file costs little.
      let filled = bytes.count
      let wanted = min(size - filled, 1 << 18)
      bytes.append(contentsOf: repeatElement(0, count: wanted))
      let count = try stream.read(into: &bytes, from: filled)
      bytes.removeLast(wanted - count)
      if count == 0 { ended = true }
    }
  }

  /// Finds the complete records; returns how many bytes are done with.
  private mutating func cut(_ batch: inout RecordBatch) throws -> Int {
    switch format {
    case .lines: cutLines(&batch)
    case .csv: try cutTable(&batch)
    case .array: try cutArray(&batch)
    }
  }

  private mutating func append(_ range: Range<Int>, line: UInt32, to batch: inout RecordBatch) {
    batch.records.append(Record(range: range, line: line, number: number))
    number += 1
  }

  private mutating func cutLines(_ batch: inout RecordBatch) -> Int {
    var start = 0
    bytes.withUnsafeBytes { raw in
      while start < raw.count {
        let found = memchr(raw.baseAddress! + start, 0x0A, raw.count - start)
        guard found != nil || ended else { return }
        let end = found.map { UnsafeRawPointer($0) - raw.baseAddress! } ?? raw.count
        var last = end
        while last > start, raw[last - 1] == 0x0D || raw[last - 1] == 0x20 || raw[last - 1] == 0x09 { last -= 1 }
        if last > start {
          batch.records.append(Record(range: start..<last, line: line, number: number))
          number += 1
        }
        line += 1
        start = min(end + 1, raw.count)
      }
    }
    return start
  }

  private mutating func cutTable(_ batch: inout RecordBatch) throws -> Int {
    do throws(CSVRecords.Unclosed) {
      return try bytes.withUnsafeBufferPointer { (raw) throws(CSVRecords.Unclosed) in
        try CSVRecords.cut(raw, line: &line, isWhole: ended) { range, line in
          guard !range.isEmpty else { return }
          batch.records.append(Record(range: range, line: line, number: number))
          number += 1
        }
      }
    } catch {
      throw InputError(
        "a quoted field is not closed", at: "\(file):\(error.line)",
        remedy: "the file is truncated, or a quote inside a field is not doubled")
    }
  }

  private mutating func cutArray(_ batch: inout RecordBatch) throws -> Int {
    func expected(_ what: String, _ line: UInt32) -> InputError {
      InputError("expected \(what) in the JSON array", at: "\(file):\(line)", remedy: "check the JSON")
    }
    var position = 0
    var done = 0
    while true {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
        if bytes[position] == 0x0A { line += 1 }
        position += 1
      }
      done = position
      guard position < bytes.count else {
        if ended, arrayState != .after { throw expected("']' at the end", line) }
        return done
      }
      let byte = bytes[position]
      switch arrayState {
      case .before:
        arrayState = .first
        position += 1
      case .after: throw expected("nothing after ']'", line)
      case .between where byte == UInt8(ascii: ","):
        position += 1
        arrayState = .first
        // A comma must be followed by a value: the marker `between` is set again after it.
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
          if bytes[position] == 0x0A { line += 1 }
          position += 1
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { throw expected("a row after ','", line) }
      case .between where byte == UInt8(ascii: "]"), .first where byte == UInt8(ascii: "]"):
        position += 1
        arrayState = .after
      case .between: throw expected("',' or ']'", line)
      case .first:
        guard let (end, breaks) = endOfValue(from: position) else {
          if ended { throw expected("the end of a row", line) }
          return done
        }
        append(position..<end, line: line, to: &batch)
        line += breaks
        position = end
        arrayState = .between
      }
    }
  }

  /// Where the JSON value that begins here ends, and the line breaks in it; nil if that is not in the buffer yet.
  private func endOfValue(from start: Int) -> (Int, UInt32)? {
    var depth = 0
    var quoted = false
    var breaks: UInt32 = 0
    return bytes.withUnsafeBufferPointer { raw in
      var position = start
      while position < raw.count {
        let byte = raw[position]
        if byte == 0x0A { breaks += 1 }
        if quoted {
          if byte == 0x5C { position += 1 } else if byte == 0x22 { quoted = false }
        } else {
          switch byte {
          case 0x22: quoted = true
          case 0x7B, 0x5B: depth += 1
          case 0x7D, 0x5D:
            depth -= 1
            if depth < 0 { return (position, breaks) }
            if depth == 0 { return (position + 1, breaks) }
          case 0x2C where depth == 0: return (position, breaks)
          default: break
          }
        }
        position += 1
      }
      return nil
    }
  }
}
