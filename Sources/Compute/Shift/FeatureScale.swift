/// Each feature in units of its own spread over a reference, so that no distance rests on the features' units.
///
/// Features that do not vary over the reference have no such unit. They take no part in distances; a row that differs
/// from the reference in one of them is unlike all of it, and infinitely far.
struct FeatureScale: Sendable, Hashable {
  /// Numbers in a row.
  let columns: Int
  /// The features that vary, in order, with their means and (population) standard deviations.
  let varying: [Int]
  private let centres: [Double]
  private let spreads: [Double]
  /// The features that do not, with their value and by how much a row may differ from it and still be the same.
  private let constants: [Constant]

  private struct Constant: Sendable, Hashable {
    var column: Int
    var value: Double
    var tolerance: Double
  }

  /// - Throws: ``NotMeasurable`` with fewer than two rows, a number that is not finite, or nothing that varies.
  init(_ reference: Matrix) throws(NotMeasurable) {
    guard reference.rows > 1 else { throw .tooFew(have: reference.rows, need: 2) }
    if let place = reference.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: place / reference.columns, column: place % reference.columns)
    }
    columns = reference.columns
    let (rows, largest) = (Double(reference.rows), reference.largestMagnitude)
    var varying: [Int] = []
    var (centres, spreads) = ([Double](), [Double]())
    var constants: [Constant] = []
    for column in 0..<reference.columns {
      var (low, high, sum) = (Double.infinity, -Double.infinity, 0.0)
      for row in 0..<reference.rows {
        let value = reference.elements[row * reference.columns + column]
        (low, high) = (min(low, value), max(high, value))
        sum += value
      }
      // A spread below the rounding of the values is none.
      guard high - low > 1e-12 * max(abs(low), abs(high)) else {
        constants.append(
          Constant(column: column, value: low, tolerance: max(1e-6 * abs(low), 1e-9 * largest)))
        continue
      }
      let centre = sum / rows
      var squares = 0.0
      for row in 0..<reference.rows {
        let difference = reference.elements[row * reference.columns + column] - centre
        squares += difference * difference
      }
      varying.append(column)
      centres.append(centre)
      spreads.append((squares / rows).squareRoot())
    }
    guard !varying.isEmpty else { throw .constantFeatures }
    (self.varying, self.centres, self.spreads, self.constants) = (varying, centres, spreads, constants)
  }

  /// The features that do not vary over the reference.
  var constantColumns: [Int] { constants.map(\.column) }

  /// Writes the varying features of `count` rows in their units: [count × varying.count].
  func write(_ rows: UnsafePointer<Double>, count: Int, to target: UnsafeMutablePointer<Double>) {
    let width = varying.count
    varying.withUnsafeBufferPointer { varying in
      centres.withUnsafeBufferPointer { centres in
        spreads.withUnsafeBufferPointer { spreads in
          for row in 0..<count {
            let (source, place) = (rows + row * columns, target + row * width)
            for index in 0..<width { place[index] = (source[varying[index]] - centres[index]) / spreads[index] }
          }
        }
      }
    }
  }

  /// The varying features of a matrix's rows in their units.
  func scaled(_ rows: Matrix) -> Matrix {
    var result = Matrix(rows: rows.rows, columns: varying.count)
    rows.elements.withUnsafeBufferPointer { source in
      result.elements.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        write(source, count: rows.rows, to: target)
      }
    }
    return result
  }

  /// Sets the scores of rows to infinity that differ where the reference never does, and of rows that have no score.
  func mark(_ rows: UnsafePointer<Double>, count: Int, in scores: UnsafeMutablePointer<Double>) {
    for constant in constants {
      for row in 0..<count {
        let difference = abs(rows[row * columns + constant.column] - constant.value)
        if !(difference <= constant.tolerance) { scores[row] = .infinity }
      }
    }
    for row in 0..<count where !scores[row].isFinite { scores[row] = .infinity }
  }
}
