import Foundation
import GRDB
import Synchronization

/// Writes of several threads in one transaction, so that they wait for the disk together.
///
/// A commit returns when its log is on disk, which takes as long for one answer as for fifty. What arrives while a commit
/// is under way is done by the next one, all of it: each write in a savepoint of its own, so that one that fails leaves the
/// others standing, and then a single commit. Nobody's call returns before that. Nothing waits for company: a write that
/// comes alone is committed at once, alone.
///
/// If a transaction fails as a whole (a disk that is full undoes all of it), each write is tried again in one of its own,
/// and only those fail that cannot be stored alone. A body may therefore run twice, and changes nothing but the database.
package final class GroupCommit: Sendable {
  /// One write, until its call returns. Unchecked: after it was put in the line only the thread that has the database
  /// touches it, and the call's own thread once it has had the database, too.
  private final class Ticket: @unchecked Sendable {
    let body: (Database) throws -> Void
    var outcome: Result<Void, any Error>?

    init(_ body: @escaping (Database) throws -> Void) { self.body = body }
  }

  private let database: DatabaseQueue
  private let line = Mutex<[Ticket]>([])

  package init(_ database: DatabaseQueue) { self.database = database }

  /// How many writes wait for their commit.
  package var waiting: Int { line.withLock { $0.count } }

  /// Returns when what `body` wrote is on disk; throws what it threw, or why it could not be stored.
  package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    var value: Value?
    try withoutActuallyEscaping(body) { body in
      let ticket = Ticket { value = try body($0) }
      line.withLock { $0.append(ticket) }
      // Calls get the database in turn. Whoever has it does all that waits; those behind find theirs done.
      database.writeWithoutTransaction { db in
        guard ticket.outcome == nil else { return }
        let tickets = line.withLock { line in
          defer { line = [] }
          return line
        }
        commit(tickets, db)
      }
      try ticket.outcome?.get()
    }
    guard let value else { preconditionFailure("a write that did not fail has a value") }
    return value
  }

  private func commit(_ tickets: [Ticket], _ db: Database) {
    if tickets.count > 1 {
      do {
        return try together(tickets, db)
      } catch {
        // Each alone, below.
      }
    }
    for ticket in tickets {
      ticket.outcome = Result {
        try db.inTransaction(.immediate) {
          try ticket.body(db)
          return .commit
        }
      }
    }
  }

  private func together(_ tickets: [Ticket], _ db: Database) throws {
    try db.inTransaction(.immediate) {
      for ticket in tickets {
        ticket.outcome = Result {
          try db.inSavepoint {
            try ticket.body(db)
            return .commit
          }
        }
        // Some errors undo the whole transaction; what the others wrote is gone then.
        if !db.isInsideTransaction { try ticket.outcome?.get() }
      }
      return .commit
    }
  }
}
