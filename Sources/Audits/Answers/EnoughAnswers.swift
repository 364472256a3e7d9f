import Compute
import Findings
import Foundation

/// Whether more answers would still make the reward model better: the end of its learning curve.
public struct EnoughAnswers: Codable, Sendable, Hashable {
  /// Change of accuracy on unseen answers per doubling of the number of answers, over the later half of the doublings.
  public let slope: Double
  /// Of the slope, by binomial errors.
  public let interval: Interval
  /// All answers so far.
  public let answers: Int
  /// Batches that the slope rests on.
  public let points: Int

  /// A stretch of answers that the model predicted before it learned from them.
  public struct Batch: Codable, Sendable, Hashable {
    /// How many answers the model had been trained on.
    public var answersBefore: Int
    /// How many were predicted rightly.
    public var correct: Int
    /// How many there were.
    public var count: Int

    /// Answers that were predicted by a model trained on `answersBefore` others.
    public init(answersBefore: Int, correct: Int, count: Int) {
      self.answersBefore = answersBefore
      self.correct = correct
      self.count = count
    }
  }

  /// Nil with fewer than five batches after the number of answers last doubled twice, or fewer than 40 answers in them.
  public init?(_ batches: [Batch], level: Double = 0.95) {
    guard let most = batches.map(\.answersBefore).max() else { return nil }
    let used = batches.filter { $0.count > 0 && $0.answersBefore * 4 >= most }
    let total = used.reduce(0) { $0 + $1.count }
    guard used.count >= 5, total >= 40 else { return nil }
    let x = used.map { log2(Double($0.answersBefore)) }
    let weights = used.map { Double($0.count) }
    let weight = weights.reduce(0, +)
    let y = used.map { Double($0.correct) / Double($0.count) }
    let mx = zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 } / weight
    let my = zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 } / weight
    let spread = zip(x, weights).reduce(0) { $0 + $1.1 * ($1.0 - mx) * ($1.0 - mx) }
    guard spread > 0 else { return nil }
    var product = 0.0
    for index in used.indices { product += weights[index] * (x[index] - mx) * (y[index] - my) }
    slope = product / spread
    // Binomial variance at the pooled accuracy, with one answer of each kind added so that it is never zero.
    let pooled = (my * weight + 1) / (weight + 2)
    let reach = SpecialFunctions.normalQuantile((1 + level) / 2) * (pooled * (1 - pooled) / spread).squareRoot()
    interval = Interval(lower: slope - reach, upper: slope + reach, level: level)
    answers = most + (batches.last { $0.answersBefore == most }?.count ?? 0)
    points = used.count
  }

  /// The claim that doubling the answers would gain less than `threshold` of accuracy.
  public func finding(threshold: Double = 0.02) -> Finding {
    // More answers cannot make a model worse, so a curve that surely falls means that the questions became harder.
    let becameHarder = interval.upper < 0
    let verdict = becameHarder ? .unknown : Finding.Verdict.isBelow(threshold, interval)
    let shown = "accuracy changes by \(Numbers.percent(slope, interval)) with each doubling of the answers"
    return Finding(
      id: "answers/enough",
      claim: "Twice as many answers would make the reward model less than \(Numbers.percent(threshold)) more accurate",
      verdict: verdict, bearing: .advice,
      reason: becameHarder
        ? "Later questions were harder than earlier ones, so the curve cannot tell: \(shown)."
        : verdict == .fails
          ? "More answers are likely to help: \(shown)."
          : verdict == .holds ? "The learning curve has levelled off: \(shown)." : "Not settled: \(shown).",
      evidence: [
        Evidence("accuracy gained per doubling", slope, interval: interval, count: points),
        Evidence("answers so far", Double(answers)),
      ],
      assumptions: [
        "Questions are about equally hard all along; asking where the ensemble disagrees makes later ones harder.",
        "The curve goes on as it has over the last two doublings.",
      ],
      errorRate: "“Holds” and “fails” are each wrong in about 2.5 % of runs.",
      source: "Weighted least squares with binomial errors")
  }
}
