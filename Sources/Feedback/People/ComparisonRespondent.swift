import Compute
import Environments

/// A person who answers comparisons, simulated with stated flaws or real.
public protocol ComparisonRespondent: Sendable {
  /// The answer to "which of these two was better?". All chance comes from `random`.
  func answer(first: Trajectory, second: Trajectory, random: inout RandomStream) -> ComparisonAnswer

  /// Whether they ever call two clips equal; where they cannot, they are asked without ties.
  var canTie: Bool { get }

  /// Told before each session of questions what the agent achieved lately, for people whose standards move with it.
  mutating func adapt(to recent: RecentReturns)
}

extension ComparisonRespondent {
  public mutating func adapt(to recent: RecentReturns) {}
}

/// What the agent achieved lately, and how long a question is.
public struct RecentReturns: Codable, Sendable, Hashable {
  /// The mean true return of the agent's last episodes (B-Pref: 10 of them).
  public var meanTrueReturn: Double
  /// Steps of each segment of a question.
  public var segmentLength: Int
  /// The length of a whole episode.
  public var maximumEpisodeSteps: Int

  /// Takes the parts as they are.
  public init(meanTrueReturn: Double, segmentLength: Int, maximumEpisodeSteps: Int) {
    self.meanTrueReturn = meanTrueReturn
    self.segmentLength = segmentLength
    self.maximumEpisodeSteps = maximumEpisodeSteps
  }

  /// What a segment is worth on average: the mean return times the share of an episode that a segment is.
  public var margin: Double { meanTrueReturn * Double(segmentLength) / Double(maximumEpisodeSteps) }
}
