import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Rewards
import Testing

/// What is wrong with a ``CoinLearner``.
private enum Fault: String, CaseIterable {
  case none, hiddenChance, everySeedAlike, miscountedSteps, ownReward, lostEpisode, untoldRecorder, otherName, notFinite
  case beyondActions, livingPolicy, absentMinded, credulous, swallowing, forgottenSetting, idleImitation
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
    CoinPolicy(largest: fault == .beyondActions ? 9 : 1, living: fault == .livingPolicy ? self : nil)
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
              trueReturn: returns[slot] ?? 0, length: lengths[slot] ?? 0, terminated: batch.terminated[slot]))
        }
        (lengths[slot], returns[slot]) = (0, 0)
      }
    }
    iteration += 1
    if fault == .miscountedSteps { report.steps -= 1 }
    return report
  }

  private var lengths: [Int: Int] = [:]
  private var returns: [Int: Double] = [:]

  func imitate(_ demonstrations: DemonstrationRows, random: RandomSource) throws {
    guard fault == .idleImitation else { throw InputError("a coin cannot imitate") }
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
    return AgentSnapshot(
      tensors: fault == .credulous ? [.init(name: "w", shape: [1], values: [1])] : [],
      state: try encoder.encode(State(iteration: count, mark: mark, lengths: lengths, returns: returns)))
  }

  func restore(_ snapshot: AgentSnapshot) throws {
    if fault == .swallowing { iteration += 1 }
    guard let state = try? JSONDecoder().decode(State.self, from: snapshot.state) else {
      throw InputError("this is no snapshot of a coin")
    }
    (iteration, mark, lengths, returns) = (state.iteration, state.mark, state.lengths, state.returns)
  }
}

private struct CoinPolicy: ActingPolicy, @unchecked Sendable {
  var largest: Float
  /// Looked at when acting, as no frozen policy may.
  var living: CoinLearner?

  func makeActor(count: Int) -> CoinActor { CoinActor(self) }
}

private final class CoinActor: BatchActor {
  private let policy: CoinPolicy

  init(_ policy: CoinPolicy) { self.policy = policy }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    for row in actions.indices { actions[row] = random.bernoulli(0.5) ? policy.largest : 0 }
  }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    for row in actions.indices { actions[row] = (policy.living?.asked ?? 0) > 0 ? 1 : 0 }
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
    ])
  fileprivate func planted(fault: Fault, promise: String) throws {
    let found = try promises(fault)
    #expect(found.contains(promise), "\(found)")
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
