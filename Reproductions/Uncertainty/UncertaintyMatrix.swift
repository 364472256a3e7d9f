import Compute
import Feedback
import Foundation

/// Each plant's change of each number, in deviations over the seeds of the unchanged world.
package struct UncertaintyMatrix: Sendable {
  /// One change.
  package struct Effect: Sendable {
    package var value: Double
    /// Of the effect, by Welch's interval of the difference, the deviation being taken as it is.
    package var interval: Interval?
  }

  /// Rows in the order of the plants, columns in that of the kinds.
  package let effects: [[Effect]]

  /// - Parameters:
  ///   - unchanged: by seed, the four numbers.
  ///   - planted: by plant and seed.
  package init(unchanged: [[Double]], planted: [[[Double]]]) {
    func column(_ numbers: [[Double]], _ index: Int) -> [Double] { numbers.map { $0[index] }.filter(\.isFinite) }
    effects = planted.map { numbers in
      FourUncertainties.Kind.allCases.indices.map { index in
        let (before, after) = (column(unchanged, index), column(numbers, index))
        let deviation = Statistics.standardDeviation(before)
        guard deviation > 0, !after.isEmpty else { return Effect(value: .nan) }
        let interval = Statistics.differenceInterval(after, before).map {
          Interval(lower: $0.lower / deviation, upper: $0.upper / deviation, level: $0.level)
        }
        return Effect(value: (Statistics.mean(after) - Statistics.mean(before)) / deviation, interval: interval)
      }
    }
  }

  /// By how much the diagonal of a row surpasses the largest other change, up or down, of its row and of its column.
  package func lead(_ row: Int) -> Double {
    let own = effects[row][row].value
    let others = effects.indices.filter { $0 != row }
    let largest = others.flatMap { [abs(effects[row][$0].value), abs(effects[$0][row].value)] }.max() ?? 0
    return own / largest
  }

  /// Whether a row does what it should: its own change at least 3, and twice as large as any other of row and column.
  package func holds(_ row: Int) -> Bool { effects[row][row].value >= 3 && lead(row) >= 2 }
}
