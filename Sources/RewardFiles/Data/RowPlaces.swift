import Foundation

/// Where rows stand: file, line and bytes.
public struct RowPlaces: Sendable {
  /// The files, as given.
  public var files: [URL] = []
  /// For each row the index of its file.
  public var file: [UInt16] = []
  /// For each row the 1-based line on which it begins (the row's number, for a file that is one JSON array or table).
  public var line: [UInt32] = []
  /// For each row its number among all the rows of its files, those set aside included, from 0: the row of an embedding
  /// or of a second file that belongs to it.
  public var ordinal: [UInt32] = []
  /// For each row where its bytes begin in the (unpacked) file.
  public var start: [Int] = []
  /// For each row how many bytes it has.
  public var size: [UInt32] = []
  /// For each row which of the pairs of its record it is, from 0, where a record of the file holds several.
  package var part: [UInt16] = []

  /// No rows.
  public init() {}

  /// How many rows there are.
  public var count: Int { line.count }

  /// "pairs.jsonl:17", the file as people call it (``name(of:)``).
  public func place(of row: Int) -> String { "\(name(of: Int(file[row]))):\(line[row])" }

  /// A place that begins with a file's full path, with the file as people call it.
  package func named(_ place: String) -> String {
    guard let file = files.indices.first(where: { place.hasPrefix(files[$0].path + ":") }) else { return place }
    return name(of: file) + place.dropFirst(files[file].path.count)
  }

  /// What people call a file: below the working directory its path from there, elsewhere its path from the folder that all
  /// files share. Never where this machine keeps it.
  public func name(of file: Int) -> String {
    let path = files[file].standardizedFileURL.path
    let here = FileManager.default.currentDirectoryPath + "/"
    if path.hasPrefix(here) { return String(path.dropFirst(here.count)) }
    return FileReading.names(of: files.map(\.standardizedFileURL.path))[file]
  }

  mutating func reserve(_ rows: Int) {
    file.reserveCapacity(rows)
    line.reserveCapacity(rows)
    ordinal.reserveCapacity(rows)
    start.reserveCapacity(rows)
    size.reserveCapacity(rows)
    part.reserveCapacity(rows)
  }
}

/// A row that could not be used, and why.
public struct SetAsideRow: Sendable, Hashable, Codable {
  /// `file:line`.
  public var place: String
  /// Why the row could not be used.
  public var reason: String

  /// A row at `file:line`, and why it could not be used.
  public init(place: String, reason: String) {
    self.place = place
    self.reason = reason
  }
}

/// The rows set aside: how many for each reason, and the first of them with their places.
public struct SetAsideRows: Sendable, Hashable, Codable {
  /// Rows whose places are kept.
  public static let keptPlaces = 1000

  /// How many there were; only the first are kept one by one.
  public private(set) var count = 0
  /// Counts by reason, most frequent first.
  public var reasons: [(reason: String, count: Int)] {
    byReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (reason: $0.key, count: $0.value) }
  }
  /// The first thousand, in the order of the files.
  public private(set) var rows: [SetAsideRow] = []
  private var byReason: [String: Int] = [:]

  /// None.
  public init() {}

  /// Counts a row, and keeps it if it is among the first.
  public mutating func append(_ row: SetAsideRow) {
    count += 1
    byReason[row.reason, default: 0] += 1
    if rows.count < Self.keptPlaces { rows.append(row) }
  }

  package mutating func append(contentsOf other: SetAsideRows) {
    count += other.count
    for (reason, count) in other.byReason { byReason[reason, default: 0] += count }
    rows.append(contentsOf: other.rows.prefix(Self.keptPlaces - rows.count))
  }
}
