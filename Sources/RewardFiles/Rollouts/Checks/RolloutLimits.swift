/// What an audit of rollouts tolerates, where users may differ.
public struct RolloutLimits: Sendable, Hashable, Codable {
  /// The largest share of wrong completions that may be accepted.
  public var maximumFalsePositives: Double
  /// The largest share of right completions that may be rejected.
  public var maximumFalseNegatives: Double
  /// The least total that counts as accepted; nil: the higher of two values, else the middle of the range.
  public var acceptedFrom: Double?
  /// Where the total has to lie; nil if nobody declared it.
  public var range: ClosedRange<Double>?

  /// - Parameters:
  ///   - maximumFalsePositives: the pass mark of a verifier, 2 % by default.
  ///   - maximumFalseNegatives: 5 % by default.
  ///   - acceptedFrom: the least total that counts as accepted; nil: the higher of two values, else the middle of the
  ///     range.
  ///   - range: where the total has to lie; nil if nobody declared it.
  public init(
    maximumFalsePositives: Double = 0.02, maximumFalseNegatives: Double = 0.05, acceptedFrom: Double? = nil,
    range: ClosedRange<Double>? = nil
  ) {
    self.maximumFalsePositives = maximumFalsePositives
    self.maximumFalseNegatives = maximumFalseNegatives
    self.acceptedFrom = acceptedFrom
    self.range = range
  }
}
