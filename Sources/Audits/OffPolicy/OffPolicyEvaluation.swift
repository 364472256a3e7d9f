import Compute

/// Everything that a log says of a policy that did not act in it: every estimator with its interval, how far the weights
/// carry, and which to believe.
///
/// ```swift
/// let evaluation = try OffPolicyEvaluation(log, random: RandomSource(seed: 1))
/// evaluation[.doublyRobust]?.value
/// evaluation.believed                       // nil if the log cannot tell
/// evaluation.findings
/// ```
public struct OffPolicyEvaluation: Sendable, Hashable, Codable {
  /// What one estimator says.
  public struct Estimate: Sendable, Hashable, Codable {
    /// How it was estimated.
    public let estimator: OffPolicyEstimator
    /// The target's return within the horizon; NaN is not kept: nil where it does not exist.
    public let value: Double?
    /// Of ``value``, by drawing episodes anew; nil below two episodes, or if a resample has no value.
    public let interval: Interval?
    /// What it says beyond the mean return as it was earned.
    public let gain: Double?
    /// Of ``gain``: what holds both the resamples' interval and, for estimators that count no tables, Student's with the
    /// jackknife's standard error; and a little more (``OffPolicyEvaluation/widening``). A verdict rests on it.
    public let gainInterval: Interval?
    /// How many equal weights are as sure as those it uses; nil for estimators that use none.
    public let effectiveSize: Double?
  }

  /// How an evaluation is made.
  public struct Options: Sendable, Hashable {
    /// Of the intervals.
    public var level = 0.95
    /// Of the bootstrap.
    public var resamples = 1000
    /// How resamples become an interval; `bca` only for what is made of sums over episodes.
    public var method = Statistics.BootstrapMethod.percentile
    /// τ and λ.
    public var tuning = OffPolicyTuning()
    /// Into how many parts episodes are cut so that a fitted model never speaks of what it was fitted to.
    public var folds = 5
    /// The ends of a reward, for the intervals that are right for every sample size; nil takes those that were seen.
    public var rewards: ClosedRange<Double>?
    /// The most that π ÷ b can be; nil leaves the empirical Bernstein interval out.
    public var largestRatio: Double?
    /// Which estimators; all that can be had unless said.
    public var estimators = OffPolicyEstimator.allCases

    /// The standard ones.
    public init() {}
  }

  /// By how much intervals of a gain are widened. Neither resampling nor the jackknife fits the model anew, so both are a
  /// little too narrow: without it verdicts were wrong in up to 6.4 % of 1,000 simulated logs without a gain.
  public static let widening = 1.08

  /// In the order asked for; those that need what is not there are missing.
  public let estimates: [Estimate]
  /// Of whole episodes.
  public let weights: ImportanceWeights
  /// The step whose weights are worth the fewest, under marginalisation; nil without a table.
  public let marginalSize: Double?
  /// Of what the target does where the log has been, what was never done there; nil without a table.
  public let unsupportedShare: Double?
  /// The mean return as it was earned, with Student's interval.
  public let earned: Double
  /// Of ``earned``.
  public let earnedInterval: Interval?
  /// Of `pdis`: right at every number of episodes at once.
  public let anytime: Interval
  /// Of `pdis`: empirical Bernstein; nil without a largest ratio.
  public let bernstein: Interval?
  /// The ends of a reward that `anytime` and `bernstein` rest on.
  public let rewards: ClosedRange<Double>
  /// Whether those ends are only what was seen.
  public let rewardsAreSeen: Bool
  /// How many episodes.
  public let episodes: Int
  /// The length of the longest.
  public let horizon: Int
  /// γ.
  public let discount: Double
  /// Whether the behaviour policy was counted from the log.
  public let behaviorIsFitted: Bool

  /// From probabilities of what was done alone, or with what a model says of each step.
  ///
  /// - Throws: `InputError` if a reward lies outside its ends, or the model has not a number for each step.
  public init(
    _ log: LoggedEpisodes, model: ModeledValues? = nil, options: Options = Options(), random: RandomSource
  ) throws {
    try self.init(log, model: model, table: nil, options, random, behaviorIsFitted: false)
  }

  /// From counted states and actions: the model is fitted to the log, to other episodes than those that it speaks of.
  ///
  /// - Throws: `InputError` if a reward lies outside its ends.
  public init(
    _ log: CountedLog, behaviorIsFitted: Bool = false, options: Options = Options(), random: RandomSource
  ) throws {
    let table = TableEstimates(log)
    try self.init(
      log.episodes, model: table.modeled(folds: options.folds), table: table, options, random,
      behaviorIsFitted: behaviorIsFitted)
  }

  private init(
    _ log: LoggedEpisodes, model: ModeledValues?, table: TableEstimates?, _ options: Options, _ random: RandomSource,
    behaviorIsFitted: Bool
  ) throws {
    if let model, model.values.count != log.rewards.count {
      throw InputError(
        "the model speaks of \(model.values.count) steps", at: "model", remedy: "the log has \(log.rewards.count)")
    }
    // A direct method with a fitted model would take it for given; the fitted one draws it anew.
    let wanted = options.estimators.filter {
      $0.needsTable ? table != nil : $0 == .direct ? model != nil && table == nil : !$0.needsModel || model != nil
    }
    let columns = EpisodeColumns(log, model: model, tuning: options.tuning)
    let replicates = OffPolicyReplicates(
      columns, table: table, estimators: wanted, resamples: options.resamples, random: random)
    let weights = ImportanceWeights(log)
    let marginal = table.map { $0.marginalWeights.map(\.effectiveSize).min() ?? 0 }
    let earned = Statistics.mean(log.returns)
    let n = Double(log.count)
    estimates = wanted.map { estimator in
      let value =
        estimator.needsTable ? table!.value(estimator) : columns.value(estimator, columns.sums, count: n)
      let jackknife =
        options.method == .bca && !estimator.needsTable && log.count > 2 ? columns.leavingOneOut(estimator) : nil
      func interval(_ difference: Bool) -> Interval? {
        replicates.interval(
          estimator, difference: difference, method: jackknife == nil || difference ? .percentile : .bca,
          level: options.level, jackknife: jackknife, estimate: difference ? value - earned : value)
      }
      func gainInterval() -> Interval? {
        guard let drawn = interval(true) else { return nil }
        let student = estimator.needsTable ? nil : columns.gainInterval(estimator, level: options.level)
        let gain = value - earned
        let (low, high) = (
          min(drawn.lower, student?.lower ?? .infinity), max(drawn.upper, student?.upper ?? -.infinity)
        )
        return Interval(
          lower: gain - Self.widening * (gain - low), upper: gain + Self.widening * (high - gain), level: options.level)
      }
      return Estimate(
        estimator: estimator, value: value.isFinite ? value : nil, interval: log.count > 1 ? interval(false) : nil,
        gain: value.isFinite ? value - earned : nil, gainInterval: log.count > 1 ? gainInterval() : nil,
        effectiveSize: estimator == .marginalized ? marginal : estimator.usesWeights ? weights.effectiveSize : nil)
    }
    let bounds = try OffPolicyBounds(log, rewards: options.rewards)
    anytime = bounds.anytime(level: options.level)
    bernstein = options.largestRatio.flatMap { bounds.bernstein(level: options.level, largestRatio: $0) }
    rewards = bounds.rewards
    rewardsAreSeen = options.rewards == nil
    (self.weights, self.earned, self.behaviorIsFitted) = (weights, earned, behaviorIsFitted)
    marginalSize = marginal
    unsupportedShare = table?.log.unsupportedShare
    earnedInterval = Statistics.meanInterval(log.returns, level: options.level)
    (episodes, horizon, discount) = (log.count, log.horizon, log.discount)
  }

  /// What one estimator says; nil if it was not asked for or cannot be had.
  public subscript(estimator: OffPolicyEstimator) -> Estimate? { estimates.first { $0.estimator == estimator } }
}

/// One estimate without intervals, from sums alone.
public enum OffPolicyEstimate {
  /// The value of an estimator that needs no table; NaN where it does not exist.
  ///
  /// - Parameters:
  ///   - estimator: one that needs no table.
  ///   - log: the episodes.
  ///   - model: for those that need one.
  ///   - tuning: τ and λ.
  /// - Complexity: O(episodes × horizon).
  public static func value(
    _ estimator: OffPolicyEstimator, _ log: LoggedEpisodes, model: ModeledValues? = nil,
    tuning: OffPolicyTuning = OffPolicyTuning()
  ) -> Double {
    precondition(!estimator.needsTable && (model != nil || !estimator.needsModel), "what the estimator needs is there")
    let columns = EpisodeColumns(log, model: model, tuning: tuning)
    return columns.value(estimator, columns.sums, count: Double(log.count))
  }

  /// The value of an estimator from counted states and actions, a model being fitted where one is needed.
  ///
  /// - Throws: `InputError` if the log's numbers run over.
  public static func value(
    _ estimator: OffPolicyEstimator, _ log: CountedLog, folds: Int = 5, tuning: OffPolicyTuning = OffPolicyTuning()
  ) throws -> Double {
    let table = TableEstimates(log)
    if estimator.needsTable { return table.value(estimator) }
    return value(estimator, log.episodes, model: try table.modeled(folds: folds), tuning: tuning)
  }

  /// One number for each episode whose mean is the estimate; nil for estimators that are no means.
  public static func terms(
    _ estimator: OffPolicyEstimator, _ log: LoggedEpisodes, model: ModeledValues? = nil,
    tuning: OffPolicyTuning = OffPolicyTuning()
  ) -> [Double]? {
    EpisodeColumns(log, model: model, tuning: tuning).terms(estimator)
  }
}
