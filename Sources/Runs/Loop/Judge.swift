import Compute
import Environments
import Feedback

/// What a simulated person judges by: the environment's own reward, or one of its named rewards, a game's score say.
///
/// Evaluation measures by the environment's own reward in any case: the point of a person who judges by something else
/// is to see whether the truth suffers.
struct Judge {
  /// Nil for the environment's own reward.
  private let reward: NamedReward?
  /// What the episode under way in each slot has been worth so far; needed where a rollout cuts it.
  private(set) var sums: [Int: Double] = [:]

  /// `person.judgesBy` for the environment's own reward.
  static let truth = "true"

  /// - Throws: ``InputError`` with near misses and the environment's rewards if it has none of this name.
  init(_ name: String, in entry: EnvironmentEntry) throws {
    guard name != Self.truth else {
      reward = nil
      return
    }
    reward = entry.namedRewards.first { $0.name == name }
    guard reward == nil else { return }
    let known = [Self.truth] + entry.namedRewards.map(\.name)
    var error = InputError.unknown("reward", name, among: known, at: "person.judgesBy")
    error.remedy =
      (error.remedy.map { $0.hasPrefix("did") ? "\($0) " : "" } ?? "")
      + "\(entry.specification.id) has " + known.joined(separator: ", ")
    throw error
  }

  var judgesByTruth: Bool { reward == nil }

  /// The trajectory with the rewards that the person sees in the place of the environment's own.
  func seen(_ trajectory: Trajectory) -> Trajectory {
    guard let reward else { return trajectory }
    var seen = trajectory
    seen.rewards = reward.rewards(of: trajectory).map { Float($0) }
    return seen
  }

  /// The judged returns of the episodes that ended within these pieces of successive rollouts.
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
