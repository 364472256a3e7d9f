import Compute
import Environments
import Foundation

/// How a policy network's outputs become actions.
///
/// Discrete: the outputs are logits. Continuous: they are the means of independent Gaussians, whose log standard
/// deviations do not depend on the observation; the environment is given the draw clipped to the action space, while
/// the probabilities are those of the draw itself, as in Stable-Baselines3.
public enum ActionHead: Codable, Sendable, Hashable {
  /// One logit for each of `count` actions.
  case categorical(count: Int)
  /// One mean for each dimension; draws are clipped to these bounds.
  case gaussian(low: [Float], high: [Float])

  /// What an action space needs.
  public init(_ space: ActionSpace) {
    switch space {
    case .discrete(let names): self = .categorical(count: names.count)
    case .continuous(let box):
      // Infinite bounds become the largest numbers, which JSON can hold.
      let largest = Float.greatestFiniteMagnitude
      self = .gaussian(low: box.low.map { max($0, -largest) }, high: box.high.map { min($0, largest) })
    }
  }

  /// Outputs of the policy network.
  public var outputs: Int {
    switch self {
    case .categorical(let count): count
    case .gaussian(let low, _): low.count
    }
  }

  /// Floats in an action row.
  public var rowSize: Int {
    switch self {
    case .categorical: 1
    case .gaussian(let low, _): low.count
    }
  }

  /// Log standard deviations among the parameters.
  var logStandardDeviationCount: Int {
    switch self {
    case .categorical: 0
    case .gaussian(let low, _): low.count
    }
  }

  var isContinuous: Bool { logStandardDeviationCount > 0 }
}

/// ½ ln 2π.
let halfLogTwoPi: Float = 0.918_938_533_204_672_7

/// Draws actions from network outputs, without allocating. Not thread-safe.
package final class ActionSampler {
  package let head: ActionHead
  private let low: [Float]
  private let high: [Float]

  package init(_ head: ActionHead) {
    self.head = head
    if case .gaussian(let low, let high) = head {
      (self.low, self.high) = (low, high)
    } else {
      (low, high) = ([], [])
    }
  }

  /// One draw per row, with its log-probability; `steppedActions` are the draws clipped to the action space.
  package func sample(
    _ outputs: UnsafePointer<Float>, logStandardDeviations: UnsafePointer<Float>, rows: Int,
    actions: UnsafeMutablePointer<Float>, steppedActions: UnsafeMutablePointer<Float>,
    logProbabilities: UnsafeMutablePointer<Float>, random: inout RandomStream
  ) {
    switch head {
    case .categorical(let count):
      for row in 0..<rows {
        let logits = outputs + row * count
        var top = logits[0]
        for index in 1..<max(count, 1) { top = max(top, logits[index]) }
        var sum: Float = 0
        for index in 0..<count { sum += exp(logits[index] - top) }
        var rest = random.uniformFloat() * sum
        // Rounding may leave a rest after the last action with any probability: that one it is then.
        var chosen = count - 1
        for index in 0..<count {
          rest -= exp(logits[index] - top)
          if rest < 0 {
            chosen = index
            break
          }
        }
        actions[row] = Float(chosen)
        steppedActions[row] = Float(chosen)
        logProbabilities[row] = logits[chosen] - top - log(sum)
      }
    case .gaussian:
      let size = low.count
      for row in 0..<rows {
        var logProbability: Float = 0
        for index in 0..<size {
          let noise = Float(random.normal())
          let logDeviation = logStandardDeviations[index]
          let action = outputs[row * size + index] + exp(logDeviation) * noise
          actions[row * size + index] = action
          steppedActions[row * size + index] = min(max(action, low[index]), high[index])
          logProbability -= 0.5 * noise * noise + logDeviation + halfLogTwoPi
        }
        logProbabilities[row] = logProbability
      }
    }
  }

  /// The most probable action of each row, clipped to the action space. Among equals the first.
  package func mode(_ outputs: UnsafePointer<Float>, rows: Int, steppedActions: UnsafeMutablePointer<Float>) {
    switch head {
    case .categorical(let count):
      for row in 0..<rows {
        let logits = outputs + row * count
        var best = 0
        for index in 1..<max(count, 1) where logits[index] > logits[best] { best = index }
        steppedActions[row] = Float(best)
      }
    case .gaussian:
      let size = low.count
      for row in 0..<rows {
        for index in 0..<size {
          steppedActions[row * size + index] = min(max(outputs[row * size + index], low[index]), high[index])
        }
      }
    }
  }
}
