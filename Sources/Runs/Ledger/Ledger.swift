import Compute
import Files
import Foundation
import GRDB

/// What happened in a run, in order: an append-only table in SQLite.
///
/// What is appended is on disk when `append` returns (write-ahead log, `synchronous = FULL`), all of one call or none.
/// Wall-clock stamps have a table of their own, so that equal runs have equal events.
///
/// Resuming is replaying: opened at an earlier `position`, the ledger compares each appended event with the one that
/// is there and goes on; only beyond the last one does it write. A difference is an error, never an overwrite.
///
/// Not thread-safe; the run directory's lock keeps other processes out.
package final class Ledger {
  /// What new ledgers are written in. Format 2 may have `run-continued` events; format 3 has `references-measured` and
  /// `questions-replaced` ones and the predictions of answers of any kind (``QuestionAnswered/contrasts``). Every older format
  /// is still read.
  package static let format = 3
  private static let applicationID = 0x5041_4354  // "PACT"

  package let path: String
  let database: DatabaseQueue
  private let clock: @Sendable () -> Double
  /// The sequence number that the next appended event gets.
  package private(set) var position = 0
  /// The number that the next appended segment gets.
  package private(set) var nextSegment = 0
  /// How many events the file has.
  package private(set) var count = 0
  /// Called after each appended event with its sequence number; tests stop a run here.
  package var afterAppend: ((Int) throws -> Void)?

  /// Opens the ledger, making it if it is missing, positioned behind its last event.
  /// - Parameter clock: seconds since 1970, for the stamps only.
  package convenience init(path: String, clock: @escaping @Sendable () -> Double) throws {
    try self.init(path, clock: clock) {
      try DurableDatabase.open(path, verify: { try Self.verify($0, path) }, create: { try Self.create(in: $0) })
    }
  }

  /// Opens a ledger that is there to read it, also where nothing may be written.
  package convenience init(reading path: String) throws {
    try self.init(path, clock: { 0 }, open: { try DurableDatabase.read(path) { try Self.verify($0, path) } })
  }

  private init(
    _ path: String, clock: @escaping @Sendable () -> Double, open: () throws -> DatabaseQueue
  ) throws {
    self.path = path
    self.clock = clock
    do {
      database = try open()
      // One whose writer was killed at the very start, and which is only read, has no tables.
      let last = try database.read { db in
        try db.tableExists("events")
          ? (try db.number("SELECT count(*) FROM events"), try db.number("SELECT count(*) FROM segments")) : (0, 0)
      }
      count = last.0
      position = last.0
      nextSegment = last.1
      if count > 0 { superseded = try readSuperseded() }
    } catch {
      throw Self.explained(error, path)
    }
  }

  private static func verify(_ file: DurableDatabase.Identity, _ path: String) throws {
    if file.applicationID != applicationID {
      throw InputError("not a ledger of Pactolus", at: path, remedy: "choose another run directory")
    }
    if !(1...format).contains(file.format) {
      throw InputError(
        "the ledger has format \(file.format), this program reads formats 1 to \(format)", at: path,
        remedy: "use the version of Pactolus that made the run")
    }
  }

  private static func create(in db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(
        sql: """
          CREATE TABLE events (
            sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, step INTEGER NOT NULL, payload TEXT NOT NULL);
          CREATE TABLE segments (segment INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, content BLOB NOT NULL);
          CREATE TABLE stamps (sequence INTEGER PRIMARY KEY, wallTime REAL NOT NULL);
          PRAGMA application_id = \(applicationID);
          PRAGMA user_version = \(format);
          """)
      for table in ["events", "segments", "stamps"] {
        for change in ["UPDATE", "DELETE"] {
          try db.execute(
            sql: """
              CREATE TRIGGER \(table)_no_\(change.lowercased()) BEFORE \(change) ON \(table)
              BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
              """)
        }
      }
      return .commit
    }
  }

  /// Goes back to an earlier position, to replay from there.
  package func rewind(to position: Int) throws {
    guard position >= 0, position <= count else {
      throw InputError(
        "the ledger has \(count) events, but the checkpoint was written after \(position)", at: path,
        remedy: "the ledger was replaced or shortened; put the right one back")
    }
    do {
      try flush()
      self.position = afterSuperseded(position)
      nextSegment = try database.read {
        try $0.number("SELECT count(*) FROM segments WHERE sequence < ?", [self.position])
      }
    } catch {
      throw Self.explained(error, path)
    }
  }

  /// Events that do not count any more, each range with its `run-continued` event at the end.
  private(set) var superseded: [ClosedRange<Int>] = []

  /// Whether the next append only confirms an existing event.
  package var isReplaying: Bool { position < count }

  /// Appends all entries, or none. When it returns they are on disk, unless `durable` is false: then they go there with
  /// the next that are, or at ``flush()``. Only what has not been acknowledged may wait.
  ///
  /// A position where an answer was taken back is passed over while replaying: see ``eventsTakenBack``.
  package func append(_ entries: [LedgerEntry], durable: Bool = true) throws {
    let before = (position, nextSegment, waiting.count)
    do {
      for entry in entries {
        let payload = try entry.event.payload()
        let blobs = entry.segments.map { $0.encoded() }
        if position < count { try passTakenBack() }
        if position < count {
          try confirm(entry, payload: payload, segments: blobs)
        } else {
          waiting.append(
            Waiting(
              sequence: position, kind: entry.event.kind.rawValue, step: entry.step, payload: payload,
              firstSegment: nextSegment, segments: blobs))
        }
        position += 1
        nextSegment += blobs.count
      }
      if durable { try flush() }
    } catch {
      (position, nextSegment) = (before.0, before.1)
      waiting.removeLast(waiting.count - before.2)
      throw Self.explained(error, path)
    }
    guard let afterAppend else { return }
    for sequence in position - entries.count..<position { try afterAppend(sequence) }
  }

  /// Writes waiting events to disk, in one transaction.
  package func flush() throws {
    guard !waiting.isEmpty else { return }
    let now = clock()
    do {
      try database.write { db in
        let event = try db.cachedStatement(
          sql: "INSERT INTO events (sequence, kind, step, payload) VALUES (?, ?, ?, ?)")
        let stamp = try db.cachedStatement(sql: "INSERT INTO stamps (sequence, wallTime) VALUES (?, ?)")
        let blob = try db.cachedStatement(sql: "INSERT INTO segments (segment, sequence, content) VALUES (?, ?, ?)")
        for row in waiting {
          try event.execute(arguments: [row.sequence, row.kind, row.step, row.payload])
          try stamp.execute(arguments: [row.sequence, now])
          for (index, content) in row.segments.enumerated() {
            try blob.execute(arguments: [row.firstSegment + index, row.sequence, content])
          }
        }
      }
    } catch {
      throw Self.explained(error, path)
    }
    waiting = []
    count = position
  }

  /// An event that is not on disk yet.
  private struct Waiting {
    var sequence: Int
    var kind: String
    var step: Int
    var payload: String
    var firstSegment: Int
    var segments: [Data]
  }

  private var waiting: [Waiting] = []

  private func confirm(_ entry: LedgerEntry, payload: String, segments: [Data]) throws {
    let sequence = position
    try database.read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT kind, step, payload FROM events WHERE sequence = ?", arguments: [sequence])
      let kind: String? = row?["kind"]
      let step: Int? = row?["step"]
      let stored: String? = row?["payload"]
      let blobs = try Data.fetchAll(
        db, sql: "SELECT content FROM segments WHERE sequence = ? ORDER BY segment", arguments: [sequence])
      guard kind == entry.event.kind.rawValue, step == entry.step, stored == payload, blobs == segments else {
        throw InputError(
          "event \(sequence) (\(kind ?? "missing")) does not repeat: the run goes another way than before", at: path,
          remedy: "resume with the version, settings file and kind of processor that the run was started with")
      }
    }
  }

  /// Makes the file full at this many bytes more than it has now, as a full disk would.
  package func limitGrowth(to bytes: Int) throws {
    try database.writeWithoutTransaction { db in
      let size = try db.number("PRAGMA page_size")
      let pages = try db.number("PRAGMA page_count")
      try db.execute(sql: "PRAGMA max_page_count = \(pages + bytes / size)")
    }
  }

  // MARK: Going on with another arithmetic

  /// Goes on from the current position; what follows it stays, and does not count any more.
  package func continueAnew(arithmetic: String, step: Int) throws {
    try flush()
    let from = position
    position = count
    nextSegment = try database.read { try $0.number("SELECT count(*) FROM segments") }
    try append([LedgerEntry(.runContinued(RunContinued(from: from, arithmetic: arithmetic)), step: step)])
    superseded.append(from...position - 1)
  }

  private func readSuperseded() throws -> [ClosedRange<Int>] {
    let kind = LedgerEvent.Kind.runContinued.rawValue
    let rows = try database.read {
      try Row.fetchAll(
        $0, sql: "SELECT sequence, payload FROM events WHERE kind = ? ORDER BY sequence", arguments: [kind])
    }
    return try rows.map { row in
      let sequence: Int = row["sequence"]
      let from = try CanonicalJSON.decode(RunContinued.self, from: row["payload"]).from
      guard (0...sequence).contains(from) else { throw InputError("event \(sequence) cannot be read", at: path) }
      return from...sequence
    }
  }

  /// Whether the event does not count any more. The `run-continued` event itself counts.
  func isSuperseded(_ sequence: Int) -> Bool {
    superseded.contains { $0.lowerBound <= sequence && sequence < $0.upperBound }
  }

  /// The first position from here on whose event counts: a replay goes on there.
  private func afterSuperseded(_ position: Int) -> Int {
    var position = position
    while let range = superseded.last(where: { $0.contains(position) }) { position = range.upperBound + 1 }
    return position
  }

  // MARK: Answers taken back

  /// Queries whose answers were taken back at a position before the current one.
  package private(set) var eventsTakenBack: [Int] = []

  private func passTakenBack() throws {
    while position < count {
      let sequence = position
      let payload = try database.read {
        try String.fetchOne(
          $0, sql: "SELECT payload FROM events WHERE sequence = ? AND kind = ?",
          arguments: [sequence, LedgerEvent.Kind.answerTakenBack.rawValue])
      }
      guard let payload else { return }
      eventsTakenBack.append(try CanonicalJSON.decode(AnswerTakenBack.self, from: payload).query)
      position += 1
    }
  }

  /// Takes an answer back; on return that is on disk. It counts from the next training of the reward on.
  package func takeBack(query: Int, person: String, step: Int) throws {
    try takeBack([AnswerTakenBack(query: query, person: person)], step: step)
  }

  /// Takes all of these back, or none.
  package func takeBack(_ answers: [AnswerTakenBack], step: Int) throws {
    precondition(position >= count, "answers are taken back at the ledger's end")
    try append(answers.map { LedgerEntry(.answerTakenBack($0), step: step) })
    eventsTakenBack += answers.map(\.query)
  }
}
