/// What one training did and how well the model now predicts.
public struct TrainingReport: Codable, Sendable, Hashable {
  /// Passes over the choices.
  public var epochs: Int
  /// Optimisation steps, over all members.
  public var steps: Int
  /// Choices trained on.
  public var trainingChoices: Int
  /// Choices held out.
  public var heldOutChoices: Int
  /// Cross-entropy in nats during the last epoch, mean over members.
  public var loss: Double
  /// The share of choices with a clear target whose likeliest option is the target's, during the last epoch, mean over
  /// members; nil if no target was clear.
  public var accuracy: Double?
  /// Cross-entropy in nats of the ensemble's mean probability on the held-out choices; nil if there are none.
  public var heldOutLoss: Double?
  /// The share of held-out choices with a clear target whose likeliest option is the target's; nil if there are none.
  public var heldOutAccuracy: Double?
  /// Cross-entropy in nats of each member during the last epoch.
  public var memberLosses: [Double]
  /// Cross-entropy in nats of each member on the held-out choices; nil if there are none.
  public var memberHeldOutLosses: [Double]?
  /// The weight decay of each member at the end.
  public var weightDecays: [Double]
  /// Pairs that nobody answered and the members labelled themselves, over all members and steps; nil where they were not
  /// asked to. They are in no other number of this report.
  public var pseudoLabels: PseudoLabeling.Count?
}
