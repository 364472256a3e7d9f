import Compute
import Foundation

/// A policy that an agent is held near: each step costs a weight times the logarithm of how much likelier the agent
/// makes what it does than that policy would.
///
/// The mean of that logarithm over the agent's own steps is the Kullback–Leibler divergence of its choices from the
/// reference's, at the states that it visits; the mean of the ratio itself, less 1, is their χ². Continuous actions are
/// compared as they were drawn, before they are clipped to the action space: clipping only lowers both.
final class PPOReference {
  let policy: Policy
  /// What a nat costs, in units of the reward.
  let weight: Double
  /// One for each lane of the thread pool.
  private var actors: [PolicyActor] = []
  /// By row, the reference's log-probability of what was done.
  private let logProbabilities: UnsafeMutablePointer<Float>
  private static let chunk = 192

  init(_ policy: Policy, weight: Double, rows: Int) {
    (self.policy, self.weight) = (policy, weight)
    logProbabilities = .allocate(capacity: rows)
    logProbabilities.initialize(repeating: 0, count: rows)
  }

  deinit { logProbabilities.deallocate() }

  /// Takes what the steps of a rollout cost off their rewards; the divergences, each with its interval from the slots,
  /// which do not depend on each other: nil for one slot.
  func charge(_ buffer: RolloutBuffer) -> (kl: Distance, chiSquared: Distance) {
    judge(buffer)
    var sums = [Double](repeating: 0, count: buffer.slots)
    var excesses = sums
    for row in 0..<buffer.rows {
      let logRatio = Double(buffer.logProbabilities[row]) - Double(logProbabilities[row])
      sums[row % buffer.slots] += logRatio
      excesses[row % buffer.slots] += expm1(logRatio)
      // A weight of 0 leaves every reward as it was, to the bit.
      if weight > 0 { buffer.rewards[row] = Float(Double(buffer.rewards[row]) - weight * logRatio) }
    }
    return (Distance(sums, steps: buffer.steps), Distance(excesses, steps: buffer.steps))
  }

  /// How far the agent is from the reference, as a mean over the steps of slots.
  struct Distance {
    let mean: Double
    let interval: Interval?

    init(_ sums: [Double], steps: Int) {
      let means = sums.map { $0 / Double(steps) }
      (mean, interval) = (Statistics.mean(means), Statistics.meanInterval(means))
    }
  }

  private func judge(_ buffer: RolloutBuffer) {
    let pool = ThreadPool.shared
    while actors.count < pool.lanes { actors.append(policy.makeActor(count: min(Self.chunk, buffer.rows))) }
    // Each chunk has its own rows, each lane its own actor; all else is only read.
    let shared = Disjoint((actors: actors, buffer: buffer, into: logProbabilities))
    pool.runInLanes((buffer.rows + Self.chunk - 1) / Self.chunk, lanes: actors.count) { chunk, lane in
      let (actors, buffer, into) = shared.value
      let row = chunk * Self.chunk
      actors[lane].logProbabilities(
        buffer.observations + row * buffer.observationSize, actions: buffer.actions + row * buffer.actionSize,
        rows: min(Self.chunk, buffer.rows - row), into: into + row)
    }
  }
}

extension PPO {
  /// Holds the agent near another policy: from now on its reward is less by `weight` for each nat by which it makes its
  /// actions likelier than the reference does. A weight of 0 only measures the divergence.
  ///
  /// The reference is no part of a snapshot: whoever restores one names it again.
  ///
  /// - Throws: `InputError` for a policy of another environment or another action head, or a weight that is negative or
  ///   not finite.
  public func keepNear(_ reference: Policy, weight: Double) throws {
    guard reference.environment == specification.id else {
      throw InputError(
        "the reference acts in '\(reference.environment)'",
        remedy: "take a policy that was learned in "
          + "'\(specification.id)'")
    }
    guard reference.head == head, reference.network.shape.inputs == observationSize else {
      throw InputError(
        "the reference sees or acts otherwise than the agent",
        remedy: "take one learned in the same version of the world")
    }
    guard weight >= 0, weight.isFinite else {
      throw InputError("a nat cannot cost \(weight)", remedy: "give a number that is not negative")
    }
    self.reference = PPOReference(reference, weight: weight, rows: settings.rolloutSize)
  }
}
