import Findings
import Foundation

extension Calibration {
  /// The claim that the model is about as sure as it should be: a slope between `tolerance` and its inverse.
  public func finding(tolerance: Double = 0.67) -> Finding {
    let range = tolerance...(1 / tolerance)
    var verdict = Finding.Verdict.unknown
    var reason = "Too few answers were held out to tell."
    if line == nil, count >= CalibrationLine.fewestAnswers {
      verdict = .notMeasurable
      reason = "All \(count) predictions are the same, so there is no slope."
    }
    var evidence: [Evidence] = []
    if let line {
      let slope = Numbers.plain(line.slope, line.slopeInterval)
      evidence = [
        Evidence("calibration slope", line.slope, interval: line.slopeInterval, count: count),
        Evidence("calibration intercept", line.intercept, interval: line.interceptInterval, count: count),
      ]
      if line.slopeInterval.upper < range.lowerBound {
        verdict = .fails
        reason = "It is too sure of itself: slope \(slope), where 1 is right. Its probabilities should be nearer to ½."
      } else if line.slopeInterval.lower > range.upperBound {
        verdict = .fails
        reason = "It is less sure than it could be: slope \(slope), where 1 is right."
      } else if range.contains(line.slopeInterval.lower), range.contains(line.slopeInterval.upper) {
        verdict = .holds
        reason = "It is about as sure as it should be: slope \(slope), where 1 is right."
      } else {
        let leaning =
          line.slopeInterval.upper < 1
          ? "It is too sure of itself" : line.slopeInterval.lower > 1 ? "It is less sure than it could be" : nil
        reason =
          leaning.map { "\($0): slope \(slope), where 1 is right; whether by more than is tolerated is not settled." }
          ?? "Slope \(slope), where 1 is right: the answers do not settle whether it is as sure as it should be."
      }
    }
    evidence += [
      Evidence("expected calibration error, debiased", debiasedError, count: count),
      Evidence("expected calibration error, as measured", expectedError, count: count),
      Evidence("p-value of perfect calibration", pValue, count: count),
      Evidence("Brier score", brier, count: count),
      Evidence("log loss", logLoss, count: count, unit: "nats"),
      Evidence("least possible log loss on these answers", labelEntropy, count: count, unit: "nats"),
      Evidence("log loss of a coin", log(2), unit: "nats"),
    ]
    return Finding(
      id: "reward-model/calibration", claim: "The reward model is about as sure as it should be", verdict: verdict,
      bearing: .advice, reason: reason, evidence: evidence,
      assumptions: [
        "The model was not trained on these answers.", "The answers are independent given the clips.",
        "Ties count as half a win for either side.",
      ],
      errorRate: "“Holds” and “fails” are each wrong in about 2.5 % of runs at the edge of the tolerated slopes "
        + "(\(Numbers.plain(range.lowerBound)) to \(Numbers.plain(range.upperBound))), less elsewhere.",
      source: "Cox 1958 (slope and intercept); Bröcker & Smith 2007 (consistency resampling); Brier 1950")
  }
}
