import Compute
import Findings

extension OffPolicyEvaluation {
  /// How much of what the target does may never have been tried before nothing is said.
  public static let largestUnsupportedShare = 0.01

  /// Why the weights of whole episodes decide nothing; nil if they do.
  public var weightsProblem: String? {
    if weights.effectiveSize < ImportanceWeights.fewest {
      return "the weights of \(episodes) episodes are worth \(Numbers.plain(weights.effectiveSize)) equal ones, and "
        + "\(Numbers.plain(ImportanceWeights.fewest)) are needed"
    }
    if !weights.isMeanPlausible {
      return "the weights average \(Numbers.plain(weights.mean)) ± \(Numbers.plain(weights.standardError)), and must "
        + "average 1"
    }
    return nil
  }

  /// Why the log is silent on the target whatever the estimator; nil if it is not.
  public var supportProblem: String? {
    guard let unsupportedShare, unsupportedShare > Self.largestUnsupportedShare else { return nil }
    return "\(Numbers.percent(unsupportedShare)) of what the policy does was never tried there"
  }

  /// Which estimate to believe, and why; of those asked for. Nil if the log cannot tell, for the reasons in ``refusal``.
  ///
  /// Where weights of whole episodes carry: the doubly robust one if there is a model, since it is right if either is, then
  /// the weighted one. Where they do not, but those of single steps do: the marginalised one.
  public var believed: (estimate: Estimate, reason: String)? {
    guard supportProblem == nil else { return nil }
    func first(_ estimators: [OffPolicyEstimator]) -> Estimate? {
      estimators.lazy.compactMap { self[$0] }.first { $0.value != nil && $0.interval != nil }
    }
    if weightsProblem == nil {
      if let found = first([.weightedDoublyRobust, .doublyRobust]) {
        return (found, "it is right if either the weights or the model are, and both carry")
      }
      if let found = first([.weightedPerDecision, .perDecision, .weightedImportance, .importance]) {
        return (found, "the weights carry, and there is no model to lean on")
      }
    }
    if let marginalSize, marginalSize >= ImportanceWeights.fewest, let found = first([.marginalized]) {
      return (found, "weights of whole episodes do not carry, those of single steps do: if the state tells everything")
    }
    return nil
  }

  /// Why nothing is believed; nil if something is.
  public var refusal: String? {
    believed == nil ? supportProblem ?? weightsProblem ?? "nothing that was asked for can be had from this log" : nil
  }

  /// What the log can tell, and what it says.
  public var findings: [Finding] { [support, effectiveSize, meanWeight, gain].compactMap(\.self) }

  private var support: Finding? {
    guard let unsupportedShare else { return nil }
    return Finding(
      id: "off-policy/support", claim: "Everything that the policy does was tried in the log",
      verdict: unsupportedShare <= Self.largestUnsupportedShare ? .holds : .fails,
      reason:
        "Where the log has been, \(Numbers.percent(unsupportedShare)) of what the policy would do was never done.",
      evidence: [Evidence("share of what the policy does that was never tried", unsupportedShare, count: episodes)],
      assumptions: ["Where the policy gets to and the log never did, nothing is known; it is not counted here."],
      errorRate: "None: what was tried is counted.",
      source: "Precup, Sutton & Singh 2000 (coverage)",
      problem: "The policy does what was never tried",
      advice: Finding.Advice(text: "Log more from a policy that tries everything that this one does", command: nil))
  }

  private var effectiveSize: Finding {
    let enough = weights.effectiveSize >= ImportanceWeights.fewest
    return Finding(
      id: "off-policy/effective-size", claim: "The weights are spread over enough episodes",
      verdict: enough ? .holds : .fails,
      reason:
        "\(Numbers.count(episodes, "episode")) weigh as much as \(Numbers.plain(weights.effectiveSize)) of equal weight; "
        + "the largest weight is \(Numbers.plain(weights.maximum)), and \(Numbers.plain(ImportanceWeights.fewest)) are asked for.",
      evidence: [
        Evidence("effective sample size", weights.effectiveSize, count: episodes, unit: "episodes"),
        Evidence("largest weight", weights.maximum, count: episodes),
      ],
      assumptions: ["Episodes are independent of each other."],
      errorRate: "None: it is counted; that a larger number suffices is not promised.",
      source: "Kong 1992 (effective sample size)",
      problem: "A few episodes decide alone",
      advice: Finding.Advice(text: "Log more, from a policy nearer to this one", command: nil))
  }

  private var meanWeight: Finding {
    Finding(
      id: "off-policy/mean-weight", claim: "The weights average one, as those of right probabilities do",
      verdict: weights.isMeanPlausible ? .holds : .fails,
      reason: "They average \(Numbers.plain(weights.mean)) ± \(Numbers.plain(weights.standardError)) (standard error).",
      evidence: [Evidence("mean weight", weights.mean, count: episodes)],
      assumptions: ["Episodes are independent of each other."],
      errorRate:
        "It fails where the mean lies more than \(Numbers.plain(ImportanceWeights.farthest)) from 1, or more than 3.29 standard "
        + "errors: once in a thousand logs with right probabilities and enough episodes.",
      source: "Normal test of a mean",
      problem: "The weights do not average one: the probabilities are wrong, or what the policy does was never tried",
      advice: Finding.Advice(
        text: "Check the column of probabilities, and what the policy does that was never logged", command: nil))
  }

  private var gain: Finding {
    let id = "off-policy/gain"
    let claim = "The policy earns more than the one that acted"
    let assumptions =
      ["Episodes are independent of each other, and what acted saw no more than the log says."]
      + (behaviorIsFitted
        ? ["What acted was counted from the log, as a function of the state alone."]
        : ["The probabilities in the log are right."])
      + ["An episode shorter than the longest ended for good."]
    guard let believed, let gain = believed.estimate.gain, let interval = believed.estimate.gainInterval,
      let value = believed.estimate.value
    else {
      return Finding(
        id: id, claim: claim, verdict: .unknown, reason: "The log cannot tell: \(refusal ?? "there is no interval").",
        assumptions: assumptions, source: "Precup, Sutton & Singh 2000")
    }
    let estimator = believed.estimate.estimator
    return Finding(
      id: id, claim: claim, verdict: .isAbove(0, interval),
      reason: "It would earn \(Numbers.plain(value, believed.estimate.interval)) (\(estimator.name)), where "
        + "\(Numbers.plain(earned)) was earned: a difference of \(Numbers.plain(gain, interval)).",
      evidence: [
        Evidence("value of the policy", value, interval: believed.estimate.interval, count: episodes),
        Evidence("difference to what was earned", gain, interval: interval, count: episodes),
      ],
      assumptions: assumptions + (estimator == .marginalized ? ["The state tells everything that matters."] : []),
      errorRate: Self.gainErrorRate, source: estimator.source,
      problem: "The policy earns less than the one that acted")
  }

  /// Measured by the study of `pactolus reproduce off-policy`: 1,000 logs of 500 episodes of each of six worlds without a gain.
  static let gainErrorRate =
    "Where no policy earns more than another, “holds” was wrong in 1.0 % to 2.3 % and “fails” in 0.9 % to 2.8 % of logs of 500 "
    + "episodes, by world (simulated, six worlds)."
}
