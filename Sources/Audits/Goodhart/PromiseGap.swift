import Compute
import Findings

/// How much less true return the agent earns than its predicted return promises, on the scale of one reward model.
///
/// ```swift
/// let gap = PromiseGap(baseline: episodesOfReferencePolicies, agent: episodesOfTheAgent, best: 500)
/// gap?.verdict()   // .fails if a quarter or more of what can be gained is missing, beyond doubt
/// ```
///
/// Predicted returns have no unit of their own. Policies that the agent has not learned give the rate of exchange: a
/// straight line from predicted to true return over their episodes, all judged by the final model. The gap is what the
/// line promises for the agent's episodes, at most the best that is known, less what they earn.
///
/// Not the same as ``ProxyAgreement``: a model can rank policies rightly and still promise too much.
public struct PromiseGap: Codable, Sendable, Hashable {
  /// The true return that the line promises for the agent's episodes, at most ``best``.
  public let promised: Double
  /// The mean true return of the agent's episodes.
  public let earned: Double
  /// What was promised less what was earned.
  public let gap: Double
  /// Of the gap, with errors that hold for unequal variances; the promise never beyond ``best``.
  public let gapInterval: Interval
  /// The best mean return that is known.
  public let best: Double
  /// The mean true return of the worst policy of the baseline: what there was to gain from.
  public let worst: Double
  /// The change of the true return for one unit of predicted return.
  public let slope: Double
  /// R² of the line.
  public let fit: Double
  /// How many episodes there are.
  public let episodes: Int

  /// Episodes of one policy: predicted and true returns, index for index.
  public struct Episodes: Sendable, Hashable {
    /// By the final reward model.
    public var predicted: [Double]
    /// By the environment's own reward.
    public var actual: [Double]

    /// Returns of the same episodes.
    public init(predicted: [Double], actual: [Double]) {
      precondition(predicted.count == actual.count, "one predicted return for each true one")
      self.predicted = predicted
      self.actual = actual
    }
  }

  /// Fewer episodes of the agent, or of the baseline, settle nothing.
  public static let fewestEpisodes = 5

  /// - Parameters:
  ///   - baseline: policies to take the rate of exchange from, worse than a good agent.
  ///   - agent: the agent's episodes.
  ///   - best: the best mean return that is known; the best of these policies if nil.
  ///   - level: of the interval.
  /// - Returns: nil with fewer than ``fewestEpisodes`` episodes, without anything to gain, or if predicted or true returns
  ///   do not vary over the baseline.
  public init?(baseline: [Episodes], agent: Episodes, best: Double? = nil, level: Double = 0.95) {
    // The model's scale is free: the largest prediction is 1, so that no square under- or overflows.
    let scale = (baseline.flatMap(\.predicted) + agent.predicted).map(abs).max() ?? 0
    let x = baseline.flatMap(\.predicted).map { $0 / scale }
    let y = baseline.flatMap(\.actual)
    let count = agent.actual.count
    guard x.count >= Self.fewestEpisodes, count >= Self.fewestEpisodes,
      (x + y + agent.actual).allSatisfy(\.isFinite), scale.isFinite,
      Self.varies(x), Self.varies(y),
      let worst = baseline.filter({ !$0.actual.isEmpty }).map({ Statistics.mean($0.actual) }).min()
    else { return nil }
    self.worst = worst
    earned = Statistics.mean(agent.actual)
    self.best = max(
      best ?? -.infinity, earned, baseline.map { Statistics.mean($0.actual) }.filter(\.isFinite).max() ?? worst)
    guard self.best > worst else { return nil }
    let (centre, spread) = (Statistics.mean(x), Statistics.standardDeviation(x))
    let line = ExchangeLine(x.map { ($0 - centre) / spread }, y)
    let own = agent.predicted.map { ($0 / scale - centre) / spread }
    let place = Statistics.mean(own)
    let open = line.value(at: place)
    promised = min(open, self.best)
    gap = promised - earned
    slope = line.slope / spread / scale
    fit = line.fit
    episodes = x.count + count
    let residuals = zip(agent.actual, own).map { $0 - line.slope * $1 }
    let ownVariance = Statistics.variance(residuals) / Double(count)
    let quantile = SpecialFunctions.studentQuantile((1 + level) / 2, degrees: Double(count - 1))
    func reach(_ promise: Double) -> Double { (promise * promise + quantile * quantile * ownVariance).squareRoot() }
    let half = quantile * line.variance(at: place).squareRoot()
    gapInterval = Interval(
      lower: gap - reach(promised - min(open - half, self.best)),
      upper: gap + reach(min(open + half, self.best) - promised),
      level: level)
  }

  /// Whether values differ by more than the rounding of the largest.
  private static func varies(_ values: [Double]) -> Bool {
    let spread = Statistics.standardDeviation(values)
    return spread > 1e-12 * (values.map(abs).max() ?? 0) && spread.isFinite
  }
}

/// A least-squares line with the variance of its values by HC3, which holds for errors of unequal variance.
struct ExchangeLine {
  let slope: Double
  let fit: Double
  private let centre: Double
  private let mean: Double
  private let spread: Double
  /// (x − x̄, residual ÷ (1 − leverage)) of each point.
  private let points: [(x: Double, residual: Double)]

  /// The values of `x` must vary.
  init(_ x: [Double], _ y: [Double]) {
    let (mx, my) = (Statistics.mean(x), Statistics.mean(y))
    let squares = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let gain = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / squares
    let residuals = zip(x, y).map { $1 - my - gain * ($0 - mx) }
    let count = Double(x.count)
    points = zip(x, residuals).map { x, residual in
      (x - mx, residual / max(1e-9, 1 - 1 / count - (x - mx) * (x - mx) / squares))
    }
    let total = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    fit = total > 0 ? 1 - residuals.reduce(0) { $0 + $1 * $1 } / total : 0
    (slope, centre, mean, spread) = (gain, mx, my, squares)
  }

  func value(at x: Double) -> Double { mean + slope * (x - centre) }

  /// Of ``value(at:)``.
  func variance(at x: Double) -> Double {
    points.reduce(0) { sum, point in
      let part = (1 / Double(points.count) + (x - centre) * point.x / spread) * point.residual
      return sum + part * part
    }
  }
}
