import Audits

extension RunCheck {
  /// Whether the clips that were compared differ in true reward.
  static let distinctQuestions = RunCheck("answers/distinct") { runs in
    let known = runs.answeredComparisons.filter { $0.firstTrueReturn != nil && $0.secondTrueReturn != nil }
    guard !known.isEmpty else { return [] }
    let questions = DistinctQuestions(
      first: known.compactMap(\.firstTrueReturn), second: known.compactMap(\.secondTrueReturn))
    return [questions.finding()]
  }
}
