/// What might be so of the people who answered, other than what the reward's training takes them to be.
///
/// Each contains the assumed person as a special case and is fitted to the answers, so that where the assumption is
/// right all of them say the same but for chance.
public enum PersonHypothesis: String, Codable, Sendable, Hashable, CaseIterable {
  /// As the training of the reward assumes: the sum of rewards, its settings' discount and lapse.
  case assumed
  /// Later steps of a clip count γ times as much as the one before, γ being fitted (above 1: the end counts most).
  case discount
  /// Some answers are given without looking, a share that is fitted; what is left is less noisy.
  case lapse
  /// A side is preferred, and long clips are.
  case bias
  /// A clip is judged by where it begins and where it ends as well: Σ r + V(end) − V(start), V being any linear
  /// function of the reward's features. Regret is such a judgement.
  case potential

  /// A short sentence for people.
  public var summary: String {
    switch self {
    case .assumed: "people judge as the training assumes"
    case .discount: "people weigh the steps of a clip unequally"
    case .lapse: "people answer without looking now and then"
    case .bias: "people prefer a side, or long clips"
    case .potential: "people judge where a clip begins and ends, as by regret"
    }
  }
}
