import Compute
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("A run whose directory goes away")
struct DeletedRunTests {
  /// The error of a run to whose directory something happens in the middle.
  private func error(_ happening: @escaping (String) throws -> Void) throws -> InputError? {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let run = try TinyRun.create(directory)
      run.ledger.afterAppend = { if $0 == 20 { try happening(directory) } }
      return #expect(throws: InputError.self) { try run.run() }
    }
  }

  @Test("deleted, moved, replaced or emptied, it ends at once and says so")
  func gone() throws {
    let files = FileManager.default
    let happenings: [(String) throws -> Void] = [
      { try files.removeItem(atPath: $0) },
      { try files.moveItem(atPath: $0, toPath: $0 + "-elsewhere") },
      {
        try files.removeItem(atPath: $0)
        try files.createDirectory(atPath: $0, withIntermediateDirectories: false)
      },
      { directory in
        for name in try files.contentsOfDirectory(atPath: directory) {
          try files.removeItem(atPath: directory + "/" + name)
        }
      },
    ]
    for (number, happening) in happenings.enumerated() {
      #expect(try error(happening)?.problem == "the run was deleted or moved while it went on", "\(number)")
    }
  }

  @Test("nothing is made again in its place")
  func notMadeAgain() throws {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run")
      run.ledger.afterAppend = { if $0 == 20 { try FileManager.default.removeItem(atPath: parent + "/run") } }
      #expect(throws: InputError.self) { try run.run() }
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }
}
