import Findings

extension TwoRewards {
  /// What the findings about two rewards come to.
  public static let headline = Headline(
    holds: "Either reward can stand for the other",
    fails: "One reward cannot stand for the other",
    mixed: "Alike in what could be settled",
    unknown: "Not settled whether one can stand for the other")
}
