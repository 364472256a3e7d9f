import Compute
import Files
import Foundation

/// The reading of files with pairs of scores, with texts or without: each file by its own columns.
struct PreferenceReader {
  let options: ReadingOptions
  let needsTexts: Bool
  /// What the files are for, in what is shown of them.
  let use: String

  func read(_ files: [URL]) throws -> PreferenceTable {
    guard files.count < Int(UInt16.max) else { throw InputError("more than 65,534 files") }
    var table = PreferenceTable()
    var promptKeys: [UInt64] = []
    var tooMany: Set<String> = []
    var found: Set<ColumnRole> = []
    var columns: Set<String> = []
    var (single, paired): (URL?, URL?)
    var rows = 0
    for (index, file) in files.enumerated() {
      let part = try read(file, index: UInt16(index), firstOrdinal: rows)
      rows += part.rows
      promptKeys += part.promptKeys
      tooMany.formUnion(part.tooMany)
      columns.formUnion(part.columns)
      for (role, name) in options.columns where part.columns.contains(name) { found.insert(role) }
      if part.table.verdicts.areAlone(pairs: part.table.count) {
        single = file
      } else if part.table.count > 0 {
        paired = file
      }
      if index == 0 { table = part.table } else { table.append(file: part.table) }
    }
    table.places.files = files
    if let single, let paired {
      throw InputError(
        "replies with a verdict each, and pairs in \(paired.lastPathComponent)", at: single.path,
        remedy: "they are audited in different ways: give one kind at a time")
    }
    guard rows > 0 || !columns.isEmpty || table.verdicts.count > 0 else {
      throw InputError("no rows", at: files.first?.path, remedy: "the file is empty; give a file with preference pairs")
    }
    // What the user says is said of the pairs; a second file may well have columns of its own.
    for (role, name) in options.columns.sorted(by: { $0.key.rawValue < $1.key.rawValue })
    where needsTexts && !found.contains(role) {
      throw InputError.unknown("column", name, among: columns.sorted(), at: "--map \(role.rawValue)=\(name)")
    }
    guard table.count > 0 || table.verdicts.count > 0 else {
      throw InputError(
        "none of the \(table.setAside.count) rows can be used: \(table.setAside.reasons.first?.reason ?? "no rows")",
        at: table.setAside.rows.first?.place ?? files.first?.path,
        remedy: "check what the columns are called (--map), and the shape of the rows (--format)")
    }
    finish(&table, promptKeys, tooMany)
    return table
  }

  private func finish(_ table: inout PreferenceTable, _ promptKeys: [UInt64], _ tooMany: Set<String>) {
    if table.scoreChosen.allSatisfy(\.isNaN) || table.scoreRejected.allSatisfy(\.isNaN) {
      table.scoreChosen = []
      table.scoreRejected = []
    }
    if table.strength.allSatisfy(\.isNaN) { table.strength = [] }
    if table.ids.allSatisfy({ $0 == 0 }) { table.ids = [] }
    table.attributes = table.attributes.filter {
      !tooMany.contains($0.name) && $0.values.names.count <= PreferenceTable.maximumAttributeValues
    }.sorted { $0.name < $1.name }
    table.ignoredColumns = Set(table.readings.flatMap(\.unused)).union(tooMany).sorted()
    for (index, name) in FileReading.names(of: table.places.files.map(\.path)).enumerated() {
      table.readings[index].file = name
    }
    var known = HashedKeys(capacity: promptKeys.count)
    var numbers: [Int32] = []
    var next: Int32 = 0
    table.promptNumber = promptKeys.map { key in
      let place = key == 0 ? numbers.count : known.add(key)
      if key != 0, place < numbers.count { return numbers[place] }
      if key != 0 { numbers.append(next) }
      defer { next += 1 }
      return next
    }
  }

  /// What one file gives.
  private struct Part {
    var table = PreferenceTable()
    var promptKeys: [UInt64] = []
    /// Usable rows and others.
    var rows = 0
    var columns: [String] = []
    /// Columns with too many different values to be groups.
    var tooMany: [String] = []
  }

  private func read(_ file: URL, index: UInt16, firstOrdinal: Int) throws -> Part {
    var unknown: Set<String> = []
    let part = try pass(file, index: index, firstOrdinal: firstOrdinal, columns: nil, unknown: &unknown)
    guard !unknown.isEmpty else { return part }
    // A column that the first rows do not have: which columns mean what is settled again, with all of them.
    var stream = try RowStream(file, options: options, recognises: true)
    var known: Set<String> = []
    var columns: [String] = []
    while let batch = try stream.next() { columns += RowStream.columns(batch, known: &known) }
    return try pass(file, index: index, firstOrdinal: firstOrdinal, columns: columns, unknown: &unknown)
  }

  /// One reading of a file. Without the columns they are those of its first rows; names that were not among them are
  /// added to `unknown`, and the reading ends.
  private func pass(
    _ file: URL, index: UInt16, firstOrdinal: Int, columns: [String]?, unknown: inout Set<String>
  ) throws -> Part {
    var stream = try RowStream(file, options: options, recognises: true)
    var part = Part()
    var plan: ColumnPlan?
    var attributes: [CategoryColumn?] = []
    while let batch = try stream.next() {
      if plan == nil {
        var known: Set<String> = []
        part.columns = try columns ?? stream.header?.columns ?? Self.firstColumns(batch, &known, stream)
        plan = try ColumnPlan(
          part.columns, given: options.columns, needsTexts: needsTexts, place: file.path)
        attributes = plan!.attributes.map { _ in CategoryColumn() }
        part.table.reserve(Self.expectedRows(of: file, like: batch))
      }
      let decoders = decode(
        batch, plan: plan!, header: stream.header, file: file, fileIndex: index, firstOrdinal: firstOrdinal + part.rows)
      part.rows += batch.rows.count
      for decoder in decoders {
        if columns == nil, stream.header == nil { unknown.formUnion(decoder.unknownColumns) }
        let rows = decoder.finished()
        if options.strict, let bad = rows.setAside.rows.first {
          throw InputError(bad.reason, at: bad.place, remedy: "fix the row, or read without --strict to set it aside")
        }
        part.table.append(contentsOf: rows)
        part.promptKeys += decoder.promptKeys
        for index in attributes.indices where attributes[index] != nil {
          attributes[index]!.append(contentsOf: rows.attributes[index].values)
          if attributes[index]!.names.count > PreferenceTable.maximumAttributeValues { attributes[index] = nil }
        }
      }
      if !unknown.isEmpty, columns == nil { return part }
    }
    part.table.verdicts = stream.verdicts
    part.table.verdicts.file = [UInt16](repeating: index, count: stream.verdicts.count)
    guard let plan else {
      part.table.mappings = [[:]]
      part.table.readings = [
        FileReading(
          file: file.lastPathComponent, use: use, format: stream.format.name, rows: 0,
          notes: [
            stream.verdicts.count == 0
              ? "the file has no rows"
              : Self.alone(stream.verdicts.count)
          ])
      ]
      return part
    }
    part.table.mappings = [plan.mapping]
    part.tooMany = zip(plan.attributes, attributes).filter { $0.1 == nil }.map(\.0)
    part.table.attributes = zip(plan.attributes, attributes).compactMap { name, values in
      values.flatMap { $0.isPresent ? .init(name: name, values: $0) : nil }
    }
    part.table.readings = [reading(of: part.table, plan, stream.format, part.tooMany)]
    return part
  }

  static func alone(_ replies: Int) -> String {
    "\(replies) replies with a verdict each are audited one by one, as hardly any two are to one prompt"
  }

  /// How many rows a file has if all are as long as its first ones; fewer than that if it is packed.
  private static func expectedRows(of file: URL, like batch: PairBatch) -> Int {
    guard let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize, !batch.bytes.isEmpty else { return 0 }
    return min(12_000_000, Int(1.02 * Double(size) * Double(batch.rows.count) / Double(batch.bytes.count)))
  }

  private static func firstColumns(
    _ batch: PairBatch, _ known: inout Set<String>, _ stream: RowStream
  ) throws -> [String] {
    let names = RowStream.columns(batch, known: &known, rows: 2000)
    guard !names.isEmpty else {
      let row = batch.rows.first
      throw InputError(
        row?.fault ?? "no row is a JSON object", at: "\(stream.file.path):\(row?.line ?? 1)",
        remedy: row?.fault == nil
          ? "give JSON Lines, a JSON array of objects, or a comma-separated table with a header"
          : "no row gives a pair in the format '\(stream.format.name)'; another is named with --format")
    }
    return names
  }

  private func decode(
    _ batch: PairBatch, plan: ColumnPlan, header: TableHeader?, file: URL, fileIndex: UInt16, firstOrdinal: Int
  ) -> [RowDecoder] {
    let count = batch.rows.count
    let chunks = min(RowStream.chunksPerBatch, max(1, count))
    let uses = header?.columns.map { plan.uses[$0] ?? .ignored } ?? []
    return ThreadPool.shared.map(chunks) { chunk in
      var decoder = RowDecoder(plan: plan, needsTexts: needsTexts)
      var fields = TableFields()
      for index in (chunk * count / chunks)..<((chunk + 1) * count / chunks) {
        let row = batch.rows[index]
        let place = RowPlace(
          file: fileIndex, line: row.line, ordinal: UInt32(clamping: firstOrdinal + index), start: row.start,
          size: UInt32(clamping: row.size), part: row.part)
        do throws(RowFault) {
          if let fault = row.fault { throw RowFault(fault) }
          guard row.size <= options.maximumRowBytes else {
            throw RowFault("more than \(options.maximumRowBytes) bytes")
          }
          if let header {
            guard JSONScanner.isUTF8(batch.bytes[row.range].span) else { throw RowFault("not valid UTF-8") }
            try fields.read(batch.bytes, in: row.range, separator: header.separator)
            try decoder.decode(fields: fields.fields, of: fields.bytes, uses: uses, at: place)
          } else {
            try decoder.decode(json: batch.bytes, in: row.range, at: place)
          }
        } catch {
          decoder.setAside(SetAsideRow(place: "\(file.path):\(row.line)", reason: error.reason))
        }
      }
      return decoder
    }
  }
}
