import RunFixtures
import Runs
import Testing
import Workbench

@Suite("What the workbench acknowledges is on disk")
struct DurabilityTests {
  /// Whether the write-ahead log was flushed while `body` ran.
  private func flushes(_ bench: Bench, _ body: () throws -> Void) throws -> Bool {
    let calls = try watchedCalls(below: bench.directory, body)
    return calls.contains("fdatasync workbench.sqlite-wal") || calls.contains("fsync workbench.sqlite-wal")
  }

  @Test(
    "an answer, an undo, a joining and an intake are flushed before they are acknowledged; a look at the status is not")
  func answers() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      var statuses: [Int] = []
      #expect(try flushes(bench) { statuses.append(try bench.answer(question, ann).status) })
      #expect(try flushes(bench) { statuses.append(try bench.send(.undo, ann).status) })
      #expect(try flushes(bench) { try bench.join("Ben") })
      #expect(try !flushes(bench) { statuses.append(try bench.send(.status, ann).status) })
      #expect(statuses == [200, 200, 200])
      for question in try bench.questions(ann, count: 2) { _ = try bench.answer(question, ann) }
      var taken: [AnswerEvent]?
      #expect(
        try flushes(bench) {
          taken = try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: StopFlag())
        })
      #expect(taken?.count == 2)
    }
  }
}
