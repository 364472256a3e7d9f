extension RunCheck {
  /// The checks of every run, in the order in which their findings are shown. A new check is one file and one line here.
  public static let standard: [RunCheck] = [
    .score,
    .improvement,
    .accuracy,
    .calibration,
    .agreement,
    .turningPoint,
    .promiseGap,
    .reference,
    .stopping,
    .episodeLength,
    .finishing,
    .disagreement,
    .unjudged,
    .enoughAnswers,
    .distinctQuestions,
    .undecided,
    .sameness,
    .askedAsPlanned,
    .consistency,
    .deferredPeople,
    .driftedPeople,
    .means,
    .contracts,
  ]
}
