import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("A run that asks for a user's own kind of feedback", .serialized)
struct OwnKindRunTests {
  private static let flags = ["feedback.kinds": "comparison,thumbs"]

  @Test("killed after any event and resumed, the ledger, the weights and the metrics are the same bytes")
  func killedAnywhere() throws {
    let reference = try TinyRun.reference(Self.flags, kinds: .withThumbs)
    #expect(reference.ledger.contains("\"kind\":\"thumbs\""))
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 0, to: events, by: 11) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try TinyRun.create(directory, Self.flags, kinds: .withThumbs)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try TinyRun.resume(directory, kinds: .withThumbs).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("all its answers are learned from; exported and read again they mean the same, to those who know the kind")
  func exported() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.flags, kinds: .withThumbs).run()
      let record = try RunRecord(directory: directory)
      #expect(record.answersByKind.map(\.kind) == ["comparison", "thumbs"])
      #expect(record.answersByKind.map(\.count) == [7, 6])

      let file = URL(fileURLWithPath: parent + "/answers.jsonl")
      try FeedbackRecordFile.write(record.feedbackRecords(), to: file)
      let read = try FeedbackRecordFile.read(file)
      let world = FeedbackWorld(try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      let thumbs = read.filter { $0.kind == "thumbs" }
      #expect(thumbs.count == 6)
      for one in thumbs {
        let up = try #require(try one.answer?.content.decode(Thumbs.Thumb.self)).up
        let choices = try one.choices(in: world, kinds: .withThumbs)
        #expect(choices.count == 1 && choices[0].target == (up ? [1, 0] : [0, 1]))
        #expect(choices[0].options.map { $0.clips.map(\.rewards) } == [[one.question.clips[0].rewards], []])
        #expect(throws: InputError.self) { try one.choices(in: world) }
      }
      let meant = try read.reduce(0) { try $0 + $1.choices(in: world, kinds: .withThumbs).count }
      let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 }).export()
      let trained = ledger.split(separator: "\n").last { $0.contains("\"kind\":\"reward-trained\"") } ?? ""
      #expect(trained.contains("\"comparisons\":\(meant),"), "\(trained)")
    }
  }

  @Test("several seeds ask for it too")
  func study() throws {
    try withTemporaryDirectory { parent in
      let study = try Study.create(
        directory: parent + "/study", settings: TinyRun.settings(Self.flags), seeds: [1, 2], kinds: .withThumbs)
      #expect(try study.run(kinds: .withThumbs, clock: TinyRun.clock).isFinished)
      for directory in study.directories {
        #expect(try RunRecord(directory: directory).answersByKind.map(\.count) == [7, 6])
      }
    }
  }

  @Test("a registry without it refuses it by name, with near misses, at the start and when a run goes on")
  func refused() throws {
    func refusal(_ body: () throws -> Void) -> InputError? {
      do {
        try body()
        return nil
      } catch {
        return error as? InputError
      }
    }
    try withTemporaryDirectory { parent in
      let misspelt = refusal {
        _ = try TinyRun.create(parent + "/a", ["feedback.kinds": "thumb"], kinds: .withThumbs)
      }
      #expect(misspelt?.place == "feedback.kinds" && misspelt?.remedy?.contains("thumbs") == true)
      #expect(refusal { _ = try TinyRun.create(parent + "/a", Self.flags) }?.problem.contains("thumbs") == true)
      #expect(!FileManager.default.fileExists(atPath: parent + "/a"))

      let directory = parent + "/run"
      do { _ = try TinyRun.create(directory, Self.flags, kinds: .withThumbs) }
      #expect(refusal { _ = try TinyRun.resume(directory) }?.place == "feedback.kinds")
      #expect(try TinyRun.resume(directory, kinds: .withThumbs).run().finished)
    }
  }
}
