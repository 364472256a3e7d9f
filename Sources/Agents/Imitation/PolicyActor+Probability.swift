import Compute
import Foundation

extension PolicyActor {
  /// The natural logarithm of the probability (density, for continuous actions) of each action row.
  ///
  /// `observations` is [rows × observation size], at most ``capacity`` rows; `actions` [rows × action row size], a
  /// discrete action being its index; `probabilities` has room for `rows`.
  package func logProbabilities(
    _ observations: UnsafePointer<Float>, actions: UnsafePointer<Float>, rows: Int,
    into probabilities: UnsafeMutablePointer<Float>
  ) {
    let outputs = outputs(observations, rows: rows)
    switch policy.head {
    case .categorical(let count):
      for row in 0..<rows {
        let logits = outputs + row * count
        var top = logits[0]
        for index in 1..<max(1, count) { top = max(top, logits[index]) }
        var sum: Float = 0
        for index in 0..<count { sum += exp(logits[index] - top) }
        probabilities[row] = logits[Int(actions[row])] - top - log(sum)
      }
    case .gaussian(let low, _):
      let size = low.count
      for row in 0..<rows {
        var sum: Float = 0
        for index in 0..<size {
          let deviation = policy.logStandardDeviations[index]
          let distance = (actions[row * size + index] - outputs[row * size + index]) * exp(-deviation)
          sum -= 0.5 * distance * distance + deviation + halfLogTwoPi
        }
        probabilities[row] = sum
      }
    }
  }
}
