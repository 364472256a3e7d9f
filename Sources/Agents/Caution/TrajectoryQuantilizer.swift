import Compute
import Environments
import Foundation
import Rewards

/// A quantiliser over whole episodes of a reference, distilled: it acts as one of the best share q of them by the reward.
///
/// ```swift
/// let quantilizer = try TrajectoryQuantilizer(
///   share: 0.1, episodes: 100, like: learner, specification: specification, random: random)
/// try quantilizer.keepNear(reference, weight: 0)
/// let report = try quantilizer.iterate(batch, reward: learned, progress: 0, recorder: recorder)
/// quantilizer.policy                     // imitates the best tenth of what the reference did
/// quantilizer.choice?.costFactor         // 10
/// ```
///
/// In the world it lets the reference act, by draws, and keeps the last N whole episodes. Of them the best ⌈qN⌉ by what they
/// were paid are its choice (``Choice``); its policy imitates these (behavioural cloning). Nothing is optimised by trial, so
/// that nothing is found that the reference would not do.
///
/// Whoever *replays* one of the chosen episodes, drawn uniformly, does harm at most N ÷ ⌈qN⌉ times as often as the
/// reference, whatever harm is (``Choice/costFactor``; on average over the draws of the N episodes). **The policy has no
/// such promise**: cloning averages over episodes and errs, and in a world with chance the best episodes are also the lucky
/// ones. And the reference is the whole argument: what it does in one episode of ten, this may do always.
package final class TrajectoryQuantilizer: Learner {
  /// The share of the episodes that counts, above 0 and up to 1.
  package let share: Double
  /// Episodes that are chosen from, at most.
  package let episodes: Int
  package let slots: Int
  package let rolloutSize: Int
  let specification: EnvironmentSpecification
  let random: RandomSource
  private let untrained: any ActingPolicy
  private var reference: (any ActingPolicy)?
  /// Rollouts so far.
  var iteration = 0
  /// Whole episodes, the last one ended last; and what each was paid.
  var kept: [Trajectory] = []
  var scores: [Double] = []
  /// By slot, the episode that runs.
  var begun: [Trajectory] = []
  private var distilled: Policy?

  /// - Parameters:
  ///   - share: q.
  ///   - episodes: N.
  ///   - learner: whose slots and rollouts it has, and whose policy as long as there is nothing to choose from.
  ///   - specification: of the world.
  ///   - random: of what the reference draws.
  /// - Throws: `InputError` for a share that is not above 0 and up to 1, or fewer than two episodes.
  package init(
    share: Double, episodes: Int, like learner: any Learner, specification: EnvironmentSpecification,
    random: RandomSource
  ) throws {
    try Quantilization.check(share)
    guard episodes > 1 else {
      throw InputError("there is nothing to choose from \(episodes) episodes", remedy: "take 2 or more")
    }
    (self.share, self.episodes, self.specification, self.random) = (share, episodes, specification, random)
    (slots, rolloutSize, untrained) = (learner.slots, learner.rolloutSize, learner.policy)
  }

  /// The reference whose episodes are chosen from; it is not also held near it.
  package func keepNear(_ reference: any ActingPolicy, weight: Double) throws {
    guard weight == 0 else {
      throw InputError("a quantiliser does what its reference did, and is not held near it besides", remedy: "use 0")
    }
    self.reference = reference
  }

  package var policy: any ActingPolicy {
    if let distilled { return distilled }
    // Cloning that runs away leaves the reference to act.
    guard !kept.isEmpty, let made = try? distil() else { return reference ?? untrained }
    distilled = made
    return made
  }

  /// What is chosen at present; nil before the first episode has ended.
  package var choice: Choice? { kept.isEmpty ? nil : Choice(scores: scores, share: share) }

  private func distil() throws -> Policy {
    guard let choice else { throw InputError("there is no episode yet") }
    var cloning = BehavioralCloning()
    return try cloning.train(
      try DemonstrationRows(choice.chosen.map { kept[$0] }, specification: specification),
      random: random.child("quantile/clone", iteration))
  }

  package func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    precondition(batch.count == slots, "a batch of as many slots as there are")
    guard let reference else { throw InputError("there is no reference whose episodes could be chosen from") }
    if begun.isEmpty { begun = (0..<slots).map { beginning($0, in: batch) } }
    var report = LearnerReport(steps: rolloutSize, episodes: [], meanReward: 0, scalars: [:])
    let actor = reference.makeActor(count: slots)
    var draws = random.stream("quantile/action", iteration)
    var actions = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
    for _ in 0..<rolloutSize / slots {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        actor.act(observations, into: &rows, random: &draws)
      }
      batch.step(actions)
      recorder?.record(batch, actions)
      for slot in 0..<slots { take(slot, of: batch, actions, &report.episodes) }
    }
    try batch.check()
    kept.removeFirst(max(0, kept.count - episodes))
    scores = kept.map { score($0, reward) }
    distilled = nil
    iteration += 1
    // Of whole episodes, not of this rollout's steps alone: nothing is learned from a step by itself.
    let steps = kept.reduce(0) { $0 + $1.count }
    if steps > 0 { report.meanReward = scores.reduce(0, +) / Double(steps) }
    if let choice {
      report.scalars["quantile/episodes"] = Double(scores.count)
      report.scalars["quantile/cost_factor"] = choice.costFactor
      report.scalars["quantile/reference_paid"] = Statistics.mean(scores)
      report.scalars["quantile/chosen_paid"] = Statistics.mean(choice.chosen.map { scores[$0] })
      report.scalars["quantile/reference_return"] = Statistics.mean(kept.map(\.trueReturn))
      report.scalars["quantile/chosen_return"] = Statistics.mean(choice.chosen.map { kept[$0].trueReturn })
    }
    return report
  }

  private func beginning(_ slot: Int, in batch: any EnvironmentBatch) -> Trajectory {
    let size = specification.observationSpace.count
    return Trajectory(
      observationSize: size, actionRowSize: specification.actionSpace.rowSize,
      observations: Array(batch.observations[slot * size..<(slot + 1) * size]), actions: [], rewards: [],
      terminated: false, truncated: false, start: nil)
  }

  /// Takes in a slot's last step.
  private func take(
    _ slot: Int, of batch: any EnvironmentBatch, _ actions: [Float], _ ended: inout [EpisodeResult]
  ) {
    let (size, width) = (specification.observationSpace.count, specification.actionSpace.rowSize)
    begun[slot].observations += batch.finalObservations[slot * size..<(slot + 1) * size]
    begun[slot].actions += actions[slot * width..<(slot + 1) * width]
    begun[slot].rewards.append(batch.rewards[slot])
    guard batch.terminated[slot] || batch.truncated[slot] else { return }
    (begun[slot].terminated, begun[slot].truncated) = (batch.terminated[slot], batch.truncated[slot])
    let episode = begun[slot]
    kept.append(episode)
    ended.append(
      EpisodeResult(trueReturn: episode.trueReturn, length: episode.count, terminated: episode.terminated))
    begun[slot] = beginning(slot, in: batch)
  }

  private func score(_ episode: Trajectory, _ reward: (any TransitionReward)?) -> Double {
    guard let reward else { return episode.trueReturn }
    var paid = [Float](repeating: 0, count: episode.count)
    episode.withTransitionRows(specification) { rows in
      var target = paid.mutableSpan
      reward.evaluate(rows, into: &target)
    }
    return paid.reduce(0) { $0 + Double($1) }
  }

  /// After a restore.
  func forgetPolicy() { distilled = nil }
}

extension TrajectoryQuantilizer {
  /// The best share of some episodes, whole: ⌈qN⌉ of N.
  package struct Choice: Sendable, Hashable {
    /// The places of the chosen, best first.
    package let chosen: [Int]
    /// Of how many.
    package let count: Int

    /// The best by these scores; equals in their order.
    package init(scores: [Double], share: Double) {
      count = scores.count
      let most = max(1, min(count, Int((share * Double(count)).rounded(.up))))
      let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
      chosen = Array(order.prefix(count == 0 ? 0 : most))
    }

    /// How many times as much as the reference, of whatever harm, a uniformly drawn one of the chosen does at most: N ÷ ⌈qN⌉,
    /// on average over what the reference drew.
    package var costFactor: Double { Double(count) / Double(max(1, chosen.count)) }
  }
}
