import Findings

extension SampledComparison {
  /// What the findings about sampled rewards come to.
  public static let headline = Headline(
    holds: "On these transitions the rewards are close",
    fails: "Rewards are apart on these transitions",
    mixed: "Close in what the sample could settle",
    unknown: "The sample does not settle whether the rewards are close")
}
