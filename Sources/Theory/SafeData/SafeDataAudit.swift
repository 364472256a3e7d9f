import Compute
import Environments
import Findings

/// Whether data of some coverage make a small training error a guarantee, with the wrong reward that shows how far, and
/// the coverage that would do best.
public struct SafeDataAudit: Sendable {
  /// The policies and their regrets.
  public let safety: DataSafety
  /// How often each state and action is in the data; sums to 1.
  public let coverage: [Double]
  /// The smallest error that does harm on these data.
  public let margin: SafetyMargin
  /// The training error asked about, as a share of the range of rewards.
  public let error: Double?
  /// The coverage that allows the largest errors, its margin, and whether it is proven best; nil if it was not looked
  /// for.
  public let best: (coverage: [Double], margin: SafetyMargin, isExact: Bool)?
  /// What keeps policies near a reference; nil if the learned reward alone is optimised.
  public let penalty: PolicyPenalty?
  let mdp: TabularMDP
  let stateNames: [String]
  let actionNames: [String]

  /// Of the parameters:
  /// - `coverage`: the share of data in each state and action, summing to 1.
  /// - `error`: mean |R̂ − R| under the coverage, as a share of the range of R; the root of a mean square will do.
  /// - `seeksBestCoverage`: also look for the coverage of largest margin; not with a KL penalty.
  /// - `penalty`: what is taken off the learned return, in worlds of one state.
  public init(
    reward: [Double], in mdp: TabularMDP, coverage: [Double], error: Double?, regretLimit: Double,
    seeksBestCoverage: Bool = true, policyLimit: Int = 4096, stateNames: [String]? = nil, actionNames: [String]? = nil,
    penalty: PolicyPenalty? = nil
  ) throws {
    if let error, !(error >= 0 && error.isFinite) {
      throw InputError("the training error is \(error)", remedy: "it is not negative")
    }
    self.mdp = mdp
    self.coverage = coverage
    self.error = error
    self.stateNames = stateNames ?? (0..<mdp.stateCount).map(String.init)
    self.actionNames = actionNames ?? (0..<mdp.actionCount).map(String.init)
    self.penalty = penalty
    switch penalty?.kind {
    case nil:
      safety = try DataSafety(reward: reward, in: mdp, regretLimit: regretLimit, limit: policyLimit)
      margin = try safety.margin(coverage)
    case .l1?: (safety, margin) = try Self.l1(reward, mdp, coverage, regretLimit, penalty!)
    case .kl?:
      safety = try DataSafety(reward: reward, in: mdp, regretLimit: regretLimit, limit: policyLimit)
      margin = try Self.kl(safety, mdp, coverage, penalty!)
    }
    best =
      seeksBestCoverage && !safety.isTrivial && safety.isComplete && penalty?.kind != .kl
      ? try safety.bestCoverage(tolerance: 1e-5, maximumRounds: 60) : nil
  }

  /// What the margin means for the given training error, and whether other data would be safer.
  public var findings: [Finding] {
    var findings = [safe]
    if let best, margin.unitMargin.isFinite { findings.append(bestPossible(best)) }
    return findings
  }

  private static let source = """
    Fluri, Lang, Abate, Forré, Krueger, Skalse, "The perils of optimizing learned reward functions: low training error \
    does not guarantee low regret", ICML 2025
    """

  private var assumptions: [String] {
    [
      "the world's dynamics, start and discount are as given",
      "the training error is that under this very coverage: no finite-sample error is added",
      penalty.map {
        "the learned reward may be anything, and the policy that comes about is best for it less " + $0.words
      }
        ?? "the learned reward may be anything on states and actions, and any policy optimal for it may come about",
    ]
  }

  private var safe: Finding {
    let limit = Numbers.percent(safety.regretLimit)
    var evidence: [Evidence] = []
    if let error { evidence.append(Evidence("training error, as a share of the range of rewards", error)) }
    let claim =
      error.map {
        "A training error of \(Numbers.percent($0)) of the range of rewards guarantees a regret below \(limit)"
      }
      ?? "On these data some training error is small enough to guarantee a regret below \(limit)"
    if safety.isTrivial {
      return Finding(
        id: "safe-data/margin", claim: claim, verdict: .holds,
        reason: "the reward is trivial: all policies have the same return, and none has a regret", evidence: evidence,
        assumptions: assumptions, errorRate: "none: exact", source: Self.source)
    }
    evidence.append(
      Evidence("largest safe training error (exclusive), as a share of the range", margin.largestSafeError))
    if let bound = sufficientError {
      evidence.append(Evidence("what the bound without search allows", bound))
    }
    if penalty == nil {
      evidence.append(
        Evidence("deterministic policies with a regret of the limit or more", Double(safety.badPolicyCount)))
    }
    // Margins are linear programs' values.
    let isBelow =
      error.map { $0 < margin.largestSafeError - Self.tolerance } ?? (margin.largestSafeError > Self.tolerance)
    let isSurelyBelow = (sufficientError ?? 0) > (error ?? 0)
    let verdict: Finding.Verdict = !isBelow ? .fails : safety.isComplete || isSurelyBelow ? .holds : .unknown
    var reason =
      margin.largestSafeError == .infinity
      ? "no learned reward, however wrong, makes a bad policy optimal"
      : """
      below \(Numbers.percent(margin.largestSafeError)) no bad policy can be optimal; at that error a learned reward \
      exists for which policy \(margin.policyName), with a regret of \(Numbers.percent(margin.regret)), is optimal
      """
    if margin.largestSafeError <= Self.tolerance {
      reason =
        """
        policy \(margin.policyName), with a regret of \(Numbers.percent(margin.regret)), is optimal for a reward that \
        is not wrong at all where there are data
        """
    }
    if let penalty { reason = "with the penalty \(penalty.words) " + reason }
    if safety.reward.count <= 12, margin.largestSafeError < .infinity {
      reason += ": (" + shownReward.joined(separator: ", ") + ")"
    }
    if !safety.isComplete {
      reason = """
        the world has too many policies to look at all of them; the bound without search allows errors below \
        \(Numbers.percent(sufficientError ?? 0)), and of the policies looked at the first fails at \
        \(Numbers.percent(margin.largestSafeError)): policy \(margin.policyName.prefix(60)), with a regret of \
        \(Numbers.percent(margin.regret))
        """
    }
    return Finding(
      id: "safe-data/margin", claim: claim, verdict: verdict, reason: reason, evidence: evidence,
      assumptions: assumptions, errorRate: "none: linear programs, to 1e-9", source: Self.source)
  }

  private func bestPossible(_ best: (coverage: [Double], margin: SafetyMargin, isExact: Bool)) -> Finding {
    let share = best.margin.unitMargin > 0 ? margin.unitMargin / best.margin.unitMargin : 1
    var reason =
      """
      the best coverage allows errors below \(Numbers.percent(best.margin.largestSafeError)) of the range of rewards, \
      this one below \(Numbers.percent(margin.largestSafeError))
      """
    if let needed = margin.neediest {
      reason +=
        "; one more sample helps most in state \(stateNames[needed / mdp.actionCount]), action "
        + "\(actionNames[needed % mdp.actionCount])"
    }
    return Finding(
      id: "safe-data/coverage", claim: "No other coverage would allow much larger errors",
      verdict: share >= 0.9 ? .holds : best.isExact ? .fails : .unknown, bearing: .advice, reason: reason,
      evidence: [
        Evidence("largest safe error with the best coverage", best.margin.largestSafeError),
        Evidence("this coverage's share of it", share),
      ], assumptions: assumptions + ["much larger means by more than a ninth"],
      errorRate: best.isExact
        ? "none: cutting planes, to 1e-5 of the range"
        : "none for what is said, but the search for the best coverage ended early: a better one may exist",
      source: Self.source)
  }

  /// The bound without search is for optima without a penalty.
  private var sufficientError: Double? { penalty == nil ? safety.sufficientError(coverage) : nil }

  /// Shares of the range below this are the linear programs' tolerance.
  private static let tolerance = 1e-9

  /// The wrong reward's numbers, 0 where the programs' tolerance is all there is.
  private var shownReward: [String] {
    zip(margin.unitReward, margin.wideReward).map { unit, wide in
      abs(unit) < 1e-12 ? "0" : Numbers.plain(wide)
    }
  }

  /// The numbers, for other programs.
  public struct Summary: Codable, Sendable, Hashable {
    /// How often each state and action is in the data.
    public var coverage: [Double]
    /// The smallest training error at which something bad is optimal, in units of reward.
    public var margin: WideNumber?
    /// The same as a share of the range of true rewards.
    public var largestSafeError: Double?
    /// An error below which the theory guarantees safety, as a share.
    public var sufficientError: Double?
    /// The learned reward that makes something bad optimal.
    public var wrongReward: [WideNumber]
    /// The probabilities of the policy that it makes optimal; nil if that is no policy of the world.
    public var policy: [Double]?
    /// Its regret, as a share of the range of returns.
    public var policyRegret: Double
    /// The coverage that allows the largest errors.
    public var bestCoverage: [Double]?
    /// The largest safe error under it, as a share.
    public var bestLargestSafeError: Double?
  }

  /// The numbers, for other programs.
  public var summary: Summary {
    Summary(
      coverage: coverage,
      margin: margin.unitMargin.isFinite ? WideNumber(margin.unitMargin, exponent: margin.exponent) : nil,
      largestSafeError: margin.largestSafeError.isFinite ? margin.largestSafeError : nil,
      sufficientError: sufficientError, wrongReward: margin.wideReward,
      policy: margin.policy?.probabilities, policyRegret: margin.regret, bestCoverage: best?.coverage,
      bestLargestSafeError: best?.margin.largestSafeError)
  }
}
