import Compute
import Environments
import Feedback
import Files
import Foundation
import GRDB
import RunFixtures
import Runs
import Testing

/// Runs that the release before settings became sections has left: `Fixtures`, stopped in the middle.
@Suite("Runs of the previous release", .serialized)
struct FormerRunTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").path

  /// The arithmetic of today that has the kernels by which the fixtures were made.
  private static let arithmetic = "fused-2"
  /// The checksum of what the ledger of the whole run `untied` exports, as the release that made it went on: without
  /// its first event, to which settings come, and its end: findings, whose words change, the measurements that they
  /// rest on, and the last event, whose number counts both.
  private static let export = "bdf43d1d44e1b57f"

  private static func withCopy<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try FileManager.default.copyItem(atPath: fixtures + "/" + name, toPath: directory)
      return try body(directory)
    }
  }

  /// The kinds of events with which a run ends.
  private static let ends = ["finding-made", "references-measured", "run-finished"]

  /// What equal runs have in common, but for the settings, which grow, and the end.
  private static func checksum(_ directory: String) throws -> String {
    let lines = try Ledger(path: RunLayout(directory).ledger, clock: { 0 }).export().split(separator: "\n").dropFirst()
      .filter { line in !ends.contains { line.contains("\"kind\":\"\($0)\"") } }
    return Checkpoint.checksum(Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  @Test("they are listed, and their answers are exported", arguments: ["comparison", "mixed", "live", "untied"])
  func read(name: String) throws {
    try Self.withCopy(name) { directory in
      let summary = RunSummary(directory: directory)
      #expect(summary.problem == nil && summary.state == .stopped)
      let record = try RunRecord(directory: directory)
      #expect(record.settings["feedback.segmentLength"] == "10")
      #expect(record.settings["feedback.fragmentLength"] == nil)
      #expect(record.settings["run.learner"] == "ppo")
      let world = FeedbackWorld(try EnvironmentRegistry.standard.entry(record.environment))
      let records = try record.feedbackRecords()
      #expect(records.count == record.answerCount)
      for record in records { _ = try record.choices(in: world) }
    }
  }

  @Test("their events are read and written again in the same bytes", arguments: ["comparison", "mixed", "live"])
  func sameBytes(name: String) throws {
    try Self.withCopy(name) { directory in
      let database = try DatabaseQueue(path: RunLayout(directory).ledger)
      let rows = try database.read { try Row.fetchAll($0, sql: "SELECT kind, payload FROM events") }
      #expect(rows.count > 10)
      for row in rows {
        let kind = try #require(LedgerEvent.Kind(rawValue: row["kind"]))
        // Settings grow: the first event has fewer than a new one would.
        guard kind != .runStarted else { continue }
        let payload: String = row["payload"]
        #expect(try LedgerEvent(kind: kind, payload: payload).payload() == payload)
      }
    }
  }

  @Test(
    "they go on to their end: byte for byte where no tie can be said, otherwise with a mark",
    arguments: ["comparison", "mixed", "untied"])
  func resumed(name: String) throws {
    try Self.withCopy(name) { directory in
      #expect(try LearnRun.resume(directory: directory, clock: TinyRun.clock).run().finished)
      let record = try RunRecord(directory: directory)
      #expect(record.finished != nil)
      if name == "untied", LearnRun.arithmetic == Self.arithmetic {
        #expect(record.continuations.isEmpty)
        #expect(try Self.checksum(directory) == Self.export)
        // And again from its start, as when all checkpoints are lost.
        try FileManager.default.removeItem(atPath: RunLayout(directory).checkpoints)
        #expect(try LearnRun.resume(directory: directory, clock: TinyRun.clock).run().finished)
        #expect(try Self.checksum(directory) == Self.export)
      } else {
        #expect(record.continuations.map(\.arithmetic) == [LearnRun.arithmetic])
      }
    }
  }

  @Test("a run that people answer goes on with them, strengths, ties and all")
  func live() throws {
    try Self.withCopy("live") { directory in
      let before = try RunRecord(directory: directory)
      #expect(before.comparisons.contains { $0.answer == "tie" })
      #expect(before.comparisons.contains { $0.strongly == true })
      let run = try LearnRun.resume(
        directory: directory, clock: TinyRun.clock, answering: .people { _ in Obliging() })
      #expect(try run.run().finished)
      let record = try RunRecord(directory: directory)
      #expect(record.answerCount > before.answerCount)
      #expect(record.continuations.count == 1, "what people may say means something else now")
      #expect(
        Array(record.comparisons.map(\.answer).prefix(before.comparisons.count)) == before.comparisons.map(\.answer))
    }
  }

  @Test("made with another arithmetic, a run goes on from its checkpoint: marked, and exact from there")
  func otherArithmetic() throws {
    try Self.withCopy("comparison") { directory in
      let before = try RunRecord(directory: directory)
      try rename("\"arithmetic\":\"fused\"", to: "\"arithmetic\":\"another\"", in: directory)
      #expect(try LearnRun.resume(directory: directory, clock: TinyRun.clock).run().finished)
      let record = try RunRecord(directory: directory)
      let mark = try #require(record.continuations.first)
      #expect(record.continuations.count == 1 && mark.arithmetic == LearnRun.arithmetic)
      #expect(record.comparisons.count == 13, "answers beyond the checkpoint are asked again, and count once")
      #expect(record.comparisons.prefix(before.comparisons.count - 1).allSatisfy { $0.answer != nil })
      // Resumed again, it repeats what it did since.
      let export = try Ledger(path: RunLayout(directory).ledger, clock: { 0 }).export()
      #expect(try LearnRun.resume(directory: directory, clock: TinyRun.clock).run().finished)
      #expect(try Ledger(path: RunLayout(directory).ledger, clock: { 0 }).export() == export)
      // And from its start, as when all checkpoints are lost.
      try FileManager.default.removeItem(atPath: RunLayout(directory).checkpoints)
      #expect(try LearnRun.resume(directory: directory, clock: TinyRun.clock).run().finished)
      #expect(try RunRecord(directory: directory).comparisons.count == 13)
    }
  }

  /// Changes an event as nobody can by the ledger itself.
  private func rename(_ text: String, to other: String, in directory: String) throws {
    try DatabaseQueue(path: RunLayout(directory).ledger).write { db in
      try db.execute(sql: "DROP TRIGGER events_no_update")
      try db.execute(
        sql: "UPDATE events SET payload = replace(payload, ?, ?) WHERE sequence = 0", arguments: [text, other])
    }
  }

  @Test("a former name is read in files and flags, not beside the name of today")
  func formerNames() throws {
    #expect(try ResolvedSettings(flags: ["feedback.fragmentLength": "7"]).settings.feedback.segmentLength == 7)
    let file = try SettingsFile(text: "feedback:\n  fragmentLength: 8\n", path: "my.yaml")
    #expect(try ResolvedSettings(file: file).settings.feedback.segmentLength == 8)
    #expect(
      try ResolvedSettings(file: file, flags: ["feedback.segmentLength": "9"]).settings.feedback.segmentLength == 9)
    #expect(throws: InputError.self) {
      try ResolvedSettings(
        file: SettingsFile(text: "feedback.fragmentLength: 8\nfeedback.segmentLength: 8\n", path: "my.yaml"))
    }
  }

  @Test("a changed setting is still refused, under its name of today")
  func changed() throws {
    try Self.withCopy("comparison") { directory in
      let path = RunLayout(directory).settings
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("fragmentLength: 10", with: "fragmentLength: 11").write(
        toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: InputError.self) { try LearnRun.resume(directory: directory) }
      #expect(error?.problem.hasPrefix("feedback.segmentLength is 11") == true)
    }
  }
}

/// People who like the first clip, and rate the middle.
private final class Obliging: Answering {
  private var asked: [PosedQuestion] = []

  func ask(_ questions: [PosedQuestion]) throws { asked += questions }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    defer { asked = [] }
    return try asked.map { question in
      let content: JSONValue =
        question.kind == PairComparison.name
        ? try JSONValue(encoding: PairComparison.Preference(.first, strongly: true)) : .object(["rating": .number(2)])
      return .answered(
        GivenAnswer(number: 1000 + question.number, question: question, person: "Ada", content: content))
    }
  }
}
