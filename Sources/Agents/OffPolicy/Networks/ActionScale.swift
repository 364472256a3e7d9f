import Compute
import Environments

/// Between actions from −1 to 1, as the networks of SAC and TD3 know them, and those of an action space.
///
/// As in Stable-Baselines3's `scale_action` and `unscale_action`: low + (a + 1) / 2 · (high − low).
public struct ActionScale: Sendable, Codable, Hashable {
  /// The lowest action of each component.
  public let low: [Float]
  /// The highest action of each component.
  public let high: [Float]

  /// The scale of an action space.
  ///
  /// - Throws: `InputError` for discrete actions, or a component without finite bounds; `learner` is named in it.
  public init(_ specification: EnvironmentSpecification, learner: String) throws {
    guard case .continuous(let box) = specification.actionSpace else {
      throw InputError(
        "'\(specification.id)' has discrete actions and \(learner) needs continuous ones",
        at: "run.learner",
        remedy: "use dqn or ppo")
    }
    let bounded = zip(box.low, box.high).allSatisfy { $0.isFinite && $1.isFinite && $0 < $1 }
    guard bounded else {
      throw InputError(
        "the actions of '\(specification.id)' have no finite bounds and \(learner) scales to them",
        at: "run.learner",
        remedy: "use ppo")
    }
    (low, high) = (box.low, box.high)
  }

  /// The number of components.
  public var count: Int { low.count }

  /// Whether the environment takes the networks' numbers as they are.
  var isIdentity: Bool { low.allSatisfy { $0 == -1 } && high.allSatisfy { $0 == 1 } }

  /// Brings networks' actions up to date with what was done in their place: [rows × count] each. Where that is what they
  /// mean, they keep their bits.
  func follow(_ done: UnsafePointer<Float>, rows: Int, into actions: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      for index in 0..<low.count {
        let place = row * low.count + index
        guard done[place] != unscaled(actions[place], index) else { continue }
        actions[place] = 2 * (done[place] - low[index]) / (high[index] - low[index]) - 1
      }
    }
  }

  /// [rows × count] from −1 to 1 to the action space; both may be the same memory.
  func unscale(_ actions: UnsafePointer<Float>, rows: Int, into: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      for index in 0..<low.count {
        into[row * low.count + index] = unscaled(actions[row * low.count + index], index)
      }
    }
  }

  private func unscaled(_ action: Float, _ index: Int) -> Float {
    let share = 0.5 * (action + 1)
    // Rounding must not lead out of the space.
    return min(max(low[index] + share * (high[index] - low[index]), low[index]), high[index])
  }
}
