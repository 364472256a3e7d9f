import Compute
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Exact resume", .serialized)
struct ResumeTests {
  @Test("two runs of the same settings leave the same bytes; another seed leaves others")
  func repeatable() throws {
    let reference = try TinyRun.reference()
    #expect(try TinyRun.reference() == reference)
    #expect(try TinyRun.reference(["run.seed": "6"]).ledger != reference.ledger)
    #expect(
      reference.files.count == 5, "two checkpoints of two files, and the metrics: \(reference.files.keys.sorted())")
  }

  @Test("1, 2 and 4 threads leave the same bytes")
  func threads() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var all: [TinyRun.Remains] = []
    for count in [1, 2, 4] {
      ThreadPool.shared.threadCount = count
      all.append(try TinyRun.reference())
    }
    #expect(all[0] == all[1])
    #expect(all[0] == all[2])
  }

  @Test(
    "killed after any event and resumed, a run leaves the bytes of an undisturbed one", arguments: ["1", "2", "3"])
  func killedAnywhere(checkpointEvery: String) throws {
    let more = ["run.checkpointEvery": checkpointEvery]
    let reference = try TinyRun.reference(more)
    try TinyRun.expectSameBytes(as: reference, more)
  }

  @Test("killed again and again, once in each process, a run still leaves the same bytes")
  func killedRepeatedly() throws {
    let reference = try TinyRun.reference()
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      var kills = 0
      var run = try TinyRun.create(directory)
      while true {
        // Late enough to get beyond one checkpoint; replayed events count.
        var left = 15
        run.ledger.afterAppend = { _ in
          left -= 1
          if left == 0 { throw Killed() }
        }
        do {
          try run.run()
          break
        } catch is Killed {
          kills += 1
          try #require(kills < 50)
          run = try reopened(&run, directory)
        }
      }
      #expect(kills >= 3)
      #expect(try TinyRun.Remains(directory) == reference)
    }
  }

  /// The lock goes with the old object, so that has to go first.
  private func reopened(_ run: inout LearnRun, _ directory: String) throws -> LearnRun {
    let other = NSTemporaryDirectory() + "pactolus-test-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: other) }
    run = try TinyRun.create(other)
    return try TinyRun.resume(directory)
  }

  @Test("asked to stop, a run writes a checkpoint; resumed, it leaves the same bytes", arguments: ["1", "3"])
  func stopped(checkpointEvery: String) throws {
    let more = ["run.checkpointEvery": checkpointEvery]
    let reference = try TinyRun.reference(more)
    for iteration in 0..<4 {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        let stop = StopFlag()
        do {
          let outcome = try TinyRun.create(directory, more).run(stop: stop, progress: Stopper(stop, at: iteration))
          #expect(!outcome.finished || iteration == 3)
          #expect(outcome.iterations == iteration + 1)
        }
        #expect(try Checkpoint.newest(in: RunLayout(directory))?.iteration == iteration)
        #expect(try TinyRun.resume(directory).run().finished)
        // A checkpoint out of turn may stand beside those of an undisturbed run; the last one is theirs.
        let remains = try TinyRun.Remains(directory)
        #expect(remains.ledger == reference.ledger)
        #expect(remains.final == reference.final)
      }
    }
  }

  @Test("a finished run resumed again stays as it is")
  func finishedAlready() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { try TinyRun.create(directory).run() }
      let remains = try TinyRun.Remains(directory)
      #expect(try TinyRun.resume(directory).run().finished)
      #expect(try TinyRun.Remains(directory) == remains)
    }
  }

  @Test("a killed process that had only made the directory and the settings can be resumed")
  func killedAtOnce() throws {
    let reference = try TinyRun.reference()
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do { _ = try TinyRun.create(directory) }
      for file in ["ledger.sqlite", "metrics"] { try FileManager.default.removeItem(atPath: directory + "/" + file) }
      try TinyRun.resume(directory).run()
      #expect(try TinyRun.Remains(directory) == reference)
    }
  }
}

private struct Stopper: ProgressSink {
  let stop: StopFlag
  let iteration: Int

  init(_ stop: StopFlag, at iteration: Int) {
    self.stop = stop
    self.iteration = iteration
  }

  func report(_ event: ProgressEvent) {
    if case .iteration(let progress) = event, progress.iteration == iteration { stop.raise() }
  }
}
