import Compute
import Findings
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
  public let alphaInterval: Interval
  /// Of β, by Student's t.
  public let betaInterval: Interval
  /// Where the fitted curve turns, in √KL; nil if it never does (β ≤ 0).
  public let peak: Double?
  /// Nil if the data allow a curve that never turns.
  public let peakInterval: Interval?
  /// Share of the variance about zero that the form explains.
  public let explained: Double
  /// The largest √KL of the data.
  public let largestDivergence: Double
  /// How many points were fitted.
  public let count: Int

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
    let least = form == .reinforcement ? Self.smallestDivergence : .leastNonzeroMagnitude
    let kept = divergences.indices.filter {
      divergences[$0].isFinite && gains[$0].isFinite && divergences[$0] >= least
    }
    let design = OveroptimizationDesign(form: form, divergences: kept.map { divergences[$0] })
    let values = kept.map { gains[$0] }
    guard kept.count >= 4, let solution = design.solve(values) else { return nil }
    let fitted = design.values(alpha: solution.alpha, beta: solution.beta)
    let residuals = zip(values, fitted).map { $0 - $1 }
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let freedom = Double(kept.count - 2)
    let quantile = SpecialFunctions.studentQuantile((1 + level) / 2, degrees: freedom)
    let errors = design.standardErrors(variance: squares / freedom)
    self.form = form
    alpha = solution.alpha
    beta = solution.beta
    alphaInterval = Interval(
      lower: alpha - quantile * errors.alpha, upper: alpha + quantile * errors.alpha, level: level)
    betaInterval = Interval(lower: beta - quantile * errors.beta, upper: beta + quantile * errors.beta, level: level)
    peak = design.peak(alpha: alpha, beta: beta)
    let total = values.reduce(0) { $0 + $1 * $1 }
    explained = total > 0 ? 1 - squares / total : 1
    largestDivergence = design.divergences.max() ?? 0
    count = kept.count

    let scale = (Double(kept.count) / freedom).squareRoot()
    var peaks: [Double] = []
    for index in 0..<resamples {
      var stream = random.stream("overoptimization/resample", index)
      let drawn = fitted.map { $0 + scale * residuals[stream.below(residuals.count)] }
      let turn = design.solve(drawn).flatMap { design.peak(alpha: $0.alpha, beta: $0.beta) }
      peaks.append(turn ?? .infinity)
    }
    peaks.sort()
    let low = peaks.isEmpty ? .infinity : peaks[Int(Double(peaks.count - 1) * (1 - level) / 2)]
    let high = peaks.isEmpty ? .infinity : peaks[Int((Double(peaks.count - 1) * (1 + level) / 2).rounded(.up))]
    peakInterval = high.isFinite && low.isFinite ? Interval(lower: low, upper: high, level: level) : nil
  }

  /// The fitted gain at a divergence.
  public func gain(at divergence: Double) -> Double {
    guard divergence > 0 else { return 0 }
    return divergence * (alpha - beta * (form == .bestOfN ? divergence : log(divergence)))
  }

  /// The claim that the runs stayed short of the fitted peak.
  public func finding() -> Finding {
    let reached = Numbers.plain(largestDivergence)
    let verdict: Finding.Verdict
    let reason: String
    if betaInterval.upper <= 0 {
      verdict = .holds
      reason = "The fitted curve does not turn at all within what was tried, up to √KL = \(reached)."
    } else if let peak, let peakInterval {
      verdict = Finding.Verdict.isAbove(largestDivergence, peakInterval)
      let shown = "the fitted peak is at √KL = \(Numbers.plain(peak, peakInterval)), the runs went to \(reached)"
      reason =
        switch verdict {
        case .holds: "There is room: \(shown)."
        case .fails: "The policy went too far: \(shown)."
        case .unknown, .notMeasurable: "The peak cannot be told from the end of the runs: \(shown)."
        }
    } else {
      verdict = .unknown
      reason = "The data allow both a peak and none."
    }
    var evidence = [
      Evidence("α", alpha, interval: alphaInterval, count: count),
      Evidence("β", beta, interval: betaInterval, count: count),
      Evidence("largest √KL", largestDivergence, count: count),
      Evidence("share of variance explained", explained, count: count),
    ]
    if let peak { evidence.insert(Evidence("fitted peak, √KL", peak, interval: peakInterval, count: count), at: 0) }
    return Finding(
      id: "goodhart/over-optimisation", claim: "The policy stayed short of the divergence at which true return turns",
      verdict: verdict, reason: reason, evidence: evidence,
      assumptions: [
        "True return follows \(form == .bestOfN ? "d(α − βd)" : "d(α − β log d)") with d = √KL from the first policy.",
        "Errors about the curve are independent and of one variance.",
      ],
      errorRate: "If the form is right, “holds” and “fails” are each wrong in about 2.5 % of runs.",
      source: "Gao, Schulman & Hilton 2022, Scaling laws for reward model overoptimization")
  }
}
