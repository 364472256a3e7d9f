import Findings

extension HackingAudit {
  /// What the findings about a proxy come to.
  public static let headline = Headline(
    holds: "Optimising the proxy is safe in this world",
    fails: "Optimising the proxy is not safe in this world",
    mixed: "Partly safe to optimise, the rest is not settled",
    unknown: "Not settled whether the proxy is safe to optimise")
}
