import Compute

/// What episodes of an environment can earn, and what an agent on its true reward does earn: whoever writes an environment
/// may know either.
///
/// ```swift
/// EnvironmentEntry(Corridor(), returns: KnownReturns(reference: 9, bounds: 0...10))
/// ```
///
/// A run's report measures its agent by the reference (how much of the way from random play it went), and intervals of
/// mean returns end at the bounds. Where the reference is unknown, the best of several seeds takes its place, and of one
/// seed it is said that nothing tells how far it could have gone.
public struct KnownReturns: Sendable, Hashable {
  /// The mean return of the optimal policy, or of an agent that was trained on the true reward; nil if nobody knows.
  public var reference: Double?
  /// The least and the most that an episode can earn, by the definition of the reward; nil if nobody worked it out.
  public var bounds: ClosedRange<Double>?
  /// Where ``reference`` comes from, in a few words: "the optimum", "PPO on its own reward"; nil if nobody said.
  public var origin: String?
  /// What uniformly random actions earn; nil if nobody measured it or worked it out.
  public var random: RandomReturn?

  /// What is known; nothing unless it is given.
  public init(
    reference: Double? = nil, bounds: ClosedRange<Double>? = nil, origin: String? = nil, random: RandomReturn? = nil
  ) {
    self.reference = reference
    self.bounds = bounds
    self.origin = origin
    self.random = random
  }

  /// Student's interval for the mean of returns, as far as it is possible; nil below two values.
  public func meanInterval(_ returns: [Double], level: Double = 0.95) -> Interval? {
    let open = Statistics.meanInterval(returns, level: level)
    return bounds.flatMap { range in open.map { $0.within(range) } } ?? open
  }
}
