extension ClaimsFile {
  /// What is claimed where no file says anything else: that the run is what it says it is, and what a run must at least be
  /// for its reward to be used.
  ///
  /// It is meant to catch broken runs (`pactolus reproduce planted-run-defects` counts how many of which kinds it does).
  package static let standard = """
    # What 'pactolus certify RUN' claims where no file is given.
    budget: 0.1
    claims:
      # That the parts of the run belong together, and what can be had again is as it was recorded.
      - ledger complete
      - settings recorded
      - weights recorded
      - clips replay
      - answers as stated
      - evaluation repeats
      # The same of all of it: settled with --recompute alone, because that takes as long as the run did.
      - run repeats
      # That the reward is good for something.
      - {claim: answers attentive, error: 0.005}
      - accuracy above 0.55
      - confidence within 0.1
      - improvement above 0
      - finding goodhart/agreement holds
    """
}
