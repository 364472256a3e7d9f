import Foundation
import GRDB

/// Runs SQL on a file behind the ledger's back.
func execute(_ sql: String, in path: String) throws {
  try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
}
