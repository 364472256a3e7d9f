import Audits

/// What fixed policies earn in a run's environment, by the truth and by the final model: lines to compare the agent
/// with; how far what it does was judged, and what is not known of the reward there.
///
/// They cover the range between bad and good behaviour, so that what cannot be tested on an agent that always does the
/// same can be tested on them.
public struct ReferencesMeasured: Sendable, Hashable, Codable {
  /// One for each policy.
  public var lines: [Line]
  /// How much of the last evaluation is unlike what was judged; nil in runs made before that was measured.
  public var visits: UnjudgedVisits?
  /// What is not known of the final reward in the last evaluation; nil where no pair of clips was judged, and in runs
  /// made before that was measured.
  public var uncertainty: RunUncertainty?

  /// Whole episodes of one policy, pairwise.
  public struct Line: Sendable, Hashable, Codable {
    /// Who acted.
    public var policy: Policy
    /// By the environment's own reward, one for each episode.
    public var trueReturns: [Double]
    /// By the final reward model.
    public var predictedReturns: [Double]
    /// Steps of each episode.
    public var lengths: [Int]

    package init(policy: Policy, trueReturns: [Double], predictedReturns: [Double], lengths: [Int]) {
      self.policy = policy
      self.trueReturns = trueReturns
      self.predictedReturns = predictedReturns
      self.lengths = lengths
    }
  }

  /// A policy that the agent is compared with.
  public enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Uniformly random actions.
    case random
    /// The agent before it had learned anything, demonstrations included: its most probable actions.
    case start
    /// The final policy that switches now and then to uniformly random actions, half of the time.
    case noisy
    /// That of another run, which the settings name as the reference.
    case given
  }

  package init(lines: [Line], visits: UnjudgedVisits? = nil) {
    self.lines = lines
    self.visits = visits
  }

  /// The line of this policy; nil if it was not measured.
  public subscript(_ policy: Policy) -> Line? { lines.first { $0.policy == policy } }
}
