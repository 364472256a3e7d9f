import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Rewards
import Synchronization
import Testing

/// What is wrong with a ``CoinLearner``.
private enum Fault: String, CaseIterable {
  case none, hiddenChance, everySeedAlike, miscountedSteps, ownReward, lostEpisode, untoldRecorder, otherName, notFinite
  case beyondActions, livingPolicy, absentMinded, credulous, swallowing, forgottenSetting, idleImitation
  case longerEpisodes, otherEnds, paidEpisodes, bareName, moodyPolicy, halfAction, newForm, roundTripped, threadCount
  case rudeImitation, clumsyImitation, looseImitation, poisoned, tired, wildInTheEnd
}

private struct CoinSettings: SettingsSection {
  var environments = 3
  var fault = ""
  var unlisted = 0
  static let section = "coin"
  static let settings: [Setting<Self>] = [
    .integer("environments", \.environments, 1...9, "Episodes side by side.", "this test")
  ]
}

/// Acts at random and learns nothing but how often it was asked.
private final class CoinLearner: Learner {
  private let fault: Fault
  private let specification: EnvironmentSpecification
  private let random: RandomSource
  private var iteration = 0
  private var mark: UInt64
  let slots: Int

  init(_ fault: Fault, _ settings: CoinSettings, _ specification: EnvironmentSpecification, _ random: RandomSource) {
    (self.fault, self.specification, self.random, slots) = (fault, specification, random, settings.environments)
    var stream = random.stream("coin/mark")
    mark = fault == .everySeedAlike ? 0 : stream.next()
  }

  var rolloutSize: Int { slots * 40 }
  var policy: any ActingPolicy {
    // From the third iteration on.
    let isWild = fault == .wildInTheEnd && iteration > 2
    return CoinPolicy(
      largest: fault == .beyondActions || isWild ? 9 : 1, living: fault == .livingPolicy ? self : nil,
      likeliest: fault == .halfAction ? 0.5 : isWild ? 9 : 0, isMoody: fault == .moodyPolicy)
  }
  var asked: Int { iteration }

  func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    var draws = random.stream("coin", fault == .absentMinded ? 0 : iteration)
    if fault == .hiddenChance { draws = RandomSource(seed: .random(in: 0...UInt64.max)).stream("coin") }
    if fault == .everySeedAlike { draws = RandomSource(seed: 1).stream("coin", iteration) }
    var report = LearnerReport(steps: 0, episodes: [], meanReward: 0, scalars: ["coin/iteration": Double(iteration)])
    if fault == .otherName { report.scalars = ["iteration": 1] }
    if fault == .bareName { report.scalars = ["coin/": 1] }
    if fault == .threadCount { mark = UInt64(ThreadPool.shared.threadCount) }
    if fault == .notFinite { report.scalars["coin/loss"] = .nan }
    for step in 0..<40 {
      let actions = (0..<slots).map { _ in fault == .beyondActions ? 0.5 : Float(draws.below(2)) }
      batch.step(actions)
      if fault != .untoldRecorder { recorder?.record(batch, actions) }
      for slot in 0..<slots {
        var told = batch.rewards[slot]
        if let reward, fault != .ownReward {
          let rows = batch.finalObservations.baseAddress!
          let row = TransitionRows(
            count: 1, observations: rows, actions: actions, nextObservations: rows,
            terminated: batch.terminated.baseAddress!, specification: specification)
          reward.evaluate(row, into: &told)
        }
        report.meanReward += Double(told) / Double(rolloutSize)
        report.steps += 1
        lengths[slot, default: 0] += 1
        returns[slot, default: 0] += Double(batch.rewards[slot])
        guard batch.terminated[slot] || batch.truncated[slot] else { continue }
        if fault != .lostEpisode || step < 20 {
          report.episodes.append(
            EpisodeResult(
              trueReturn: (returns[slot] ?? 0) + (fault == .paidEpisodes ? 1 : 0),
              length: (lengths[slot] ?? 0) + (fault == .longerEpisodes ? 1 : 0),
              terminated: batch.terminated[slot] != (fault == .otherEnds)))
        }
        (lengths[slot], returns[slot]) = (0, 0)
      }
    }
    iteration += 1
    // From the third iteration on.
    if fault == .tired, iteration > 2 { report.meanReward += 1 }
    if fault == .miscountedSteps { report.steps -= 1 }
    return report
  }

  private var lengths: [Int: Int] = [:]
  private var returns: [Int: Double] = [:]

  func imitate(_ demonstrations: DemonstrationRows, random: RandomSource) throws {
    switch fault {
    case .idleImitation: return
    case .rudeImitation: throw CocoaError(.featureUnsupported)
    case .clumsyImitation: mark += 1
    case .looseImitation:
      mark = .random(in: 0...UInt64.max)
      return
    default: break
    }
    throw InputError("a coin cannot imitate")
  }

  private struct State: Codable {
    var iteration: Int
    var mark: UInt64
    var lengths: [Int: Int]
    var returns: [Int: Double]
  }

  func snapshot() throws -> AgentSnapshot {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let count = fault == .absentMinded ? 0 : iteration
    let shown = fault == .newForm ? .random(in: 0...UInt64.max) : mark
    return AgentSnapshot(
      tensors: fault == .credulous || fault == .poisoned ? [.init(name: "w", shape: [2], values: [1, 2])] : [],
      state: try encoder.encode(State(iteration: count, mark: shown, lengths: lengths, returns: returns)))
  }

  func restore(_ snapshot: AgentSnapshot) throws {
    if fault == .swallowing { iteration += 1 }
    guard let state = try? JSONDecoder().decode(State.self, from: snapshot.state) else {
      throw InputError("this is no snapshot of a coin")
    }
    if fault == .poisoned {
      guard snapshot.tensors.first?.values.count == 2 else { throw InputError("a coin has two numbers") }
    }
    (iteration, mark, lengths, returns) = (state.iteration, state.mark, state.lengths, state.returns)
    if fault == .roundTripped { mark &+= 1 }
  }
}

private struct CoinPolicy: ActingPolicy, @unchecked Sendable {
  var largest: Float
  /// Looked at when acting, as no frozen policy may.
  var living: CoinLearner?
  var likeliest: Float = 0
  var isMoody = false

  func makeActor(count: Int) -> CoinActor { CoinActor(self) }
}

private final class CoinActor: BatchActor {
  private let policy: CoinPolicy
  /// How often a moody policy was asked: it changes its mind each time, rather than nearly each time.
  private static let moods = Mutex(0)

  init(_ policy: CoinPolicy) { self.policy = policy }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    let mood =
      policy.isMoody
      ? Self.moods.withLock {
        $0 += 1
        return $0
      } : 0
    for row in actions.indices {
      let heads = policy.isMoody ? mood.isMultiple(of: 2) : random.bernoulli(0.5)
      actions[row] = heads ? policy.largest : 0
    }
  }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    for row in actions.indices { actions[row] = (policy.living?.asked ?? 0) > 0 ? 1 : policy.likeliest }
  }
}

@Suite("The contract kit of learners", .serialized)
struct LearnerContractTests {
  private func promises(_ fault: Fault) throws -> [String] {
    let kind = LearnerKind(CoinSettings.self) { settings, specification, random in
      CoinLearner(fault, settings, specification, random)
    }
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    return try LearnerContract(kind, in: entry) {
      if fault == .forgottenSetting { $0[CoinSettings.self].unlisted = 5 }
    }.violations().map(\.promise)
  }

  @Test("finds nothing in a sound learner")
  func sound() throws {
    #expect(try promises(.none) == [])
  }

  @Test(
    "finds each planted fault, under its promise",
    arguments: [
      (Fault.hiddenChance, "the same seed gives the same bytes"),
      (.everySeedAlike, "another seed gives another learner"),
      (.miscountedSteps, "an iteration collects as many transitions as it says"),
      (.tired, "the mean reward is of what the agent was told"),
      (.ownReward, "the mean reward is of what the agent was told"),
      (.lostEpisode, "episodes are reported as they ended, with the environment's own rewards"),
      (.untoldRecorder, "the recorder is told of every step"), (.otherName, "scalars are named learner/what"),
      (.notFinite, "scalars are finite"), (.beyondActions, "actions lie in the action space"),
      (.livingPolicy, "a policy stays as it was when it was taken"),
      (.absentMinded, "restored, a learner goes on bit by bit"),
      (.credulous, "a damaged snapshot is refused: no tensors"),
      (.swallowing, "a refused snapshot changes nothing"),
      (.forgottenSetting, "every property of the section has a setting"),
      (.idleImitation, "imitation changes the learner"),
      (.longerEpisodes, "episodes are reported as they ended, with the environment's own rewards"),
      (.otherEnds, "episodes are reported as they ended, with the environment's own rewards"),
      (.paidEpisodes, "episodes are reported as they ended, with the environment's own rewards"),
      (.bareName, "scalars are named learner/what"), (.halfAction, "actions lie in the action space"),
      (.moodyPolicy, "the same stream gives the same actions"), (.newForm, "a snapshot has one form"),
      (.roundTripped, "a snapshot survives the round trip"),
      (.threadCount, "any number of threads gives the same bytes"),
      (.rudeImitation, "a learner that cannot imitate says so with an InputError"),
      (.clumsyImitation, "a refused imitation changes nothing"),
      (.looseImitation, "imitation gives the same bytes for the same seed"),
      (.poisoned, "a damaged snapshot is refused: what is no number"),
      (.credulous, "a damaged snapshot is refused: a number too few"),
      (.credulous, "a damaged snapshot is refused: what is no number"),
    ])
  fileprivate func planted(fault: Fault, promise: String) throws {
    let found = try promises(fault)
    #expect(found.contains(promise), "\(found)")
  }

  @Test(
    "faults that only one check sees are found by that check alone",
    arguments: [
      (Fault.bareName, ["scalars are named learner/what"]), (.otherName, ["scalars are named learner/what"]),
      (.untoldRecorder, ["the recorder is told of every step"]),
      (.ownReward, ["the mean reward is of what the agent was told"]),
      (.miscountedSteps, ["an iteration collects as many transitions as it says"]),
      (.idleImitation, ["imitation changes the learner"]),
      (.rudeImitation, ["a learner that cannot imitate says so with an InputError"]),
      (.clumsyImitation, ["a refused imitation changes nothing"]),
      (.looseImitation, ["imitation gives the same bytes for the same seed"]),
      (.halfAction, ["actions lie in the action space"]), (.wildInTheEnd, ["actions lie in the action space"]),
      (.everySeedAlike, ["another seed gives another learner"]),
      (.threadCount, ["any number of threads gives the same bytes"]),
      (
        .poisoned,
        ["a damaged snapshot is refused: what is no number", "a refused snapshot changes nothing"]
      ),
    ])
  fileprivate func alone(fault: Fault, promises wanted: [String]) throws {
    #expect(try promises(fault) == wanted)
  }

  private struct Loose: SettingsSection {
    var low = 1
    var twice = 2
    var words = "a b"
    static let section = "coin"
    static let settings: [Setting<Self>] = [
      .integer("low", \.low, 1...9, "Low.", "this test"),
      .integer("twice", \.twice, 0...9, "Twice.", "this test").formerly("once"),
      .text("words", \.words, "Words.", "this test"),
    ]
  }

  private struct Invalid: SettingsSection {
    var low = 1
    static let section = "coin"
    static let settings: [Setting<Self>] = [.integer("low", \.low, 1...9, "Low.", "this test")]
    func validate() throws { throw InputError("never valid") }
  }

  private struct Doubled: SettingsSection {
    var low = 1
    var high = 2
    static let section = "coin"
    static let settings: [Setting<Self>] = [
      .integer("low", \.low, 1...9, "Low.", "this test"),
      .integer("high", \.high, 1...9, "High.", "this test").formerly("low"),
    ]
  }

  @Test("settings: valid defaults, values within their limits and of one text, a name for each")
  func settings() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    func found<Section: SettingsSection>(_ section: Section.Type, _ change: (inout Section) -> Void = { _ in }) throws
      -> [String]
    {
      let kind = LearnerKind(section) { _, specification, random in
        CoinLearner(.none, CoinSettings(), specification, random)
      }
      return try LearnerContract(kind, in: entry) { change(&$0[Section.self]) }.violations([.settings]).map(
        \.description)
    }
    #expect(try found(Loose.self) == [])
    #expect(
      try found(Loose.self) { $0.low = 10 } == [
        "a value is within its own limits (low: 10)", "every property of the section has a setting",
      ])
    #expect(try found(Loose.self) { $0.words = "" }.first == "a value is within its own limits (words: )")
    #expect(try found(Invalid.self) == ["the defaults are valid (never valid)"])
    #expect(try found(Doubled.self) == ["a name means one setting"])
  }

  @Test("the errors name the kind and the environment")
  func subject() throws {
    let kind = LearnerKind(CoinSettings.self) { CoinLearner(.otherName, $0, $1, $2) }
    let entry = try EnvironmentRegistry.standard.entry("pactolus/CartPole-v1")
    let broken = #expect(throws: BrokenContract.self) { try expectContract(of: kind, in: entry, [.reports]) }
    #expect(broken?.subject == "coin in pactolus/CartPole-v1")
    #expect(broken?.violations.map(\.promise) == ["scalars are named learner/what"])
  }
}
