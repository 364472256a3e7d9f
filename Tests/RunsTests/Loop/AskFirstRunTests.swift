import Compute
import Environments
import Feedback
import Files
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("Steps that wait for permission in the loop", .serialized)
struct AskFirstRunTests {
  /// 29 questions: 16 of them are set aside for permissions, and 13 are left, as without.
  private static let unfamiliar = [
    "caution.askFirst": "unfamiliar", "caution.level": "0.3", "caution.askFirstLimit": "4",
    "feedback.comparisons": "29",
    "person.kind": "rational",
  ]

  /// A gridworld in which the box may be pushed into a corner.
  private static let final = [
    "run.environment": "safety/SideEffectsSokoban-v0:noops=true", "caution.askFirst": "irreversible",
    "caution.askFirstLimit": "3", "feedback.comparisons": "25", "person.kind": "rational",
    "feedback.explorationShare": "0.2",
  ]

  /// A replaying learner, so small that it can be killed everywhere.
  private static let replaying = [
    "run.learner": "sac", "run.steps": "180", "run.iterations": "3", "sac.environments": "2",
    "sac.stepsPerRollout": "20", "sac.randomSteps": "40", "sac.batchSize": "8", "sac.hidden": "[6]",
    "sac.bufferSize": "1000", "reward.normalizeForAgent": "false",
  ]

  private func trained(_ ledger: String, _ name: String) -> [Int] {
    ledger.split(separator: "\n").filter { $0.contains("agent-trained") }.map { line in
      line.range(of: "\"caution/\(name)\":").flatMap { place in
        Double(line[place.upperBound...].prefix { $0 != "," && $0 != "}" })
      }.map { Int($0) } ?? -1
    }
  }

  /// The permissions that a run's record has.
  private func permissions(_ directory: String) throws -> [FeedbackRecord] {
    try RunRecord(directory: directory).feedbackRecords().filter { $0.kind == Permission.name }
  }

  @Test("each is a question of its kind in the record; what was said is what the person's reward says, and teaches")
  func recorded() throws {
    for more in [Self.unfamiliar, Self.final] {
      try withTemporaryDirectory { parent in
        #expect(try TinyRun.create(parent + "/run", more).run().finished)
        let ledger = try TinyRun.Remains(parent + "/run").ledger
        let (asked, given) = (trained(ledger, "permissions_asked"), trained(ledger, "permissions_given"))
        let (refused, late) = (trained(ledger, "permissions_refused"), trained(ledger, "permissions_late"))
        let limit = try #require(Int(more["caution.askFirstLimit"] ?? ""))
        let records = try permissions(parent + "/run")
        #expect(asked.count == 4 && asked.allSatisfy { (0...limit).contains($0) } && asked.reduce(0, +) > 0)
        #expect(records.count == asked.reduce(0, +) && late.allSatisfy { $0 == 0 })
        #expect(records.count { $0.skipped == nil } == given.reduce(0, +) + refused.reduce(0, +))
        var allowed = 0
        for record in records {
          #expect(record.person == "simulated/rational")
          let details = try record.question.details.decode(Permission.Details.self)
          #expect(details.causes == [more["caution.askFirst"] == "irreversible" ? .irreversible : .unfamiliar])
          let clips = record.question.clips
          let width = clips[0].actionRowSize
          #expect(Array(clips[0].actions.prefix(width)) == details.action)
          #expect(Array(clips[1].actions.prefix(width)) == details.instead && details.action != details.instead)
          // The courses part at the step alone, and go on alike.
          let size = clips[0].observationSize
          #expect(clips[0].observations.prefix(size) == clips[1].observations.prefix(size))
          let allow = try #require(record.answer).content.decode(Permission.Decision.self).allow
          let difference = clips[0].trueReturn - clips[1].trueReturn
          if abs(difference) > 1e-6 { #expect(allow == (difference > 0)) }
          if allow { allowed += 1 }
        }
        #expect(allowed == given.reduce(0, +))
        // All questions together keep to the budget, and those about pairs are as many as without permissions.
        let record = try RunRecord(directory: parent + "/run")
        #expect(record.answerCount == 13 + records.count)
        #expect(record.answerCount <= Int(more["feedback.comparisons"] ?? "") ?? 0)
      }
    }
  }

  @Test("1, 2 and 4 threads leave the same bytes, and a kill after any event changes none", arguments: 0..<3)
  func bytes(which: Int) throws {
    let more = [Self.unfamiliar, Self.final, Self.unfamiliar.merging(Self.replaying) { $1 }][which]
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    var all: [TinyRun.Remains] = []
    for count in [1, 2, 4] {
      ThreadPool.shared.threadCount = count
      all.append(try TinyRun.reference(more))
    }
    #expect(all[0] == all[1] && all[0] == all[2])
    #expect(all[0].ledger.contains("\"permission\""))
    try TinyRun.expectSameBytes(as: all[0], more, killedEvery: 16, from: which)
  }

  @Test("who takes a minute on average answers in a minute with probability 1 − 1 ÷ e (5 standard errors)")
  func late() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let settings = try TinyRun.settings(
      Self.unfamiliar.merging(["caution.askFirstPatience": "60", "caution.askFirstSeconds": "60"]) { $1 })
    let people = try SimulatedAnswering(settings.settings, entry, .standard, random: RandomSource(seed: 3))
    let clips = entry.randomClips(2, steps: 3, random: RandomSource(seed: 1)).map { clip in
      StoredSegment(clip, leadingActions: [], source: "", sourceIndex: 0)
    }
    let question = PosedQuestion(
      number: 0, iteration: 0, kind: Permission.name,
      question: Question(
        clips.map(\.trajectory),
        details: try .init(
          encoding: Permission.Details(
            action: [clips[0].trajectory.actions[0]], instead: [clips[1].trajectory.actions[0]]))), clips: clips)
    var late = 0
    for query in 0..<2000 {
      if case .late = try people.permit(question, query: query, within: 60, stop: StopFlag()) { late += 1 }
    }
    let expected: Double = exp(-1.0)
    let error: Double = (expected * (1 - expected) / 2000).squareRoot()
    let share = Double(late) / 2000
    #expect(abs(share - expected) < 5 * error, "\(late)")
    // Nobody in time: the record says so, and it is no evidence.
    try withTemporaryDirectory { parent in
      let never = Self.unfamiliar.merging(["caution.askFirstPatience": "0.1", "caution.askFirstSeconds": "86400"]) {
        $1
      }
      try TinyRun.create(parent + "/run", never).run()
      let records = try permissions(parent + "/run")
      #expect(!records.isEmpty)
      for record in records { #expect(record.skipped == "no answer in time" && record.person == "nobody") }
      let ledger = try TinyRun.Remains(parent + "/run").ledger
      #expect(trained(ledger, "permissions_given").allSatisfy { $0 == 0 })
      #expect(trained(ledger, "permissions_late") == trained(ledger, "permissions_asked"))
    }
  }

  @Test("with a policy that is trusted, it acts where a step is refused")
  func trusted() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/trusted", ["run.seed": "9"]).run()
      let more = Self.unfamiliar.merging(["caution.fallback": parent + "/trusted", "person.adversarial": "1"]) { $1 }
      try TinyRun.create(parent + "/run", more).run()
      let policy = try TrainedRun(directory: parent + "/trusted").policy
      let actor = policy.makeActor(count: 1)
      let records = try permissions(parent + "/run")
      #expect(!records.isEmpty)
      for record in records {
        let details = try record.question.details.decode(Permission.Details.self)
        var action: [Float] = [0]
        var row = action.mutableSpan
        actor.act(Array(record.question.clips[0].observations.prefix(3)).span, into: &row)
        #expect(action == details.instead)
      }
    }
  }

  @Test(
    "what makes no sense is refused before anything is written",
    arguments: [
      (["caution.askFirstLimit": "4"], "caution.askFirstLimit", "no step waits"),
      (["caution.askFirstPatience": "4"], "caution.askFirstPatience", "no step waits"),
      (
        ["caution.askFirst": "irreversible", "feedback.comparisons": "40"], "caution.askFirst", "only in a finite world"
      ),
      (["caution.askFirst": "irreversible", "caution.level": "0.1"], "caution.level", "no unfamiliar step"),
      (
        ["caution.askFirst": "unfamiliar", "caution.askFirstLimit": "4"], "caution.askFirstLimit", "16 of 13 questions"
      ),
      (
        [
          "caution.askFirst": "unfamiliar", "caution.askFirstLimit": "1", "run.environment": "pactolus/CartPole-v1",
          "feedback.comparisons": "40",
        ], "caution.askFirst", "do nothing"
      ),
      (["caution.askFirst": "sometimes"], "caution.askFirst", "sometimes"),
    ] as [([String: String], String, String)])
  func refused(more: [String: String], place: String, words: String) throws {
    try withTemporaryDirectory { parent in
      let error = #expect(throws: InputError.self) { try TinyRun.create(parent + "/run", more) }
      let said = String(describing: error)
      #expect(said.contains(place) && said.contains(words), "\(said)")
      #expect(!FileManager.default.fileExists(atPath: parent + "/run/settings.yaml"))
    }
  }

  /// People who decide by the question's number, and are once interrupted while a step waits.
  private final class Gatekeeper: Answering, Sendable {
    private struct State {
      var open: [PosedQuestion] = []
      var known: Set<Int> = []
      var said: [Int: [AnswerEvent]] = [:]
      var permissions: [Int: PosedQuestion] = [:]
      var interruption: StopFlag?
    }
    private let state = Mutex(State())

    func interrupt(_ stop: StopFlag) { state.withLock { $0.interruption = stop } }

    func ask(_ questions: [PosedQuestion]) throws {
      state.withLock { state in
        for question in questions where state.known.insert(question.number).inserted { state.open.append(question) }
      }
    }

    func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
      try state.withLock { state in
        if let known = state.said[round.iteration] { return known }
        let due = state.open.filter { $0.iteration <= round.last }
        state.open.removeAll { $0.iteration <= round.last }
        let events: [AnswerEvent] = try due.map { question in
          let verdict = try PairComparison.Preference(question.number.isMultiple(of: 3) ? .second : .first).encoded
          return .answered(GivenAnswer(number: question.number, question: question, person: "Ada", content: verdict))
        }
        state.said[round.iteration] = events
        return events
      }
    }

    func permit(
      _ question: PosedQuestion, query: Int, within seconds: Double, stop: StopFlag
    ) throws -> PermissionReply {
      try state.withLock { state in
        if state.permissions.count == 3, let interruption = state.interruption {
          interruption.raise()
          state.interruption = nil
          return .stopped
        }
        if let known = state.permissions.updateValue(question, forKey: question.number), known != question {
          throw InputError("question \(question.number) changed")
        }
        if question.number % 3 == 2 { return .late }
        return .given(
          GivenAnswer(
            number: question.number, question: question, person: "Ada",
            content: try Permission.Decision(allow: question.number % 3 == 0).encoded))
      }
    }
  }

  @Test("people are asked as well; a run that is stopped while a step waits, and one that is killed, end alike")
  func people() throws {
    let more = Self.unfamiliar.merging([
      "person.answering": "live", "feedback.initialShare": "0.4", "feedback.comparisons": "46",
    ]) { $1 }
    func create(_ directory: String, _ people: Gatekeeper) throws -> LearnRun {
      try LearnRun.create(
        directory: directory, settings: TinyRun.settings(more), clock: TinyRun.clock, answering: .people { _ in people }
      )
    }
    func resume(_ directory: String, _ people: Gatekeeper) throws -> LearnRun {
      try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: .people { _ in people })
    }
    let reference = try withTemporaryDirectory { parent in
      #expect(try create(parent + "/run", Gatekeeper()).run().finished)
      let records = try permissions(parent + "/run")
      #expect(Set(records.map(\.person)) == ["Ada", "nobody"])
      return try TinyRun.Remains(parent + "/run")
    }
    try withTemporaryDirectory { parent in
      let people = Gatekeeper()
      let stop = StopFlag()
      do {
        people.interrupt(stop)
        let outcome = try create(parent + "/run", people).run(stop: stop)
        #expect(!outcome.finished)
      }
      let outcome = try resume(parent + "/run", people).run()
      #expect(try outcome.finished && TinyRun.Remains(parent + "/run") == reference)
    }
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 3, to: events, by: 23) {
      try withTemporaryDirectory { parent in
        let people = Gatekeeper()
        do {
          let run = try create(parent + "/run", people)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        let outcome = try resume(parent + "/run", people).run()
        #expect(outcome.finished)
        #expect(try TinyRun.Remains(parent + "/run") == reference, "killed after event \(event)")
      }
    }
  }
}

extension Encodable {
  fileprivate var encoded: JSONValue { get throws { try JSONValue(encoding: self) } }
}
