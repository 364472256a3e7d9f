import Compute
import Environments
import RunFixtures
import Runs
import Testing

@Suite("What a simulated person judges by")
struct PersonalRewardTests {
  private static let small = [
    "run.environment": "pactolus/BoatRace-v0", "run.preset": "none", "run.steps": "2400", "run.iterations": "3",
    "ppo.environments": "2", "ppo.stepsPerRollout": "300", "ppo.epochs": "1", "ppo.hidden": "[8]",
    "reward.hidden": "[8]", "reward.initialEpochMultiplier": "1", "feedback.comparisons": "24",
    "feedback.initialShare": "0.5", "feedback.segmentLength": "100", "person.kind": "rational",
    "evaluation.episodes": "1", "evaluation.finalEpisodes": "1", "evaluation.clips": "0",
  ]

  /// The boat race with a reward that has nothing to do with racing, so that the two disagree soon.
  private static let throttle = NamedReward(name: "throttle", summary: "how far the lever is pushed") { _, action, _ in
    Double(action[0])
  }
  /// The same in other units.
  private static let loud = NamedReward(name: "loud", summary: "a thousand times that") { _, action, _ in
    1_000 * Double(action[0])
  }
  private static let registry = EnvironmentRegistry([
    EnvironmentEntry(BoatRace(), namedRewards: [throttle, BoatRace.scoreReward]), EnvironmentEntry(Pendulum()),
  ])

  /// The comparisons of a small run, as the ledger has them.
  private func comparisons(
    _ changed: [String: String], registry: EnvironmentRegistry = registry
  ) throws -> [(first: Trajectory, second: Trajectory, answer: String)] {
    try withTemporaryDirectory { directory in
      let settings = try ResolvedSettings(flags: Self.small.merging(changed) { $1 })
      let run = try LearnRun.create(directory: directory, settings: settings, registry: registry)
      try run.run()
      let segments = try run.ledger.segments(Array(0..<run.ledger.nextSegment)).map(\.trajectory)
      var asked: [Int: (Trajectory, Trajectory)] = [:]
      var found: [(first: Trajectory, second: Trajectory, answer: String)] = []
      for row in try run.ledger.entries() {
        if case .comparisonAsked(let query) = row.event {
          asked[query.query] = (segments[query.first], segments[query.second])
        }
        if case .comparisonAnswered(let given) = row.event, let (first, second) = asked[given.query] {
          found.append((first, second, given.answer))
        }
      }
      return found
    }
  }

  private func answer(_ first: Double, _ second: Double) -> String {
    first == second ? "tie" : first > second ? "first" : "second"
  }

  @Test("a boltzmann person whose noise is in the world's units answers alike in any units of the reward")
  func units() throws {
    let registry = EnvironmentRegistry([EnvironmentEntry(BoatRace(), namedRewards: [Self.throttle, Self.loud])])
    func answers(_ name: String, _ scale: String) throws -> [String] {
      let changed = [
        "person.kind": "boltzmann", "person.temperature": "0.5", "person.judgesBy": name, "person.noiseScale": scale,
      ]
      return try comparisons(changed, registry: registry).map(\.answer)
    }
    let worldly = try answers("throttle", "world")
    #expect(try answers("loud", "world") == worldly)
    // The deviation of random play's clips is the unit: neither all answers are right, nor are they chance.
    let right = try answers("loud", "reward")
    let same = zip(worldly, right).count { $0 == $1 }
    #expect(same < 24 && same > 12, "\(same) of 24")
  }

  @Test("told to judge by another reward, a rational person follows it, also where the truth says otherwise")
  func another() throws {
    let found = try comparisons(["person.judgesBy": "throttle"])
    #expect(found.count == 24)
    var contradictions = 0
    for (first, second, answer) in found {
      let judged = [first, second].map { Self.throttle.rewards(of: $0).reduce(0, +) }
      #expect(answer == self.answer(judged[0], judged[1]))
      if answer != self.answer(first.trueReturn, second.trueReturn) { contradictions += 1 }
    }
    #expect(contradictions > 0)
  }

  @Test("without being told, a rational person follows the true reward")
  func truth() throws {
    for (first, second, answer) in try comparisons([:]) {
      #expect(answer == self.answer(first.trueReturn, second.trueReturn))
    }
  }

  @Test("an `equal` teacher's threshold moves with the judged rewards, not with the true ones")
  func thresholds() throws {
    // A share this large calls every pair equal as soon as the judged returns are positive, as scores are.
    let found = try comparisons([
      "person.judgesBy": "score", "person.kind": "equal", "person.equalShare": "1000", "run.seed": "1",
    ])
    #expect(found.suffix(12).allSatisfy { $0.answer == "tie" })
  }

  @Test("a run that is stopped and resumed judges as one that is not")
  func resumed() throws {
    try withTemporaryDirectory { directory in
      let changed = ["person.judgesBy": "score", "person.kind": "skip"]
      let settings = try ResolvedSettings(flags: Self.small.merging(changed) { $1 })
      let whole = try LearnRun.create(directory: directory + "/whole", settings: settings)
      try whole.run()
      struct Interrupted: Error {}
      do {
        let run = try LearnRun.create(directory: directory + "/cut", settings: settings)
        run.beforeCheckpoint = { if run.nextIteration == 2 { throw Interrupted() } }
        #expect(throws: Interrupted.self) { try run.run() }
        run.beforeCheckpoint = nil
      }
      let again = try LearnRun.resume(directory: directory + "/cut")
      #expect(again.nextIteration == 2)
      try again.run()
      #expect(try again.ledger.export() == whole.ledger.export())
    }
  }

  @Test("a reward that the environment does not have is refused, with near misses and those it has")
  func unknown() throws {
    func refusal(_ environment: String, _ name: String) -> InputError? {
      do {
        _ = try comparisons(["run.environment": environment, "person.judgesBy": name])
        return nil
      } catch {
        return error as? InputError
      }
    }
    let near = refusal("pactolus/BoatRace-v0", "scroe")
    #expect(near?.place == "person.judgesBy")
    #expect(near?.problem == "unknown reward 'scroe'")
    #expect(near?.remedy == "did you mean score? pactolus/BoatRace-v0 has true, throttle, score")
    let none = refusal("pactolus/Pendulum-v1", "score")
    #expect(none?.remedy == "pactolus/Pendulum-v1 has true")
  }

  @Test("paid by the environment's own reward, the agent does not care what people answer")
  func agentReward() throws {
    func returns(_ changed: [String: String]) throws -> [Double] {
      try withTemporaryDirectory { directory in
        let settings = try ResolvedSettings(flags: Self.small.merging(changed) { $1 })
        return try LearnRun.create(directory: directory, settings: settings, registry: Self.registry).run().trueReturns
      }
    }
    let paidByTruth = try returns(["run.agentReward": "true"])
    #expect(try returns(["run.agentReward": "true", "person.judgesBy": "score"]) == paidByTruth)
    #expect(try returns([:]) != paidByTruth)
    let paidByScore = try returns(["run.agentReward": "score"])
    #expect(paidByScore != paidByTruth)
    #expect(try returns(["run.agentReward": "score", "person.judgesBy": "score"]) == paidByScore)
  }

  @Test("an agent cannot be paid by a reward that the environment does not have")
  func unknownPay() {
    do {
      _ = try comparisons(["run.environment": "pactolus/BoatRace-v0", "run.agentReward": "scroe"])
      Issue.record("accepted")
    } catch {
      let error = error as? InputError
      #expect(error?.place == "run.agentReward")
      #expect(error?.remedy == "did you mean score? pactolus/BoatRace-v0 has learned, true, throttle, score")
    }
  }
}
