import CWatchedCalls
import Foundation

/// The calls that put files on disk (fsync, fdatasync, rename) while `body` runs, on files below a directory, in order:
/// "fsync ledger.sqlite-wal". One at a time.
func watchedCalls(below directory: String, _ body: () throws -> Void) throws -> [String] {
  let resolved = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
  watched_calls_begin(resolved)
  var text = [CChar](repeating: 0, count: 65_536)
  defer { _ = watched_calls_end(&text, text.count) }
  try body()
  let length = watched_calls_end(&text, text.count)
  let bytes = text[..<length].map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
