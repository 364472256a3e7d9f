import Compute

/// How far the weights of a log can be trusted: few large ones among many decide alone, and those of the right
/// probabilities average one.
public struct ImportanceWeights: Sendable, Hashable, Codable {
  /// How many there are.
  public let count: Int
  /// Their mean; 1 in expectation if the probabilities are right and everything that the target does can happen.
  public let mean: Double
  /// The standard error of ``mean``; NaN below two.
  public let standardError: Double
  /// The largest.
  public let maximum: Double
  /// (Σ w)² ÷ Σ w²: how many equal weights would be as sure; 0 if all are 0.
  public let effectiveSize: Double

  /// Weights that are not negative.
  public init(_ weights: [Double]) {
    let largest = weights.max() ?? 0
    // Squares of weights of long episodes leave the range of a double.
    var (sum, squares) = (0.0, 0.0)
    for weight in weights where largest > 0 {
      let share = weight / largest
      sum += share
      squares += share * share
    }
    let n = Double(weights.count)
    count = weights.count
    mean = largest > 0 ? sum / n * largest : 0
    maximum = largest
    effectiveSize = squares > 0 ? sum * sum / squares : 0
    standardError = weights.count > 1 ? largest * (max(0, squares - sum * sum / n) / (n - 1) / n).squareRoot() : .nan
  }

  /// The weights of whole episodes.
  public init(_ log: LoggedEpisodes) { self.init(Self.products(log)) }

  /// w_T of each episode.
  static func products(_ log: LoggedEpisodes) -> [Double] {
    (0..<log.count).map { episode in
      log.steps(episode).reduce(1.0) { $0 * (log.target[$1] / log.behavior[$1]) }
    }
  }

  /// Fewer than so many equal weights decide nothing.
  public static let fewest = 30.0
  /// A mean farther from one than so many standard errors does not come by chance: once in a thousand times, were the mean
  /// normal.
  static let reach = 3.290526731491926
  /// A mean farther from one than this tells of weights that were missed, whatever its standard error: that one is as blind
  /// to what was not drawn as the mean.
  public static let farthest = 0.5

  /// Whether the mean can be one.
  public var isMeanPlausible: Bool {
    let distance = abs(mean - 1)
    guard distance <= Self.farthest else { return false }
    return !(distance > Self.reach * standardError + 1e-9)
  }
}
