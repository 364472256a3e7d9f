import Compute
import Environments
import Feedback
import Foundation
import GRDB
import RunFixtures
import Runs
import Synchronization
import Testing

/// People who look at what they are asked, and say nothing: the run stops.
private final class Silent: Answering, Sendable {
  let asked = Mutex([PosedQuestion]())
  func ask(_ questions: [PosedQuestion]) throws { asked.withLock { $0 = questions } }
  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? { nil }
}

@Suite("The first round of a run that people answer", .serialized)
struct FirstRoundTests {
  /// The first round's questions of a run with these settings, stopped there.
  private func first(_ directory: String, _ settings: ResolvedSettings) throws -> [PosedQuestion] {
    let people = Silent()
    let run = try LearnRun.create(
      directory: directory, settings: settings, clock: TinyRun.clock, answering: .people { _ in people })
    #expect(try !run.run().finished)
    return people.asked.withLock { $0 }
  }

  private func resumed(_ directory: String) throws -> [PosedQuestion] {
    let people = Silent()
    let run = try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: .people { _ in people })
    #expect(try !run.run().finished)
    return people.asked.withLock { $0 }
  }

  /// Changes the first event as nobody can by the ledger itself.
  private func rename(_ text: String, to other: String, in directory: String) throws {
    try DatabaseQueue(path: RunLayout(directory).ledger).write { db in
      try db.execute(sql: "DROP TRIGGER IF EXISTS events_no_update")
      try db.execute(
        sql: "UPDATE events SET payload = replace(payload, ?, ?) WHERE sequence = 0", arguments: [text, other])
      #expect(db.changesCount == 1)
    }
  }

  @Test("has forty questions where the preset has a thousand; a run that was begun before asks as it did")
  func small() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let settings = try ResolvedSettings(
        environment: "pactolus/Delivery-v0", flags: ["person.answering": "live", "feedback.segmentLength": "6"])
      #expect(settings.settings.feedback.comparisons == 2000 && settings.settings.feedback.initialShare == 0.5)
      let asked = try first(directory, settings)
      #expect(asked.map(\.number) == Array(0..<40))
      #expect(try resumed(directory) == asked)
      try rename(",\"firstQuestions\":40", to: "", in: directory)
      #expect(try resumed(directory).count == 1000)
    }
  }

  @Test("has the share that was asked for by a flag, and never more than the settings have")
  func asked() throws {
    try withTemporaryDirectory { parent in
      let live = ["person.answering": "live"]
      // A flag of TinyRun says .3 of them.
      let many = try TinyRun.settings(live.merging(["feedback.comparisons": "200", "feedback.kinds": "rating"]) { $1 })
      #expect(try first(parent + "/flag", many).count == 60)
      let few = try ResolvedSettings(
        environment: "pactolus/Pendulum-v1",
        flags: live.merging(["feedback.comparisons": "90", "run.steps": "1000", "run.iterations": "2"]) { $1 })
      #expect(try first(parent + "/few", few).count == 9)
    }
  }

  @Test("clips that people make are grounded anew: a run begun before says from where on it is not exact")
  func generations() throws {
    try withTemporaryDirectory { parent in
      func settings(_ kinds: String) throws -> ResolvedSettings {
        try TinyRun.settings(["person.answering": "live", "feedback.kinds": kinds])
      }
      for kind in ["correction", "intervention", "demonstration"] {
        let directory = parent + "/" + kind
        _ = try first(directory, settings("comparison,\(kind)"))
        let made = try RunRecord(directory: directory).arithmetic
        #expect(made.hasSuffix("-3"))
        _ = try resumed(directory)
        #expect(try RunRecord(directory: directory).continuations.isEmpty)
        try rename(made, to: LearnRun.arithmetic, in: directory)
        _ = try resumed(directory)
        #expect(try RunRecord(directory: directory).continuations.map(\.arithmetic) == [made])
      }
      // Where nobody makes clips, nothing has changed: neither for people nor for simulated ones.
      _ = try first(parent + "/plain", settings("comparison,rating"))
      #expect(try RunRecord(directory: parent + "/plain").arithmetic == LearnRun.arithmetic)
      let simulated = try TinyRun.create(parent + "/simulated", ["feedback.kinds": "correction,demonstration"])
      #expect(try simulated.run().finished)
      #expect(try RunRecord(directory: parent + "/simulated").arithmetic == LearnRun.arithmetic)
    }
  }

  @Test("is never reached with a kind that cannot be asked there: the remedy names those that can")
  func impossible() throws {
    try withTemporaryDirectory { parent in
      func problem(_ environment: String, _ kinds: String) throws -> InputError? {
        let settings = try ResolvedSettings(
          environment: environment, flags: ["person.answering": "live", "feedback.kinds": kinds])
        return #expect(throws: InputError.self) { try first(parent + "/run", settings) }
      }
      let infinite = try problem("pactolus/Pendulum-v1", "comparison,state-of-the-world")
      #expect(infinite?.place == "feedback.kinds" && infinite?.problem.contains("state-of-the-world") == true)
      #expect(infinite?.remedy?.contains("what can be asked there: comparison, best-of-k, ranking, rating") == true)
      let misspelt = try problem("pactolus/Pendulum-v1", "corection")
      #expect(misspelt?.description.contains("correction") == true)
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }
}
