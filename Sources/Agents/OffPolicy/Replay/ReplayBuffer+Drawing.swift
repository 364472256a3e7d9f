import CKernels
import Compute
import Foundation

extension ReplayBuffer {
  /// Draws a batch, with replacement: uniformly, or by priority with weights that correct for it.
  ///
  /// - Parameters:
  ///   - batch: filled with as many rows as it has room for.
  ///   - returnSteps: rewards that are summed before the value behind them counts.
  ///   - correction: β of prioritised replay.
  ///   - bonus: what a standard deviation of the reward's members counts besides.
  package func draw(
    _ batch: ReplayBatch, discount: Float, returnSteps: Int, correction: Float = 1, bonus: Float = 0,
    random: inout RandomStream
  ) {
    precondition(count > 0, "there is something to draw from")
    let rows = batch.capacity
    if let priorities {
      draw(rows, by: priorities, correction: correction, into: batch, random: &random)
    } else {
      for row in 0..<rows {
        batch.order[row] = Int32(truncatingIfNeeded: random.below(count))
        batch.weights[row] = 1
      }
    }
    gather(batch, rows: rows, discount: discount, returnSteps: returnSteps, bonus: bonus)
  }

  /// One draw from each of as many equal shares of the whole priority as there are rows, which spreads them evenly.
  private func draw(
    _ rows: Int, by priorities: PriorityTree, correction: Float, into batch: ReplayBatch,
    random: inout RandomStream
  ) {
    let share = priorities.total / Double(rows)
    var largest: Float = 0
    for row in 0..<rows {
      let chosen = min(priorities.row(at: (Double(row) + random.uniform()) * share), count - 1)
      batch.order[row] = Int32(truncatingIfNeeded: chosen)
      let probability = Double(priorities[chosen]) / priorities.total
      let weight = Float(pow(Double(count) * probability, -Double(correction)))
      batch.weights[row] = weight
      largest = max(largest, weight)
    }
    for row in 0..<rows { batch.weights[row] /= largest }
  }

  /// Copies the drawn rows, which `order` names, and sums their rewards over the steps that follow.
  package func gather(_ batch: ReplayBatch, rows: Int, discount: Float, returnSteps: Int, bonus: Float = 0) {
    batch.setRows(rows)
    if let bytes {
      for row in 0..<rows {
        bytes.read(Int(batch.order[row]), into: batch.observations + row * observationSize)
      }
    } else {
      pk_gather_rows(observations, batch.order, rows, observationSize, batch.observations)
    }
    pk_gather_rows(actions, batch.order, rows, actionSize, batch.actions)
    if returnSteps == 1 {
      if let bytes {
        for row in 0..<rows {
          bytes.readNext(Int(batch.order[row]), into: batch.nextObservations + row * observationSize)
        }
      } else {
        pk_gather_rows(nextObservations, batch.order, rows, observationSize, batch.nextObservations)
      }
      for row in 0..<rows {
        let source = Int(batch.order[row])
        batch.rewards[row] = told(source, bonus: bonus)
        batch.discounts[row] = terminated[source] ? 0 : discount
      }
      return
    }
    for row in 0..<rows {
      var source = Int(batch.order[row])
      var sum = told(source, bonus: bonus)
      var factor = discount
      var taken = 1
      while taken < returnSteps, !terminated[source], let following = successor(of: source) {
        source = following
        sum += factor * told(source, bonus: bonus)
        factor *= discount
        taken += 1
      }
      batch.rewards[row] = sum
      batch.discounts[row] = terminated[source] ? 0 : factor
      let target = batch.nextObservations + row * observationSize
      if let bytes {
        bytes.readNext(source, into: target)
      } else {
        target.update(from: nextObservations + source * observationSize, count: observationSize)
      }
    }
  }

  /// Remembers how large the errors of a drawn batch were.
  package func prioritize(_ batch: ReplayBatch, exponent: Float) {
    guard let priorities else { return }
    for row in 0..<batch.rows {
      priorities[Int(batch.order[row])] = pow(batch.errors[row] + Prioritization.floor, exponent)
    }
  }
}
