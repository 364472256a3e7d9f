import Compute
import Findings
import Rewards

extension TwoRewards {
  /// What follows for the use of one of the rewards in place of the other.
  public var findings: [Finding] {
    [sameOrder]
      + [
        worstCaseFinding(
          worstCase.forward, worstCaseBracket.forward, truth: firstName, proxy: secondName, suffix: "forward"),
        worstCaseFinding(
          worstCase.backward, worstCaseBracket.backward, truth: secondName, proxy: firstName, suffix: "backward"),
        optimalFinding(optimal.forward, truth: firstName, proxy: secondName, suffix: "forward"),
        optimalFinding(optimal.backward, truth: secondName, proxy: firstName, suffix: "backward"),
      ].compactMap { $0 } + [epicFinding].compactMap { $0 }
  }

  private var assumptions: [String] {
    ["the world's transitions, start and discount are as given"]
      + (unreachableStates > 0
        ? ["states that cannot be reached stay out of reach (\(Numbers.count(unreachableStates, "state")) left out)"]
        : [])
  }

  private static let starc =
    "Skalse et al., \"STARC: A General Framework For Quantifying Differences Between Reward Functions\", ICLR 2024"

  private var sameOrder: Finding {
    let verdict: Finding.Verdict
    let reason: String
    switch (distance.degeneracy, equivalence) {
    case (.bothTrivial, _):
      verdict = .holds
      reason = "neither reward makes any difference between policies: under each, all policies have the same return"
    case (.firstTrivial, _), (.secondTrivial, _):
      let trivial = distance.degeneracy == .firstTrivial ? firstName : secondName
      let other = distance.degeneracy == .firstTrivial ? secondName : firstName
      verdict = .fails
      reason =
        "under \(trivial) all policies have the same return, under \(other) they do not; a reward without a "
        + "preference has no direction, so the distance means no more than that"
    case (nil, .some(let equivalence)):
      verdict = .holds
      let by =
        switch equivalence {
        case .scaling: "a positive factor"
        case .shaping: "a positive factor and potential shaping"
        case .redistribution, .bothTrivial:
          "a positive factor, potential shaping and redistribution over next states"
        }
      reason = "they differ by \(by) only; the STARC distance is \(zero)"
    case (nil, nil):
      verdict = .fails
      reason =
        "the STARC distance is \(Numbers.plain(distance.value)) on a scale from 0 (same order) to 2 (opposite order), "
        + "and \(Numbers.percent(1 - agreement.share)) of pairs of "
        + (agreement.isExhaustive ? "deterministic policies" : "random deterministic policies")
        + " are not ordered alike"
    }
    var evidence = [
      Evidence("STARC distance VAL-2-2", distance.value),
      Evidence("how much of it may be rounding", distance.rounding),
    ]
    if let angle = distances.first(where: { $0.metric == "VAL-2-angle" }), distance.degeneracy == nil {
      evidence.append(Evidence("angle between the canonical rewards", angle.distance.value * 180 / .pi, unit: "°"))
    }
    if let weighted = distances.first(where: { $0.metric == Self.occupancyMetric }), distance.degeneracy == nil {
      evidence.append(Evidence("STARC distance, states counted by their visits", weighted.distance.value))
    }
    evidence.append(
      Evidence(
        "pairs of policies ordered alike", agreement.share, interval: agreement.interval, count: agreement.pairs))
    return Finding(
      id: "comparison/same-order", claim: "\(firstName) and \(secondName) put all policies in the same order",
      verdict: verdict, reason: reason, evidence: evidence, assumptions: assumptions,
      errorRate: "none: exact, but for rounding, which is bounded by \(Numbers.plain(distance.rounding))",
      source: Self.starc)
  }

  /// A distance that rounding alone explains, with the bound that says so.
  private var zero: String {
    distance.value == 0
      ? "0" : "\(Numbers.plain(distance.value)), and up to \(Numbers.plain(distance.rounding)) may be rounding"
  }

  private func worstCaseFinding(
    _ regret: WorstCaseRegret?, _ bracket: WorstCaseBracket?, truth: String, proxy: String, suffix: String
  ) -> Finding? {
    let claim =
      "Whoever goes by \(proxy) loses at most \(Numbers.percent(acceptableRegret)) of what is at stake under \(truth), "
      + "whichever way they come to prefer one policy to another"
    let id = "comparison/worst-case-regret/\(suffix)"
    guard let regret else { return bracketFinding(bracket, id: id, claim: claim, truth: truth, proxy: proxy) }
    guard let value = regret.value else {
      return Finding(
        id: id, claim: claim, verdict: .holds,
        reason: "nothing is at stake: under \(truth) all policies have the same return", assumptions: assumptions,
        errorRate: "none: exact, but for rounding", source: Self.starc)
    }
    return Finding(
      id: id, claim: claim, verdict: value <= acceptableRegret ? .holds : .fails,
      reason: value == 0
        ? (equivalence == nil
          ? "no policy that \(proxy) likes as well is worse under \(truth) by more than the linear program can see, "
            + "\(Numbers.plain(WorstCaseRegret.tolerance)) of the range"
          : "no policy that \(proxy) likes as well is worse under \(truth)")
        : "there are two policies of which \(proxy) likes the second no less, while under \(truth) it is worse by "
          + "\(Numbers.percent(value)) of the range from the worst policy to the best",
      evidence: [
        Evidence("worst-case regret, share of the range", value),
        Evidence(wide: "range of returns under \(truth), canonical units", regret.range),
      ], assumptions: assumptions, errorRate: "none: a linear program, to 10⁻⁹ of the range", source: Self.starc)
  }

  private func bracketFinding(
    _ bracket: WorstCaseBracket?, id: String, claim: String, truth: String, proxy: String
  ) -> Finding {
    guard let bracket else {
      return Finding(
        id: id, claim: claim, verdict: .holds,
        reason: "nothing is at stake: under \(truth) all policies have the same return", assumptions: assumptions,
        errorRate: "none: exact, but for rounding", source: Self.starc)
    }
    return Finding(
      id: id, claim: claim,
      verdict: bracket.upper <= acceptableRegret ? .holds : bracket.lower > acceptableRegret ? .fails : .unknown,
      reason:
        "with more than \(Self.programLimit) states × actions the loss is bracketed: some pair of policies "
        + "that \(proxy) ranks so loses \(Numbers.percent(bracket.lower)) of the range, and none more than "
        + "\(Numbers.percent(bracket.upper))",
      evidence: [
        Evidence("worst-case regret is at least, share of the range", bracket.lower),
        Evidence("worst-case regret is at most, share of the range", bracket.upper),
      ], assumptions: assumptions, errorRate: "none: both bounds are exact, but for rounding", source: Self.starc)
  }

  private func optimalFinding(
    _ regret: OptimalPolicyRegret?, truth: String, proxy: String, suffix: String
  ) -> Finding? {
    guard let regret else { return nil }
    let claim = "Policies that are best for \(proxy) are as good as any under \(truth)"
    guard let worst = regret.worst, let best = regret.best else {
      return Finding(
        id: "comparison/optimal-policy/\(suffix)", claim: claim, verdict: .holds,
        reason: "nothing is at stake: under \(truth) all policies have the same return", assumptions: assumptions,
        errorRate: "none: exact, but for rounding", source: "policy iteration on the given world")
    }
    let isTied = worst > best
    return Finding(
      id: "comparison/optimal-policy/\(suffix)", claim: claim, verdict: worst == 0 ? .holds : .fails,
      reason: worst == 0
        ? "each of them has the greatest return under \(truth)"
        : isTied
          ? "several policies are best for \(proxy); under \(truth) they lose from \(Numbers.percent(best)) to "
            + "\(Numbers.percent(worst)) of the range"
          : "they lose \(Numbers.percent(worst)) of the range from the worst policy to the best under \(truth)",
      evidence: [Evidence("regret of the unluckiest", worst), Evidence("regret of the luckiest", best)],
      assumptions: assumptions, errorRate: "none: exact, but for rounding",
      source: "policy iteration on the given world; regret as in Gleave et al., ICLR 2021")
  }

  /// Where EPIC and the exact order disagree, users of EPIC alone should know.
  private var epicFinding: Finding? {
    guard let epic = pearson.first, distance.degeneracy == nil else { return nil }
    let claim = "EPIC over all transitions can be taken for the distance between these two rewards"
    let source = "Gleave et al., \"Quantifying differences in reward functions\", ICLR 2021; " + Self.starc
    guard let value = epic.result.value else {
      return Finding(
        id: "comparison/epic", claim: claim, verdict: .notMeasurable, bearing: .advice,
        reason: "EPIC is undefined: one of the rewards is constant after canonical shaping",
        errorRate: "none: exact, but for rounding", source: source)
    }
    // On a common scale: EPIC is half the distance of standardised rewards.
    let gap = abs(2 * value - distance.value)
    return Finding(
      id: "comparison/epic", claim: claim, verdict: gap <= 0.2 ? .holds : .fails, bearing: .advice,
      reason: gap <= 0.2
        ? "twice EPIC is \(Numbers.plain(2 * value)), the STARC distance \(Numbers.plain(distance.value))"
        : "twice EPIC is \(Numbers.plain(2 * value)), but the STARC distance is \(Numbers.plain(distance.value)): EPIC "
          + (epic.result.infeasibleShare > 0
            ? "looks at all transitions alike, and \(Numbers.percent(epic.result.infeasibleShare)) of them cannot happen"
            : "does not look through redistribution over next states"),
      evidence: [Evidence("EPIC, all transitions", value), Evidence("STARC distance VAL-2-2", distance.value)],
      assumptions: assumptions + ["two distances on one scale are alike if they differ by at most 0.2"],
      errorRate: "none: exact, but for rounding", source: source)
  }
}
