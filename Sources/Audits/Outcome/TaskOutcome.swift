import Compute
import Findings
import Foundation

/// How far one agent has come in its task, on the scale from random play (0) to an agent on the true reward (1).
///
/// ```swift
/// let outcome = TaskOutcome(seed: 0, returns: returns, random: randomReturns, reference: .init(500, .trueReward))
/// outcome.score            // 0.97
/// outcome.verdict          // .holds
/// ```
///
/// The score is (mean return − random) ÷ (reference − random). Its interval is Student's, by the delta method: the
/// noise of random play enters with the weight that it has, which is none at a score of 1. Returns that do not vary
/// have the exact interval of what was never seen, where the bounds are known. The reference counts as known.
public struct TaskOutcome: Sendable, Hashable {
  /// The seed of the run.
  public let seed: UInt64
  /// True returns of the trained agent, one for each episode.
  public let returns: [Double]
  /// True returns of random play; empty where nobody measured them.
  public let random: [Double]
  /// True returns of the agent before it had learned anything; empty where nobody measured them.
  public let start: [Double]
  /// What an agent can earn; nil if nobody knows.
  public let reference: Reference?
  /// The least and the most that an episode can earn; nil if nobody knows.
  public let bounds: ClosedRange<Double>?
  /// Mean return on the scale from random play to the reference; nil without either, or if the two do not differ.
  public let score: Double?
  /// Of ``score``; nil with fewer than two episodes.
  public let interval: Interval?

  /// The share of the way that an agent must have gone.
  public static let required = 0.75

  /// What an agent can earn in an environment.
  public struct Reference: Sendable, Hashable {
    /// The mean return.
    public let value: Double
    /// Who earns it.
    public let source: Source

    /// Who earns a reference return.
    public enum Source: Sendable, Hashable {
      /// An agent that was paid the true reward, with the environment's own settings.
      case trueReward
      /// The best seed of the same study: nothing better is known.
      case bestSeed

      /// "an agent on the true reward"
      package var words: String {
        switch self {
        case .trueReward: "an agent on the true reward"
        case .bestSeed: "the best seed"
        }
      }
    }

    /// A mean return, and who earns it.
    public init(_ value: Double, _ source: Source) {
      self.value = value
      self.source = source
    }
  }

  /// - Parameters:
  ///   - seed: the seed of the run.
  ///   - returns: of the trained agent.
  ///   - random: of random play.
  ///   - start: of the agent before it had learned anything.
  ///   - reference: what an agent can earn.
  ///   - bounds: the least and the most that an episode can earn.
  ///   - level: of the interval.
  public init(
    seed: UInt64, returns: [Double], random: [Double], start: [Double] = [], reference: Reference? = nil,
    bounds: ClosedRange<Double>? = nil, level: Double = 0.95
  ) {
    self.seed = seed
    self.returns = returns
    self.random = random
    self.start = start
    self.reference = reference
    self.bounds = bounds
    guard let reference, !returns.isEmpty, !random.isEmpty else {
      (score, interval) = (nil, nil)
      return
    }
    let (own, floor) = (Statistics.mean(returns), Statistics.mean(random))
    let span = reference.value - floor
    // A reference that random play reaches measures nothing. Its noise is judged by the terms, not by an absolute size.
    let noise = random.count > 1 ? Statistics.standardError(random) : 0
    guard span.isFinite, span > max(3 * noise, 1e-12 * max(abs(floor), abs(reference.value))) else {
      (score, interval) = (nil, nil)
      return
    }
    let value = (own - floor) / span
    score = value
    guard returns.count > 1 else {
      interval = nil
      return
    }
    let possible = bounds.map { ($0.lowerBound - floor) / span...($0.upperBound - floor) / span }
    if let possible, Set(returns).count == 1 {
      interval = Self.unvaried(value, count: returns.count, within: possible, level: level)
      return
    }
    let mine = Statistics.standardError(returns)
    let error = (mine * mine + (1 - value) * (1 - value) * noise * noise).squareRoot() / span
    let reach = error * SpecialFunctions.studentQuantile((1 + level) / 2, degrees: Double(returns.count - 1))
    let open = Interval(lower: value - reach, upper: value + reach, level: level)
    interval = possible.map(open.within) ?? open
  }

  /// Episodes that all earned the same: others, of which so many show none, have at most the share 1 − α^(1/n), and are
  /// at the worst as bad, or as good, as an episode can be.
  private static func unvaried(
    _ value: Double, count: Int, within possible: ClosedRange<Double>, level: Double
  ) -> Interval {
    let share = 1 - pow((1 - level) / 2, 1 / Double(count))
    return Interval(
      lower: value + share * min(0, possible.lowerBound - value),
      upper: value + share * max(0, possible.upperBound - value), level: level)
  }

  /// Whether the agent has gone ``required`` of the way.
  public var verdict: Finding.Verdict { Finding.Verdict.isAbove(Self.required, interval) }
}
