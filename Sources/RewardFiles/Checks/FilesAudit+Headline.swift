import Findings

extension FilesAudit {
  /// The result of the checks of a file with scores.
  public static let headline = Headline(
    holds: "Fit for training as far as these files can tell: the reward model passes every check that they allow",
    fails: "Not fit for training as it is: these files speak against the reward model",
    mixed: "Not shown unfit for training: no check fails, but not all are settled",
    unknown: "Too little in these files to say whether the reward model is fit for training")

  /// The result of the checks of preference rows without a score: the data are judged, no model is.
  public static let headlineWithoutScores = Headline(
    holds: "The preference data pass every check; without scores nothing is said of a reward model",
    fails: "These preference data have faults; without scores nothing is said of a reward model",
    mixed: "No check of the preference data fails, but not all are settled; without scores nothing is said of a reward "
      + "model",
    unknown: "Too little in these files: no scores, and too few rows to judge the preference data")
}
