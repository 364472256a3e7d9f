import Compute
import Files
import Foundation

/// Reads rollouts as trainers and evaluation tools keep them, scored by a verifier, a grader or a rubric.
///
/// ```swift
/// let table = try RolloutFile.read([URL(fileURLWithPath: "outputs/completions")])
/// table.format       // "trl"
/// table.count        // rollouts that could be used
/// table.notes        // what was decided for the reader
/// ```
///
/// Formats are recognised by the fields of the first row or named by ``RolloutOptions/format``; see ``formats``. Files may be
/// packed with gzip, zstd or xz; a folder stands for the files in it, in the order of their names. Files are streamed and read
/// on all threads; the result does not depend on their number. Memory is that of the texts: about their size, prompts once.
public enum RolloutFile {
  /// The formats' names and who writes them.
  public static var formats: [(name: String, title: String)] { RolloutFormat.all.map { ($0.name, $0.title) } }

  /// Reads files as one table.
  ///
  /// - Throws: `InputError` with file and line. A file without rollouts beside others (inputs, statistics) is not an error but
  ///   a note of the table.
  public static func read(_ files: [URL], options: RolloutOptions = .init()) throws -> RolloutTable {
    var reader = try RolloutReader(options: options)
    for file in files {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), isFolder.boolValue else {
        try reader.read(file, isNamed: true)
        continue
      }
      let inside = try RolloutFolder.files(in: file)
      guard !inside.isEmpty else {
        throw InputError(
          "the folder has no file of rollouts", at: file.path,
          remedy: "files end in " + RolloutFolder.endings.joined(separator: ", "))
      }
      for file in inside { try reader.read(file, isNamed: false) }
    }
    return try reader.finished()
  }
}

/// The files of a folder that may have rollouts.
enum RolloutFolder {
  static let endings = ["jsonl", "ndjson", "json", "parquet", "arrow", "feather", "csv", "tsv", "eval"]
  private static let packings = ["gz", "zst", "xz"]

  static func files(in folder: URL) throws -> [URL] {
    guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]) else {
      throw InputError("the folder cannot be read", at: folder.path)
    }
    var found: [URL] = []
    for case let file as URL in walk {
      let bare = packings.contains(file.pathExtension) ? file.deletingPathExtension() : file
      guard endings.contains(bare.pathExtension.lowercased()),
        try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
      else { continue }
      found.append(file)
    }
    return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}

/// The reading of one file after another into one table.
struct RolloutReader {
  let options: RolloutOptions
  private let given: RolloutFormat?
  private var builder = RolloutBuilder()
  private var count = 0
  private var passedOver: [(file: URL, reason: String)] = []
  private var firstFields: (file: URL, names: [String])?

  init(options: RolloutOptions) throws {
    self.options = options
    given = try options.format.map { try RolloutFormat.named($0) }
    for (index, field) in options.fields.enumerated() where !field.role.isPlural {
      if let other = options.fields[..<index].first(where: { $0.role == field.role }) {
        throw InputError("'\(field.role.rawValue)' is given to both '\(other.field)' and '\(field.field)'")
      }
    }
  }

  /// - Parameter isNamed: Whether the user named the file; one that was found in a folder may be something else.
  mutating func read(_ file: URL, isNamed: Bool) throws {
    do {
      let source = try RolloutSource(file, options: options)
      guard let format = try format(of: source, isNamed: isNamed) else { return }
      guard count < Int(UInt16.max) else { throw InputError("more than 65,535 files") }
      var context = RolloutContext(file: file, number: count, options: options)
      if format.list != nil { context.head = source.fields }
      try format.prepare(&context)
      builder.begin(file, format: format.name)
      count += 1
      if firstFields == nil { firstFields = (file, source.fields.keys.sorted()) }
      let decoder = RolloutDecoder(format: format, context: context)
      switch source.kind {
      case .archive(let archive): try read(archive, decoder)
      case .document(let bytes) where format.list != nil: try read(document: bytes, decoder)
      case .document(let bytes):
        try take(
          decoder.decode(1, places: { _ in .init(line: 1, ordinal: 0, start: 0, size: UInt32(clamping: bytes.count)) })
          { _ throws(RowFault) in try JSONScanner.fields(bytes) })
      case .rows: try readRows(file, decoder)
      }
      for note in context.notes { builder.note("\(file.lastPathComponent): \(note)") }
      if let expected = context.expectedRows, builder.lastRowCount < expected {
        builder.note(
          "\(file.lastPathComponent): \(builder.lastRowCount) rollouts where metadata.json speaks of \(expected): those that "
            + "failed may have been dropped")
      }
    } catch let none as NoRollouts {
      passedOver.append((file, none.reason))
    } catch let error as InputError where !isNamed {
      passedOver.append((file, error.problem))
    }
  }

  private mutating func format(of source: RolloutSource, isNamed: Bool) throws -> RolloutFormat? {
    if let given { return given }
    if case .archive = source.kind { return .inspect }
    if let format = RolloutFormat.all.first(where: { $0.recognizes(source.fields) }) { return format }
    if options.fields.contains(where: { $0.role == .total || $0.role == .component }) { return .lines }
    let names = source.fields.keys.sorted()
    guard isNamed else {
      passedOver.append((source.file, "no known format"))
      return nil
    }
    let near = ["reward", "score"].flatMap { nearMisses(of: $0, among: names) }
    throw InputError(
      "no field is known as a reward; the file has \(names.prefix(20).joined(separator: ", "))", at: source.file.path,
      remedy: "name it with --map total=\(near.first ?? "FIELD"), or the format with --format "
        + RolloutFormat.all.map(\.name).joined(separator: ", "))
  }

  private mutating func take(_ parts: [RolloutPart]) throws {
    for part in parts {
      if options.strict, let bad = part.setAside.rows.first {
        throw InputError(bad.reason, at: bad.place, remedy: "fix the row, or read without --strict to set it aside")
      }
      builder.append(part)
    }
  }

  private mutating func readRows(_ file: URL, _ decoder: RolloutDecoder) throws {
    var reader = try RecordReader(file, limit: options.maximumFileBytes, maximumRecord: options.maximumRowBytes)
    let size = try RandomAccessFile(file).size
    var header: TableHeader?
    var isFirst = true
    while var batch = try reader.next() {
      if reader.format == .csv, header == nil {
        header = try TableHeader(batch, file: file.path)
        batch.records.removeFirst()
      }
      let current = batch
      let head = header
      let skipped = decoder.format.skipped
      let parts = decoder.decode(
        current.records.count,
        places: { index in
          let record = current.records[index]
          return .init(
            line: record.line, ordinal: UInt32(clamping: record.number - (head == nil ? 0 : 1)),
            start: current.start + record.range.lowerBound, size: UInt32(clamping: record.range.count))
        },
        { index throws(RowFault) in
          let range = current.records[index].range
          guard let head else { return try JSONScanner.fields(current.bytes, in: range, skipping: skipped) }
          return try RowTree.fields(current.bytes, range, head, unfolding: false)
        })
      if isFirst {
        // The first batch tells how much of the file are completions: room for the rest, so that it is not copied.
        let rows = parts.flatMap(\.rows)
        let bytes = rows.reduce(0) { $0 + ($1.row.completion?.count ?? 0) }
        let scale = Double(max(size, current.bytes.count)) / Double(max(1, current.bytes.count)) * 1.05
        if scale > 2 {
          builder.reserve(completionBytes: Int(Double(bytes) * scale), rows: Int(Double(rows.count) * scale))
        }
        isFirst = false
      }
      try take(parts)
    }
  }

  private mutating func read(document bytes: [UInt8], _ decoder: RolloutDecoder) throws {
    let elements: [Range<Int>]
    do throws(RowFault) {
      elements =
        try JSONScanner.document(bytes, list: decoder.format.list!, skipping: decoder.format.skipped).elements ?? []
    } catch {
      throw InputError(error.reason, at: decoder.context.file.path, remedy: "the file is damaged; copy it again")
    }
    guard !elements.isEmpty else { throw NoRollouts(reason: "a document without \(decoder.format.list!)") }
    let skipped = decoder.format.skipped
    try take(
      decoder.decode(
        elements.count,
        places: { index in
          .init(
            line: UInt32(clamping: index + 1), ordinal: UInt32(clamping: index), start: elements[index].lowerBound,
            size: UInt32(clamping: elements[index].count))
        },
        { index throws(RowFault) in try JSONScanner.fields(bytes, in: elements[index], skipping: skipped) }))
  }

  private mutating func read(_ archive: ZipReader, _ decoder: RolloutDecoder) throws {
    let entries = archive.entries.filter { $0.name.hasPrefix("samples/") && $0.name.hasSuffix(".json") }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    guard !entries.isEmpty else { throw NoRollouts(reason: "a log without samples") }
    let skipped = decoder.format.skipped
    try take(
      decoder.decode(
        entries.count,
        places: { index in
          .init(
            line: UInt32(clamping: index + 1), ordinal: UInt32(clamping: index), start: 0,
            size: UInt32(clamping: entries[index].unfoldedSize))
        },
        { index throws(RowFault) in
          let bytes: [UInt8]
          do { bytes = try archive.unfold(entries[index]) } catch {
            throw RowFault((error as? InputError)?.problem ?? "\(error)")
          }
          return try JSONScanner.fields(bytes, skipping: skipped)
        }))
  }

  /// The table of all that was read.
  consuming func finished() throws -> RolloutTable {
    for (reason, files) in Dictionary(grouping: passedOver, by: \.reason).sorted(by: { $0.key < $1.key }) {
      let names = files.prefix(3).map(\.file.lastPathComponent).joined(separator: ", ")
      let more = files.count > 3 ? " and \(files.count - 3) more files" : ""
      builder.note("passed over \(names)\(more): \(reason)")
    }
    let first = firstFields
    let passed = passedOver.first
    let fields = options.fields
    let table = builder.finished()
    guard table.count > 0 else {
      if let row = table.setAside.rows.first {
        throw InputError(
          "none of the \(table.setAside.count) rows can be used: \(table.setAside.reasons[0].reason)", at: row.place,
          remedy: "name fields with --map role=field")
      }
      throw InputError(
        passed.map { "there are no rollouts: \($0.reason)" } ?? "there are no rollouts",
        at: passed?.file.path ?? first?.file.path,
        remedy: "give the file of the rollouts")
    }
    for (role, name) in fields where !table.fields.contains(where: { $0.name == name }) {
      throw InputError.unknown("field", name, among: first?.names ?? [], at: "--map \(role.rawValue)=\(name)")
    }
    return table
  }
}
