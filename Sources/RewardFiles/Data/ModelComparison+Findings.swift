import Findings

extension ModelComparison {
  /// The sentences that sum the comparison up. Nothing here can fail: two models differ beyond doubt, or these pairs do not
  /// settle it.
  public static let headline = Headline(
    holds: "The models differ beyond doubt",
    fails: "The comparison fails",
    mixed: "Some of the models differ beyond doubt, others are not told apart by these pairs",
    unknown: "These pairs do not tell the models apart")

  /// For every two models: the one that is right more often, and whether that is beyond doubt.
  public var findings: [Finding] {
    differences.map { difference in
      let isFirst = difference.difference >= 0
      let (better, other) =
        isFirst ? (difference.first, difference.second) : (difference.second, difference.first)
      let alone =
        isFirst ? (difference.firstAlone, difference.secondAlone) : (difference.secondAlone, difference.firstAlone)
      let settled = difference.correctedPValue <= 0.05
      return Finding(
        id: "models/\(difference.first)/\(difference.second)",
        claim: "\(better) is right more often than \(other)", verdict: settled ? .holds : .unknown,
        reason: "Of \(count) pairs \(better) alone is right in \(alone.0), \(other) alone in \(alone.1): "
          + "\(Numbers.percent(abs(difference.difference))) of the pairs apart (p = \(Numbers.plain(difference.correctedPValue)), corrected)."
          + (settled ? "" : " The data do not settle it."),
        evidence: [
          Evidence(
            "accuracy of \(difference.first) less that of \(difference.second)", difference.difference,
            interval: difference.interval, count: count),
          Evidence(
            "corrected p-value", difference.correctedPValue, count: difference.firstAlone + difference.secondAlone),
        ],
        assumptions: ["Pairs are independent of each other, and none was used to train one of the models."],
        errorRate: "One or more of these verdicts is wrong in at most 5 % of comparisons (Holm, over all of them).",
        source: "McNemar 1947; Holm 1979; Agresti, Categorical Data Analysis, section 11.1")
    }
  }
}
