import Foundation

extension GaussianMixture {
  /// Fits a mixture of a given number of components: the best of several beginnings.
  ///
  /// - Parameters:
  ///   - reference: what is familiar, a row each.
  ///   - components: how many heaps; at least 1.
  ///   - beginnings: each from other centres, drawn far from one another.
  ///   - ridge: added to the variances, in units of the features' spreads; keeps heaps from shrinking to a point.
  ///   - tolerance: a round that changes the mean logarithm of the density by less is the last.
  ///   - limit: the most rounds.
  ///   - random: the centres come from the streams `("mixture", beginning)`.
  /// - Throws: ``NotMeasurable`` where each component has fewer than two rows for each feature, or nothing varies.
  /// - Complexity: O(rows · components · columns²) a round, some tens of rounds a beginning.
  public init(
    _ reference: Matrix, components: Int, beginnings: Int = 3, ridge: Double = 1e-3, tolerance: Double = 1e-3,
    limit: Int = 200, random: RandomSource
  ) throws(NotMeasurable) {
    precondition(
      components > 0 && beginnings > 0 && ridge >= 0, "components, beginnings and a ridge that is not negative")
    let scale = try FeatureScale(reference)
    let need = components * max(2, 2 * scale.varying.count)
    guard reference.rows >= need else { throw .tooFew(have: reference.rows, need: need) }
    let rows = scale.scaled(reference)
    var best: MixtureFit?
    for beginning in 0..<(components == 1 ? 1 : beginnings) {
      var draws = random.stream("mixture", beginning)
      let shares = MixtureFit.shares(of: rows, components: components, random: &draws)
      let fit = try MixtureFit(rows, shares: shares, ridge: ridge, tolerance: tolerance, limit: limit)
      if fit.bound > best?.bound ?? -.infinity { best = fit }
    }
    guard let best else { throw .singularCovariance }
    self.init(scale: scale, fit: best, rows: reference.rows)
  }

  /// The mixture of 1 to `most` components whose ``informationCriterion`` is least; fewer where there are too few rows.
  ///
  /// - Throws: ``NotMeasurable`` where not even one component can be fitted.
  public static func selected(
    _ reference: Matrix, most: Int = 5, beginnings: Int = 3, ridge: Double = 1e-3, random: RandomSource
  ) throws(NotMeasurable) -> GaussianMixture {
    precondition(most > 0, "at least one component")
    var best = try GaussianMixture(reference, components: 1, ridge: ridge, random: random)
    for components in 2..<max(2, most + 1) {
      let more: GaussianMixture
      do {
        more = try GaussianMixture(
          reference, components: components, beginnings: beginnings, ridge: ridge, random: random)
      } catch {
        break
      }
      if more.informationCriterion < best.informationCriterion { best = more }
    }
    return best
  }

  /// A fit from given shares of each row in each component, [rows × components]: for comparing with other programs.
  package init(
    _ reference: Matrix, shares: Matrix, ridge: Double, tolerance: Double = 1e-3, limit: Int = 200
  ) throws(NotMeasurable) {
    let scale = try FeatureScale(reference)
    let fit = try MixtureFit(
      scale.scaled(reference), shares: shares, ridge: ridge, tolerance: tolerance, limit: limit)
    self.init(scale: scale, fit: fit, rows: reference.rows)
  }
}

/// Expectation maximisation from a beginning to its end.
struct MixtureFit {
  private(set) var weights: [Double] = []
  private(set) var means: Matrix
  private(set) var covariances: [Matrix] = []
  private(set) var densities: ComponentDensities
  /// Mean logarithm of the density in the last round.
  private(set) var bound = -Double.infinity
  private(set) var rounds = 0
  private(set) var hasConverged = false
  private let ridge: Double

  init(_ rows: Matrix, shares: Matrix, ridge: Double, tolerance: Double, limit: Int) throws(NotMeasurable) {
    self.ridge = ridge
    (weights, means, covariances) = Self.maximised(rows, shares, ridge: ridge)
    densities = try ComponentDensities(weights: weights, means: means, covariances: covariances)
    var shares = shares
    while rounds < limit, !hasConverged {
      let next = expect(rows, into: &shares)
      (weights, means, covariances) = Self.maximised(rows, shares, ridge: ridge)
      densities = try ComponentDensities(weights: weights, means: means, covariances: covariances)
      hasConverged = abs(next - bound) < tolerance
      bound = next
      rounds += 1
    }
    // The bound of what the last round made.
    bound = expect(rows, into: &shares)
  }

  /// Each row's shares in the components; returns the mean logarithm of the density.
  private func expect(_ rows: Matrix, into shares: inout Matrix) -> Double {
    let (components, width) = (weights.count, rows.columns)
    var total = 0.0
    let densities = densities
    withUnsafeTemporaryAllocation(of: Double.self, capacity: RowBlocks.rows * densities.scratchPerRow) { scratch in
      rows.elements.withUnsafeBufferPointer { source in
        shares.elements.withUnsafeMutableBufferPointer { shares in
          guard let scratch = scratch.baseAddress, let source = source.baseAddress, let target = shares.baseAddress
          else { return }
          for first in stride(from: 0, to: rows.rows, by: RowBlocks.rows) {
            let count = min(RowBlocks.rows, rows.rows - first)
            let logs = target + first * components
            densities.write(source + first * width, count: count, to: logs, scratch: scratch)
            for row in 0..<count {
              let place = logs + row * components
              let sum = ComponentDensities.logSum(place, components)
              total += sum
              for component in 0..<components { place[component] = exp(place[component] - sum) }
            }
          }
        }
      }
    }
    return total / Double(rows.rows)
  }

  /// Weights, means and covariances that fit given shares best.
  private static func maximised(
    _ rows: Matrix, _ shares: Matrix, ridge: Double
  ) -> (weights: [Double], means: Matrix, covariances: [Matrix]) {
    let (components, width) = (shares.columns, rows.columns)
    // A component that nobody belongs to keeps a mean that is a number.
    let sums = (0..<components).map { component in
      (0..<rows.rows).reduce(10 * Double.ulpOfOne) { $0 + shares.elements[$1 * components + component] }
    }
    var means = LinearAlgebra.gram(shares, rows)
    for component in 0..<components {
      for column in 0..<width { means[component, column] /= sums[component] }
    }
    var covariances: [Matrix] = []
    var (differences, weighted) = (rows, rows)
    for component in 0..<components {
      rows.elements.withUnsafeBufferPointer { rows in
        differences.elements.withUnsafeMutableBufferPointer { differences in
          weighted.elements.withUnsafeMutableBufferPointer { weighted in
            for row in 0..<shares.rows {
              let share = shares.elements[row * components + component]
              for column in 0..<width {
                let difference = rows[row * width + column] - means.elements[component * width + column]
                differences[row * width + column] = difference
                weighted[row * width + column] = share * difference
              }
            }
          }
        }
      }
      var covariance = LinearAlgebra.gram(weighted, differences)
      for index in covariance.elements.indices { covariance.elements[index] /= sums[component] }
      for index in 0..<width { covariance[index, index] += ridge }
      covariances.append(covariance)
    }
    let all = sums.reduce(0, +)
    return (sums.map { $0 / all }, means, covariances)
  }

  /// A beginning: each row wholly in the component of the nearest centre, after a few rounds of k-means from centres
  /// that are drawn in proportion to the squared distance from those before (Arthur and Vassilvitskii 2007).
  static func shares(of rows: Matrix, components: Int, random: inout RandomStream) -> Matrix {
    let (count, width) = (rows.rows, rows.columns)
    func distance(_ row: Int, _ centre: [Double]) -> Double {
      var sum = 0.0
      for column in 0..<width {
        let difference = rows.elements[row * width + column] - centre[column]
        sum += difference * difference
      }
      return sum
    }
    var centres = [rows.row(random.below(count))]
    var nearest = (0..<count).map { distance($0, centres[0]) }
    while centres.count < components {
      let centre = rows.row(nearest.contains { $0 > 0 } ? random.categorical(nearest) : random.below(count))
      for row in 0..<count { nearest[row] = min(nearest[row], distance(row, centre)) }
      centres.append(centre)
    }
    var owners = [Int](repeating: 0, count: count)
    for _ in 0..<10 {
      for row in 0..<count {
        var least = Double.infinity
        for (component, centre) in centres.enumerated() {
          let here = distance(row, centre)
          if here < least { (least, owners[row]) = (here, component) }
        }
      }
      for component in centres.indices {
        let mine = owners.indices.filter { owners[$0] == component }
        guard !mine.isEmpty else { continue }
        centres[component] = (0..<width).map { column in
          mine.reduce(0) { $0 + rows.elements[$1 * width + column] } / Double(mine.count)
        }
      }
    }
    var shares = Matrix(rows: count, columns: components)
    for row in 0..<count { shares[row, owners[row]] = 1 }
    return shares
  }
}
