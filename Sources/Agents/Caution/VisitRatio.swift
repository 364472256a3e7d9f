import Compute
import Foundation

/// How many times as often an agent comes by something as a reference does: the ratio w of the densities of their visits,
/// and with it χ², the mean of w − 1 over the agent's own.
///
/// ```swift
/// let ratio = try VisitRatio(of: agentRows, over: referenceRows)
/// ratio.values(agentRows)       // w, never negative
/// ```
///
/// Unconstrained least-squares importance fitting (uLSIF; Kanamori, Hido, Sugiyama 2009): w is a sum of Gaussian bumps
/// around some of the agent's rows and a constant, whose weights minimise E_reference[w²] ÷ 2 − E_agent[w] and a ridge.
/// A linear system has them, so that nothing is trained, nothing is kept between two fits, and equal rows have equal
/// ratios. A discriminator's log-ratio, as ORPO's, estimates the same and would have to be trained along.
///
/// Its limits. The bumps are .7 of the median distance wide, so that whatever is narrower is smoothed away. Where
/// the reference never goes the true ratio has no bound; this one has, by the ridge, so that χ² comes out *too small*
/// wherever it is large: for normal visits that are moved by 1 deviation (χ² = 1.72) it says about 1.5 in two dimensions
/// and 1.1 in fourteen; by 1.5 deviations (8.49) about 6 and 3. It is a penalty that grows with the distance, and no bound
/// of the theory may be computed from it.
package struct VisitRatio: Sendable {
  private let scale: [(column: Int, centre: Double, spread: Double)]
  /// In units of the spreads, [bumps × scale.count].
  private let centres: [Double]
  /// 1 ÷ 2σ².
  private let sharpness: Double
  /// One for each bump, then the constant.
  package let weights: [Double]

  /// Bumps, and rows of either that are looked at, at most; spread evenly.
  static let (bumps, most) = (100, 1000)
  private static let (width, ridge) = (0.7, 1e-3)

  /// - Parameters:
  ///   - own: what the agent came by, a row each.
  ///   - reference: what the reference came by.
  /// - Throws: `InputError` with fewer than two rows of either, numbers that are not finite, or rows that are all alike.
  package init(of own: Matrix, over reference: Matrix) throws {
    precondition(own.columns == reference.columns, "rows of one kind")
    guard own.rows > 1, reference.rows > 1 else {
      throw InputError("visits of \(own.rows) and \(reference.rows) steps cannot be compared", remedy: "play more")
    }
    guard own.elements.allSatisfy(\.isFinite), reference.elements.allSatisfy(\.isFinite) else {
      throw InputError("a visit holds a number that is not finite")
    }
    let (own, reference) = (Self.thinned(own, to: Self.most), Self.thinned(reference, to: Self.most))
    scale = Self.scale(own, reference)
    guard !scale.isEmpty else { throw InputError("all visits are alike, so that no ratio can be told") }
    let (ours, theirs) = (Self.scaled(own, scale), Self.scaled(reference, scale))
    let width = scale.count
    let bumps = Self.thinned(Matrix(rows: own.rows, columns: width, elements: ours), to: Self.bumps)
    centres = bumps.elements
    let median = Self.medianDistance(ours, theirs, width)
    guard median > 0 else { throw InputError("all visits are alike, so that no ratio can be told") }
    sharpness = 1 / (2 * Self.width * Self.width * median * median)
    let design = Self.features(theirs, width, centres, sharpness)
    var gram = design.transposed * design
    for index in gram.elements.indices { gram.elements[index] /= Double(design.rows) }
    for index in 0..<gram.rows { gram[index, index] += Self.ridge }
    let present = Self.features(ours, width, centres, sharpness)
    let means = (0..<present.columns).map { column in
      (0..<present.rows).reduce(0) { $0 + present[$1, column] } / Double(present.rows)
    }
    weights = try LinearAlgebra.solve(gram, means)
  }

  /// The ratio at each row, never negative.
  package func values(_ rows: Matrix) -> [Double] {
    let features = Self.features(Self.scaled(rows, scale), scale.count, centres, sharpness)
    return (features * weights).map { max(0, $0) }
  }

  /// Tells this fit from others.
  package var fingerprint: UInt64 {
    weights.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01B3 }
  }

  // MARK: Parts

  /// Multiples of the golden section, which fall into step with no number of slots or length of episodes.
  private static func thinned(_ rows: Matrix, to most: Int) -> Matrix {
    guard rows.rows > most else { return rows }
    let section = (Double(5).squareRoot() - 1) / 2
    let kept = (0..<most).map { index in
      min(rows.rows - 1, Int((Double(index) * section).truncatingRemainder(dividingBy: 1) * Double(rows.rows)))
    }
    return Matrix(
      rows: most, columns: rows.columns,
      elements: kept.flatMap { rows.elements[$0 * rows.columns..<($0 + 1) * rows.columns] })
  }

  /// Each column in units of its spread over the reference, or over both where the reference's does not vary.
  private static func scale(
    _ own: Matrix, _ reference: Matrix
  ) -> [(column: Int, centre: Double, spread: Double)] {
    (0..<own.columns).compactMap { column in
      let theirs = reference.column(column)
      let centre = Statistics.mean(theirs)
      func spread(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
      }
      let all = theirs + own.column(column)
      // A spread below the rounding of the values is none.
      let least = 1e-6 * (all.reduce(0) { max($0, abs($1)) } + .leastNormalMagnitude)
      let (narrow, wide) = (spread(theirs), spread(all))
      guard wide > least else { return nil }
      return (column, centre, narrow > least ? narrow : wide)
    }
  }

  private static func scaled(
    _ rows: Matrix, _ scale: [(column: Int, centre: Double, spread: Double)]
  ) -> [Double] {
    (0..<rows.rows).flatMap { row in
      scale.map { (rows.elements[row * rows.columns + $0.column] - $0.centre) / $0.spread }
    }
  }

  /// Of pairs among a hundred rows of either.
  private static func medianDistance(_ ours: [Double], _ theirs: [Double], _ width: Int) -> Double {
    let some = [ours, theirs].flatMap { rows in
      thinned(Matrix(rows: rows.count / width, columns: width, elements: rows), to: 100).elements
    }
    let count = some.count / width
    var distances: [Double] = []
    for first in 0..<count {
      for second in 0..<first {
        distances.append(squaredDistance(some, first, some, second, width).squareRoot())
      }
    }
    return Statistics.median(distances)
  }

  private static func features(_ rows: [Double], _ width: Int, _ centres: [Double], _ sharpness: Double) -> Matrix {
    let (count, bumps) = (rows.count / width, centres.count / width)
    var result = Matrix(rows: count, columns: bumps + 1)
    for row in 0..<count {
      for bump in 0..<bumps {
        result.elements[row * (bumps + 1) + bump] =
          exp(-sharpness * squaredDistance(rows, row, centres, bump, width))
      }
      result.elements[row * (bumps + 1) + bumps] = 1
    }
    return result
  }

  private static func squaredDistance(
    _ a: [Double], _ i: Int, _ b: [Double], _ j: Int, _ width: Int
  ) -> Double {
    var sum = 0.0
    for column in 0..<width {
      let difference = a[i * width + column] - b[j * width + column]
      sum += difference * difference
    }
    return sum
  }
}
