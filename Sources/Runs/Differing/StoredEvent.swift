import Foundation
import GRDB

/// A row of the ledger's table as it stands in the file, with the segments that came with it.
///
/// Rows that a later arithmetic replaced are among them: two ledgers are compared as they are, not as they count.
struct StoredEvent: Sendable, Hashable {
  var sequence: Int
  var kind: String
  var step: Int
  /// Canonical JSON.
  var payload: String
  var segments: [Data]
  /// No part of what happened.
  var wallTime: Double?

  /// Whether both say that the same happened, whenever.
  func saysTheSame(as other: StoredEvent) -> Bool {
    kind == other.kind && step == other.step && payload == other.payload && segments == other.segments
  }
}

extension Ledger {
  /// The rows from this sequence number on, at most so many; of any format, and of kinds that this version does not
  /// know.
  ///
  /// - Parameters:
  ///   - start: the first sequence number.
  ///   - count: the most rows.
  ///   - firstSegment: how many segments came before: they stand in the order of their events.
  func storedEvents(from start: Int, count: Int, firstSegment: Int) throws -> [StoredEvent] {
    do {
      return try database.read { db in
        var rows = try Row.fetchAll(
          db,
          sql: """
            SELECT e.sequence, e.kind, e.step, e.payload, s.wallTime FROM events e
            LEFT JOIN stamps s ON s.sequence = e.sequence WHERE e.sequence >= ? ORDER BY e.sequence LIMIT ?
            """, arguments: [start, count]
        ).map { row in
          StoredEvent(
            sequence: row["sequence"], kind: row["kind"], step: row["step"], payload: row["payload"], segments: [],
            wallTime: row["wallTime"])
        }
        guard let last = rows.last else { return [] }
        let segments = try Row.fetchCursor(
          db, sql: "SELECT sequence, content FROM segments WHERE segment >= ? ORDER BY segment",
          arguments: [firstSegment])
        var place = 0
        while let segment = try segments.next() {
          let sequence: Int = segment["sequence"]
          guard sequence <= last.sequence else { break }
          while place < rows.count - 1, rows[place].sequence < sequence { place += 1 }
          rows[place].segments.append(segment["content"])
        }
        return rows
      }
    } catch {
      throw Self.explained(error, path)
    }
  }
}
