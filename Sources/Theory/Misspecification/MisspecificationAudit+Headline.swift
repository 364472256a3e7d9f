import Findings

extension MisspecificationAudit {
  /// What the findings about a believed model of people come to.
  public static let headline = Headline(
    holds: "The belief about people does no harm here",
    fails: "The belief about people misleads",
    mixed: "Harmless in some respects, the rest is not settled",
    unknown: "Not settled what the belief about people does")
}
