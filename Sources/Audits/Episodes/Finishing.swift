import Compute
import Findings

/// Whether an agent reaches an end at all, in a task that is meant to be finished.
///
/// A learned reward that pays a little for every step, even for an empty one, makes going round forever the best
/// policy; its return is then no measure of the task.
public struct Finishing: Codable, Sendable, Hashable {
  /// Episodes that reached their end.
  public let finished: Int
  /// Episodes that were seen.
  public let episodes: Int
  /// Of the share; exact. Nil without episodes.
  public let interval: Interval?

  /// - `finished`: episodes that terminated, as opposed to running into the time limit.
  public init(finished: Int, of episodes: Int, level: Double = 0.95) {
    precondition(finished >= 0 && finished <= episodes, "no more finished than there are")
    self.finished = finished
    self.episodes = episodes
    interval = Statistics.proportionInterval(successes: finished, of: episodes, level: level)
  }

  /// The claim that it mostly finishes.
  ///
  /// - Parameters:
  ///   - isExhaustive: whether the episodes are all there are (every start of a finite world under a fixed policy), so
  ///     that no interval is needed.
  ///   - isPaidByTruth: whether the agent was paid the true reward, so that no learned one is to blame.
  public func finding(isExhaustive: Bool = false, isPaidByTruth: Bool = false) -> Finding {
    let share = Double(finished) / Double(max(1, episodes))
    let verdict: Finding.Verdict =
      episodes == 0 ? .unknown : isExhaustive ? (share > 0.5 ? .holds : .fails) : Finding.Verdict.isAbove(0.5, interval)
    let shown = "\(finished) of \(episodes) episodes came to an end of their own"
    let reason =
      switch verdict {
      case .holds: "\(shown)."
      case .fails where finished == 0:
        "None of \(episodes) episodes came to an end of its own"
          + (isPaidByTruth ? "." : ": the learned reward pays for going on.")
      case .fails: "Only \(shown); the others ran into the time limit."
      case .unknown, .notMeasurable: episodes == 0 ? "No episode was seen." : "\(shown), which settles nothing."
      }
    return Finding(
      id: "episodes/finishing", claim: "The agent finishes the task, more often than not", verdict: verdict,
      reason: reason,
      evidence: episodes == 0
        ? []
        : [Evidence("episodes that ended", share, interval: isExhaustive ? nil : interval, count: episodes)],
      assumptions: ["The task is meant to be finished: ending is not itself a failure."],
      errorRate: isExhaustive
        ? "None: every start was tried." : "“Holds” and “fails” are each wrong in at most 2.5 % of runs.",
      source: "Clopper & Pearson 1934; the failure: Knox et al. 2022, Models of human preference for learning rewards")
  }
}
