import Environments
import Feedback

extension RunRecord {
  /// Every question of the run with what became of it, in order, whatever the kind: what an export holds.
  ///
  /// Answers taken back are left out, as they count for nothing; so are questions without an answer yet. A comparison
  /// is a record of the kind `comparison`, whose content is the answer's word.
  ///
  /// - Throws: `InputError` if the ledger cannot be read.
  public func feedbackRecords() throws -> [FeedbackRecord] {
    let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 })
    var records: [FeedbackRecord] = []
    for comparison in comparisons where !comparison.takenBack {
      guard let word = comparison.answer, let answer = ComparisonAnswer(rawValue: word) else { continue }
      let clips = try ledger.segments([comparison.first, comparison.second]).map(\.trajectory)
      records.append(
        try FeedbackRecord(
          number: comparison.query, person: comparison.person ?? "",
          comparison: Feedback.Comparison(first: clips[0], second: clips[1]), answer: answer,
          strongly: comparison.strongly))
    }
    for other in otherFeedback where !other.takenBack {
      guard let given = other.given else { continue }
      records.append(try ledger.record(other.asked, given))
    }
    return records.sorted { $0.number < $1.number }
  }
}
