import Compute
import Environments
import Foundation

/// The simulated teachers of B-Pref: one person model with five flaws, each switched on by its parameter.
///
/// With true rewards r of two segments of length H, an answer is made in this order:
///
/// 1. **Skip**, if the skip threshold δ is positive: no answer unless max(Σr¹, Σr²) > δ. The question is spent.
/// 2. **Equal** is noted if |Σr¹ − Σr²| < the equal threshold.
/// 3. **Myopic**: step t is weighted by γ^(H−1−t), so the last counts 1; the rest uses these sums S¹, S².
/// 4. **Rational**: second if S¹ < S², else first (exact ties too); **stochastic**, if a rationality β is given: second
///    with probability exp(βS²) / (exp(βS¹) + exp(βS²)).
/// 5. **Mistake**: the answer is turned round with probability ε.
/// 6. If equal was noted, the answer is a tie, regardless of the rules before.
///
/// The two thresholds are shares of what a segment is worth, and move with the agent: before each session
/// δ = (mean true return of the last 10 episodes) · (segment length / episode length) · share. That is the paper's
/// definition, and ours; its released code multiplies by the share a second time from the second session on, so that
/// with a share of .1 its thresholds become ten times smaller. ``squaresShares`` reproduces that.
///
/// Source: Lee, Smith, Dragan, Abbeel 2021, arXiv 2111.03026; rll-research/BPref.
public struct BPrefTeacher: ComparisonRespondent, Codable, Hashable {
  /// β; nil for a perfectly rational teacher (the original's −1).
  public var rationality: Double?
  /// γ; 1 weighs all steps equally.
  public var myopia: Double
  /// ε
  public var mistakeProbability: Double
  /// The skip threshold as a share of a segment's worth; 0 never skips.
  public var skipShare: Double
  /// The equal threshold as a share of a segment's worth; 0 never ties.
  public var equalShare: Double
  /// Pairs of which neither segment has more true return are skipped; in units of true return, as the last
  /// ``adapt(to:)`` set it, and 0 before the first.
  public var skipThreshold: Double = 0
  /// Segments whose true returns differ by less are called equal.
  public var equalThreshold: Double = 0
  /// Whether the thresholds are those of the released code rather than of the paper: shares squared after the first
  /// session.
  public var squaresShares = false
  /// How often ``adapt(to:)`` was called.
  public private(set) var sessions = 0

  /// Takes the parts as they are; by default the oracle.
  public init(
    rationality: Double? = nil, myopia: Double = 1, mistakeProbability: Double = 0, skipShare: Double = 0,
    equalShare: Double = 0
  ) {
    self.rationality = rationality
    self.myopia = myopia
    self.mistakeProbability = mistakeProbability
    self.skipShare = skipShare
    self.equalShare = equalShare
  }

  /// Perfect.
  public static func oracle() -> BPrefTeacher { BPrefTeacher() }
  /// Chooses at random, by Bradley and Terry's model.
  public static func stochastic(rationality: Double = 1) -> BPrefTeacher { BPrefTeacher(rationality: rationality) }
  /// Answers the opposite with this probability.
  public static func mistake(probability: Double = 0.1) -> BPrefTeacher {
    BPrefTeacher(mistakeProbability: probability)
  }
  /// Skips pairs of which neither segment is worth this share of what one is on average.
  public static func skip(share: Double = 0.1) -> BPrefTeacher { BPrefTeacher(skipShare: share) }
  /// Calls segments equal whose returns differ by less than this share of what one is worth on average.
  public static func equal(share: Double = 0.1) -> BPrefTeacher { BPrefTeacher(equalShare: share) }
  /// Counts earlier steps of a segment less: the step before counts this much of the step after.
  public static func myopic(discount: Double = 0.9) -> BPrefTeacher { BPrefTeacher(myopia: discount) }

  public mutating func adapt(to recent: RecentReturns) {
    func part(_ share: Double) -> Double { squaresShares && sessions > 0 ? share * share : share }
    skipThreshold = recent.margin * part(skipShare)
    equalThreshold = recent.margin * part(equalShare)
    sessions += 1
  }

  public var canTie: Bool { equalShare > 0 || equalThreshold > 0 }

  public func answer(first: Trajectory, second: Trajectory, random: inout RandomStream) -> ComparisonAnswer {
    let sums = (first.trueReturn, second.trueReturn)
    if skipThreshold > 0, !(max(sums.0, sums.1) > skipThreshold) { return .skipped }
    let equal = abs(sums.0 - sums.1) < equalThreshold
    let seen = (recentReturn(first), recentReturn(second))
    var prefersSecond = seen.0 < seen.1
    if let rationality {
      prefersSecond = random.bernoulli(1 / (1 + exp(rationality * (seen.0 - seen.1))))
    }
    if mistakeProbability > 0, random.bernoulli(mistakeProbability) { prefersSecond.toggle() }
    if equal { return .tie }
    return prefersSecond ? .second : .first
  }

  /// Σ γ^(H−1−t) r_t
  private func recentReturn(_ segment: Trajectory) -> Double {
    myopia == 1
      ? segment.trueReturn : segment.rewards.reduce(0) { $0 * myopia + Double($1) }
  }

  /// - Throws: `InputError` for invalid parameters.
  public func validate() throws {
    func require(_ holds: Bool, _ what: String, _ value: Double, _ remedy: String) throws {
      if !holds { throw InputError("the teacher's \(what) is \(value)", remedy: remedy) }
    }
    if let rationality {
      try require(rationality >= 0 && rationality.isFinite, "rationality", rationality, "use 0 or more, or none")
    }
    try require(myopia >= 0 && myopia <= 1, "myopia", myopia, "use a number of 0 ... 1")
    try require(
      mistakeProbability >= 0 && mistakeProbability <= 1, "mistake probability", mistakeProbability,
      "use a number of 0 ... 1")
    try require(skipShare >= 0 && skipShare.isFinite, "skip share", skipShare, "use 0 or more")
    try require(equalShare >= 0 && equalShare.isFinite, "equal share", equalShare, "use 0 or more")
  }
}
