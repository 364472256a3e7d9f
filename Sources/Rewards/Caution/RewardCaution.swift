/// What a deep agent is paid where the members of a learned reward differ.
public enum RewardCaution: Sendable, Hashable {
  /// Their mean.
  case mean
  /// The smallest of them.
  case worst
  /// The mean less so many standard deviations, at least 0.
  case deviation(Double)
  /// The mean of the worst share of them, between 0 and 1.
  case tail(Double)
  /// The member of this number alone.
  case member(Int)
}
