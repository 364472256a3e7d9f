import RunFixtures
import Runs
import Testing

@Suite("What the page says while a run goes on")
struct LiveBoardTests {
  private func phase(_ bench: Bench) throws -> String? {
    try bench.send(.status, bench.join("Olga", .owner))["phase"] as? String
  }

  @Test("a run that has come to its end has finished; one that was stopped has not")
  func ends() throws {
    try Bench.open { bench in
      let stop = StopFlag()
      stop.raise()
      let stopped = try TinyRun.create(bench.directory + "/stopped").run(stop: stop, progress: bench.project.progress)
      #expect(!stopped.finished)
      #expect(try phase(bench) != "finished")
      let whole = try TinyRun.create(bench.directory + "/whole").run(progress: bench.project.progress)
      #expect(whole.finished)
      #expect(try phase(bench) == "finished")
    }
  }
}
