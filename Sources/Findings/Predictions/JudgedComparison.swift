/// One answered comparison that the reward model has not been trained on, with what the model expected.
public struct JudgedComparison: Codable, Sendable, Hashable {
  /// The model's probability that the first option is preferred, in 0 ... 1.
  public var probabilityFirst: Double
  /// What was answered: 1 for the first option, 0 for the second, 0.5 for a tie.
  public var target: Double

  /// A probability in 0 ... 1, and the answer: 1, 0, or 0.5 for a tie.
  public init(probabilityFirst: Double, target: Double) {
    self.probabilityFirst = probabilityFirst
    self.target = target
  }

  /// Whether the answer named a winner.
  public var isDecisive: Bool { target != 0.5 }

  /// Whether the model favoured the winner. An undecided model (exactly one half) counts as wrong.
  public var isRight: Bool { target > 0.5 ? probabilityFirst > 0.5 : probabilityFirst < 0.5 }

  /// The probability given to the option that the model favoured.
  public var confidence: Double { max(probabilityFirst, 1 - probabilityFirst) }

  /// What came of the favoured option: 1 preferred, 0 not, 0.5 tie.
  public var favouredOutcome: Double { probabilityFirst >= 0.5 ? target : 1 - target }
}
