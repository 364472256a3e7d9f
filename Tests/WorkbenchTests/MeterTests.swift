import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Synchronization
import Testing
import Workbench

@Suite("How sure the machine is, on the page", .serialized)
struct MeterTests {
  private static let asked = ["feedback.comparisons": "60", "person.kind": "oracle", "feedback.selection": "random"]
  private static let names = ["aleatoric", "model", "distributional", "specification"]

  private struct Measure: Equatable {
    var kind: String
    var value: Double?
    var bar: Double?
    var words: String
  }

  private static func measures(_ reply: Reply) throws -> [[Measure]] {
    try #require(reply["clips"] as? [[String: Any]], "\(reply.error)").map { clip in
      try #require(clip["measures"] as? [[String: Any]]).map {
        Measure(
          kind: $0["kind"] as? String ?? "", value: $0["value"] as? Double, bar: $0["bar"] as? Double,
          words: $0["words"] as? String ?? "")
      }
    }
  }

  /// A comparison of two clips of random play, the second as far from everything as this factor takes it.
  private static func question(_ number: Int, factor: Float = 1) throws -> PosedQuestion {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    var clips = entry.randomClips(2, steps: 10, random: RandomSource(seed: 9).child("test", number))
    clips[1].observations = clips[1].observations.map { factor * $0 }
    return PosedQuestion(
      number: number, iteration: 0, kind: "comparison",
      question: Question(clips, details: .object(["strengths": .bool(false)])),
      clips: clips.map { StoredSegment($0, leadingActions: [], source: "test", sourceIndex: number) })
  }

  /// A workbench in the directory of a run that has finished, and a question that is asked there afterwards.
  private static func open(
    _ settings: [String: String] = asked, factor: Float = 1, _ body: (Bench, PosedQuestion) throws -> Void
  ) throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", settings).run()
      let bench = try Bench(
        parent + "/run", environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      let question = try question(7, factor: factor)
      try bench.project.ask([question])
      try body(bench, question)
    }
  }

  /// The values are those of the library for the same clips.
  private static func expect(_ measures: [[Measure]], _ numbers: FourUncertainties) {
    #expect(measures.count == numbers.count)
    for (place, clip) in measures.enumerated() {
      #expect(clip.map(\.kind) == names)
      let wanted = FourUncertainties.Kind.allCases.map { numbers[$0][place] }
      for (measure, value) in zip(clip, wanted) {
        #expect((measure.value == nil) == (value == nil), "\(measure)")
        #expect(abs((measure.value ?? 0) - (value ?? 0)) < 1e-12, "\(measure)")
        #expect((measure.bar == nil) == (value == nil))
      }
    }
  }

  private static func numbers(
    _ model: TrainedRun, _ question: PosedQuestion
  ) throws -> FourUncertainties {
    try RewardUncertainty(
      model.reward, answers: model.answers(kinds: .standard), training: model.settings.reward.training,
      random: RandomSource(seed: 5).child("uncertainty/page")
    ).clips(question.clips.map(\.trajectory))
  }

  @Test("a finished run: the library's numbers of the same clips, as bars and in words; the same when asked again")
  func finished() throws {
    try Self.open { bench, question in
      let ruth = try bench.join("Ruth", .researcher)
      let lent = try #require(try bench.questions(ruth).first)
      let reply = try bench.send(.uncertainty, ruth, ["question": lent.id])
      let measures = try Self.measures(reply)
      let trained = try TrainedRun(directory: bench.directory)
      let numbers = try Self.numbers(trained, question)
      Self.expect(measures, numbers)
      #expect(numbers.model.contains { $0 != nil } && numbers.specification.contains { $0 != nil })
      #expect(reply["answers"] as? Int == 60 && reply["round"] as? Int == 3 && reply["level"] as? Double == 0.1)
      #expect(
        reply["message"] as? String == "By the reward that round 3 trained, and 60 answers to pairs of clips.")
      for measure in measures.joined() {
        guard let value = measure.value, let bar = measure.bar else { continue }
        let hundredths = "\(Int((100 * value).rounded()))"
        #expect((0...1).contains(bar))
        switch measure.kind {
        case "aleatoric":
          #expect(abs(bar - 2 * value) < 1e-12 && measure.words.hasPrefix("\(hundredths) in 100 answers"))
        case "distributional":
          #expect(abs(bar - (1 - value)) < 1e-12 && measure.words.hasPrefix("\(hundredths) in 100 judged clips"))
        default: #expect(abs(bar - min(1, value)) < 1e-12 && measure.words.contains("by \(hundredths) %"))
        }
      }
      #expect(try Self.measures(bench.send(.uncertainty, ruth, ["question": lent.id])) == measures)
      // Another process finds the same.
      let again = try Bench(
        bench.directory, environment: try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      #expect(try Self.measures(again.send(.uncertainty, ruth, ["id": bench.number(lent)])) == measures)
    }
  }

  @Test("a clip unlike everything that was judged: that is said, and the other three are not known")
  func unlike() throws {
    try Self.open(factor: 50) { bench, question in
      let olga = try bench.join("Olga", .owner)
      let lent = try #require(try bench.questions(olga).first)
      let measures = try Self.measures(bench.send(.uncertainty, olga, ["question": lent.id]))
      Self.expect(measures, try Self.numbers(TrainedRun(directory: bench.directory), question))
      // 120 clips were judged, and half of them calibrate.
      let far = measures[1]
      #expect(far[2].value.map { abs($0 - 1 / 61.0) < 1e-12 } == true)
      #expect(far[2].words == "2 in 100 judged clips are as unusual: hardly anything like it was judged")
      for place in [0, 1, 3] {
        #expect(far[place].words == "not known: hardly anything like this clip was judged" && far[place].value == nil)
      }
    }
  }

  @Test("fewer than forty answers, one network: not known, and why")
  func unknown() throws {
    try Self.open([:]) { bench, _ in
      let olga = try bench.join("Olga", .owner)
      let lent = try #require(try bench.questions(olga).first)
      let reply = try bench.send(.uncertainty, olga, ["question": lent.id])
      for clip in try Self.measures(reply) {
        for place in [0, 3] {
          #expect(clip[place].value == nil && clip[place].bar == nil)
          #expect(
            clip[place].words == "not known: \(reply["answers"] ?? "") answers to pairs of clips, and 40 are needed")
        }
      }
    }
    try Self.open(Self.asked.merging(["reward.members": "1"]) { $1 }) { bench, _ in
      let olga = try bench.join("Olga", .owner)
      let lent = try #require(try bench.questions(olga).first)
      for clip in try Self.measures(bench.send(.uncertainty, olga, ["question": lent.id])) {
        #expect(clip[1].words == "not known: the reward is one network, and disagreement needs two")
        #expect(clip[2].value != nil)
      }
    }
  }

  @Test("before anything was learned, and where there is no run: not known, and no error")
  func nothing() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      try bench.ask(0..<1)
      let lent = try #require(try bench.questions(olga).first)
      let reply = try bench.send(.uncertainty, olga, ["question": lent.id])
      #expect(reply.status == 200 && reply["round"] == nil)
      #expect(try bench.send(.status, olga)["rewardRound"] == nil)
      #expect(reply["message"] as? String == "The agent's reward has learned nothing yet.")
      let measures = try Self.measures(reply)
      #expect(measures.count == 2 && measures.allSatisfy { $0.map(\.kind) == Self.names })
      #expect(measures.joined().allSatisfy { $0.words == "not known: the reward has learned nothing yet" })
    }
  }

  @Test("who may watch the run may see it, of questions that are theirs; owners and researchers of any")
  func rights() throws {
    try Bench.open { bench in
      let (olga, ruth) = (try bench.join("Olga", .owner), try bench.join("Ruth", .researcher))
      let ann = try bench.join("Ann")
      try bench.ask(0..<3)
      let lent = try #require(try bench.questions(ann).first)
      func status(_ member: Member, _ body: [String: Any]) throws -> Int {
        try bench.send(.uncertainty, member, body).status
      }
      #expect(try status(ann, ["question": lent.id]) == 403)
      _ = try bench.send(.guideChange, olga, ["annotatorsWatch": true])
      #expect(try status(ann, ["question": lent.id]) == 200)
      #expect(try status(ann, ["id": bench.number(lent)]) == 409)
      #expect(try status(ruth, ["question": lent.id]) == 409)
      #expect(try status(ruth, ["id": bench.number(lent)]) == 200)
      for body in [["id": 99], ["question": "nonsense"], [:], ["id": "one"]] as [[String: Any]] {
        #expect([400, 409].contains(try status(olga, body)), "\(body)")
      }
      _ = try bench.send(.guideChange, olga, ["annotatorsWatch": false])
      #expect(try status(ann, ["question": lent.id]) == 403)
    }
  }

  @Test("a checkpoint that cannot be read is named to the owner, and not to annotators")
  func damaged() throws {
    try Self.open { bench, _ in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      _ = try bench.send(.guideChange, olga, ["annotatorsWatch": true])
      let lent = try #require(try bench.questions(ann).first)
      let folder = RunLayout(bench.directory).checkpoints
      let newest = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).max())
      try Data("nothing".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(newest)/state.json"))
      let told = try bench.send(.uncertainty, olga, ["id": bench.number(lent)])
      #expect(told.status == 400 && told.error.contains("state.json"))
      let hidden = try bench.send(.uncertainty, ann, ["question": lent.id])
      #expect(hidden.status == 400 && hidden.error == "the run's reward cannot be read")
    }
  }

  /// People who look at the meter before they answer, or do not.
  private final class Watching: Answering, Sendable {
    private let looks: Bool
    private let bench: Mutex<Bench?> = Mutex(nil)
    private let seen = Mutex<[Int?]>([])
    var opened: Bench? { bench.withLock { $0 } }
    /// The round of the reward that was shown in each round, in order.
    var rounds: [Int?] { seen.withLock { $0 } }

    init(looks: Bool) { self.looks = looks }

    func open(_ directory: String) throws {
      let opened = try Bench(directory, environment: EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      bench.withLock { $0 = opened }
    }

    func ask(_ questions: [PosedQuestion]) throws { try opened?.project.ask(questions) }

    func collect(_ round: IntakeRound, stop: StopFlag) throws -> [AnswerEvent]? {
      guard let bench = opened else { return nil }
      let olga = try bench.join("Olga", .owner)
      var isFirst = true
      while let question = try bench.questions(olga).first {
        if isFirst, looks {
          let round = try bench.send(.uncertainty, olga, ["question": question.id])["round"] as? Int
          seen.withLock { $0.append(round) }
          isFirst = false
        }
        let number = bench.number(question)
        let reply = try bench.answer(question, olga, ["first", "second"][number * number % 3 % 2], id: "\(number)")
        guard reply.status == 200 else { throw InputError("an answer was refused: \(reply.error)") }
      }
      return try bench.project.collect(round, stop: stop)
    }

    func show(_ view: RunView) { opened?.project.show(view) }
    func show(_ reward: LearnedReward) { opened?.project.show(reward) }
  }

  private static func create(_ directory: String, _ people: Watching) throws -> LearnRun {
    try LearnRun.create(
      directory: directory,
      settings: TinyRun.settings([
        "person.answering": "live", "feedback.comparisons": "60", "feedback.selection": "random",
        "run.checkpointEvery": "4", "evaluation.clips": "0",
      ]),
      clock: TinyRun.clock,
      answering: .people { layout in
        try people.open(layout.directory)
        return people
      })
  }

  @Test("who looks changes nothing of the run: the same ledger, weights and metrics, byte for byte")
  func unmoved() throws {
    try withTemporaryDirectory { parent in
      let remains = try [true, false].map { looks in
        let people = Watching(looks: looks)
        let directory = "\(parent)/run-\(looks)"
        #expect(try Self.create(directory, people).run().finished)
        #expect(people.rounds.count == (looks ? 4 : 0))
        return try TinyRun.Remains(directory)
      }
      #expect(remains[0] == remains[1])
    }
  }

  @Test("a live run: the reward that was trained last, at once; the numbers of its model and answers")
  func live() throws {
    try withTemporaryDirectory { parent in
      let people = Watching(looks: true)
      let run = try Self.create(parent + "/run", people)
      #expect(try run.run().finished)
      // Checkpoints are too rare to have told it.
      #expect(people.rounds == [nil, 0, 1, 2])
      let bench = try #require(people.opened)
      let question = try Self.question(1000)
      try bench.project.ask([question])
      let olga = try bench.join("Olga", .owner)
      let lent = try #require(try bench.questions(olga).first)
      let reply = try bench.send(.uncertainty, olga, ["question": lent.id])
      let uncertainty = try RewardUncertainty(
        run.model, answers: run.answered.choices(memory: nil), training: run.settings.reward.training,
        random: RandomSource(seed: 5).child("uncertainty/page"))
      Self.expect(try Self.measures(reply), try uncertainty.clips(question.clips.map(\.trajectory)))
      // The status says when an open meter is to ask again.
      #expect(try bench.send(.status, olga)["rewardRound"] as? Int == 3)
      #expect(reply["round"] as? Int == 3 && reply["answers"] as? Int == uncertainty.answers)
      #expect(uncertainty.answers >= RewardUncertainty.fewestAnswers)
      // Opened later, from its files alone.
      let later = try Bench(
        bench.directory, environment: try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1"))
      #expect(
        try Self.measures(later.send(.uncertainty, olga, ["id": bench.number(lent)])) == Self.measures(reply))
    }
  }
}
