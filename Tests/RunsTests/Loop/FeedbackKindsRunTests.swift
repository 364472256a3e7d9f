import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs that ask several kinds of questions", .serialized)
struct FeedbackKindsRunTests {
  private static let kinds = [
    "feedback.kinds": "comparison," + FeedbackKindsRunTests.others.joined(separator: ","), "feedback.comparisons": "34",
  ]
  /// The other kinds that can be asked about segments of experience in the run's environment.
  private static let others = FeedbackKinds.standard.filter(canBeAsked).map(\.name).filter { $0 != "comparison" }

  private static func canBeAsked(_ kind: AnyFeedbackKind) -> Bool {
    guard let entry = try? EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1") else { return false }
    let source = RandomSource(seed: 1)
    let clips = entry.randomClips(4, steps: 10, random: source)
    var random = source.stream("ask")
    let material = QuestionMaterial(clips: clips, world: FeedbackWorld(entry)) { clip, _, _ in clips[(clip + 1) % 4] }
    return (try? kind.ask(material, random: &random)) != nil
  }

  @Test("killed after any event and resumed, the ledger, the weights and the metrics are the same bytes")
  func killedAnywhere() throws {
    let reference = try TinyRun.reference(Self.kinds)
    for kind in Self.others { #expect(reference.ledger.contains("\"kind\":\"\(kind)\"")) }
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 0, to: events, by: 7) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try TinyRun.create(directory, Self.kinds)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try TinyRun.resume(directory).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("every kind has its turn, and every answer is learned from")
  func turns() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.kinds).run()
      let record = try RunRecord(directory: directory)
      let names = ["comparison"] + Self.others
      for (index, name) in names.enumerated() {
        let asked = record.questions.count { $0.asked.kind == name }
        #expect(asked == (34 + names.count - 1 - index) / names.count, "\(name)")
      }
      #expect(record.questions.allSatisfy { $0.given != nil })
      #expect(record.answerCount == 34)
    }
  }

  @Test("the records of a run mean what its answers meant")
  func records() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.kinds).run()
      let records = try RunRecord(directory: directory).feedbackRecords()
      #expect(records.map(\.number) == Array(0..<34))
      let world = FeedbackWorld(try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      for record in records where record.answer != nil {
        let read = try JSONDecoder().decode(FeedbackRecord.self, from: JSONEncoder().encode(record))
        #expect(try !read.choices(in: world).isEmpty, "\(record.kind)")
      }
    }
  }

  @Test("a share of the questions is random and never learned from, also after a kill; strategies and batches resume")
  func apart() throws {
    let more = [
      "feedback.evaluationShare": "0.25", "feedback.selection": "information-gain", "feedback.batch": "k-centre",
      "person.kind": "rational", "feedback.hypotheticalShare": "0.5",
    ]
    let reference = try TinyRun.reference(more)
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      do {
        let run = try TinyRun.create(directory, more)
        run.ledger.afterAppend = { if $0 == 25 { throw Killed() } }
        #expect(throws: Killed.self) { try run.run() }
      }
      try TinyRun.resume(directory).run()
      #expect(try TinyRun.Remains(directory) == reference)
      let record = try RunRecord(directory: directory)
      #expect(record.comparisons.count { $0.forEvaluation } == 3)
      #expect(record.iterations.flatMap(\.predictions).contains { $0.isFair })
    }
    let trained = reference.ledger.split(separator: "\n").last { $0.contains("\"kind\":\"reward-trained\"") } ?? ""
    #expect(trained.contains("\"comparisons\":10"), "\(trained)")
  }

  @Test("an unknown kind, and one named twice, are refused before anything is written")
  func refused() throws {
    for (value, problem) in [("comparisn", "comparison"), ("best-of-k,best-of-k", "twice"), ("", "not usable")] {
      #expect(throws: InputError.self, "\(problem)") {
        try withTemporaryDirectory { parent in
          _ = try TinyRun.create(parent + "/run", ["feedback.kinds": value])
        }
      }
    }
  }
}
