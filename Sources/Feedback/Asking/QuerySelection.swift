import Compute
import Environments
import Foundation
import Rewards

/// Which of the candidate pairs are shown.
public enum QuerySelection: String, Codable, Sendable, Hashable, CaseIterable {
  /// As they come.
  case random
  /// Those on which the members differ most: largest variance over members of the difference of returns …
  case disagreementOnLogit = "disagreement-logit"
  /// … of the probability that the first is preferred …
  case disagreementOnProbability = "disagreement-probability"
  /// … or of the preferred option itself.
  case disagreementOnLabel = "disagreement-label"
}

/// Draws more pairs than are to be shown, and keeps those that the ensemble is least sure of.
///
/// As `imitation`'s `ActiveSelectionFragmenter`; Christiano et al. draw ten times as many. Whether it helps depends on
/// the task: in their ablation it sometimes hurts.
public struct QuerySelector: Codable, Sendable, Hashable {
  public var selection: QuerySelection
  /// Candidates for each pair that is shown; without effect on random selection.
  public var oversampling: Double
  public var sampler: SegmentSampler

  public init(_ selection: QuerySelection = .random, oversampling: Double = 10, sampler: SegmentSampler) {
    self.selection = selection
    self.oversampling = oversampling
    self.sampler = sampler
  }

  /// `count` pairs; the most uncertain first, of equally uncertain ones the first drawn.
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
      Int(oversampling * Double(count)), from: trajectories, random: &random)
    let scores = uncertainties(
      of: candidates, from: trajectories, specification: specification, model: model, likelihood: likelihood)
    let order = candidates.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    return order.prefix(count).map { candidates[$0] }
  }

  /// The variance over members for each pair.
  package func uncertainties(
    of pairs: [SegmentPair], from trajectories: [Trajectory], specification: EnvironmentSpecification,
    model: RewardModel, likelihood settings: RewardTrainingSettings
  ) -> [Double] {
    let used = Set(pairs.flatMap { [$0.first.trajectory, $0.second.trajectory] })
    let evaluator = RewardEvaluator(model)
    // Every transition is judged once, however many candidates it is part of: [members × count] for each trajectory.
    let rewards = trajectories.indices.map { index in
      used.contains(index) ? memberRewards(of: trajectories[index], specification, evaluator) : []
    }
    let likelihood = ChoiceLikelihood(lapse: settings.lapse, threshold: settings.threshold)
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
      let logits = (0..<model.members).map { [value(pair.first, $0), value(pair.second, $0)] }
      switch selection {
      case .random: return 0
      case .disagreementOnLogit: return Self.variance(logits.map { $0[0] - $0[1] })
      case .disagreementOnProbability: return Self.variance(logits.map { likelihood.probabilities($0)[0] })
      case .disagreementOnLabel: return Self.variance(logits.map { $0[0] > $0[1] ? 1 : 0 })
      }
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

  /// The population variance.
  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }
}
