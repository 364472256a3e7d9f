import Compute
import Environments
import Foundation
import Rewards

/// Draws more pairs than are to be shown, and keeps those that the ensemble has most to learn from.
///
/// As `imitation`'s `ActiveSelectionFragmenter`; Christiano et al. draw ten times as many. Whether it helps depends on
/// the task: in their ablation it sometimes hurts. The questions that it asks are not a fair sample, so accuracy on
/// them is biased: keep a share of random ones apart for that.
public struct QuestionSelector: Codable, Sendable, Hashable {
  /// What makes one pair worth more than another.
  public var selection: QuestionSelection
  /// Candidates for each pair that is shown; without effect on random selection.
  public var oversampling: Double
  /// Where candidates come from.
  public var sampler: SegmentSampler
  /// How several good questions are distinguished from the same question several times over.
  public var batch: BatchSelection

  /// Takes the parts as they are.
  public init(
    _ selection: QuestionSelection = .random, oversampling: Double = 10, sampler: SegmentSampler,
    batch: BatchSelection = .top
  ) {
    self.selection = selection
    self.oversampling = oversampling
    self.sampler = sampler
    self.batch = batch
  }

  /// `count` pairs; with ``BatchSelection/top`` the highest score first, of equal ones the first drawn.
  ///
  /// - Throws: `InputError` if no trajectory is long enough, or disagreement is asked of fewer than two members.
  public func pairs(
    _ count: Int, from trajectories: [Trajectory], specification: EnvironmentSpecification, model: RewardModel,
    likelihood: RewardTrainingSettings, random: inout RandomStream
  ) throws -> [SegmentPair] {
    guard selection != .random else { return try sampler.pairs(count, from: trajectories, random: &random) }
    guard model.members > 1 else {
      throw InputError(
        "selecting by disagreement needs an ensemble, and the reward model has one member",
        remedy: "set reward.members to 3 or more, or select at random")
    }
    guard oversampling >= 1, oversampling.isFinite else {
      throw InputError("the oversampling is \(oversampling)", remedy: "use 1 or more")
    }
    let candidates = try sampler.pairs(
      max(count, Int(oversampling * Double(count))), from: trajectories, random: &random)
    let differences = differences(
      of: candidates, from: trajectories, specification: specification, model: model, likelihood: likelihood)
    let scores = scores(differences, likelihood: likelihood, random: &random)
    let order = candidates.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    guard batch != .top else { return order.prefix(count).map { candidates[$0] } }
    // Only the better half of the candidates is worth spreading over.
    let pool = Array(order.prefix(max(count, candidates.count / 2)))
    let chosen = batch.choose(count, scores: pool.map { scores[$0] }, points: pool.map { differences[$0] }, &random)
    return chosen.map { candidates[pool[$0]] }
  }

  /// The score of each pair by the selection's own rule.
  package func uncertainties(
    of pairs: [SegmentPair], from trajectories: [Trajectory], specification: EnvironmentSpecification,
    model: RewardModel, likelihood settings: RewardTrainingSettings
  ) -> [Double] {
    var unused = RandomSource(seed: 0).stream("scores")
    return scores(
      differences(
        of: pairs, from: trajectories, specification: specification, model: model, likelihood: settings),
      likelihood: settings, random: &unused)
  }

  private func scores(
    _ differences: [[Double]], likelihood settings: RewardTrainingSettings, random: inout RandomStream
  ) -> [Double] {
    let likelihood = ChoiceLikelihood(lapse: settings.lapse, threshold: settings.threshold)
    return differences.map { selection.score($0, likelihood: likelihood, random: &random) }
  }

  /// For each pair, each member's difference of logits, the first segment's less the second's.
  private func differences(
    of pairs: [SegmentPair], from trajectories: [Trajectory], specification: EnvironmentSpecification,
    model: RewardModel, likelihood settings: RewardTrainingSettings
  ) -> [[Double]] {
    let used = Set(pairs.flatMap { [$0.first.trajectory, $0.second.trajectory] })
    let evaluator = RewardEvaluator(model)
    // Every transition is judged once, however many candidates it is part of: [members × count] for each trajectory.
    let rewards = trajectories.indices.map { index in
      used.contains(index) ? memberRewards(of: trajectories[index], specification, evaluator) : []
    }
    func value(_ segment: SegmentReference, _ member: Int) -> Double {
      let start = member * trajectories[segment.trajectory].count + segment.start
      var power = 1 / settings.temperature
      var sum = 0.0
      for step in start..<start + sampler.length {
        sum += power * Double(rewards[segment.trajectory][step])
        power *= settings.discount
      }
      return sum
    }
    return pairs.map { pair in
      (0..<model.members).map { value(pair.first, $0) - value(pair.second, $0) }
    }
  }

  private func memberRewards(
    of trajectory: Trajectory, _ specification: EnvironmentSpecification, _ evaluator: RewardEvaluator
  ) -> [Float] {
    var rewards = [Float](repeating: 0, count: evaluator.model.members * trajectory.count)
    rewards.withUnsafeMutableBufferPointer { rewards in
      guard let start = rewards.baseAddress else { return }
      trajectory.withTransitionRows(specification) { evaluator.evaluateRaw($0, into: start) }
    }
    return rewards
  }
}
