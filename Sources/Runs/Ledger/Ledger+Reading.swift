import Compute
import Feedback
import Foundation
import GRDB

extension Ledger {
  /// Whether a run's ledger is there and has events.
  static func hasEvents(_ layout: RunLayout) throws -> Bool {
    guard FileManager.default.fileExists(atPath: layout.ledger) else { return false }
    return try Ledger(reading: layout.ledger).count > 0
  }

  /// All events from `first` on that count, in order; those that a later arithmetic replaced do not.
  package func entries(from first: Int = 0, before end: Int? = nil) throws -> [LedgerRow] {
    do {
      try flush()
      return try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT e.sequence, e.kind, e.step, e.payload, s.wallTime FROM events e
            LEFT JOIN stamps s ON s.sequence = e.sequence WHERE e.sequence >= ? AND e.sequence < ? ORDER BY e.sequence
            """, arguments: [first, end ?? count]
        ).compactMap { row -> LedgerRow? in
          guard !isSuperseded(row["sequence"]) else { return nil }
          let name: String = row["kind"]
          guard let kind = LedgerEvent.Kind(rawValue: name) else {
            throw InputError.unknown("event", name, among: LedgerEvent.Kind.allCases.map(\.rawValue), at: path)
          }
          return LedgerRow(
            sequence: row["sequence"], step: row["step"], event: try LedgerEvent(kind: kind, payload: row["payload"]),
            wallTime: row["wallTime"])
        }
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// Whether the run's last event stands at the current position or behind it.
  func hasFinished() throws -> Bool {
    guard isReplaying else { return false }
    return try entries(from: position).contains { if case .runFinished = $0.event { true } else { false } }
  }

  /// The segments with these numbers, in this order.
  package func segments(_ numbers: [Int]) throws -> [StoredSegment] {
    do {
      try flush()
      return try database.read { db in
        let statement = try db.cachedStatement(sql: "SELECT content FROM segments WHERE segment = ?")
        return try numbers.map { number in
          guard let data = try Data.fetchOne(statement, arguments: [number]) else {
            throw InputError("segment \(number) is missing", at: path)
          }
          return try StoredSegment(decoding: data)
        }
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// The true return and the length of every segment, by its number.
  package func segmentsInBrief() throws -> [(trueReturn: Double, steps: Int)] {
    try flush()
    let total = try database.read { try $0.number("SELECT count(*) FROM segments") }
    return try segments(Array(0..<total)).map { ($0.trajectory.trueReturn, $0.trajectory.count) }
  }

  /// Everything but the stamps as JSON lines: what two equal runs have in common, byte for byte.
  package func export() throws -> String {
    do {
      try flush()
      return try database.read { db in
        var lines = ""
        let rows = try Row.fetchCursor(db, sql: "SELECT sequence, kind, step, payload FROM events ORDER BY sequence")
        while let row = try rows.next() {
          let sequence: Int = row["sequence"]
          let kind: String = row["kind"]
          let step: Int = row["step"]
          let payload: String = row["payload"]
          lines += "{\"sequence\":\(sequence),\"kind\":\"\(kind)\",\"step\":\(step),\"payload\":\(payload)}\n"
        }
        let segments = try Row.fetchCursor(db, sql: "SELECT segment, sequence, content FROM segments ORDER BY segment")
        while let row = try segments.next() {
          let segment: Int = row["segment"]
          let sequence: Int = row["sequence"]
          let content: Data = row["content"]
          lines +=
            "{\"segment\":\(segment),\"sequence\":\(sequence),\"content\":\"\(content.base64EncodedString())\"}\n"
        }
        return lines
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// SQLite's error as a sentence with a remedy.
  static func explained(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_FULL:
      return InputError("the disk is full", at: path, remedy: "make room and resume: nothing written so far is lost")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      return InputError("cannot write here", at: path, remedy: "check the directory's permissions")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      return InputError("not an intact SQLite file", at: path, remedy: "put the run's own ledger back")
    case .SQLITE_IOERR:
      return InputError(
        "reading or writing failed (\(error.message ?? "input/output error"))", at: path,
        remedy: "check the disk and resume: nothing written so far is lost")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return InputError("another program holds the ledger", at: path, remedy: "close it and try again")
    default:
      return InputError("the ledger failed: \(error.message ?? "\(error.resultCode)")", at: path)
    }
  }
}
