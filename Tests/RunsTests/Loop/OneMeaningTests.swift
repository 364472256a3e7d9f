import Compute
import Environments
import Feedback
import Files
import Foundation
import Rewards
import RunFixtures
import Runs
import Testing

/// People who say to each question what is written down under its number.
private final class Reciting: Answering {
  private let answers: [Int: FeedbackRecord]
  private var asked: [PosedQuestion] = []
  /// Questions that were not the ones written down.
  private(set) var others = 0

  init(_ answers: [FeedbackRecord]) {
    self.answers = Dictionary(uniqueKeysWithValues: answers.map { ($0.number, $0) })
  }

  func ask(_ questions: [PosedQuestion]) throws {
    asked += questions
    others += questions.count { $0.question.clips != answers[$0.number]?.question.clips }
  }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    defer { asked = [] }
    return asked.map { question in
      let known = answers[question.number]
      return .answered(
        GivenAnswer(
          number: question.number, question: question, person: "Ada", content: known?.answer?.content,
          clips: (known?.answer?.clips ?? []).map {
            StoredSegment($0, leadingActions: [], source: "", sourceIndex: 0)
          }, skipped: known?.skipped))
    }
  }
}

/// The same answers, given by simulated people, by people, read from an export, or replayed from a ledger.
@Suite("An answer means the same on every path", .serialized)
struct OneMeaningTests {
  /// All questions in the first round, before anything is learned: both runs then ask the same.
  private static func flags(_ kind: String, _ more: [String: String] = [:]) -> [String: String] {
    var flags = [
      "feedback.kinds": kind, "feedback.initialShare": "1", "feedback.comparisons": "9", "person.kind": "rational",
      "run.steps": "70", "run.iterations": "1",
    ]
    // The state of the world is asked about where there is a table of it.
    if kind == "state-of-the-world" {
      flags.merge(["run.environment": "pactolus/Delivery-v0", "feedback.segmentLength": "4"]) { $1 }
    }
    return flags.merging(more) { $1 }
  }

  /// What a run has learned from, what an export of it says, and what its ledger says when it is opened again.
  private struct Meaning {
    var run: ChoiceSet
    var exported: ChoiceSet
    var replayed: ChoiceSet
    var records: [FeedbackRecord]
  }

  private static func meaning(
    _ directory: String, _ flags: [String: String], answering: AnsweringSource = .simulated
  ) throws -> Meaning {
    let settings = try TinyRun.settings(flags)
    var learned = try ChoiceSet(exactly: nil, settings)
    do {
      let run = try LearnRun.create(
        directory: directory, settings: settings, clock: TinyRun.clock, answering: answering)
      #expect(try run.run().finished)
      learned = run.answered.choices(memory: nil)
    }
    let records = try RunRecord(directory: directory).feedbackRecords()
    let read = try FeedbackRecordFile.read([UInt8](FeedbackRecordFile.data(records)), place: "export")
    let again = try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: answering)
    return Meaning(
      run: learned, exported: try ChoiceSet(exactly: read, settings), replayed: again.answered.choices(memory: nil),
      records: records)
  }

  @Test(
    "simulated, live, exported and read, replayed: the same choices, value by value", arguments: FeedbackKinds.standard)
  func samePaths(kind: AnyFeedbackKind) throws {
    try withTemporaryDirectory { parent in
      let flags = Self.flags(kind.name)
      let simulated = try Self.meaning(parent + "/simulated", flags)
      #expect(simulated.records.count == 9 && simulated.run.count > 0)
      #expect(simulated.exported == simulated.run)
      #expect(simulated.replayed == simulated.run)

      let people = Reciting(simulated.records)
      let live = try Self.meaning(
        parent + "/live", flags.merging(["person.answering": "live"]) { $1 }, answering: .people { _ in people })
      #expect(people.others == 0, "both runs ask the same")
      #expect(live.records.map(\.answer) == simulated.records.map(\.answer))
      #expect(live.run == simulated.run)
      #expect(live.exported == simulated.run)
      #expect(live.replayed == simulated.run)
    }
  }

  @Test("what only people can say, strong preferences, and ties among clips: live, exported and read, replayed")
  func onlyPeople() throws {
    for (kind, said) in [
      (
        "comparison",
        [#"{"answer":"first","strongly":true}"#, #"{"answer":"tie"}"#, #"{"answer":"second","strongly":false}"#]
      ),
      ("ranking", [#"{"groups":[[1,2],[0],[3]]}"#, #"{"groups":[[0,1,2,3]]}"#, #"{"groups":[[3],[0,2]]}"#]),
    ] {
      try withTemporaryDirectory { parent in
        var records = try Self.meaning(parent + "/simulated", Self.flags(kind)).records
        for index in records.indices {
          records[index].answer = Answer(try JSONDecoder().decode(JSONValue.self, from: Data(said[index % 3].utf8)))
        }
        let live = try Self.meaning(
          parent + "/live", Self.flags(kind, ["person.answering": "live"]),
          answering: .people { _ in Reciting(records) })
        #expect(live.records.map(\.answer) == records.map(\.answer))
        #expect(live.run.count >= 9 && live.exported == live.run && live.replayed == live.run)
        if kind == "comparison" { #expect(Set(live.run.rationalities) == [1, 2]) }
      }
    }
  }

  @Test(
    "several people: each answers in turn or all do, a tie is one only where it can be said, and the ledger says who")
  func several() throws {
    try withTemporaryDirectory { parent in
      let several = try Self.meaning(
        parent + "/run",
        Self.flags(
          "comparison,rating",
          [
            "person.count": "3", "person.overlap": "0.5", "person.kind": "boltzmann", "feedback.comparisons": "40",
          ]))
      #expect(several.exported == several.run && several.replayed == several.run && several.run.count == 40)
      let byKind = Dictionary(grouping: several.records, by: \.kind)
      // A question that all answer uses up others of its kind alone.
      #expect(byKind["comparison"]?.count == 20 && byKind["rating"]?.count == 20)
      let shared = Dictionary(grouping: byKind["comparison"] ?? [], by: \.question.clips).values.map(\.count)
      #expect(shared.contains(3) && shared.contains(1))
      let rated = Dictionary(grouping: byKind["rating"] ?? [], by: \.question.clips).values.map(\.count)
      #expect(rated.allSatisfy { $0 < 3 }, "ratings are not shared")
    }
  }
}

extension ChoiceSet {
  /// What the records mean, encoded as the run of these settings would.
  fileprivate init(exactly records: [FeedbackRecord]?, _ settings: ResolvedSettings) throws {
    let entry = try EnvironmentRegistry.standard.entry(settings.settings.run.environment)
    let model = try RewardModel(
      settings.settings.reward.model, specification: entry.specification, random: RandomSource(seed: 0))
    self.init(model.encoding)
    for record in records ?? [] {
      let choices = try record.choices(in: FeedbackWorld(entry))
      if !choices.isEmpty { try append(choices) }
    }
  }
}
