import Agents
import Audits
import Compute
import Environments
import Feedback
import Findings
import Foundation
import Rewards
import RunFixtures
import Runs
import Synchronization
import Testing

@Suite("What the parts of a run promise each other", .serialized)
struct RunContractsTests {
  private func registry(_ world: some Environment, bounds: ClosedRange<Double>? = nil) -> EnvironmentRegistry {
    var registry = EnvironmentRegistry.standard
    registry.add(EnvironmentEntry(world, returns: KnownReturns(bounds: bounds)))
    return registry
  }

  /// The contracts that a run of this world found broken, in its ledger and in its report.
  private func broken(
    _ registry: EnvironmentRegistry, _ id: String, _ more: [String: String] = [:]
  ) throws -> (ledger: [Finding], report: [Finding]) {
    try withTemporaryDirectory { parent in
      let settings = try TinyRun.settings(more.merging(["run.environment": id]) { $1 })
      try LearnRun.create(
        directory: parent + "/run", settings: settings, registry: registry, clock: TinyRun.clock
      ).run()
      let record = try RunRecord(directory: parent + "/run")
      let report = RunFindings([record], entry: try registry.entry(id)).findings
      return (
        record.findings.filter { $0.id.hasPrefix("contract/") }, report.filter { $0.id.hasPrefix("contract/") }
      )
    }
  }

  // MARK: Kept

  @Test(
    "watched or not, a run in which nothing is broken has the same bytes",
    arguments: [
      [:], ["feedback.kinds": "comparison,best-of-k,rating"], ["run.agentReward": "true"],
      ["run.environment": "pactolus/CartPole-v1"], ["reward.outputActivation": "tanh"], ["caution.rule": "worst"],
    ])
  func bytes(more: [String: String]) throws {
    func remains(watched: Bool) throws -> TinyRun.Remains {
      try withTemporaryDirectory { parent in
        let run = try TinyRun.create(parent + "/run", more)
        run.watchesContracts = watched
        try run.run()
        return try TinyRun.Remains(parent + "/run")
      }
    }
    let watched = try remains(watched: true)
    #expect(try watched == remains(watched: false))
    #expect(!watched.ledger.contains("contract/"))
  }

  // MARK: Broken

  @Test(
    "a world that leaves its bounds, pays no number, or ends otherwise than declared is found with its place and step")
  func world() throws {
    let faults: [(Slider.Fault, String)] = [
      (.leaves, "contract/observations"), (.ends, "contract/horizon"), (.chance, "contract/repeatability"),
    ]
    for (fault, id) in faults {
      let found = try broken(registry(Slider(fault)), "test/Slider-v0")
      #expect(found.report.map(\.id) == [id], "\(fault): \(found.report.map(\.reason))")
      let reason = try #require(found.report.first).reason
      #expect(reason.contains("In round 0") && reason.contains("episode") && reason.contains("step"), "\(reason)")
      #expect(found.report[0].verdict == .fails && found.report[0].bearing == .trust)
      #expect(found.ledger.contains(found.report[0]))
    }
    #expect(try broken(registry(Slider(.none)), "test/Slider-v0").ledger.isEmpty)
  }

  @Test("a world that begins to fail late is found in the round in which it does")
  func late() throws {
    let found = try broken(registry(Slider(.late)), "test/Slider-v0")
    #expect(found.report.map(\.id) == ["contract/observations"])
    #expect(found.report.first?.reason.hasPrefix("In round 0") == false, "\(found.report.map(\.reason))")
  }

  @Test("returns that are declared impossible are found, and those within are not")
  func returns() throws {
    #expect(try broken(registry(Slider(.none), bounds: -40...0), "test/Slider-v0").ledger.isEmpty)
    let found = try broken(registry(Slider(.none), bounds: 0...1), "test/Slider-v0")
    #expect(found.report.map(\.id) == ["contract/returns"])
  }

  @Test("a reward that is changed while the agent learns from it is found")
  func meddling() throws {
    try withTemporaryDirectory { parent in
      let learners = LearnerRegistry([.ppo, MeddlingLearner.kind])
      func run(_ amount: String) throws -> [Finding] {
        let directory = parent + "/run-" + amount
        let settings = try ResolvedSettings(
          flags: [
            "run.environment": "pactolus/Delivery-v0", "run.preset": "none", "run.learner": "meddling",
            "run.steps": "960",
            "run.iterations": "2", "meddling.amount": amount, "reward.hidden": "[4]", "feedback.comparisons": "12",
            "feedback.segmentLength": "3", "evaluation.episodes": "2", "evaluation.finalEpisodes": "3",
          ], learners: learners)
        try LearnRun.create(directory: directory, settings: settings, learners: learners, clock: TinyRun.clock).run()
        return try RunRecord(directory: directory).findings.filter { $0.id.hasPrefix("contract/") }
      }
      #expect(try run("0").isEmpty)
      let found = try run("0.25")
      #expect(!found.isEmpty && Set(found.map(\.id)) == ["contract/reward-stationary"], "\(found.map(\.reason))")
      // There is nothing to compare with before the first round.
      #expect(found[0].reason.hasPrefix("In round 1"))
    }
  }

  @Test("an answer that its question does not offer ends the run, with the question and whose answer it was")
  func answers() throws {
    try withTemporaryDirectory { parent in
      let kinds = FeedbackRegistry.withThumbs.adding(OddThumbs.self)
      let run = try TinyRun.create(parent + "/run", ["feedback.kinds": "odd-thumbs"], kinds: kinds)
      #expect { try run.run() } throws: { error in
        let said = "\(error)"
        return error is InputError && said.contains("'odd-thumbs'") && said.contains("question 0")
          && said.contains("simulated/equal") && said.contains("down is not offered")
      }
    }
  }

  @Test(
    "what a person hands over too early, and neither answer nor reason, break their contracts; bounds of a reward too")
  func messages() {
    var person = JointWatch(TakenAnswer.contracts)
    person.pass(TakenAnswer(question: 1, asked: 0, taken: 1, isSilent: false), step: 7, at: "Ada")
    #expect(person.findings.allSatisfy { $0.verdict == .holds })
    person.pass(TakenAnswer(question: 2, asked: 3, taken: 1, isSilent: false), step: 8, at: "Ada")
    person.pass(TakenAnswer(question: 3, asked: 0, taken: 1, isSilent: true), step: 9, at: "Ben")
    #expect(person.findings.map(\.verdict) == [.fails, .fails])
    #expect(person.breaches["contract/order"]?.step == 8 && person.breaches["contract/answers"]?.place == "Ben")
    var reward = JointWatch(PaidStep.contracts)
    for (paid, range) in [(Float(0.5), 0.0...1.0), (1, 0...1), (7, nil as ClosedRange<Double>?)] {
      reward.pass(PaidStep(reward: paid, range: range), step: 1, at: "here")
    }
    #expect(reward.findings.allSatisfy { $0.verdict == .holds })
    reward.pass(PaidStep(reward: 1.01, range: 0...1), step: 2, at: "there")
    reward.pass(PaidStep(reward: .nan, range: 0...1), step: 3, at: "there")
    reward.pass(PaidStep(reward: 0.5, before: Float(0.5).nextUp), step: 4, at: "there")
    #expect(
      reward.breaches.mapValues(\.step) == [
        "contract/reward-bounded": 2, "contract/reward-finite": 3, "contract/reward-stationary": 4,
      ])
  }

  @Test("killed after any event and resumed, a run that breaks a contract leaves the same bytes")
  func killed() throws {
    let registry = registry(Slider(.leaves))
    func create(_ directory: String) throws -> LearnRun {
      try LearnRun.create(
        directory: directory, settings: TinyRun.settings(["run.environment": "test/Slider-v0"]), registry: registry,
        clock: TinyRun.clock)
    }
    let reference = try withTemporaryDirectory { parent in
      try create(parent + "/run").run()
      return try TinyRun.Remains(parent + "/run")
    }
    #expect(reference.ledger.contains("contract/observations"))
    let events = reference.ledger.split(separator: "\n").count { $0.hasPrefix("{\"sequence\"") }
    for event in stride(from: 2, to: events, by: 5) {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try create(directory)
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try LearnRun.resume(directory: directory, registry: registry, clock: TinyRun.clock).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
  }

  @Test("a run of before contracts were watched, in which one is broken, is resumed as it was")
  func former() throws {
    try withTemporaryDirectory { parent in
      let registry = registry(Slider(.leaves))
      func create(_ name: String) throws -> LearnRun {
        let settings = try TinyRun.settings(["run.environment": "test/Slider-v0", "run.checkpointEvery": "2"])
        let run = try LearnRun.create(
          directory: parent + "/" + name, settings: settings, registry: registry, clock: TinyRun.clock)
        run.watchesContracts = false
        return run
      }
      try create("whole").run()
      // Beyond a round that is on disk and not in a checkpoint, so that it is played again.
      let stop = try #require(
        Ledger(reading: parent + "/whole/ledger.sqlite").entries().first { row in
          if case .rewardTrained(let event) = row.event { event.iteration == 3 } else { false }
        })
      do {
        let run = try create("run")
        run.ledger.afterAppend = { if $0 == stop.sequence { throw Killed() } }
        #expect(throws: Killed.self) { try run.run() }
      }
      let resumed = try LearnRun.resume(directory: parent + "/run", registry: registry, clock: TinyRun.clock)
      #expect(try resumed.run().finished)
      let trained = try Ledger(reading: parent + "/run/ledger.sqlite").entries().compactMap { row -> String? in
        if case .findingMade(let made) = row.event { made.finding.reason } else { nil }
      }
      // Round 2 stands as it was; round 3 is the first that is watched.
      #expect(trained.contains { $0.hasPrefix("In round 3") } && !trained.contains { $0.hasPrefix("In round 2") })
    }
  }
}

/// A point that slides between its bounds, or beyond them.
private struct Slider: Environment {
  enum Fault { case none, leaves, late, ends, chance }

  var fault: Fault
  let specification = EnvironmentSpecification(
    id: "test/Slider-v0", summary: "A point that slides.", observationSpace: Box(low: [-1], high: [1]),
    observationNames: ["place"], actionSpace: .continuous(Box(low: [-1], high: [1])), maximumEpisodeSteps: 20,
    canTerminate: false, source: "this test")
  private let steps = Steps()

  final class Steps: Sendable { let count = Mutex(0) }

  init(_ fault: Fault) { self.fault = fault }

  struct State: Codable, Sendable { var place: Float }

  func reset(random: inout RandomStream) -> State { State(place: Float(random.uniform(-0.5, 0.5))) }

  func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state.place = min(1, max(-1, state.place + 0.1 * min(1, max(-1, action[0]))))
    if fault == .leaves { state.place = 1.5 }
    if fault == .late {
      let count = steps.count.withLock { count in
        count += 1
        return count
      }
      if count > 400 { state.place = 1.5 }
    }
    if fault == .chance { state.place = Float.random(in: -1...1) }
    return Outcome(reward: -Double(abs(state.place)), terminated: fault == .ends && state.place > 0.2)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = state.place }
}

/// How much ``MeddlingLearner`` adds.
private struct MeddlingSettings: SettingsSection, Codable {
  var amount = 0.0
  static let section = "meddling"
  static let settings: [Setting<Self>] = [
    .number("amount", \.amount, 0...1, "What is added to the reward while it is learned from.", "this test")
  ]
}

/// Learns as ``TabularQLearner`` does, and changes the reward that it is paid.
private final class MeddlingLearner: Learner {
  static let kind = LearnerKind(MeddlingSettings.self) { settings, specification, random in
    MeddlingLearner(settings.amount, TabularQLearner(TabularQSettings(), specification, random))
  }

  private let amount: Double
  private let inner: TabularQLearner

  init(_ amount: Double, _ inner: TabularQLearner) { (self.amount, self.inner) = (amount, inner) }

  var slots: Int { inner.slots }
  var rolloutSize: Int { inner.rolloutSize }
  var policy: any ActingPolicy { inner.policy }

  func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    let report = try inner.iterate(batch, reward: reward, progress: progress, recorder: recorder)
    if amount != 0, let evaluator = reward as? RewardEvaluator { evaluator.model.outputMeans[0] += amount }
    return report
  }

  func snapshot() throws -> AgentSnapshot { try inner.snapshot() }
  func restore(_ snapshot: AgentSnapshot) throws { try inner.restore(snapshot) }
}

/// Thumbs of which half are up or down, and half are neither.
private enum OddThumbs: FeedbackKind {
  static let name = "odd-thumbs"
  static let summary = "thumbs that nobody offered"

  static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    try Thumbs.ask(material, random: &random)
  }

  static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    try Thumbs.show(question, in: world)
  }

  static func check(_ answer: Answer<Thumbs.Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld) throws {
    if !answer.content.up { throw InputError("down is not offered today") }
  }

  static func ground(
    _ answer: Answer<Thumbs.Thumb>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { Thumbs.ground(answer, to: question, in: world, person: person) }

  static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Thumbs.Thumb>? { Thumbs.simulate(question, in: world, respondent: &respondent, random: &random) }
}
