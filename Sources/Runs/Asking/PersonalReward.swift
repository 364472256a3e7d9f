import Agents
import Compute
import Environments
import Feedback

/// The reward that a simulated person judges by: the environment's own, one of its named rewards, a game's score say, or
/// one that is told from whole clips.
///
/// Evaluation always measures by the environment's own reward: the point of a person who judges by something else
/// is to see whether the truth suffers.
struct PersonalReward {
  private let view: View
  /// What the episode under way in each slot has been worth so far; needed where a rollout cuts it.
  private(set) var sums: [Int: Double] = [:]

  private enum View {
    case truth
    case named(NamedReward)
    case clip(ClipReward)
    /// How little worse than the best each step is, r + V*(s′) − V*(s), undiscounted: V* by observation.
    case regret([[Float]: Double])
  }

  /// `person.judgesBy` for the environment's own reward.
  static let truth = "true"
  /// The same for regret, in finite worlds.
  static let regret = "regret"

  /// - Throws: ``InputError`` with near misses and the environment's rewards if it has none of this name.
  init(_ name: String, in entry: EnvironmentEntry) throws {
    if name == Self.truth {
      view = .truth
      return
    }
    if let reward = entry.namedRewards.first(where: { $0.name == name }) {
      view = .named(reward)
      return
    }
    if let reward = entry.clipRewards.first(where: { $0.name == name }) {
      view = .clip(reward)
      return
    }
    if name == Self.regret, let world = entry.tabular {
      let values = try ValueIteration.solve(world.mdp, discount: 1).values
      var byObservation: [[Float]: Double] = [:]
      for state in 0..<world.mdp.stateCount {
        let start = state * world.observationSize
        byObservation[Array(world.observations[start..<start + world.observationSize])] =
          world.mdp.isTerminal[state] ? 0 : values[state]
      }
      view = .regret(byObservation)
      return
    }
    let known =
      [Self.truth] + entry.namedRewards.map(\.name) + entry.clipRewards.map(\.name)
      + (entry.tabular == nil ? [] : [Self.regret])
    throw InputError.unknown("reward", name, among: known, in: entry, at: "person.judgesBy")
  }

  var isTruth: Bool { if case .truth = view { true } else { false } }

  /// The trajectory with the rewards that the person sees in the place of the environment's own.
  func seen(_ trajectory: Trajectory) -> Trajectory {
    var seen = trajectory
    switch view {
    case .truth: return trajectory
    case .named(let reward): seen.rewards = reward.rewards(of: trajectory).map { Float($0) }
    case .clip(let reward): seen.rewards = reward.rewards(of: trajectory).map { Float($0) }
    case .regret(let values):
      let width = trajectory.observationSize
      func value(_ row: Int) -> Double {
        values[Array(trajectory.observations[row * width..<(row + 1) * width])] ?? 0
      }
      for t in seen.rewards.indices {
        let next = trajectory.terminated && t + 1 == trajectory.count ? 0 : value(t + 1)
        seen.rewards[t] = Float(Double(trajectory.rewards[t]) + next - value(t))
      }
    }
    return seen
  }

  /// The returns, by this reward, of the episodes that ended within these pieces of successive rollouts. A reward that is
  /// told from whole clips sees each piece as a clip.
  mutating func returns(of pieces: [Trajectory]) -> [Double] {
    var ended: [Double] = []
    for piece in pieces {
      guard let start = piece.start else { continue }
      let sum = (start.step == 0 ? 0 : sums[start.slot] ?? 0) + seen(piece).trueReturn
      if piece.terminated || piece.truncated {
        sums[start.slot] = nil
        ended.append(sum)
      } else {
        sums[start.slot] = sum
      }
    }
    return ended
  }

  mutating func restore(sums: [Int: Double]) { self.sums = sums }
}
