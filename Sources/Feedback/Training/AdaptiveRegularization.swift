import Compute

/// Keeps held-out loss / training loss within an interval by scaling the weight decay after every epoch.
///
/// A ratio above `high` (overfitting) multiplies the weight decay by 1 + factor, below `low` by 1 − factor. Christiano
/// et al. keep it in 1.1 ... 1.5; `imitation`'s `IntervalParamScaler` is the same rule. Unlike `imitation`, which
/// compares *sums* over batches of unequal number, both losses here are means over choices.
public struct AdaptiveRegularization: Codable, Sendable, Hashable {
  /// The ratio below which the weight decay falls.
  public var low: Double
  /// The ratio above which it rises.
  public var high: Double
  /// The share by which it changes at a time: 0 ..< 1.
  public var factor: Double

  /// Takes the parts as they are; ``validate()`` checks them.
  public init(low: Double = 1.1, high: Double = 1.5, factor: Double = 0.1) {
    self.low = low
    self.high = high
    self.factor = factor
  }

  /// The next weight decay.
  public func next(_ weightDecay: Double, trainingLoss: Double, heldOutLoss: Double) -> Double {
    let negligible = Double.ulpOfOne
    if trainingLoss < negligible {
      // 0 / 0 is undefined; x / 0 is infinite.
      return heldOutLoss < negligible ? weightDecay : weightDecay * (1 + factor)
    }
    let ratio = heldOutLoss / trainingLoss
    if ratio > high { return weightDecay * (1 + factor) }
    if ratio < low { return weightDecay * (1 - factor) }
    return weightDecay
  }

  /// - Throws: `InputError` for an empty interval or a factor outside 0 ..< 1.
  public func validate() throws {
    guard low >= 0, high > low else {
      throw InputError(
        "the tolerated ratio of losses is \(low) ... \(high)", remedy: "use 0 or more first, and then a larger number")
    }
    guard factor > 0, factor < 1 else {
      throw InputError("the regularisation factor is \(factor)", remedy: "use a number between 0 and 1")
    }
  }
}
