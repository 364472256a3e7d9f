import Files
import Foundation
import RunFixtures
import Runs
import Testing

/// What must be on disk when a call returns, by the system calls that put it there. A kill test cannot see this: after
/// kill -9 the kernel still has what was never flushed; only a loss of power would show it.
@Suite("What is acknowledged is on disk")
struct DurabilityTests {
  @Test("a file is flushed before it takes its name, and its directory after")
  func file() throws {
    try withTemporaryDirectory { directory in
      let calls = try watchedCalls(below: directory) {
        try DurableFile.write(Data([1, 2, 3]), to: directory + "/settings.yaml")
      }
      #expect(calls == ["fsync settings.yaml.writing", "rename settings.yaml.writing settings.yaml", "fsync ."])
    }
  }

  @Test("a checkpoint's files and its directory are flushed before it takes its name, and the directory above after")
  func directory() throws {
    try withTemporaryDirectory { directory in
      let calls = try watchedCalls(below: directory) {
        try DurableFile.writeDirectory([("a", Data([1])), ("b", Data([2]))], to: directory + "/000001")
      }
      #expect(
        calls == [
          "fsync .writing-000001/a", "fsync .writing-000001/b", "fsync .writing-000001",
          "rename .writing-000001 000001", "fsync .",
        ])
    }
  }

  @Test("an event of the ledger is flushed before append returns, each of several appends anew")
  func ledger() throws {
    try withTemporaryDirectory { directory in
      let ledger = try Ledger(path: directory + "/ledger.sqlite", clock: { 0 })
      let entry = LedgerEntry(
        .answerTakenBack(AnswerTakenBack(query: 0, person: "Ada")), step: 0)
      for _ in 0..<3 {
        let calls = try watchedCalls(below: directory) { try ledger.append([entry]) }
        #expect(Self.flushes(calls, "ledger.sqlite-wal"), "\(calls)")
      }
      // What may wait does wait: the check above can fail.
      let waiting = try watchedCalls(below: directory) { try ledger.append([entry], durable: false) }
      #expect(waiting.isEmpty, "\(waiting)")
      let flushed = try watchedCalls(below: directory) { try ledger.flush() }
      #expect(Self.flushes(flushed, "ledger.sqlite-wal"), "\(flushed)")
    }
  }

  private static func flushes(_ calls: [String], _ file: String) -> Bool {
    calls.contains("fdatasync \(file)") || calls.contains("fsync \(file)")
  }
}
