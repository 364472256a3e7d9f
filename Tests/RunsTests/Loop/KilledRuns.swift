import RunFixtures
import Runs
import Testing

extension TinyRun {
  /// Kills a run after every `step`-th event of its ledger, resumes it each time, and expects the bytes of `reference`,
  /// an undisturbed run with the same settings.
  static func expectSameBytes(
    as reference: Remains, _ more: [String: String], killedEvery step: Int = 1, from first: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    #expect(events > 30, "too few events to be killed after", sourceLocation: sourceLocation)
    for event in stride(from: first, to: events, by: step) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try create(directory, more)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self, sourceLocation: sourceLocation) { try run.run() }
        }
        #expect(try resume(directory).run().finished, sourceLocation: sourceLocation)
        #expect(try Remains(directory) == reference, "killed after event \(event)", sourceLocation: sourceLocation)
      }
    }
  }
}
