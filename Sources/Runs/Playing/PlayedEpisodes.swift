import Agents
import Compute
import Environments
import Files

/// Episodes of an environment played one step at a time, for whoever wants to look: each step is told as it is made.
///
/// The same seed gives the same episodes; an episode's randomness does not depend on who chooses the actions.
package final class PlayedEpisodes {
  /// The world that is played.
  package let entry: EnvironmentEntry
  private let random: RandomSource
  private let batch: any EnvironmentBatch
  private var actions: [Float] = []

  /// A world at the start of its first episode.
  package init(_ entry: EnvironmentEntry, seed: Int) throws {
    self.entry = entry
    random = RandomSource(seed: UInt64(seed)).child("play")
    batch = entry.makeBatch(count: 1, random: random)
    try batch.check()
  }

  /// What one step led to.
  package struct Step: Sendable, Encodable {
    /// The episode's number, from 0.
    package var episode: Int
    /// The step's number in its episode, from 0.
    package var step: Int
    /// What was done: the index of a discrete action, or the numbers of a continuous one.
    package var action: [Float]
    /// The environment's own reward: where a world keeps its performance from the agent, this is it.
    package var reward: Float
    /// The other rewards that the environment names, by what the step shows: a visible score, a proxy.
    package var rewards: [String: Double]
    /// Whether the episode ended for good.
    package var terminated: Bool
    /// Whether it ran into its time limit.
    package var truncated: Bool
    /// CRC-32 of the observation that the step led to, its numbers as little-endian 32-bit floats: equal for equal ones.
    package var observation: String
    /// The sum of the environment's own rewards of the episode so far.
    package var total: Double
    /// Where a trusted policy may take over: whether it did.
    package var fallback: Bool?
    /// Where the step waited for a person: what was asked, and what was said.
    package var asked: AskFirstPlaying.Asked?
    /// With the last step of an episode of the backflip: its flips.
    package var flips: Backflip.Episode?
  }

  private var total = 0.0

  /// Where the playing stands.
  package var position: EpisodePosition { batch.episode(of: 0) }

  /// What the agent sees now.
  package var observation: [Float] { Array(batch.observations) }

  /// How the world looks now; after the end of an episode it is the next one's start.
  package var scene: Scene { batch.scene(of: 0) }

  /// Takes a step; after the last one of an episode the next stands at its start.
  ///
  /// - Throws: `InputError` for an action that the world does not have, and if it has failed.
  package func step(_ action: [Float]) throws -> Step {
    try refuseOthers(action)
    let position = batch.episode(of: 0)
    let before = observation
    batch.step(action)
    try batch.check()
    actions += action
    let next = Array(batch.finalObservations)
    total += Double(batch.rewards[0])
    var step = Step(
      episode: position.episode, step: position.step, action: action, reward: batch.rewards[0],
      rewards: Dictionary(
        uniqueKeysWithValues: entry.namedRewards.map {
          ($0.name, $0.reward(observation: before.span, action: action.span, nextObservation: next.span))
        }),
      terminated: batch.terminated[0], truncated: batch.truncated[0], observation: Self.digest(next), total: total)
    if step.terminated || step.truncated {
      step.flips = entry.flips(start: position, random: random, actions: actions).map(Backflip.Episode.init)
      lastActions = actions
      lastPosition = position
      actions = []
      total = 0
    }
    return step
  }

  private var lastActions: [Float] = []
  private var lastPosition = EpisodePosition(slot: 0, episode: 0, step: 0)

  /// How the episode that has just ended looked after its last step.
  package var finalScene: Scene? {
    let steps = lastActions.count / max(1, entry.specification.actionSpace.rowSize)
    guard steps > 0 else { return nil }
    return entry.replayScenes(start: lastPosition, random: random, actions: lastActions, range: steps..<steps).last
  }

  private func refuseOthers(_ action: [Float]) throws {
    let space = entry.specification.actionSpace
    guard action.count == space.rowSize else {
      throw InputError("an action of \(action.count) numbers", remedy: "this world takes \(space.rowSize)")
    }
    switch space {
    case .discrete(let names):
      guard let index = Int(exactly: action[0]), names.indices.contains(index) else {
        throw InputError("there is no action \(action[0])", remedy: "use 0 to \(names.count - 1)")
      }
    case .continuous:
      guard action.allSatisfy(\.isFinite) else {
        throw InputError("an action that is not finite", remedy: "use numbers")
      }
    }
  }

  /// CRC-32 of an observation's numbers as little-endian 32-bit floats, in eight digits.
  package static func digest(_ observation: [Float]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(observation.count * 4)
    for value in observation {
      let bits = value.bitPattern
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(byte)))) }
    }
    let digits = String(Deflate.checksum(bytes), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// Who chooses the actions of episodes that are played.
package enum ActionChoice {
  /// Uniformly random ones.
  case random
  /// A policy's likeliest ones, or drawn from it.
  case policy(any ActingPolicy, isDrawn: Bool)
  /// These, one after the other; the playing ends after the last one.
  case listed([[Float]])

  /// The policy with another that may take over; nil where none may.
  package var fallback: FallbackPolicy? {
    guard case .policy(let policy, _) = self else { return nil }
    return policy as? FallbackPolicy
  }

  /// A chooser for one world, with randomness of its own.
  package func chooser(for specification: EnvironmentSpecification, seed: Int) -> ([Float]) -> [Float]? {
    var draws = RandomSource(seed: UInt64(seed)).child("play").stream("actions")
    let size = specification.actionSpace.rowSize
    switch self {
    case .random:
      return { _ in
        var row = [Float](repeating: 0, count: size)
        row.withUnsafeMutableBufferPointer { row in
          if let start = row.baseAddress { specification.actionSpace.draw(into: start, &draws) }
        }
        return row
      }
    case .policy(let policy, let isDrawn):
      let actor = Self.actor(policy)
      return { observation in
        var row = [Float](repeating: 0, count: size)
        var span = row.mutableSpan
        if isDrawn {
          actor.act(observation.span, into: &span, random: &draws)
        } else {
          actor.act(observation.span, into: &span)
        }
        return row
      }
    case .listed(let actions):
      var index = 0
      return { _ in
        defer { index += 1 }
        return index < actions.count ? actions[index] : nil
      }
    }
  }

  private static func actor(_ policy: some ActingPolicy) -> any BatchActor { policy.makeActor(count: 1) }
}
