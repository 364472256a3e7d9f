import Audits
import Compute
import Environments
import Feedback
import Rewards

extension LearnRun {
  /// How much of these episodes is unlike the clips of the answers that count.
  ///
  /// Of what the reward sees; of pixels by the reward's last hidden layer, since no distance between pictures means
  /// anything.
  func unjudgedVisits(
    _ episodes: [Trajectory], of record: RunRecord, stored: [StoredSegment]
  ) throws -> UnjudgedVisits {
    let judged = record.judgedSegments.filter { stored.indices.contains($0) }.map { stored[$0].trajectory }
      .filter { model.encoding.problem(with: $0) == nil }
    let rows: (Trajectory) throws -> Matrix
    if model.encoding.images == nil {
      rows = { [encoding = model.encoding] in try encoding.rows(of: [$0]) }
    } else {
      let features = try RewardFeatures(model)
      rows = { [specification = entry.specification] trajectory in
        trajectory.withTransitionRows(specification) { features.features(of: $0) }
      }
    }
    return UnjudgedVisits(
      judged: try judged.map(rows), visited: try episodes.map(rows), random: random.child("unjudged"))
  }

  /// What is not known of the reward by the answers so far; nil before there are any.
  func uncertainty(random: RandomSource) throws -> RewardUncertainty? {
    let answers = answered.choices(memory: settings.feedback.memory)
    guard answers.count > 0 else { return nil }
    return try RewardUncertainty(model, answers: answers, training: settings.reward.training, random: random)
  }
}
