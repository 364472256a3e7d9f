import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import PactolusTesting
import RunFixtures
import Runs
import Synchronization
import Testing
import Workbench

@Suite("People of a live run who are not asked any more")
struct DeferringTests {
  private static let kinds = FeedbackRegistry.standard

  /// Four people answer every question; each errs with the share given.
  private func rounds(_ errors: [Double], questions: Int, seed: UInt64) -> [[AnswerEvent]] {
    let clips = EnvironmentEntry(RingWorld()).randomClips(2, steps: 4, random: RandomSource(seed: seed))
    var draws = RandomSource(seed: seed).stream("answers")
    var number = 0
    return (0..<questions / 10).map { round in
      (0..<10).flatMap { place -> [AnswerEvent] in
        let isFirst = draws.bernoulli(0.5)
        let question = PosedQuestion(
          number: 10 * round + place, iteration: round, kind: PairComparison.name,
          question: Question(clips, details: .object(["strengths": .bool(false)])),
          clips: clips.map { StoredSegment($0, leadingActions: [], source: "test", sourceIndex: 0) })
        return errors.enumerated().map { person, error in
          number += 1
          let says = draws.bernoulli(error) != isFirst
          return .answered(
            GivenAnswer(
              number: number, question: question, person: ["Ann", "Bob", "Cid", "Dee"][person],
              content: .object(["answer": .string(says ? "first" : "second")])))
        }
      }
    }
  }

  private func policy(_ settings: [String: String]) throws -> LiveReliability.Policy {
    try #require(LiveReliability.Policy(settings))
  }

  private func watched(
    _ rounds: [[AnswerEvent]], _ policy: LiveReliability.Policy, seed: UInt64 = 0, forgetting: Bool = false
  ) throws -> (known: LiveReliability, findings: [String]) {
    var known = LiveReliability(policy)
    var findings: [String] = []
    for (index, events) in rounds.enumerated() {
      if forgetting {
        // As a checkpoint has it.
        known = try CanonicalJSON.decode(LiveReliability.self, from: CanonicalJSON.encode(known))
      }
      findings += try known.takeIn(
        events, in: IntakeRound(iteration: index, last: index, firstQuery: 40 * index), policy, kinds: Self.kinds,
        salt: "run", random: RandomSource(seed: seed)
      ).map(\.id)
    }
    return (known, findings)
  }

  private let names = ["Ann", "Bob", "Cid", "Dee"]

  @Test("who is right half of the time is found, and all of their answers do not count; a checkpoint forgets nothing")
  func unreliable() throws {
    let policy = try policy(["person.requiredAccuracy": "0.75", "person.driftAlarm": "none"])
    let said = rounds([0.05, 0.1, 0.5, 0.05], questions: 100, seed: 3)
    let (known, findings) = try watched(said, policy)
    #expect(known.untrusted(among: names, "run") == ["Cid"] && findings == ["answers/person/3"])
    // Cid's is each third of four.
    #expect(known.withdrawn == (0..<100).map { 4 * $0 + 2 })
    // Under another salt nobody is found: the names themselves are not kept.
    #expect(known.untrusted(among: names, "another run").isEmpty)
    #expect(try !CanonicalJSON.encode(known).contains("Cid"))
    let again = try watched(said, policy, forgetting: true)
    #expect(try CanonicalJSON.encode(again.known) == CanonicalJSON.encode(known) && again.findings == findings)
  }

  @Test("people who err one time in ten are left alone: at most 2 of 40 crews lose anybody")
  func twins() throws {
    // One look has a false alarm in at most .5 %, by the interval's level; 10 looks at 4 people whose accuracy of .9 lies
    // far above .75 make far less than one in 40 crews, and more than 2 has less than 1 chance in 1,000.
    let policy = try policy(["person.requiredAccuracy": "0.75"])
    let lost = try (0..<40).count { seed in
      let (known, _) = try watched(
        rounds([0.1, 0.1, 0.1, 0.1], questions: 100, seed: UInt64(seed)), policy, seed: UInt64(seed))
      return !known.withdrawn.isEmpty
    }
    #expect(lost <= 2)
  }

  @Test("who stops looking is found by the alarm, and what they said before goes on counting")
  func drift() throws {
    let policy = try policy(["person.driftAlarm": "1000"])
    let before = rounds([0.05, 0.05, 0.05, 0.05], questions: 120, seed: 5)
    let after = rounds([0.05, 0.05, 0.05, 0.5], questions: 120, seed: 6)
    let (known, findings) = try watched(before + after, policy)
    #expect(known.untrusted(among: names, "run") == ["Dee"] && findings == ["answers/drift/4"])
    let counted = known.withdrawn.min() ?? 0
    // Dee's answers are each fourth of four; the change lies at query 480, and is found within 40 questions of it.
    #expect(known.withdrawn.allSatisfy { $0 % 4 == 3 } && counted > 440 && counted < 640, "\(counted)")
    #expect(try watched(before, policy).known.withdrawn.isEmpty)
  }

  @Test("two people are always asked on")
  func lastTwo() throws {
    let policy = try policy(["person.requiredAccuracy": "0.99", "person.driftAlarm": "50"])
    let (known, _) = try watched(rounds([0.3, 0.3, 0.3, 0.3], questions: 200, seed: 7), policy)
    #expect(known.untrusted(among: names, "run").count <= 2)
  }

  @Test("without a setting that asks for it nobody is watched")
  func off() { #expect(LiveReliability.Policy(["person.requiredAccuracy": "none"]) == nil) }

  @Test("at the workbench: no more questions, others' count alone, an entry in the log, and nothing of it once erased")
  func atTheWorkbench() throws {
    try Bench.open { bench in
      let members = try names.map { try bench.join($0) } + [bench.join("Olga", .owner)]
      let olga = members[4]
      #expect(try bench.send(.quality, olga, ["overlap": 5]).status == 200)
      try bench.ask(0..<3)
      #expect(try bench.questions(members[2]).count == 1)
      try bench.project.store.stopAsking(["Cid"])
      try bench.project.store.stopAsking(["Cid"])
      let refused = try bench.send(.questions, members[2], ["count": 1])
      #expect((refused["questions"] as? [Any])?.isEmpty == true)
      #expect((refused["message"] as? String)?.contains("Others answer") == true)
      // The round waits for the other four alone.
      for member in [members[0], members[1], members[3], olga] {
        while let question = try bench.questions(member).first { _ = try bench.answer(question, member) }
      }
      let events = try bench.project.collect(
        IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: StopFlag())
      #expect(events?.count == 12)
      let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
      #expect(people.filter { $0["deferred"] as? Bool == true }.compactMap { $0["name"] as? String } == ["Cid"])
      let log = (try bench.send(.audit, olga).body as? [[String: Any]] ?? [])
        .filter { $0["action"] as? String == "not asked any more" }
      #expect(log.count == 1 && log.first?["subject"] as? String == "Cid")
      // If nobody else is left, they are asked after all.
      for name in ["Ann", "Bob", "Dee"] { try bench.project.store.stopAsking([name]) }
      try bench.project.store.stopAsking(["Olga"])
      try bench.ask(3..<4, iteration: 1)
      #expect(try bench.questions(members[2]).count == 1)
    }
  }

  /// Answers for four people, of whom the last says the opposite of the others to every second question.
  private final class Crew: Answering, Sendable {
    struct Place: Sendable {
      var bench: Bench
      var members: [Member]
    }

    let place = Mutex(Place?.none)

    func open(_ directory: String) throws {
      let bench = try Bench(directory, environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      let olga = try bench.join("Olga", .owner)
      _ = try bench.send(.quality, olga, ["overlap": 4])
      let members = try [olga] + ["Ann", "Bob", "Zoe"].map { try bench.join($0) }
      place.withLock { $0 = Place(bench: bench, members: members) }
    }

    func ask(_ questions: [PosedQuestion]) throws { try place.withLock { $0 }?.bench.project.ask(questions) }

    func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
      guard let place = place.withLock({ $0 }) else { return nil }
      for (turn, member) in place.members.enumerated() {
        while let question = try place.bench.questions(member).first {
          let number = place.bench.number(question)
          let isOpposed = turn == 3 && number.isMultiple(of: 2)
          let word = number.isMultiple(of: 3) == isOpposed ? "second" : "first"
          _ = try place.bench.answer(question, member, word, id: "\(turn)-\(number)")
        }
      }
      return try place.bench.project.collect(round, stop: stop)
    }

    private var project: WorkbenchProject? { place.withLock { $0 }?.bench.project }
    func findings() -> [Finding] { project?.findings() ?? [] }
    var withdrawn: [Int] { project?.withdrawn ?? [] }
    func state() throws -> [String: String] { try project?.state() ?? [:] }
    func restore(_ state: [String: String]) throws { try project?.restore(state) }
  }

  private struct Forwarding: ProgressSink {
    let crew: Crew
    func report(_ event: ProgressEvent) { crew.place.withLock { $0 }?.bench.project.progress.report(event) }
  }

  @Test("a live run says whom it does not ask any more, learns from the others alone, and after a stop does the same")
  func inARun() throws {
    let settings = try TinyRun.settings([
      "person.answering": "live", "person.requiredAccuracy": "0.75", "feedback.comparisons": "60",
      "evaluation.clips": "0", "person.kind": "rational",
    ])
    var ledgers: [String] = []
    for isInterrupted in [false, true] {
      try withTemporaryDirectory { parent in
        let crew = Crew()
        let source = AnsweringSource.people { layout in
          try crew.open(layout.directory)
          return crew
        }
        let directory = parent + "/run"
        do {
          let run = try LearnRun.create(
            directory: directory, settings: settings, clock: TinyRun.clock, answering: source)
          let stop = StopFlag()
          if isInterrupted { run.beforeCheckpoint = { stop.raise() } }
          #expect(try run.run(stop: stop, progress: Forwarding(crew: crew)).finished != isInterrupted)
        }
        while isInterrupted {
          let run = try LearnRun.resume(directory: directory, clock: TinyRun.clock, answering: source)
          var checkpoints = 0
          let stop = StopFlag()
          run.beforeCheckpoint = {
            checkpoints += 1
            if checkpoints == 1 { stop.raise() }
          }
          if try run.run(stop: stop, progress: Forwarding(crew: crew)).finished { break }
        }
        ledgers.append(try TinyRun.Remains(directory).ledger)
        let record = try RunRecord(directory: directory)
        let zoe = record.questions.filter { $0.given?.person == "Zoe" }
        #expect(record.answerCount > 100)
        #expect(zoe.count >= 20 && zoe.allSatisfy { !$0.counts }, "\(zoe.count)")
        let place = try #require(crew.place.withLock { $0 })
        // The page's export is the command's: without Zoe unless asked for, and then with all that she said.
        func exported(_ endpoint: Endpoint) throws -> [String: Int] {
          let text = try #require(try place.bench.send(endpoint, place.members[0]).body as? String)
          let records = try FeedbackRecordFile.read([UInt8](text.utf8), place: "export")
          return Dictionary(records.map { ($0.person, 1) }, uniquingKeysWith: +)
        }
        func written(_ includesSetAside: Bool) throws -> [String: Int] {
          let records = try record.feedbackRecords(includesSetAside: includesSetAside)
          return Dictionary(records.map { ($0.person, 1) }, uniquingKeysWith: +)
        }
        #expect(try exported(.export) == written(false) && exported(.export)["Zoe"] == nil)
        #expect(try exported(.exportSetAside) == written(true) && exported(.exportSetAside)["Zoe"] == zoe.count)
        #expect(try place.bench.questions(place.members[3]).isEmpty)
      }
    }
    #expect(ledgers[0].contains("answers/person/4") && ledgers[0].contains("answers-set-aside"))
    #expect(ledgers[0] == ledgers[1])
  }
}
