import Findings

extension RecordedAnswers {
  /// The headline of the findings about recorded answers.
  public static let headline = Headline(
    holds: "What these answers teach holds on answers held out",
    fails: "These answers do not support what they are taken to mean",
    mixed: "The answers support some claims, the rest is not settled",
    unknown: "Not settled what these answers support")
}
