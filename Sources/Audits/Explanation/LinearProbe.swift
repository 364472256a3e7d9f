import Compute
import Foundation

/// Whether something can be read off a network's units by a weighted sum, and whether that says anything of the units.
///
/// A probe with many units can learn anything. So the same probe is also asked for a control: a number drawn at random for
/// each kind of row, which the network cannot know. What it reads better than the control is its selectivity; what can be read
/// off the inputs as well was not learned.
///
/// Rows are of the same kind if the same of 24 rows, drawn at random, is nearest to them. All numbers are R² on groups of rows
/// that the probe has not seen; below 0 is worse than the mean.
///
/// Source: Hewitt and Liang, "Designing and interpreting probes with control tasks", EMNLP 2019; Alain, Bengio 2016.
package struct LinearProbe: Sendable, Hashable, Codable {
  /// What is read.
  package var target: String
  /// R² from the units, and the same from the inputs.
  package var fromUnits: Double
  package var fromInputs: Double
  /// R² of the control from the units.
  package var control: Double
  /// ``fromUnits`` − ``control``, either not below 0.
  package var selectivity: Double { max(0, fromUnits) - max(0, control) }

  static let kinds = 24

  /// - Parameters:
  ///   - target: its name.
  ///   - values: of it, one a row.
  ///   - units: [rows × units].
  ///   - inputs: [rows × inputs].
  ///   - groups: rows that belong together; every third is held out.
  ///   - random: of the control.
  /// - Throws: `NotMeasurable` for fewer than three groups, or a target that does not vary in both parts.
  package init(
    _ target: String, _ values: [Double], units: Matrix, inputs: Matrix, groups: [Range<Int>], random: RandomSource
  ) throws {
    guard groups.count >= 3 else { throw NotMeasurable.tooFew(have: groups.count, need: 3) }
    let held = groups.indices.filter { $0 % 3 == 2 }.flatMap { Array(groups[$0]) }
    let own = groups.indices.filter { $0 % 3 != 2 }.flatMap { Array(groups[$0]) }
    for part in [own, held] where Set(part.map { values[$0] }).count < 2 { throw NotMeasurable.ties(orderedShare: 0) }
    self.target = target
    fromUnits = try Self.fidelity(values, units, own, held)
    fromInputs = try Self.fidelity(values, inputs, own, held)
    var draws = random.stream("probe/\(target)")
    let centres = draws.permutation(inputs.rows).prefix(Self.kinds)
    let numbers = centres.map { _ in draws.normal() }
    let scales = (0..<inputs.columns).map { column in
      let deviation = Statistics.standardDeviation(inputs.column(column))
      return deviation > 0 ? 1 / deviation : 0
    }
    let controls = (0..<inputs.rows).map { row -> Double in
      var best = (distance: Double.infinity, number: 0.0)
      for (place, centre) in centres.enumerated() {
        var distance = 0.0
        for column in 0..<inputs.columns {
          let difference = (inputs[row, column] - inputs[centre, column]) * scales[column]
          distance += difference * difference
        }
        if distance < best.distance { best = (distance, numbers[place]) }
      }
      return best.number
    }
    control = try Self.fidelity(controls, units, own, held)
  }

  /// R² on held-out rows of a ridge regression with a thousandth of the mean variance.
  static func fidelity(_ values: [Double], _ columns: Matrix, _ own: [Int], _ held: [Int]) throws -> Double {
    let (width, count) = (columns.columns, Double(own.count))
    let mean = own.reduce(0) { $0 + values[$1] } / count
    let means = (0..<width).map { column in own.reduce(0) { $0 + columns[$1, column] } / count }
    var centred = Matrix(rows: own.count, columns: width)
    var with = [Double](repeating: 0, count: width)
    for (place, row) in own.enumerated() {
      for column in 0..<width {
        centred[place, column] = columns[row, column] - means[column]
        with[column] += centred[place, column] * (values[row] - mean)
      }
    }
    var gram = LinearAlgebra.gram(centred)
    let trace = (0..<width).reduce(0) { $0 + gram[$1, $1] }
    guard trace > 0 else { return 0 }
    for column in 0..<width { gram[column, column] += 0.001 * trace / Double(width) }
    let weights = try LinearAlgebra.choleskySolve(gram, with)
    let heldMean = held.reduce(0) { $0 + values[$1] } / Double(held.count)
    var (missed, spread) = (0.0, 0.0)
    for row in held {
      var predicted = mean
      for column in 0..<width { predicted += weights[column] * (columns[row, column] - means[column]) }
      missed += (values[row] - predicted) * (values[row] - predicted)
      spread += (values[row] - heldMean) * (values[row] - heldMean)
    }
    return spread > 0 ? 1 - missed / spread : .nan
  }
}
