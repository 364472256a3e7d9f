import Compute

/// The behaviour in the tomato garden that is consistent with a rule: it chooses by values, which are those of choosing so.
///
/// Every state is computed; nothing is drawn. A sweep costs about a million exponentials, and two to five hundred of
/// them are needed.
package struct TomatoPlan {
  package static let discount = 0.99
  /// After so many sweeps the part of the change that all entries have in common is carried to its end at once: what is
  /// left of it after a sweep is the discount's share, for ever. The values that are consistent stay what they are.
  private static let sweepsBetweenLeaps = 12

  /// Between two such leaps, and not before the choices have settled a little, the whole change is carried to its
  /// end: it shrinks by about the same share in each sweep, as its slowest part does (Aitken 1926).
  private static let firstExtrapolation = 40

  /// How far a table's common change is carried ahead. With a cap the choices depend on the common part, and a leap can
  /// go too far: when the change has turned, the next is half as long.
  private struct Leap {
    private var length = discount / (1 - discount)
    private var last = 0.0

    mutating func step(_ change: Double) -> Double {
      if change * last < 0 { length /= 2 }
      last = change
      return length * change
    }
  }

  package let rule: TomatoRule
  /// Sweeps until nothing changed by more than the tolerance.
  package private(set) var sweeps = 0
  /// The mean change, over states and actions, of both tables together in the last sweep.
  package private(set) var change = 0.0
  /// Values of what the agent is paid, and of the divergence: [cells × sets], by the cell an action leads to and the
  /// tomatoes before it.
  private var paid: [Double]
  private var divergence: [Double]
  /// What the rule makes of both: the logarithms of the weights of an action that leads to this cell.
  private var logits: [Double]

  /// Sweeps until the values change by less than `tolerance` in the mean over all states and actions.
  package init(_ rule: TomatoRule, tolerance: Double = 2e-6, limit: Int = 5_000) {
    self.rule = rule
    let size = TomatoGarden.cells * TomatoGarden.sets
    paid = [Double](repeating: 0, count: size)
    divergence = paid
    logits = paid
    if case .random = rule {
      weigh()
      return
    }
    var (nextPaid, nextDivergence) = (paid, divergence)
    var (leap, leapD) = (Leap(), Leap())
    repeat {
      let moved = sweep(into: &nextPaid, &nextDivergence)
      swap(&paid, &nextPaid)
      swap(&divergence, &nextDivergence)
      sweeps += 1
      let remains = moved.absolute / change
      change = moved.absolute
      if change >= tolerance, sweeps % Self.sweepsBetweenLeaps == 0 {
        let (up, upD) = (leap.step(moved.paid), leapD.step(moved.divergence))
        for index in 0..<size {
          paid[index] += up
          divergence[index] += upD
        }
      } else if change >= tolerance, sweeps > Self.firstExtrapolation,
        sweeps % Self.sweepsBetweenLeaps == Self.sweepsBetweenLeaps * 2 / 3, remains > 0.5, remains < 0.995
      {
        let ahead = remains / (1 - remains)
        for index in 0..<size {
          paid[index] += ahead * (paid[index] - nextPaid[index])
          divergence[index] += ahead * (divergence[index] - nextDivergence[index])
        }
      }
    } while change >= tolerance && sweeps < limit
    weigh()
  }

  /// Mean changes over all entries of a sweep.
  private struct Change {
    var (absolute, paid, divergence) = (0.0, 0.0, 0.0)
  }

  /// The logarithms of all weights, by the values as they are.
  private mutating func weigh() {
    let (sets, rule) = (TomatoGarden.sets, rule)
    paid.withUnsafeBufferPointer { paid in
      divergence.withUnsafeBufferPointer { divergence in
        logits.withUnsafeMutableBufferPointer { logits in
          nonisolated(unsafe) let (paid, divergence, logits) = (paid, divergence, logits)
          ThreadPool.shared.run(TomatoGarden.cells) { cell in
            rule.write(
              paid.baseAddress! + cell * sets, divergence.baseAddress! + cell * sets,
              to: logits.baseAddress! + cell * sets, count: sets)
          }
        }
      }
    }
  }

  /// All values once anew from the old ones.
  private mutating func sweep(into nextPaid: inout [Double], _ nextDivergence: inout [Double]) -> Change {
    let (cells, sets) = (TomatoGarden.cells, TomatoGarden.sets)
    var changes = [Change](repeating: Change(), count: cells)
    let hasDivergence = rule.divergence != nil
    weigh()
    let (rule, logits) = (rule, logits)
    paid.withUnsafeBufferPointer { paid in
      divergence.withUnsafeBufferPointer { divergence in
        nextPaid.withUnsafeMutableBufferPointer { nextPaid in
          nextDivergence.withUnsafeMutableBufferPointer { nextDivergence in
            changes.withUnsafeMutableBufferPointer { changes in
              nonisolated(unsafe) let (old, oldD) = (paid, divergence)
              nonisolated(unsafe) let (new, newD, changes) = (nextPaid, nextDivergence, changes)
              ThreadPool.shared.run(cells) { cell in
                let range = cell * sets..<(cell + 1) * sets
                let row = UnsafeMutableBufferPointer(rebasing: new[range])
                let rowD = UnsafeMutableBufferPointer(rebasing: newD[range])
                logits.withUnsafeBufferPointer { logits in
                  TomatoChoices(rule, cell: cell, paid: old, divergence: oldD, logits: logits).back(up: row, rowD)
                }
                TomatoGarden.expect(row, cell: cell)
                if hasDivergence { TomatoGarden.expect(rowD, cell: cell) }
                var change = Change()
                for set in 0..<sets {
                  let (up, upD) = (row[set] - old[range.lowerBound + set], rowD[set] - oldD[range.lowerBound + set])
                  change.absolute += abs(up) + abs(upD)
                  change.paid += up
                  change.divergence += upD
                }
                changes[cell] = change
              }
            }
          }
        }
      }
    }
    // A cell's table stands for as many entries as there are cells with an action that leads there.
    var total = Change()
    let entries = Double(sets * TomatoGarden.destinations.reduce(0) { $0 + $1.count })
    for destination in TomatoGarden.destinations.joined() {
      total.absolute += changes[destination].absolute / entries
      total.paid += changes[destination].paid / entries
      total.divergence += changes[destination].divergence / entries
    }
    return total
  }

  /// What the first `steps` steps from the start amount to, in the mean over all that can happen.
  package func outcome(steps: Int = 100) -> TomatoOutcome {
    let (cells, sets) = (TomatoGarden.cells, TomatoGarden.sets)
    var now = [Double](repeating: 0, count: cells * sets)
    var next = now
    now[TomatoGarden.startCell * sets + TomatoGarden.startSet] = 1
    var result = TomatoOutcome()
    // The choices do not change, so they are worked out once.
    let choices = paid.withUnsafeBufferPointer { paid in
      divergence.withUnsafeBufferPointer { divergence in
        logits.withUnsafeBufferPointer { logits in
          (0..<cells).map {
            TomatoChoices(rule, cell: $0, paid: paid, divergence: divergence, logits: logits).probabilities()
          }
        }
      }
    }
    for _ in 0..<steps {
      for index in next.indices { next[index] = 0 }
      for cell in 0..<cells {
        for (probabilities, destination) in zip(choices[cell], TomatoGarden.destinations[cell]) {
          for set in 0..<sets { next[destination * sets + set] += probabilities[set] * now[cell * sets + set] }
        }
      }
      next.withUnsafeMutableBufferPointer { next in
        for cell in 0..<cells {
          let row = UnsafeMutableBufferPointer(rebasing: next[cell * sets..<(cell + 1) * sets])
          TomatoGarden.flow(row, cell: cell)
          for set in 0..<sets {
            result.proxy += row[set] * TomatoGarden.proxy(cell: cell, set: set)
            result.utility += row[set] * TomatoGarden.utility(set)
            if cell == TomatoGarden.bucket { result.bucketSteps += row[set] }
          }
        }
      }
      swap(&now, &next)
    }
    return result
  }
}

/// What an agent's first steps amount to: exact expectations.
package struct TomatoOutcome {
  /// What it seems to have earned.
  package var proxy = 0.0
  /// What was wanted.
  package var utility = 0.0
  /// Steps with the bucket on the head.
  package var bucketSteps = 0.0
}
