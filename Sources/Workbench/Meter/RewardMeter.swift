import Feedback
import Runs
import Synchronization

/// What is not known of a run's learned reward, kept ready for pages that ask.
///
/// It is found at the first request after a training, from what the run handed over then, or from the newest checkpoint
/// where no run is under way in this process: a run at whose meter nobody looks pays nothing for it. Those who ask while
/// it is found wait for it.
final class RewardMeter: Sendable {
  /// A reward's uncertainties, and the round that trained it.
  struct Reading: Sendable {
    var iteration: Int
    var uncertainty: RewardUncertainty
  }

  private struct Shown {
    var reward: LearnedReward
    /// How many were shown before, and this one.
    var count: Int
  }

  private let shown = Mutex<Shown?>(nil)
  /// With the count of the reward that it is of; 0 for the checkpoint's.
  private let made = Mutex<(reading: Reading, count: Int)?>(nil)
  private let stored: @Sendable () throws -> LearnedReward?

  /// - Parameter stored: the reward as the run's files have it; nil if it has learned nothing.
  init(stored: @escaping @Sendable () throws -> LearnedReward?) { self.stored = stored }

  /// The run has trained its reward.
  func show(_ reward: LearnedReward) {
    shown.withLock { $0 = Shown(reward: reward, count: ($0?.count ?? 0) + 1) }
  }

  /// The round that trained the reward which the run showed last; nil where none is under way in this process.
  var iteration: Int? { shown.withLock { $0?.reward.iteration } }

  /// Of the reward as it is now; nil as long as it has learned nothing.
  func reading() throws -> Reading? {
    try made.withLock { made in
      let newest = shown.withLock { $0 }
      if let made, made.count == newest?.count ?? 0 { return made.reading }
      guard let reward = try newest?.reward ?? stored() else { return nil }
      let reading = Reading(iteration: reward.iteration, uncertainty: try reward.uncertainty())
      made = (reading, newest?.count ?? 0)
      return reading
    }
  }
}
