import CWatchedCalls
import Foundation
import Testing
import Workbench

@Suite("What the workbench acknowledges is on disk", .serialized)
struct DurabilityTests {
  /// Whether the write-ahead log was flushed while `body` ran.
  private func flushes(_ bench: Bench, _ body: () throws -> Void) throws -> Bool {
    watched_calls_begin(URL(fileURLWithPath: bench.directory).resolvingSymlinksInPath().path)
    var text = [CChar](repeating: 0, count: 65_536)
    defer { _ = watched_calls_end(&text, text.count) }
    try body()
    let length = watched_calls_end(&text, text.count)
    let calls = String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "\n")
    return calls.contains("fdatasync workbench.sqlite-wal") || calls.contains("fsync workbench.sqlite-wal")
  }

  @Test("an answer, an undo and an intake are flushed before they are acknowledged; a look at the status is not")
  func answers() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      var statuses: [Int] = []
      #expect(try flushes(bench) { statuses.append(Int(try bench.answer(question, ann).status)) })
      #expect(try flushes(bench) { statuses.append(Int(try bench.send(.undo, ann).status)) })
      #expect(try flushes(bench) { try bench.join("Ben") })
      #expect(try !flushes(bench) { statuses.append(Int(try bench.send(.status, ann).status)) })
      #expect(statuses == [200, 200, 200])
    }
  }
}
