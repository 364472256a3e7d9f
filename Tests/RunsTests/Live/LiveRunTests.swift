import Compute
import Environments
import Feedback
import Files
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

/// People who remember, as a workbench does: what was said when is a function of the question, so that a run which is
/// killed and asks again hears the same.
private final class Remembering: Answering, Sendable {
  private struct State {
    var questions: [Int: PosedQuestion] = [:]
    var intakes: [Int: [AnswerEvent]] = [:]
    var said = 0
    var views: [RunView] = []
  }

  private let state = Mutex(State())
  private let world: FeedbackWorld
  /// Whether answers are taken back after they were learned from.
  let regrets: Bool

  init(_ entry: EnvironmentEntry, regrets: Bool = false) { (world, self.regrets) = (FeedbackWorld(entry), regrets) }

  var questions: [PosedQuestion] { state.withLock { $0.questions.values.sorted { $0.number < $1.number } } }
  var views: [RunView] { state.withLock { $0.views } }

  func ask(_ questions: [PosedQuestion]) throws {
    try state.withLock { state in
      for question in questions {
        if let known = state.questions[question.number], known != question {
          throw InputError("question \(question.number) changed")
        }
        state.questions[question.number] = question
      }
    }
  }

  func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
    try state.withLock { state in
      if let known = state.intakes[round.iteration] { return known }
      var events: [AnswerEvent] = []
      if regrets, round.iteration == 2 { events.append(.takenBack(answer: 0, person: "Ada")) }
      while let question = state.questions[state.said], question.iteration <= round.last {
        events.append(.answered(try answer(question)))
        state.said += 1
      }
      state.intakes[round.iteration] = events
      return events
    }
  }

  private func answer(_ question: PosedQuestion) throws -> GivenAnswer {
    var answer = GivenAnswer(number: question.number, question: question, person: "Ada", content: nil)
    switch (question.kind, question.number % 5) {
    case ("comparison", 4): answer.skipped = ComparisonAnswer.cannotTell.rawValue
    case ("comparison", let turn):
      let verdict = PairComparison.Preference(
        [.first, .second, .tie, .first][turn], strongly: turn == 2 ? nil : turn == 3)
      answer.content = try JSONValue(encoding: verdict)
    default:
      var judge: any Respondent = SimulatedRespondent(SimulatedPerson(.rational())) { $0.rewards.map(Double.init) }
      var random = RandomSource(seed: 3).stream("answer", question.number)
      let said = try FeedbackRegistry.standard.kind(question.kind).simulate(
        question.question, in: world, respondent: &judge, random: &random)
      answer.content = said?.content
      answer.clips = (said?.clips ?? []).map { StoredSegment($0, leadingActions: [], source: "", sourceIndex: 0) }
      if said == nil { answer.skipped = "skipped" }
    }
    return answer
  }

  func show(_ view: RunView) { state.withLock { $0.views.append(view) } }
}

private struct Stopped: Error {}

@Suite("Runs that people answer", .serialized)
struct LiveRunTests {
  private static let settings = [
    "person.answering": "live", "feedback.kinds": "comparison,rating,demonstration", "feedback.comparisons": "21",
  ]

  private static func people(regrets: Bool = false) throws -> Remembering {
    try Remembering(EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"), regrets: regrets)
  }

  private static func create(_ directory: String, _ people: Remembering) throws -> LearnRun {
    try LearnRun.create(
      directory: directory, settings: TinyRun.settings(settings), clock: TinyRun.clock,
      answering: .people { _ in people })
  }

  @Test(
    "killed after any event and resumed with the same answers, everything is the same bytes", arguments: [false, true])
  func killedAnywhere(regrets: Bool) throws {
    let reference = try withTemporaryDirectory { parent in
      let run = try Self.create(parent + "/run", try Self.people(regrets: regrets))
      #expect(try run.run().finished)
      return try TinyRun.Remains(parent + "/run")
    }
    #expect(reference.ledger.contains("\"strongly\":true"))
    #expect(reference.ledger.contains("answer-taken-back") == regrets)
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 0, to: events, by: 5) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        let people = try Self.people(regrets: regrets)
        do {
          let run = try Self.create(directory, people)
          run.ledger.afterAppend = { if $0 == event { throw Stopped() } }
          #expect(throws: Stopped.self) { try run.run() }
        }
        #expect(
          try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: .people { _ in people }).run()
            .finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("every question has its turn, is asked before the training that its answer serves, and can be drawn")
  func questions() throws {
    try withTemporaryDirectory { parent in
      let people = try Self.people()
      let run = try Self.create(parent + "/run", people)
      try run.run()
      let questions = people.questions
      #expect(questions.map(\.number) == Array(0..<21))
      #expect(questions.map(\.kind) == (0..<21).map { ["comparison", "rating", "demonstration"][$0 % 3] })
      #expect(questions.allSatisfy { $0.clips.count == $0.question.clips.count })
      #expect(questions.flatMap(\.clips).allSatisfy { !$0.source.isEmpty && $0.trajectory.start != nil })
      #expect(people.views.map(\.iteration) == [0, 1, 2, 3])
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.answerCount == 21)
      #expect(record.comparisons.contains { $0.strongly == true })
      let exported = try record.feedbackRecords()
      #expect(exported.count == 21)
      let world = FeedbackWorld(try EnvironmentRegistry.standard.entry(record.environment))
      for one in exported { _ = try one.choices(in: world) }
    }
  }

  @Test("what is shown of the reward: each input's share of its variation, and a map over the two that count most")
  func views() throws {
    try withTemporaryDirectory { parent in
      let people = try Self.people()
      try Self.create(parent + "/run", people).run()
      let names = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1").specification.observationNames
      let view = try #require(people.views.last)
      #expect(Set(view.attention.map(\.name)) == Set(names) && view.attention.count == names.count)
      let shares = view.attention.map(\.share)
      #expect(shares == shares.sorted(by: >) && shares.allSatisfy { $0 >= 0 && $0 <= 1 })
      let sum: Double = shares.reduce(0, +)
      #expect(abs(sum - 1) < 1e-9)
      let heat = try #require(view.heat)
      #expect(Set(heat.names) == Set(view.attention.prefix(2).map(\.name)))
      #expect(heat.names == names.filter { heat.names.contains($0) })
      #expect(heat.values.count == heat.columns * heat.rows && heat.columns == 40 && heat.rows == 40)
      // The reward depends on both inputs: more colours than a row or a column has places.
      #expect(heat.values.allSatisfy(\.isFinite) && Set(heat.values).count > 40)
      #expect(heat.ranges.allSatisfy { $0.lowerBound < $0.upperBound })
    }
  }

  @Test("what is taken back counts no more")
  func takenBack() throws {
    try withTemporaryDirectory { parent in
      let run = try Self.create(parent + "/run", try Self.people(regrets: true))
      try run.run()
      let record = try RunRecord(directory: parent + "/run")
      #expect(record.comparisons.filter(\.takenBack).map(\.query) == [0])
      #expect(record.answerCount == 20)
    }
  }

  @Test("a run that people answer is not started without them, nor one that is simulated with them")
  func presence() throws {
    try withTemporaryDirectory { parent in
      #expect(throws: InputError.self) {
        try LearnRun.create(directory: parent + "/a", settings: TinyRun.settings(Self.settings))
      }
      #expect(throws: InputError.self) {
        try LearnRun.create(
          directory: parent + "/b", settings: TinyRun.settings(), answering: .people { _ in try Self.people() })
      }
      #expect(!FileManager.default.fileExists(atPath: parent + "/a"))
      let people = try Self.people()
      do { _ = try Self.create(parent + "/c", people) }
      #expect(throws: InputError.self) { try LearnRun.resume(directory: parent + "/c") }
    }
  }
}
