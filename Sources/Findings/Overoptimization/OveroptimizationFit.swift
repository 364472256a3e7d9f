import Compute
import Foundation

/// The published forms of true return against divergence from the initial policy, fitted by least squares.
///
/// With d = √KL: best-of-n follows d(α − βd), reinforcement learning d(α − β log d). Both are linear in α and β. The
/// peak is the turning point that the form predicts, perhaps beyond what was tried.
/// Source: Gao, Schulman and Hilton 2022, "Scaling laws for reward model overoptimization".
public struct OveroptimizationFit: Codable, Sendable, Hashable {
  /// Gao, Schulman and Hilton's forms: d(α − βd) for best-of-n, d(α − β log d) for reinforcement learning.
  public enum Form: String, Codable, Sendable, Hashable, CaseIterable {
    /// d(α − βd)
    case bestOfN
    /// d(α − β log d)
    case reinforcement
  }

  /// Which form was fitted.
  public let form: Form
  /// The coefficient α of the form.
  public let alpha: Double
  /// The coefficient β of the form.
  public let beta: Double
  /// Of α, by Student's t.
  public internal(set) var alphaInterval: Interval
  /// Of β, by Student's t.
  public internal(set) var betaInterval: Interval
  /// Where the fitted curve turns, in √KL; nil if it never does (β ≤ 0).
  public let peak: Double?
  /// Nil if the data allow a curve that never turns.
  public internal(set) var peakInterval: Interval?
  /// Share of the variance about zero that the form explains.
  public let explained: Double
  /// The largest √KL of the data.
  public let largestDivergence: Double
  /// How many points were fitted.
  public let count: Int
  /// Of how many units (prompts, seeds) the points are means, where the intervals are by resampling those; nil where they
  /// come from the points' own scatter.
  public internal(set) var units: Int?

  /// The reinforcement form has infinite slope at zero and is not meant for smaller divergences.
  public static let smallestDivergence = 0.5

  /// Fits gains over the initial policy's true return against √KL. Nil with fewer than four usable points.
  ///
  /// Of the parameters:
  /// - `divergences`: √KL of each policy from the initial one, in √nats; points at or below zero (for the
  ///   reinforcement form, below ``smallestDivergence``) are left out.
  /// - `gains`: true return less that of the initial policy.
  public init?(
    _ form: Form, divergences: [Double], gains: [Double], resamples: Int = 999, level: Double = 0.95,
    random: RandomSource
  ) {
    precondition(divergences.count == gains.count, "one gain for each divergence")
    guard let (design, values) = Self.usable(form, divergences, gains),
      let whole = Self(design, values, level: level)
    else { return nil }
    self = whole
    let fitted = design.values(alpha: alpha, beta: beta)
    let residuals = zip(values, fitted).map { $0 - $1 }
    let scale = (Double(count) / Double(count - 2)).squareRoot()
    var peaks: [Double] = []
    for index in 0..<resamples {
      var stream = random.stream("overoptimization/resample", index)
      let drawn = fitted.map { $0 + scale * residuals[stream.below(residuals.count)] }
      let turn = design.solve(drawn).flatMap { design.peak(alpha: $0.alpha, beta: $0.beta) }
      peaks.append(turn ?? .infinity)
    }
    peakInterval = Self.interval(ofPeaks: peaks, level: level)
  }

  /// Those of the points that the form is meant for, and what they are to be fitted to; nil with fewer than four.
  static func usable(
    _ form: Form, _ divergences: [Double], _ gains: [Double]
  ) -> (design: OveroptimizationDesign, values: [Double])? {
    let least = form == .reinforcement ? smallestDivergence : .leastNonzeroMagnitude
    let kept = divergences.indices.filter {
      divergences[$0].isFinite && gains[$0].isFinite && divergences[$0] >= least
    }
    guard kept.count >= 4 else { return nil }
    return (OveroptimizationDesign(form: form, divergences: kept.map { divergences[$0] }), kept.map { gains[$0] })
  }

  /// The least-squares fit with the intervals of α and β that the points' scatter gives, and no interval of the peak.
  init?(_ design: OveroptimizationDesign, _ values: [Double], level: Double) {
    guard let solution = design.solve(values) else { return nil }
    let fitted = design.values(alpha: solution.alpha, beta: solution.beta)
    let squares = zip(values, fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let freedom = Double(values.count - 2)
    let quantile = SpecialFunctions.studentQuantile((1 + level) / 2, degrees: freedom)
    let errors = design.standardErrors(variance: squares / freedom)
    form = design.form
    alpha = solution.alpha
    beta = solution.beta
    alphaInterval = Interval(
      lower: alpha - quantile * errors.alpha, upper: alpha + quantile * errors.alpha, level: level)
    betaInterval = Interval(lower: beta - quantile * errors.beta, upper: beta + quantile * errors.beta, level: level)
    peak = design.peak(alpha: alpha, beta: beta)
    peakInterval = nil
    let total = values.reduce(0) { $0 + $1 * $1 }
    explained = total > 0 ? 1 - squares / total : 1
    largestDivergence = design.divergences.max() ?? 0
    count = values.count
    units = nil
  }

  /// Between the quantiles of resampled peaks; nil if too many of the curves do not turn.
  static func interval(ofPeaks peaks: [Double], level: Double) -> Interval? {
    guard !peaks.isEmpty else { return nil }
    let sorted = peaks.sorted()
    let low = sorted[Int(Double(sorted.count - 1) * (1 - level) / 2)]
    let high = sorted[Int((Double(sorted.count - 1) * (1 + level) / 2).rounded(.up))]
    return high.isFinite && low.isFinite ? Interval(lower: low, upper: high, level: level) : nil
  }

  /// The fitted gain at a divergence.
  public func gain(at divergence: Double) -> Double {
    guard divergence > 0 else { return 0 }
    return divergence * (alpha - beta * (form == .bestOfN ? divergence : log(divergence)))
  }
}
