import Compute
import Environments
import Files
import Foundation

/// Everything an environment promises, checked in one call.
///
/// ```swift
/// @Test func keepsTheContract() throws { try expectContract(of: Corridor()) }         // Swift Testing
/// func testContract() throws { try expectContract(of: Corridor()) }                   // XCTest
/// ```
///
/// Random actions are played (continuous ones also outside their box) and the environment is looked at as a value, as a
/// batch, as a snapshot, as a replay and as a picture. All randomness has fixed seeds, so the verdict is always the
/// same. It is not a proof: what only happens after an unlikely action is not seen.
public struct EnvironmentContract: Sendable {
  /// Parts of the contract.
  public enum Promise: String, Sendable, Hashable, CaseIterable {
    /// Ids, names and bounds are valid.
    case specification
    /// The same state, action and stream give the same future, and the original stays as it was.
    case values
    /// Bounds, episode counts, termination and truncation are as specified; the same seed gives the same trace.
    case batches
    /// A snapshot has one form, and a restored batch goes on bit for bit.
    case snapshots
    /// An episode can be replayed from its stream and its actions.
    case replays
    /// Every shape of a scene is finite and inside its view box.
    case scenes
  }

  /// The number of steps that the batch is played for, in three slots.
  public var steps: Int

  /// A contract whose batches are played for `steps` steps, at least one.
  public init(steps: Int = 1_200) {
    precondition(steps > 0, "some steps are played")
    self.steps = steps
  }

  /// What an environment does not keep of these promises; empty if it keeps all.
  ///
  /// - Complexity: O(steps), about 0.1 s for a small world.
  /// - Throws: what the environment's own snapshots throw.
  public func violations<E: Environment>(
    of environment: E, _ promises: [Promise] = Promise.allCases
  ) throws -> [ContractViolation] {
    var list = ViolationList()
    for promise in promises {
      switch promise {
      case .specification: checkSpecification(of: environment, &list)
      case .values: try checkValues(of: environment, &list)
      case .batches: checkBatches(of: environment, &list)
      case .snapshots: try checkSnapshots(of: environment, &list)
      case .replays: checkReplays(of: environment, &list)
      case .scenes: checkScenes(of: environment, &list)
      }
    }
    return list.violations
  }
}

/// Checks that an environment keeps ``EnvironmentContract``.
///
/// - Throws: ``BrokenContract`` with every promise that it does not keep.
public func expectContract<E: Environment>(
  of environment: E, _ promises: [EnvironmentContract.Promise] = EnvironmentContract.Promise.allCases,
  steps: Int = 1_200
) throws {
  try BrokenContract.throwIfBroken(
    EnvironmentContract(steps: steps).violations(of: environment, promises), subject: environment.specification.id)
}

/// Checks that an entry of a registry keeps ``EnvironmentContract``, and that its features and rewards are told apart
/// by name and finite wherever an agent gets.
///
/// - Throws: ``BrokenContract`` with every promise that it does not keep.
public func expectContract(of entry: EnvironmentEntry, steps: Int = 1_200) throws {
  var list = ViolationList()
  let words = entry.features.flatMap { [$0.name] + $0.synonyms }
  list.check(Set(words).count == words.count, "a word means one feature")
  let rewardNames = entry.namedRewards.map(\.name) + entry.clipRewards.map(\.name)
  list.check(Set(rewardNames).count == rewardNames.count, "a name means one reward")
  for clip in entry.randomClips(3, steps: 60, random: RandomSource(seed: 61)) {
    for feature in entry.features {
      let values = feature.values(of: clip)
      list.check(
        values.count == clip.count && values.allSatisfy(\.isFinite), "features are finite, one for each step",
        feature.name)
    }
    for reward in entry.namedRewards {
      let values = reward.rewards(of: clip)
      list.check(
        values.count == clip.count && values.allSatisfy(\.isFinite), "named rewards are finite, one for each step",
        reward.name)
    }
    for reward in entry.clipRewards {
      list.check(
        reward.rewards(of: clip).allSatisfy(\.isFinite), "rewards of clips are finite, one for each step", reward.name)
    }
  }
  try BrokenContract.throwIfBroken(
    EnvironmentContract(steps: steps).violations(of: entry.environment) + list.violations,
    subject: entry.specification.id)
}

/// The one encoded form of a state: environments need not make their states comparable.
func encoded(_ state: some Encodable) throws -> Data {
  try JSON.encode(state)
}

extension ActionSpace {
  /// Rows of random actions for `count` slots: uniform over the space, continuous ones over 1.5 times its width, as an
  /// environment must also take what lies outside.
  package func randomRows(_ count: Int, _ random: inout RandomStream) -> [Float] {
    var actions: [Float] = []
    for _ in 0..<count {
      switch self {
      case .discrete(let names): actions.append(Float(random.below(names.count)))
      case .continuous(let box):
        for index in 0..<box.count {
          actions.append(Float(random.uniform(1.5 * Double(box.low[index]), 1.5 * Double(box.high[index]))))
        }
      }
    }
    return actions
  }
}

extension Environment {
  /// The observation of a state; what is not written is no number.
  package func observation(_ state: State) -> [Float] {
    var observation = [Float](repeating: .nan, count: specification.observationSpace.count)
    var row = observation.mutableSpan
    observe(state, into: &row)
    return observation
  }

  /// One step with an action given as a row.
  package func step(_ state: inout State, row: [Float], random: inout RandomStream) -> Outcome {
    step(&state, Action.read(row.span), random: &random)
  }
}
