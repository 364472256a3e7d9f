import Compute
import Findings
import Foundation

/// Whether the reward model's probabilities are right.
///
/// Reliability bins and their expected error use the option that the model favoured, so that the arbitrary order of the
/// two clips plays no part; the line uses the first clip, so that a favoured side shows as an intercept.
public struct Calibration: Codable, Sendable, Hashable {
  /// From least to most sure, of about equal count.
  public var bins: [ReliabilityBin]
  /// Expected calibration error over the bins, as measured.
  public var expectedError: Double
  /// The same less what a perfectly calibrated model would show by chance alone; not below zero.
  public var debiasedError: Double
  /// Share of simulated perfectly calibrated models that look at least this bad.
  public var pValue: Double
  /// The logistic line; nil for few answers, or predictions that are all equal.
  public var line: CalibrationLine?
  /// Mean squared error of the probability.
  public var brier: Double
  /// Mean cross-entropy in nats.
  public var logLoss: Double
  /// The least log loss that any model could have on these answers: a tie costs ln 2, a winner nothing.
  public var labelEntropy: Double
  /// Answers that the model had not been trained on.
  public var count: Int

  /// Nil without answers.
  ///
  /// - Parameters:
  ///   - judged: answers with the probabilities that the model gave before it learned from them.
  ///   - binCount: at most so many bins, of equal size, at least ten answers each.
  ///   - simulations: perfectly calibrated models drawn, to know what error chance alone makes.
  ///   - level: of the intervals.
  ///   - random: for the simulated calibrated models.
  public init?(
    _ judged: [JudgedComparison], bins binCount: Int = 10, simulations: Int = 999, level: Double = 0.95,
    random: RandomSource
  ) {
    guard !judged.isEmpty else { return nil }
    let bins = ReliabilityBin.bins(judged, count: min(binCount, max(1, judged.count / 10)), level: level)
    let error = ReliabilityBin.expectedError(bins)
    let simulated = Self.simulatedErrors(judged, bins: bins.count, count: simulations, random: random)
    self.bins = bins
    count = judged.count
    expectedError = error
    debiasedError = max(0, error - simulated.reduce(0, +) / Double(max(1, simulated.count)))
    pValue = Double(1 + simulated.count { $0 >= error }) / Double(simulated.count + 1)
    line = CalibrationLine(judged, level: level)
    let total = Double(judged.count)
    brier = judged.reduce(0) { $0 + pow($1.probabilityFirst - $1.target, 2) } / total
    logLoss =
      judged.reduce(0) { sum, item in
        let p = min(1 - 1e-12, max(1e-12, item.probabilityFirst))
        return sum - item.target * log(p) - (1 - item.target) * log(1 - p)
      } / total
    labelEntropy =
      judged.reduce(0) { sum, item in
        let y = item.target
        return sum - (y > 0 ? y * log(y) : 0) - (y < 1 ? (1 - y) * log(1 - y) : 0)
      } / total
  }

  /// Expected errors of models whose probabilities are exactly right, on these predictions. Ties stay ties.
  private static func simulatedErrors(
    _ judged: [JudgedComparison], bins: Int, count: Int, random: RandomSource
  ) -> [Double] {
    let sorted = judged.sorted { $0.confidence < $1.confidence }
    let ranges = (0..<bins).map { $0 * sorted.count / bins..<($0 + 1) * sorted.count / bins }
    return (0..<count).map { index in
      var stream = random.stream("calibration/simulation", index)
      var error = 0.0
      for range in ranges {
        var gap = 0.0
        for item in sorted[range] {
          gap += item.confidence - (item.isDecisive ? (stream.bernoulli(item.confidence) ? 1 : 0) : 0.5)
        }
        error += abs(gap)
      }
      return error / Double(sorted.count)
    }
  }
}
