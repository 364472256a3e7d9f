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
  /// Whether pairs that the reward cannot tell apart are replaced by others.
  public var isDecidable: Bool

  /// Takes the parts as they are.
  public init(
    _ selection: QuestionSelection = .random, oversampling: Double = 10, sampler: SegmentSampler,
    batch: BatchSelection = .top, isDecidable: Bool = false
  ) {
    self.selection = selection
    self.oversampling = oversampling
    self.sampler = sampler
    self.batch = batch
    self.isDecidable = isDecidable
  }

  /// `count` pairs; with ``BatchSelection/top`` the highest score first, of equal ones the first drawn.
  ///
  /// A pair that is worth the same to every member, to rounding, is one whose segments look the same to the reward: its
  /// answer can teach it nothing. With ``isDecidable`` such pairs are shown only where others were not found.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - trajectories: what segments are cut from.
  ///   - specification: of their environment.
  ///   - model: whose members are asked.
  ///   - likelihood: how their rewards become choices.
  ///   - asked: what was asked before, from which ``BatchSelection/kCentreObservations`` keeps away.
  ///   - uncertainty: of the model by the answers so far, for rules that ask by it; where it is nil, or does not know
  ///     what they ask by, pairs are random.
  ///   - random: draws candidates.
  /// - Throws: `InputError` if no trajectory is long enough, or disagreement is asked of fewer than two members.
  public func pairs(
    _ count: Int, from trajectories: [Trajectory], specification: EnvironmentSpecification, model: RewardModel,
    likelihood: RewardTrainingSettings, asked: ChoiceSet? = nil, uncertainty: RewardUncertainty? = nil,
    random: inout RandomStream
  ) throws -> [SegmentPair] {
    let values = MemberValues(trajectories, specification, model, sampler, likelihood)
    let selection = rule(uncertainty)
    guard selection != .random || batch == .kCentreObservations else {
      let pairs = try sampler.pairs(count, from: trajectories, random: &random)
      return isDecidable ? try decidable(pairs, values, from: trajectories, random: &random) : pairs
    }
    guard model.members > 1 || !selection.needsEnsemble else {
      throw InputError(
        "selecting by disagreement needs an ensemble, and the reward model has one member",
        remedy: "set reward.members to 3 or more, or select at random")
    }
    guard oversampling >= 1, oversampling.isFinite else {
      throw InputError("the oversampling is \(oversampling)", remedy: "use 1 or more")
    }
    let candidates = try sampler.pairs(
      max(count, Int(oversampling * Double(count))), from: trajectories, random: &random)
    let differences = candidates.map(values.differences)
    let known =
      selection.restsOn == nil
      ? nil : try uncertainty?.pairs(candidates, of: trajectories, length: sampler.length)
    let scores = scores(selection, differences, known, likelihood: likelihood, random: &random)
    var order = candidates.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    if isDecidable {
      let told = order.filter { values.tells(candidates[$0]) }
      order = told.count >= count ? told : told + order.filter { !values.tells(candidates[$0]) }
    }
    guard batch != .top else { return order.prefix(count).map { candidates[$0] } }
    // Only the better half of the candidates is worth spreading over; where none is better, all of them.
    let pool = selection == .random ? order : Array(order.prefix(max(count, order.count / 2)))
    if batch == .kCentreObservations {
      let points = try ObservedPairs(model.encoding, sampler)
      let chosen = points.farthest(
        count, of: try pool.map { try points.point(candidates[$0], of: trajectories) }, from: points.known(asked))
      return chosen.map { candidates[pool[$0]] }
    }
    let chosen = batch.choose(count, scores: pool.map { scores[$0] }, points: pool.map { differences[$0] }, &random)
    return chosen.map { candidates[pool[$0]] }
  }

  /// The score of each pair by the selection's own rule.
  package func uncertainties(
    of pairs: [SegmentPair], from trajectories: [Trajectory], specification: EnvironmentSpecification,
    model: RewardModel, likelihood settings: RewardTrainingSettings
  ) -> [Double] {
    var unused = RandomSource(seed: 0).stream("scores")
    let values = MemberValues(trajectories, specification, model, sampler, settings)
    return scores(selection, pairs.map(values.differences), nil, likelihood: settings, random: &unused)
  }

  /// Nothing can be asked by what is not known yet.
  private func rule(_ uncertainty: RewardUncertainty?) -> QuestionSelection {
    guard let kind = selection.restsOn else { return selection }
    guard let uncertainty, uncertainty.unknown[kind] == nil else { return .random }
    return selection
  }

  /// The same pairs, those that the reward cannot tell apart drawn anew, ten times at most.
  private func decidable(
    _ pairs: [SegmentPair], _ values: MemberValues, from trajectories: [Trajectory], random: inout RandomStream
  ) throws -> [SegmentPair] {
    var pairs = pairs
    for _ in 0..<10 {
      let alike = pairs.indices.filter { !values.tells(pairs[$0]) }
      guard !alike.isEmpty else { break }
      let others = try sampler.pairs(alike.count, from: trajectories, random: &random)
      for (place, other) in zip(alike, others) { pairs[place] = other }
    }
    return pairs
  }

  private func scores(
    _ selection: QuestionSelection, _ differences: [[Double]], _ known: [PairUncertainty]?,
    likelihood settings: RewardTrainingSettings, random: inout RandomStream
  ) -> [Double] {
    let likelihood = ChoiceLikelihood(lapse: settings.lapse, threshold: settings.threshold)
    return differences.enumerated().map { place, differences in
      selection.score(differences, uncertainty: known?[place], likelihood: likelihood, random: &random)
    }
  }
}
