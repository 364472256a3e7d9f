import Foundation

/// A density of the reference's rows: several heaps, each with a mean and a covariance of its own. The score is minus
/// the logarithm of the density, in nats, each feature in units of its spread.
///
/// Why a mixture and not a flow: a reference here is some hundred to some thousand rows of 4 to 50 features.
/// Expectation maximisation fits it in milliseconds, without step sizes or stopping rules that decide the result, to
/// the same numbers for the same seed; a flow has more weights than there are rows, and deep densities are known to
/// rate simple inputs of another kind above all they were trained on (Nalisnick et al., "Do deep generative models know
/// what they don't know?", ICLR 2019). What it cannot do: curved heaps need many components.
///
/// Complexity: O(components · columns²) a row, by one matrix product for all components of a block.
///
/// Source: Dempster, Laird, Rubin 1977. With equal beginnings the result is scikit-learn's.
public struct GaussianMixture: UnfamiliarityScore, Hashable {
  let scale: FeatureScale
  /// Share of each component.
  public let weights: [Double]
  /// Of each component, of the features that vary in units of their spread: [components × varying].
  package let means: Matrix
  /// The same for the covariances.
  package let covariances: [Matrix]
  /// Mean logarithm of the density over the reference, in the features' units.
  public let meanLogDensity: Double
  /// Rounds of the fit.
  public let rounds: Int
  /// Whether the last round changed ``meanLogDensity`` by less than the tolerance.
  public let hasConverged: Bool
  private let rows: Int
  let densities: ComponentDensities

  /// Features that do not vary over the reference: they take no part, and a row that differs in one scores infinity.
  public var constantColumns: [Int] { scale.constantColumns }

  /// Numbers that the fit chose: weights, means and covariances.
  public var parameterCount: Int {
    let width = means.columns
    return weights.count * (width + width * (width + 1) / 2) + weights.count - 1
  }

  /// Bayes' information criterion of the fit; lower is better.
  public var informationCriterion: Double {
    -2 * meanLogDensity * Double(rows) + Double(parameterCount) * log(Double(rows))
  }

  init(
    scale: FeatureScale, fit: MixtureFit, rows: Int
  ) {
    self.scale = scale
    self.rows = rows
    (weights, means, covariances) = (fit.weights, fit.means, fit.covariances)
    (meanLogDensity, rounds, hasConverged, densities) = (fit.bound, fit.rounds, fit.hasConverged, fit.densities)
  }

  public var columns: Int { scale.columns }

  public func score(_ rows: Span<Double>, into scores: inout MutableSpan<Double>) {
    let width = scale.varying.count
    let room = RowBlocks.rows * (width + densities.scratchPerRow + weights.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { memory in
      guard let scaled = memory.baseAddress else { return }
      let logs = scaled + RowBlocks.rows * width
      let scratch = logs + RowBlocks.rows * weights.count
      RowBlocks.each(rows, columns: columns, into: &scores) { rows, count, scores in
        scale.write(rows, count: count, to: scaled)
        densities.write(scaled, count: count, to: logs, scratch: scratch)
        for row in 0..<count { scores[row] = -ComponentDensities.logSum(logs + row * weights.count, weights.count) }
        scale.mark(rows, count: count, in: scores)
      }
    }
  }
}

/// The logarithms of weight times density of every component, for blocks of rows.
struct ComponentDensities: Sendable, Hashable {
  private let components: Int
  private let width: Int
  /// All components' whitening maps side by side, [width × components · width], and what their means become.
  private let maps: Matrix
  private let offsets: [Double]
  /// ln weight + ln |det map| − width / 2 · ln 2π.
  private let constants: [Double]

  init(weights: [Double], means: Matrix, covariances: [Matrix]) throws(NotMeasurable) {
    let width = means.columns
    (components, self.width) = (weights.count, width)
    var maps = Matrix(rows: width, columns: weights.count * width)
    var (offsets, constants) = ([Double](), [Double]())
    for component in weights.indices {
      let whitening = try Whitening(covariances[component])
      for row in 0..<width {
        for column in 0..<width { maps[row, component * width + column] = whitening.map[row, column] }
      }
      offsets += (0..<width).map { column in
        (0..<width).reduce(0) { $0 + means[component, $1] * whitening.map[$1, column] }
      }
      constants.append(log(weights[component]) + whitening.logDeterminant - Double(width) / 2 * log(2 * .pi))
    }
    (self.maps, self.offsets, self.constants) = (maps, offsets, constants)
  }

  var scratchPerRow: Int { components * width }

  /// - Parameters:
  ///   - rows: [count × width].
  ///   - logs: [count × components], overwritten.
  ///   - scratch: room for count · ``scratchPerRow`` numbers.
  func write(
    _ rows: UnsafePointer<Double>, count: Int, to logs: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    LinearAlgebra.product(rows, rows: count, columns: width, maps, into: scratch)
    offsets.withUnsafeBufferPointer { offsets in
      constants.withUnsafeBufferPointer { constants in
        for row in 0..<count {
          for component in 0..<components {
            let (white, start) = (scratch + (row * components + component) * width, component * width)
            var sum = 0.0
            for index in 0..<width {
              let difference = white[index] - offsets[start + index]
              sum += difference * difference
            }
            logs[row * components + component] = constants[component] - sum / 2
          }
        }
      }
    }
  }

  /// ln Σ exp.
  static func logSum(_ logs: UnsafePointer<Double>, _ count: Int) -> Double {
    var top = -Double.infinity
    for index in 0..<count { top = max(top, logs[index]) }
    guard top.isFinite else { return top }
    var sum = 0.0
    for index in 0..<count { sum += exp(logs[index] - top) }
    return top + log(sum)
  }
}
