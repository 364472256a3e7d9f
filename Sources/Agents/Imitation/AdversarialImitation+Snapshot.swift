import Compute
import Foundation

/// Adversarial imitation between two iterations, whole; see ``AdversarialImitation/snapshot()``.
public struct AdversarialSnapshot: Codable, Sendable, Hashable {
  var settings: AdversarialSettings
  var agent: AgentSnapshot
  var batch: Data
  var rounds: Int
  var parameters: [Float]
  var firstMoments: [Float]
  var secondMoments: [Float]
  var adamSteps: Int
  var gNormalizer: RunningNormalizer
  var hNormalizer: RunningNormalizer
}

extension AdversarialImitation {
  /// Everything needed to go on bit for bit: agent, environments, discriminator. The demonstrations are not in it.
  public func snapshot() throws -> AdversarialSnapshot {
    AdversarialSnapshot(
      settings: settings, agent: try learner.snapshot(), batch: try batch.snapshot(), rounds: reward.round,
      parameters: discriminator.parameters, firstMoments: discriminator.adam.firstMoments,
      secondMoments: discriminator.adam.secondMoments, adamSteps: discriminator.adam.steps,
      gNormalizer: discriminator.gNormalizer, hNormalizer: discriminator.hNormalizer)
  }

  /// Takes over a snapshot of a learner that was made from the same demonstrations, settings, environment and seed.
  ///
  /// - Throws: `InputError` if it is of another learner or damaged; do not go on with this one then.
  public func restore(_ snapshot: AdversarialSnapshot) throws {
    guard snapshot.settings == settings else {
      throw InputError(
        "the snapshot is of imitation with other settings",
        remedy: "restore it into a learner made as the saved one was")
    }
    let count = discriminator.parameters.count
    guard
      [snapshot.parameters, snapshot.firstMoments, snapshot.secondMoments].allSatisfy({
        $0.count == count && $0.allSatisfy(\.isFinite)
      }), snapshot.gNormalizer.size == discriminator.gNormalizer.size,
      snapshot.hNormalizer.size == discriminator.hNormalizer.size, snapshot.rounds >= 0, snapshot.adamSteps >= 0
    else {
      throw InputError("the snapshot's discriminator does not fit", remedy: "the file is damaged or foreign")
    }
    try learner.restore(snapshot.agent)
    try batch.restore(snapshot.batch)
    reward.round = snapshot.rounds
    discriminator.parameters = snapshot.parameters
    discriminator.adam.firstMoments = snapshot.firstMoments
    discriminator.adam.secondMoments = snapshot.secondMoments
    discriminator.adam.steps = snapshot.adamSteps
    discriminator.gNormalizer = snapshot.gNormalizer
    discriminator.hNormalizer = snapshot.hNormalizer
  }
}
