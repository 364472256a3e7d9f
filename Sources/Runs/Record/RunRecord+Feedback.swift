import Environments
import Feedback

extension RunRecord {
  /// Every question of the run with what became of it, in order, whatever the kind: what an export holds.
  ///
  /// Answers taken back are left out, as they count for nothing; so are questions without an answer yet, and comparisons
  /// that nobody was asked. A comparison is a record of the kind `comparison`.
  ///
  /// - Throws: `InputError` if the ledger cannot be read.
  public func feedbackRecords() throws -> [FeedbackRecord] {
    let ledger = try Ledger(path: RunLayout(directory).ledger, clock: { 0 })
    let takenBack = Set(
      comparisons.filter(\.takenBack).map(\.query) + otherFeedback.filter(\.takenBack).map(\.asked.query))
    return try ledger.answers(before: ledger.count)
      .filter { !$0.isAutomatic && !takenBack.contains($0.record.number) }
      .map(\.record).sorted { $0.number < $1.number }
  }
}
