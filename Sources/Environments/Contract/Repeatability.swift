/// Whether a world does the same again when an episode begins from the same chance and is given the same actions.
///
/// Resuming a run, rewinding, counterfactuals and pictures all play episodes again. Where that shows something else, the
/// run still learns, but what it shows and resumes is another episode than the one that was seen, and whoever reads the
/// result has to be told.
public enum Repeatability: Sendable, Hashable {
  /// By construction: the state is a value, and all chance comes from the stream that is passed in.
  case exact
  /// No episode was played again yet.
  case untried
  /// So many episodes were played again, and all showed the same. That is evidence, no proof.
  case held(episodes: Int)
  /// An episode showed something else the second time: in what way.
  case broken(String)

  /// What a user has to know before trusting a run: one sentence; nil where there is nothing to warn of.
  public var caution: String? {
    guard case .broken(let how) = self else { return nil }
    return
      "not exactly repeatable: \(how). It still learns, but what is resumed, rewound or drawn may be another episode "
      + "than the one that was seen, and the same seed may give another run"
  }
}
