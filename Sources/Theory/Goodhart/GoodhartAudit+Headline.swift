import Findings

extension GoodhartAudit {
  /// What the findings about pressure on a proxy come to.
  public static let headline = Headline(
    holds: "More pressure on the proxy loses nothing here",
    fails: "More pressure on the proxy can lose true return",
    mixed: "No loss is shown, but not all is settled",
    unknown: "Not settled whether more pressure loses true return")
}
