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

  /// What is not known of the reward in these episodes, by 320 of the answers and 20,000 of the episodes' steps at most,
  /// and fewer of pictures, so that it costs a run little; nil where no pair of clips was judged, or the answers are too
  /// many pictures to be held twice.
  func uncertainty(in episodes: [Trajectory]) throws -> RunUncertainty? {
    let random = random.child("uncertainty")
    var draws = random.stream("answers")
    let answers = answered.choices(memory: settings.feedback.memory).sample(320, random: &draws)
    guard answers.count > 0, answers.rowCount * model.encoding.width <= 100_000_000 else { return nil }
    let uncertainty = try RewardUncertainty(
      model, answers: answers, training: settings.reward.training, random: random)
    guard uncertainty.answers > 0 else { return nil }
    var result = try RunUncertainty(
      uncertainty, episodes: episodes, length: settings.feedback.segmentLength,
      most: min(20_000, 20_000_000 / max(1, model.encoding.width)), random: random)
    result.map = UncertaintyMap(uncertainty, episodes, entry.specification, random: random)
    return result
  }
}
