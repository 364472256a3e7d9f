import CWatchedCalls
import Foundation
import Synchronization

/// One test at a time: the record is the process's.
private let turn = Mutex(())

/// The calls that put files on disk (fsync, fdatasync, rename) while `body` runs, on files below a directory, in order:
/// "fsync ledger.sqlite-wal". Tests of all suites take turns.
package func watchedCalls(below directory: String, _ body: () throws -> Void) throws -> [String] {
  let resolved = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
  return try turn.withLock { _ in
    watched_calls_begin(resolved)
    var text = [CChar](repeating: 0, count: 65_536)
    do { try body() } catch {
      _ = watched_calls_end(&text, text.count)
      throw error
    }
    let length = watched_calls_end(&text, text.count)
    let bytes = text[..<length].map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
