import Feedback
import Files

extension RunRecord {
  /// The comparisons of two segments among the ``questions``, in the order in which they were asked.
  ///
  /// - Complexity: O(questions) at each call.
  public var comparisons: [Comparison] { questions.compactMap { Comparison($0, of: self) } }

  /// Whether no question is of another kind.
  package var hasOnlyComparisons: Bool { questions.allSatisfy { $0.asked.kind == PairComparison.name } }

  /// A comparison of two segments, its answer, and what the segments are worth.
  public struct Comparison: Sendable, Hashable {
    /// The question's number.
    public let query: Int
    /// The round that asked it.
    public let iteration: Int
    /// Numbers of the stored segments: see ``RunRecord/segments(_:)``.
    public let first: Int
    /// See ``first``.
    public let second: Int
    /// `ComparisonAnswer.rawValue`; nil while unanswered.
    public let answer: String?
    /// Whether the preference was called a strong one; nil where that was not asked.
    public let strongly: Bool?
    /// Who answered; nil while unanswered.
    public let person: String?
    /// Whether the answer was taken back, or set aside.
    public let takenBack: Bool
    /// The model's probability that the first is preferred, before it learned from the answer.
    public let predicted: Double?
    /// Standard deviation of ``predicted`` over the members; nil for one.
    public let disagreement: Double?
    /// Whether it was a random question whose answer was never learned from.
    public let forEvaluation: Bool
    /// True and finally predicted returns of both segments; predictions are nil until the run has finished.
    public let firstTrueReturn: Double?
    /// See ``firstTrueReturn``.
    public let secondTrueReturn: Double?
    /// See ``firstTrueReturn``.
    public let firstPredictedReturn: Double?
    /// See ``firstTrueReturn``.
    public let secondPredictedReturn: Double?
    /// Environment steps taken when it was asked.
    public let step: Int
    /// 1 the first, 0 the second, ½ a tie; nil if it gives no order (skipped, cannot tell, unanswered, taken back).
    public let label: Double?

    /// Nil for a question of another kind.
    fileprivate init?(_ question: AskedQuestion, of record: RunRecord) {
      let asked = question.asked
      guard asked.kind == PairComparison.name, asked.segments.count == 2 else { return nil }
      (query, iteration, step) = (asked.query, asked.iteration, question.step)
      (first, second) = (asked.segments[0], asked.segments[1])
      (predicted, disagreement, forEvaluation) = (asked.predicted, asked.disagreement, asked.forEvaluation ?? false)
      let said = question.comparisonAnswer
      (answer, strongly) = (said?.answer, said?.strongly)
      (person, takenBack, label) = (
        question.given?.person, question.takenBack || question.setAside, question.preference
      )
      func shown(_ number: Int) -> ShownSegment? {
        record.shownSegments.indices.contains(number) ? record.shownSegments[number] : nil
      }
      (firstTrueReturn, secondTrueReturn) = (shown(first)?.trueReturn, shown(second)?.trueReturn)
      (firstPredictedReturn, secondPredictedReturn) = (shown(first)?.predictedReturn, shown(second)?.predictedReturn)
    }
  }
}

extension RunRecord.AskedQuestion {
  /// What was said to a comparison; nil while unanswered, and for other kinds.
  var comparisonAnswer: (answer: String, strongly: Bool?)? {
    guard asked.kind == PairComparison.name, let given else { return nil }
    return ComparisonForm.said(given)
  }

  /// 1 if the first of two was preferred, 0 if the second, ½ for a tie; nil if the answer gives no order of two.
  var preference: Double? {
    guard !takenBack, !setAside else { return nil }
    switch comparisonAnswer?.answer {
    case ComparisonAnswer.first.rawValue: return 1
    case ComparisonAnswer.second.rawValue: return 0
    case ComparisonAnswer.tie.rawValue: return 0.5
    default: return nil
    }
  }
}
