import Compute

/// w · φ + b, where the features φ are the encoded transition.
public struct LinearReward: RewardFunction, Codable, Hashable {
  /// How a transition becomes features.
  public let encoding: TransitionEncoding
  /// One for each feature.
  public var weights: [Float]
  /// Added to every reward.
  public var bias: Float

  /// - Throws: `InputError` if there is not one finite weight for each feature.
  public init(_ encoding: TransitionEncoding, weights: [Float], bias: Float = 0) throws {
    guard weights.count == encoding.width, weights.allSatisfy(\.isFinite), bias.isFinite else {
      throw InputError(
        "a linear reward over \(encoding.width) features got \(weights.count) weights, or one that is not finite",
        remedy: "give one finite weight for each feature")
    }
    self.encoding = encoding
    self.weights = weights
    self.bias = bias
  }

  public func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: encoding.width) { features in
      guard let start = features.baseAddress else { return }
      for row in 0..<transitions.count {
        encoding.encode(transitions, row..<row + 1, into: start)
        var sum = bias
        for (weight, feature) in zip(weights, features) { sum += weight * feature }
        rewards[row] = sum
      }
    }
  }
}
