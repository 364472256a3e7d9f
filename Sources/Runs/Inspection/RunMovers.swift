import Audits
import Compute
import Environments
import Feedback
import Foundation

/// The answers that moved a run's reward most over what its agent does in the end: for a report.
///
/// The same as ``Inspection``'s, made of what is on disk alone: the steps are those of the last evaluation's clips, and of many
/// answers the newest are looked at, in one network of the reward with a ridge that is not chosen anew.
package struct RunMovers: Sendable {
  /// The answers, largest change first.
  package let movers: [Inspection.Mover]
  /// Answers that were looked at, of all that the reward rests on.
  package let looked: Int
  package let answers: Int
  /// Steps of the agent over which the change is measured.
  package let steps: Int

  private static let (most, shown, ridge) = (300, 5, 0.3)

  /// Nil for a run that learned no reward, has no checkpoint or no clips of an evaluation, looks at images, or whose answers have no
  /// effect that can be measured.
  ///
  /// - Throws: `InputError` for a ledger or a checkpoint that is damaged, and for learners and kinds of feedback of a user's own.
  package init?(_ record: RunRecord, registry: EnvironmentRegistry) throws {
    let layout = RunLayout(record.directory)
    let numbers = (record.finalEvaluation ?? record.iterations.last { $0.evaluation != nil }?.evaluation)?.clips ?? []
    guard !numbers.isEmpty, record.answerCount > 0,
      try !FileManager.default.entries(of: layout.checkpoints).isEmpty
    else { return nil }
    let run = try TrainedRun(directory: record.directory, registry: registry)
    guard run.entry.specification.image == nil else { return nil }
    let feedback = try AnsweredFeedback(
      run.reward.encoding, in: Ledger(reading: layout.ledger), before: run.ledgerPosition,
      world: FeedbackWorld(run.entry), kinds: .standard)
    let all = feedback.choices(memory: run.settings.feedback.memory)
    guard all.count > 0 else { return nil }
    let set = all.count <= Self.most ? all : all.subset(Array(all.count - Self.most..<all.count))
    var rows: [Float] = []
    for segment in try record.segments(numbers) {
      guard segment.trajectory.count > 0, run.reward.encoding.problem(with: segment.trajectory) == nil else { continue }
      try run.reward.encoding.append(segment.trajectory, to: &rows)
    }
    do {
      let influence = try RewardInfluence(
        run.reward, answers: set, training: run.settings.reward.training, ridge: Self.ridge, most: 1)
      let asked = Dictionary(
        record.questions.map { ($0.asked.query, ($0.asked.kind, $0.given?.person ?? "")) },
        uniquingKeysWith: { first, _ in first })
      movers = try influence.movers(over: rows, most: Self.shown).map { mover in
        let query = feedback.questions[mover.number] ?? mover.number
        return Inspection.Mover(
          question: query + 1, kind: asked[query]?.0 ?? "", person: asked[query]?.1 ?? "", plain: mover.plain,
          exact: mover.exact)
      }
      looked = influence.answers
    } catch is NotMeasurable { return nil }
    answers = Set(all.numbers).count
    steps = rows.count / run.reward.encoding.width
  }
}
