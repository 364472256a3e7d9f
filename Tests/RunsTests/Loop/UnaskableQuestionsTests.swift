import Compute
import Environments
import Feedback
import Findings
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("A run never ends at a question that it cannot ask", .serialized)
struct UnaskableQuestionsTests {
  private final class Heard: ProgressSink, Sendable {
    let notices = Mutex<[String]>([])
    func report(_ event: ProgressEvent) {
      if case .iteration(let progress) = event { notices.withLock { $0 += progress.notices ?? [] } }
    }
  }

  /// A whole run whose questions become impossible after its start, and what it said on the way.
  private func run(_ kinds: String, _ manner: Shy.Manner) throws -> (record: RunRecord, notices: [String]) {
    defer { Shy.become(.bold) }
    return try withTemporaryDirectory { parent in
      let run = try TinyRun.create(parent + "/run", ["feedback.kinds": kinds], kinds: .withShyThumbs)
      Shy.become(manner)
      let heard = Heard()
      #expect(try run.run(progress: heard).finished)
      return (try RunRecord(directory: parent + "/run"), heard.notices.withLock { $0 })
    }
  }

  @Test("without another kind the questions are left out, and record, screen and findings say so")
  func leftOut() throws {
    let (record, notices) = try run("shy", .silent)
    #expect(record.answerCount == 0 && record.questions.isEmpty)
    #expect(record.replacements.reduce(0) { $0 + $1.count } == 13)
    #expect(record.replacements.allSatisfy { $0.kind == "shy" && $0.instead == nil && $0.reason == "too shy" })
    #expect(notices == record.replacements.map(\.sentence) && notices.count == 4)
    #expect(
      notices[0] == "round 0: \(record.replacements[0].count) questions of 'shy' could not be asked (too shy); left out"
    )
    let finding = try #require(record.findings.first { $0.id == "answers/planned" })
    #expect(finding.verdict == .fails && finding.bearing == .advice && finding.reason.contains("13"))
  }

  @Test("another kind of the run takes its place")
  func anotherKind() throws {
    let (record, notices) = try run("shy,comparison", .silent)
    #expect(record.comparisons.count == 13 && record.answerCount == 13)
    #expect(record.replacements.allSatisfy { $0.kind == "shy" && $0.instead == "comparison" })
    #expect(record.replacements.reduce(0) { $0 + $1.count } == 7)
    #expect(notices.allSatisfy { $0.hasSuffix("; asked 'comparison' instead") })
  }

  @Test("clips of exploring are asked about where the agent's own make no question")
  func exploring() throws {
    let (record, notices) = try run("shy", .afterTenTries)
    #expect(record.questions.count == 13 && record.answerCount == 13)
    #expect(record.replacements.allSatisfy { $0.instead == "shy" })
    #expect(record.replacements.reduce(0) { $0 + $1.count } == 13)
    #expect(notices.allSatisfy { $0.hasSuffix("; asked about clips of exploring") })
    let segments = record.questions.flatMap(\.asked.segments)
    #expect(!segments.isEmpty)
    let finding = try #require(record.findings.first { $0.id == "answers/planned" })
    #expect(finding.verdict == .holds)
  }

  @Test("a kind that judges clips by themselves is refused where no episode lasts a segment, and taken where some do")
  func tooShort() throws {
    func problem(_ length: Int) throws -> String? {
      try withTemporaryDirectory { parent in
        let settings = try ResolvedSettings(
          environment: "pactolus/CartPole-v1",
          flags: ["feedback.kinds": "comparison,rating", "feedback.segmentLength": "\(length)"])
        do {
          _ = try LearnRun.create(directory: parent + "/run", settings: settings)
          return nil
        } catch let error as InputError {
          return error.description
        }
      }
    }
    #expect(try problem(500)?.contains("'rating' cannot be asked in pactolus/CartPole-v1") == true)
    #expect(try problem(500)?.contains("lower feedback.segmentLength") == true)
    #expect(try problem(8) == nil)
  }

  @Test("a run in which everything could be asked says nothing of it")
  func quiet() throws {
    let (record, notices) = try run("shy,comparison", .bold)
    #expect(record.replacements.isEmpty && notices.isEmpty)
    #expect(!record.findings.contains { $0.id == "answers/planned" })
  }

  @Test("killed after any event and resumed, the ledger, the weights and the metrics are the same bytes")
  func killedAnywhere() throws {
    defer { Shy.become(.bold) }
    let flags = ["feedback.kinds": "thumbs,shy"]
    func started(_ directory: String) throws -> LearnRun {
      Shy.become(.bold)
      defer { Shy.become(.silent) }
      return try TinyRun.create(directory, flags, kinds: .withShyThumbs)
    }
    let reference = try withTemporaryDirectory { parent in
      try started(parent + "/run").run()
      return try TinyRun.Remains(parent + "/run")
    }
    #expect(reference.ledger.contains("\"kind\":\"questions-replaced\""))
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 0, to: events, by: 9) {
      try withTemporaryDirectory { parent in
        do {
          let run = try started(parent + "/run")
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try TinyRun.resume(parent + "/run", kinds: .withShyThumbs).run().finished)
        #expect(try TinyRun.Remains(parent + "/run") == reference, "killed after event \(event)")
      }
    }
  }

  @Test("a kind that cannot be asked in a world at all is refused before anything is written; all others can be asked")
  func refused() throws {
    for entry in EnvironmentRegistry.standard.entries {
      for kind in FeedbackKinds.standard {
        let settings = try ResolvedSettings(
          environment: entry.specification.id, flags: ["feedback.kinds": kind.name, "feedback.segmentLength": "10"]
        ).settings
        let problem = problem { try LearnRun.checkKinds(settings, entry, .standard) }
        // A world without a table has no states to name.
        let isRefused = kind.name == "state-of-the-world" && entry.tabular == nil
        #expect((problem != nil) == isRefused, "\(kind.name) in \(entry.specification.id): \(problem ?? "asked")")
        if let problem {
          #expect(problem.contains("'state-of-the-world' cannot be asked in \(entry.specification.id)"))
        }
      }
    }
    try withTemporaryDirectory { parent in
      #expect(throws: InputError.self) {
        try TinyRun.create(parent + "/run", ["feedback.kinds": "comparison,state-of-the-world"])
      }
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test("a learner that does not suit the world is refused before anything is written")
  func refusedLearner() throws {
    try withTemporaryDirectory { parent in
      #expect(throws: InputError.self) {
        try TinyRun.create(parent + "/run", ["run.environment": "pactolus/CartPole-v1", "run.learner": "sac"])
      }
      #expect(!FileManager.default.fileExists(atPath: parent + "/run"))
    }
  }

  @Test("before a run a kind is tried on the clips of ten draws: one of them is enough, and none is too few")
  func tries() throws {
    defer { Shy.become(.bold) }
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let settings = try TinyRun.settings(["feedback.kinds": "shy"]).settings
    for tries in [0, 1, 9, 10] {
      Shy.become(.after(tries))
      let problem = problem { try LearnRun.checkKinds(settings, entry, .withShyThumbs) }
      #expect((problem == nil) == (tries < 10), "\(tries): \(problem ?? "asked")")
      if let problem { #expect(problem.contains("'shy' cannot be asked in pactolus/Pendulum-v1: too shy")) }
    }
  }

  private func problem(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }
}
