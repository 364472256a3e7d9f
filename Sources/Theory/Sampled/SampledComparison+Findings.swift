import Compute
import Findings

extension SampledComparison {
  /// For each pair of rewards, whether they are close, and whether any difference was seen; and whether the sample covers
  /// what the agents do.
  public var findings: [Finding] {
    names.indices.flatMap { second in (0..<second).flatMap { [close($0, second), told($0, second)] } }
      + reaches.map(covered)
  }

  /// "first/second": the end of the identifiers of findings about a pair.
  private func pair(_ i: Int, _ j: Int) -> String { "\(names[i])/\(names[j])" }

  private var assumptions: [String] {
    [
      "transitions are those of \(behaviors.joined(separator: ", ")), each with the same share; of others nothing is said",
      "returns are discounted by \(discount); time limits are no ends",
    ]
      + (hasExactValues
        ? []
        : ["values are fitted; what they leave of shaping is taken to be what random potentials show of it"])
  }

  private static let starcSource =
    "Skalse et al., \"STARC: A General Framework For Quantifying Differences Between Reward Functions\", ICLR 2024; "
    + "values by least-squares temporal differences; jackknife over blocks of episodes"

  /// What the fitted values may have added to the distance of two rewards.
  private func slack(_ i: Int, _ j: Int) -> Double { max(shapingLeft[i] ?? 0, shapingLeft[j] ?? 0) }

  private func evidence(_ i: Int, _ j: Int) -> [Evidence] {
    [starc, epic, dard].compactMap { matrix in
      guard let distance = matrix.distances[i][j], let value = distance.value else { return nil }
      return Evidence(matrix.metric + " distance", value, interval: distance.interval, count: transitions)
    } + [Evidence("STARC distance that shaping alone leaves", slack(i, j))]
  }

  private func close(_ i: Int, _ j: Int) -> Finding {
    let id = "sampled/close/" + pair(i, j)
    let claim =
      "The STARC distance of \(names[i]) and \(names[j]) on these transitions is at most \(Numbers.plain(acceptable))"
    guard let distance = starc.distances[i][j], distance.value != nil else {
      return Finding(
        id: id, claim: claim, verdict: .notMeasurable, reason: Self.noPreference, assumptions: assumptions,
        source: Self.starcSource)
    }
    let verdict: Finding.Verdict =
      if let interval = distance.interval {
        interval.upper + slack(i, j) <= acceptable
          ? .holds : interval.lower - slack(i, j) > acceptable ? .fails : .unknown
      } else { .unknown }
    return Finding(
      id: id, claim: claim, verdict: verdict,
      reason: "it is \(distance.text) on a scale from 0 (same order of policies) to 2 (opposite), "
        + "of which fitted values may have added \(Numbers.plain(slack(i, j)))",
      evidence: evidence(i, j), assumptions: assumptions,
      errorRate: "about 2.5 % for either verdict; in simulations of 128 independent transitions at most 6 %",
      source: Self.starcSource)
  }

  private func told(_ i: Int, _ j: Int) -> Finding {
    let id = "sampled/apart/" + pair(i, j)
    let claim = "The sample tells \(names[i]) and \(names[j]) apart"
    guard let distance = starc.distances[i][j], let value = distance.value else {
      return Finding(
        id: id, claim: claim, verdict: .notMeasurable, bearing: .advice, reason: Self.noPreference,
        assumptions: assumptions, source: Self.starcSource)
    }
    // What can be seen: more than precision, fitted values and chance explain.
    let floor = max(distance.resolution, slack(i, j))
    let isSeen = distance.interval.map { $0.lower > floor } ?? false
    return Finding(
      id: id, claim: claim, verdict: isSeen ? .holds : .unknown, bearing: .advice,
      reason: isSeen
        ? "their distance, \(distance.text), is more than shaping and precision explain (\(Numbers.plain(floor)))"
        : value <= floor
          ? "their distance, \(distance.text), is no more than shaping and precision explain "
            + "(\(Numbers.plain(floor))): they are closer than this sample can resolve"
          : "their distance, \(distance.text), may be chance: it takes more transitions to tell",
      evidence: evidence(i, j), assumptions: assumptions,
      errorRate: "nominally 2.5 % of rewards that order all policies alike are told apart; this was not simulated",
      source: Self.starcSource)
  }

  private static let noPreference =
    "on these transitions one of the rewards makes no more difference between policies than chance does, so it has no "
    + "direction"

  private func covered(_ reach: CoverageReach) -> Finding {
    let least = 0.8
    let upper = reach.interval?.upper ?? 1
    let lower = reach.interval?.lower ?? 0
    return Finding(
      id: "sampled/coverage/" + reach.behavior,
      claim: "The sample covers at least \(Numbers.percent(least)) of what \(reach.behavior) meets",
      verdict: lower >= least ? .holds : upper < least ? .fails : .unknown, bearing: .advice,
      reason: "\(Numbers.percent(reach.share)) of \(reach.states) of its states, from episodes that are no part of the "
        + "sample, lie where the sample has been",
      evidence: [Evidence("covered share", reach.share, interval: reach.interval, count: reach.states)],
      assumptions: [
        "a state is covered if it is as near to the sample as 95 % of the sample's own states are to each other"
      ],
      errorRate: "nominally 2.5 % for either verdict, by Student's t over episodes",
      source: "nearest neighbours in standardised observations")
  }
}
