import Compute
import Foundation

/// What devices of several kinds say of a record together: Σ over kinds of 2^−depth · Π of their predictions.
///
/// Of the whole of a record only sums of logarithms are kept, so its length is no limit. Complexity: O(steps · kinds).
package struct DeviceMixture: Sendable {
  /// The natural logarithm of what each kind alone gives the record.
  package let logProbabilities: [Double]
  /// Of the mixture's prediction of each step, the natural logarithm.
  package let logPredictions: [Double]
  /// How probable each kind is after the last step.
  package let posterior: [Double]

  /// - Parameters:
  ///   - record: what was done.
  ///   - contexts: at least one, each with a class for every state.
  package init(_ record: ActionRecord, contexts: [DeviceContext]) {
    precondition(!contexts.isEmpty, "at least one kind of device")
    precondition(contexts.allSatisfy { $0.classes.count == record.stateCount }, "a class for each state")
    let prior = contexts.map { Double(-$0.depth) * log(2) }
    let total = logSumExp(prior)
    var sums = [Double](repeating: 0, count: contexts.count)
    var joint = prior.map { $0 - total }
    var predictions = [Double](repeating: 0, count: record.count)
    var estimators = contexts.map { Estimator($0, actionCount: record.actionCount) }
    var before = 0.0
    var isStart = [Bool](repeating: false, count: record.count + 1)
    for start in record.episodeStarts { isStart[start] = true }
    var last = record.actionCount
    for step in 0..<record.count {
      if isStart[step] { last = record.actionCount }
      let (state, action) = (record.states[step], record.actions[step])
      for kind in estimators.indices {
        let gain = log(estimators[kind].observe(action, in: state, after: last))
        sums[kind] += gain
        joint[kind] += gain
      }
      let after = logSumExp(joint)
      predictions[step] = after - before
      before = after
      last = action
    }
    (logProbabilities, logPredictions) = (sums, predictions)
    posterior = joint.map { exp($0 - before) }
  }

  private struct Estimator {
    let classes: [Int]
    let seesLastAction: Bool
    let actionCount: Int
    /// [contexts × (actions + 1)], the last being the sum.
    var counts: [Int]

    init(_ context: DeviceContext, actionCount: Int) {
      classes = context.classes
      seesLastAction = context.seesLastAction
      self.actionCount = actionCount
      let contexts = ((classes.max() ?? 0) + 1) * (seesLastAction ? actionCount + 1 : 1)
      counts = [Int](repeating: 0, count: contexts * (actionCount + 1))
    }

    /// The probability that it gave the action; then it has seen it.
    mutating func observe(_ action: Int, in state: Int, after last: Int) -> Double {
      let context = seesLastAction ? classes[state] * (actionCount + 1) + last : classes[state]
      let row = context * (actionCount + 1)
      let probability =
        (Double(counts[row + action]) + 1 / Double(actionCount)) / (Double(counts[row + actionCount]) + 1)
      counts[row + action] += 1
      counts[row + actionCount] += 1
      return probability
    }
  }
}

/// log Σ exp, without overflow; −∞ for nothing.
package func logSumExp(_ values: [Double]) -> Double {
  guard let most = values.max(), most > -.infinity else { return -.infinity }
  var sum = 0.0
  for value in values { sum += exp(value - most) }
  return most + log(sum)
}
