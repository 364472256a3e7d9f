import Findings

extension RunFindings {
  /// The headline of the findings about a run, or a study of several seeds, where it is not known what became of the
  /// agents.
  public static let headline = Headline(
    holds: "To be trusted as far as it was tested",
    fails: "Not to be relied on as it stands",
    mixed: "Good signs, but not settled",
    unknown: "Not known how far to trust it")
}
