import Findings

extension FilesAudit {
  /// The result of the checks of a file.
  public static let headline = Headline(
    holds: "The reward model passes every check that these files allow",
    fails: "These files speak against the reward model",
    mixed: "No check fails, but not all are settled",
    unknown: "Too little in these files to judge the reward model")
}
