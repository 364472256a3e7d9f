import Findings

extension RewardIdentification {
  /// What the findings about a reward learned from demonstrations come to.
  public static let headline = Headline(
    holds: "The learned reward stands as far as it was tested",
    fails: "The learned reward is not one to plan with",
    mixed: "Good signs for the learned reward, but not settled",
    unknown: "Not settled how far the learned reward holds")
}
