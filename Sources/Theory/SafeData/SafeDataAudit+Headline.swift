import Findings

extension SafeDataAudit {
  /// What the findings about the coverage of data come to.
  public static let headline = Headline(
    holds: "A small error on these data guarantees a small regret",
    fails: "A small error on these data guarantees nothing",
    mixed: "Safe in some respects, the rest is not settled",
    unknown: "Not settled whether these data are safe")
}
