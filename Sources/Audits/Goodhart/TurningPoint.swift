import Compute
import Findings

/// Where the true return stops rising and falls although the predicted return goes on rising, if it does.
///
/// ```swift
/// let turning = TurningPoint(curves, random: RandomSource(seed: seed).child("audit/turning-point"))
/// turning?.finding().verdict   // .fails if proxy and truth part, beyond doubt
/// ```
///
/// The mean over seeds, in at most `blocks` blocks, is tested for a fall (`FallTest`); the predicted return must
/// rise after the turn (least-squares slope). Intervals by resampling seeds (from four on) and residuals.
public struct TurningPoint: Codable, Sendable, Hashable {
  /// The step at which the true return is highest, on the fitted curve.
  public let step: Double
  /// Of ``step``, by resampling.
  public let stepInterval: Interval?
  /// By how much the true return at the end lies below its highest: never negative.
  public let drop: Double
  /// Of ``drop``, in units of true return, by resampling.
  public let dropInterval: Interval?
  /// How far the true return rose before: the highest less the first level.
  public let gain: Double
  /// How likely a fall like this is if the true return never falls.
  public let pValue: Double
  /// Change of the predicted return per step after the turn; nil with fewer than four points there.
  public let predictedSlope: Double?
  /// Of ``predictedSlope``.
  public let predictedSlopeInterval: Interval?
  /// How many runs the curves are of.
  public let seeds: Int
  /// How many points the mean curve has.
  public let points: Int

  /// The fewest points that a verdict needs.
  public static let fewestPoints = 10
  static let blocks = 30

  /// Nil with fewer than ``fewestPoints`` points.
  public init?(
    _ curves: [ReturnCurve], simulations: Int = 999, resamples: Int = 499, level: Double = 0.95, random: RandomSource
  ) {
    guard let mean = ReturnCurve.mean(of: curves, points: Self.blocks), mean.count >= Self.fewestPoints else {
      return nil
    }
    let test = FallTest(mean.actual, simulations: simulations, random: random)
    let summary = Self.summary(mean.actual, fit: test.fit)
    pValue = test.pValue
    step = mean.steps[test.fit.peak]
    drop = summary.drop
    gain = summary.gain
    seeds = curves.count
    points = mean.count
    let line = SlopeEstimate(mean.steps[test.fit.peak...], mean.predicted[test.fit.peak...], level: level)
    predictedSlope = line?.slope
    predictedSlopeInterval = line?.interval

    var steps: [Double] = []
    var drops: [Double] = []
    for index in 0..<resamples {
      var stream = random.stream("turning-point/resample", index)
      let values = Self.resampled(curves, mean: mean, test: test, stream: &stream)
      let fit = UnimodalFit(values)
      steps.append(mean.steps[fit.peak])
      drops.append(Self.summary(values, fit: fit).drop)
    }
    let (low, high) = ((1 - level) / 2, (1 + level) / 2)
    func interval(_ values: [Double]) -> Interval? {
      guard values.count > 1 else { return nil }
      return Interval(
        lower: Statistics.quantile(values, low), upper: Statistics.quantile(values, high), level: level)
    }
    stepInterval = interval(steps)
    dropInterval = interval(drops)
  }

  /// Levels at the peak and at the end are means over a sixth of the curve, so that no single point decides.
  private static func summary(_ values: [Double], fit: UnimodalFit) -> (drop: Double, gain: Double) {
    let window = max(1, values.count / 6)
    let from = max(0, min(values.count - window, fit.peak - window / 2))
    let peak = Statistics.mean(Array(values[from..<from + window]))
    return (max(0, peak - Statistics.mean(values.suffix(window))), peak - Statistics.mean(Array(values.prefix(window))))
  }

  private static func resampled(
    _ curves: [ReturnCurve], mean: ReturnCurve, test: FallTest, stream: inout RandomStream
  ) -> [Double] {
    if curves.count >= 4 {
      let drawn = curves.indices.map { _ in curves[stream.below(curves.count)] }
      return ReturnCurve.mean(of: drawn, points: mean.count)?.actual ?? mean.actual
    }
    let residuals = zip(mean.actual, test.fit.fitted).map { $0 - $1 }
    // Residuals of a flexible fit are too small by its degrees of freedom.
    let freedom = max(1, mean.count - test.fit.levels)
    let scale = test.inflation * (Double(mean.count) / Double(freedom)).squareRoot()
    return test.fit.fitted.map { $0 + scale * residuals[stream.below(residuals.count)] }
  }
}

/// A least-squares line's slope with its interval (Student t).
struct SlopeEstimate {
  let slope: Double
  let interval: Interval

  init?(_ x: some Collection<Double>, _ y: some Collection<Double>, level: Double) {
    let (x, y) = (Array(x), Array(y))
    guard x.count >= 4 else { return nil }
    let (mx, my) = (Statistics.mean(x), Statistics.mean(y))
    let spread = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    guard spread > 0 else { return nil }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / spread
    let squares = zip(x, y).reduce(0) { sum, point in
      let residual = point.1 - my - slope * (point.0 - mx)
      return sum + residual * residual
    }
    let freedom = Double(x.count - 2)
    let error = (squares / freedom / spread).squareRoot()
    let half = SpecialFunctions.studentQuantile((1 + level) / 2, degrees: freedom) * error
    self.slope = slope
    interval = Interval(lower: slope - half, upper: slope + half, level: level)
  }
}
