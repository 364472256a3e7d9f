import Compute
import Files
import Foundation

/// Reads preference pairs from JSON Lines, a JSON array or a comma-separated table, plain or packed with gzip or zstd.
///
/// ```swift
/// let table = try PreferenceFile.read([URL(fileURLWithPath: "pairs.jsonl.zst")])
/// table.count            // usable rows
/// table.setAside.rows    // the others: file:line and why
/// ```
///
/// A row has `chosen` and `rejected`, each a text or a list of messages `{role, content}`, and mostly a `prompt` of
/// either kind: the shapes of TRL's reward trainer (huggingface.co/docs/trl/dataset_formats). Without a prompt, what
/// both replies begin with is the prompt. Columns of scores, labels, ties, strength, position, annotator, domain, split
/// and ids are found by their usual names or by ``ReadingOptions/columns``. Pairs of further columns such as
/// `score_chosen_0` and `score_rejected_0` are members of an ensemble; the rest are attributes. Several files are read
/// as one; without a column for it, the file's name is then the split.
///
/// Files are streamed: memory grows with the features kept, not with the texts. Rows are read on all threads; the
/// result does not depend on their number. Numbers must be finite, UTF-8 and JSON valid, nesting at most 64 deep.
public enum PreferenceFile {
  /// Reads files as one table.
  ///
  /// - Throws: `InputError` with file and line.
  public static func read(_ files: [URL], options: ReadingOptions = .init()) throws -> PreferenceTable {
    var table = try PreferenceReader(options: options, needsTexts: true).read(files)
    if files.count > 1, !table.split.isPresent {
      let stems = files.map { $0.lastPathComponent.prefix { $0 != "." } }.map(String.init)
      table.split = CategoryColumn(table.places.file.map { stems[Int($0)] })
    }
    return table
  }
}

/// The reading of files with pairs of scores, with texts or without.
struct PreferenceReader {
  let options: ReadingOptions
  let needsTexts: Bool

  static let chunksPerBatch = 16
  private static let sampledRows = 2000

  func read(_ files: [URL]) throws -> PreferenceTable {
    guard files.count < Int(UInt16.max) else { throw InputError("more than 65,534 files") }
    var table = PreferenceTable()
    table.places.files = files
    var plan: ColumnPlan?
    var promptKeys: [UInt64] = []
    var attributes: [CategoryColumn?] = []
    var firstOrdinal = 0
    for (fileIndex, file) in files.enumerated() {
      var reader = try RecordReader(file, options: options)
      var rows = 0
      var header: TableHeader?
      while var batch = try reader.next() {
        if reader.format == .csv, header == nil {
          header = try TableHeader(batch, file: file.path)
          batch.records.removeFirst()
        }
        if plan == nil {
          let columns = try header?.columns ?? Self.columns(batch, file: file.path)
          plan = try ColumnPlan(columns, given: options.columns, needsTexts: needsTexts, place: file.path)
          attributes = plan!.attributes.map { _ in CategoryColumn() }
        }
        let firstRecord = header == nil ? 0 : 1
        let decoders = decode(
          batch, plan: plan!, header: header, file: file, fileIndex: UInt16(fileIndex),
          firstOrdinal: firstOrdinal - firstRecord)
        rows += batch.records.count
        for decoder in decoders {
          let part = decoder.finished()
          if options.strict, let bad = part.setAside.rows.first {
            throw InputError(
              bad.reason, at: bad.place, remedy: "fix the row, or read without --strict to set it aside")
          }
          table.append(contentsOf: part)
          promptKeys += decoder.promptKeys
          table.ids += decoder.ids
          for index in attributes.indices where attributes[index] != nil {
            attributes[index]!.append(contentsOf: part.attributes[index].values)
            if attributes[index]!.names.count > PreferenceTable.maximumAttributeValues { attributes[index] = nil }
          }
        }
      }
      firstOrdinal += rows
    }
    guard let plan else {
      throw InputError("no rows", at: files.first?.path, remedy: "the file is empty; give a file with preference pairs")
    }
    guard table.count > 0 else {
      throw InputError(
        "none of the \(table.setAside.count) rows can be used: \(table.setAside.reasons.first?.reason ?? "no rows")",
        at: table.setAside.rows.first?.place ?? files.first?.path, remedy: "check what the columns are called")
    }
    finish(&table, plan, promptKeys, attributes)
    return table
  }

  private func finish(
    _ table: inout PreferenceTable, _ plan: ColumnPlan, _ promptKeys: [UInt64], _ attributes: [CategoryColumn?]
  ) {
    table.mapping = plan.mapping
    if table.scoreChosen.allSatisfy(\.isNaN) { table.scoreChosen = [] }
    if table.scoreRejected.allSatisfy(\.isNaN) { table.scoreRejected = [] }
    if table.strength.allSatisfy(\.isNaN) { table.strength = [] }
    if table.ids.allSatisfy({ $0 == 0 }) { table.ids = [] }
    table.attributes = zip(plan.attributes, attributes).compactMap { name, values in
      values.flatMap { $0.isPresent ? .init(name: name, values: $0) : nil }
    }
    let kept = Set(table.attributes.map(\.name))
    table.ignoredColumns = plan.attributes.filter { !kept.contains($0) }
    var numbers: [UInt64: Int32] = [:]
    table.promptNumber = promptKeys.map { key in
      if let number = numbers[key] { return number }
      let number = Int32(numbers.count)
      numbers[key] = number
      return number
    }
  }

  /// The names of the first rows' fields, in the order in which they appear.
  private static func columns(_ batch: RecordBatch, file: String) throws -> [String] {
    var names: [String] = []
    var known: Set<String> = []
    for record in batch.records.prefix(sampledRows) {
      var scanner = JSONScanner(batch.bytes, in: record.range)
      // A damaged row is met again, with its place, when the rows are read.
      guard (try? scanner.checkUTF8()) != nil, scanner.consume(0x7B) else { continue }
      var first = true
      var key: [UInt8] = []
      while (try? scanner.more(&first, until: 0x7D)) == true {
        key.removeAll(keepingCapacity: true)
        scanner.skipSpace()
        guard (try? scanner.string(into: &key)) != nil, (try? scanner.expect(0x3A)) != nil,
          (try? scanner.skip(depth: 1)) != nil, names.count < 1000
        else { break }
        let name = String(decoding: key, as: UTF8.self)
        if known.insert(name).inserted { names.append(name) }
      }
    }
    guard !names.isEmpty else {
      throw InputError(
        "no row is a JSON object", at: "\(file):\(batch.records.first?.line ?? 1)",
        remedy: "give JSON Lines, a JSON array of objects, or a comma-separated table with a header")
    }
    return names
  }

  private func decode(
    _ batch: RecordBatch, plan: ColumnPlan, header: TableHeader?, file: URL, fileIndex: UInt16, firstOrdinal: Int
  ) -> [RowDecoder] {
    let count = batch.records.count
    let chunks = min(Self.chunksPerBatch, max(1, count))
    let uses = header?.columns.map { plan.uses[$0] ?? .ignored } ?? []
    return ThreadPool.shared.map(chunks) { chunk in
      var decoder = RowDecoder(plan: plan, needsTexts: needsTexts)
      var fields = TableFields()
      for record in batch.records[(chunk * count / chunks)..<((chunk + 1) * count / chunks)] {
        let place = RowPlace(
          file: fileIndex, line: record.line, ordinal: UInt32(clamping: firstOrdinal + record.number),
          start: batch.start + record.range.lowerBound, size: UInt32(clamping: record.range.count))
        do throws(RowFault) {
          guard record.range.count <= options.maximumRowBytes else {
            throw RowFault("more than \(options.maximumRowBytes) bytes")
          }
          if let header {
            guard JSONScanner.isUTF8(batch.bytes[record.range].span) else { throw RowFault("not valid UTF-8") }
            try fields.read(batch.bytes, in: record.range, separator: header.separator)
            try decoder.decode(fields: fields.fields, of: fields.bytes, uses: uses, at: place)
          } else {
            try decoder.decode(json: batch.bytes, in: record.range, at: place)
          }
        } catch {
          decoder.setAside(SetAsideRow(place: "\(file.path):\(record.line)", reason: error.reason))
        }
      }
      return decoder
    }
  }
}

/// The first record of a table: what its columns are called.
struct TableHeader: Sendable {
  let columns: [String]
  let separator: UInt8

  init(_ batch: RecordBatch, file: String) throws {
    let record = batch.records[0]
    let bytes = batch.bytes[record.range]
    let tabs = bytes.count { $0 == 0x09 }
    separator = tabs > bytes.count { $0 == 0x2C } ? 0x09 : 0x2C
    var fields = TableFields()
    do throws(RowFault) {
      guard JSONScanner.isUTF8(bytes.span) else { throw RowFault("not valid UTF-8") }
      try fields.read(batch.bytes, in: record.range, separator: separator)
    } catch {
      throw InputError(error.reason, at: "\(file):\(record.line)", remedy: "the first line names the columns")
    }
    columns = fields.fields.map { String(decoding: fields.bytes[$0], as: UTF8.self) }
    guard Set(columns).count == columns.count, columns.count <= 1000 else {
      throw InputError(
        "two columns share a name, or there are more than 1,000", at: "\(file):\(record.line)",
        remedy: "give each column a name of its own")
    }
  }
}
