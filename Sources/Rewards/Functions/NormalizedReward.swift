import Compute

/// Another reward, scaled to mean 0 and variance 1 by running statistics of what it has said so far.
///
/// As `imitation`'s `NormalizedRewardNet`: rewards are normalised by the statistics *before* this call, which then take
/// the call's rewards in. The statistics are a value to be kept in a checkpoint: ``statistics``.
public final class NormalizedReward: TransitionReward {
  /// The reward that is scaled.
  public let base: any TransitionReward
  /// Mean and variance of what the base has said so far.
  public var statistics: RunningNormalizer
  /// Whether calls still change the statistics; switch off for evaluation.
  public var learns = true

  /// The base's: a scale that moves a little with every call does not make another reward.
  public var version: UInt64 { base.version }

  private var raw: [Float] = []

  /// Starts from no statistics, unless some are given.
  public init(_ base: any TransitionReward, statistics: RunningNormalizer = RunningNormalizer(size: 1)) {
    precondition(statistics.size == 1, "a reward is one number")
    self.base = base
    self.statistics = statistics
  }

  public func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    let count = transitions.count
    if raw.count != count { raw = [Float](repeating: 0, count: count) }
    raw.withUnsafeMutableBufferPointer { raw in
      guard let raw = raw.baseAddress else { return }
      base.evaluate(transitions, into: raw)
      rewards.withUnsafeMutableBufferPointer {
        if let target = $0.baseAddress { statistics.normalize(raw, rows: count, into: target) }
      }
      if learns { statistics.update(raw, rows: count) }
    }
  }

  public func evaluate(
    _ transitions: TransitionRows, into rewards: inout MutableSpan<Float>, disagreement: inout MutableSpan<Float>
  ) {
    let variance = statistics.variance[0] + statistics.epsilon
    let scale = statistics.count > 0 ? Float(1 / variance.squareRoot()) : 1
    base.evaluate(transitions, into: &rewards, disagreement: &disagreement)
    for row in 0..<transitions.count { disagreement[row] *= scale }
    evaluate(transitions, into: &rewards)
  }
}
