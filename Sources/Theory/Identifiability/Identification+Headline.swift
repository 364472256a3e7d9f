import Findings

extension Identification {
  /// What the findings about a source of data come to.
  public static let headline = Headline(
    holds: "Such data say what matters about the reward",
    fails: "Such data leave open what matters about the reward",
    mixed: "Enough in some respects, the rest is not settled",
    unknown: "Not settled what such data leave open")
}
