import Compute
import Foundation

/// Sounds when a person has begun to err more often than they used to: a CUSUM chart for yes and no.
///
/// ```swift
/// var alarm = DriftAlarm(usualErrors: 0.1, unusualErrors: 0.3, answersBetweenFalseAlarms: 1000)
/// for answer in checked where alarm.note(wrong: answer.isWrong) { … }     // true once it sounds
/// alarm.meanRunLength(errors: 0.3)   // how long the wait is if it has begun
/// ```
///
/// Each wrong answer adds `m − 1` to a sum that does not fall below 0, each right one takes 1 off; 1/m is the error
/// rate at which the likelihood ratio of "unusual" against "usual" is 1, rounded so that m is whole. The alarm sounds
/// where the sum reaches ``threshold``. As all steps are whole numbers, the sum is a Markov chain, and its mean run
/// length (answers until the alarm) is computed exactly, for every error rate.
///
/// Sources: Page 1954; Reynolds and Stoumbos 1999, "A CUSUM chart for monitoring a proportion when inspecting
/// continuously".
public struct DriftAlarm: Codable, Sendable, Hashable {
  /// What a wrong answer adds, plus one.
  public let step: Int
  /// Where the alarm sounds.
  public let threshold: Int
  /// Answers until a false alarm, on average, if errors stay as usual.
  public let answersBetweenFalseAlarms: Double
  /// Where the chart stands; 0 … ``threshold``.
  public private(set) var sum = 0
  /// The answers noted so far.
  public private(set) var answers = 0
  /// After how many answers the alarm first sounded; nil so far.
  public private(set) var alarmedAt: Int?
  /// After how many answers the sum last was 0 before the alarm: an estimate of when the drift began.
  public private(set) var lastQuiet = 0

  /// The lowest threshold with at least the wanted mean run length under the usual error rate.
  ///
  /// - Parameters:
  ///   - usualErrors: the share of wrong answers that is normal, in 0 … 1, ends excluded.
  ///   - unusualErrors: the share that should be noticed; above the usual one.
  ///   - wanted: answers between false alarms, on average, at least; up to a million.
  public init(usualErrors: Double, unusualErrors: Double, answersBetweenFalseAlarms wanted: Double) {
    precondition(0 < usualErrors && usualErrors < unusualErrors && unusualErrors < 1, "usual below unusual")
    precondition(wanted >= 1 && wanted <= 1e6, "up to a million answers")
    // The error rate at which both hypotheses explain the answers equally well.
    let gain = log(unusualErrors * (1 - usualErrors) / (usualErrors * (1 - unusualErrors)))
    let cost = log((1 - usualErrors) / (1 - unusualErrors))
    step = max(2, Int((gain / cost).rounded()))
    var low = 0
    var high = step
    while Self.meanRunLength(step: step, threshold: high, errors: usualErrors) < wanted, high < 2000 {
      low = high
      high *= 2
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if Self.meanRunLength(step: step, threshold: middle, errors: usualErrors) < wanted {
        low = middle
      } else {
        high = middle
      }
    }
    threshold = high
    answersBetweenFalseAlarms = Self.meanRunLength(step: step, threshold: high, errors: usualErrors)
  }

  /// Notes one more answer whose rightness is known; whether the alarm has sounded by now.
  @discardableResult
  public mutating func note(wrong: Bool) -> Bool {
    answers += 1
    guard alarmedAt == nil else { return true }
    sum = max(0, wrong ? sum + step - 1 : sum - 1)
    if sum == 0 { lastQuiet = answers }
    if sum >= threshold {
      sum = threshold
      alarmedAt = answers
    }
    return alarmedAt != nil
  }

  /// Answers until the alarm, on average, from a fresh start and with this share of wrong answers; exact.
  public func meanRunLength(errors: Double) -> Double {
    Self.meanRunLength(step: step, threshold: threshold, errors: errors)
  }

  /// L(s) = 1 + p L(s + step − 1) + (1 − p) L(max(0, s − 1)), with L = 0 from the threshold on.
  private static func meanRunLength(step: Int, threshold: Int, errors p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a share")
    if p == 0 { return .infinity }
    var system = Matrix.identity(threshold)
    for state in 0..<threshold {
      if state + step - 1 < threshold { system[state, state + step - 1] -= p }
      system[state, max(0, state - 1)] -= 1 - p
    }
    let ones = [Double](repeating: 1, count: threshold)
    // Singular only where the alarm is beyond all reach.
    return (try? LinearAlgebra.solve(system, ones))?[0] ?? .infinity
  }
}
