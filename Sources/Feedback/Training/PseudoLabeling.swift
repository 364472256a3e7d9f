import Compute

/// Learning from pairs that nobody was asked about, where a member is sure of the answer by itself.
///
/// Beside every batch of answers each member looks at ``ratio`` times as many pairs of unlabelled segments. Where it gives
/// one of the two a probability of ``threshold`` or more, it takes that one for the better, and learns from it with
/// ``weight``. Such a label is the member's own: it is no answer, and no report counts it as one.
///
/// Source: Park, Seo, Shin, Lee, Abbeel, Lee, "SURF", arXiv 2203.10050, §4.1.
public struct PseudoLabeling: Codable, Sendable, Hashable {
  /// τ: the probability from which a member's guess counts, ½ to 1.
  public var threshold: Double
  /// μ: unlabelled pairs for each answer of a batch, 1 or more.
  public var ratio: Int
  /// λ: what their mean loss counts beside that of the answers.
  public var weight: Double

  /// The defaults are SURF's.
  public init(threshold: Double = 0.99, ratio: Int = 4, weight: Double = 1) {
    self.threshold = threshold
    self.ratio = ratio
    self.weight = weight
  }

  /// - Throws: `InputError` for the first invalid part.
  public func validate() throws {
    guard threshold >= 0.5, threshold <= 1 else {
      throw InputError("the threshold of pseudo-labels is \(threshold)", remedy: "use a probability of 0.5 ... 1")
    }
    guard ratio >= 1 else {
      throw InputError("the ratio of unlabelled pairs is \(ratio)", remedy: "use at least 1")
    }
    guard weight >= 0, weight.isFinite else {
      throw InputError("the weight of pseudo-labels is \(weight)", remedy: "use 0 or more")
    }
  }

  /// How many unlabelled pairs were looked at, and how many of them were learned from.
  public struct Count: Codable, Sendable, Hashable {
    /// Pairs whose segments were valued, over all members and steps.
    public var pairs = 0
    /// Those of which a member was sure enough to learn from its own guess.
    public var used = 0

    /// None yet.
    public init() {}

    static func + (a: Self, b: Self) -> Self {
      var sum = a
      sum.pairs += b.pairs
      sum.used += b.used
      return sum
    }
  }
}
