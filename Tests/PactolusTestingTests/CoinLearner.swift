import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Rewards
import Synchronization

/// What is wrong with a ``CoinLearner``.
enum CoinFault: String, CaseIterable {
  case none, hiddenChance, everySeedAlike, miscountedSteps, ownReward, lostEpisode, untoldRecorder, otherName, notFinite
  case beyondActions, livingPolicy, absentMinded, credulous, swallowing, forgottenSetting, idleImitation
  case longerEpisodes, otherEnds, paidEpisodes, bareName, moodyPolicy, halfAction, newForm, roundTripped, threadCount,
    twoThreads
  case fourThreads
  case rudeImitation, clumsyImitation, looseImitation, poisoned, tired, wildInTheEnd
}

struct CoinSettings: SettingsSection {
  var environments = 3
  var fault = ""
  var unlisted = 0
  static let section = "coin"
  static let settings: [Setting<Self>] = [
    .integer("environments", \.environments, 1...9, "Episodes side by side.", "this test")
  ]
}

/// Acts at random and learns nothing but how often it was asked.
final class CoinLearner: Learner {
  private let fault: CoinFault
  private let specification: EnvironmentSpecification
  private let random: RandomSource
  private var iteration = 0
  private var mark: UInt64
  let slots: Int

  init(_ fault: CoinFault, _ settings: CoinSettings, _ specification: EnvironmentSpecification, _ random: RandomSource)
  {
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
    if fault == .twoThreads, ThreadPool.shared.threadCount == 2 { mark = 2 }
    if fault == .fourThreads, ThreadPool.shared.threadCount == 4 { mark = 4 }
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
