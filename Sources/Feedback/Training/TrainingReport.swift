/// What one training did and how well the model now predicts.
public struct TrainingReport: Codable, Sendable, Hashable {
  public var epochs: Int
  /// Optimisation steps, over all members.
  public var steps: Int
  /// Choices trained on, and held out.
  public var trainingChoices: Int
  public var heldOutChoices: Int
  /// Cross-entropy in nats during the last epoch, mean over members.
  public var loss: Double
  /// The share of choices with a clear target whose likeliest option is the target's, during the last epoch, mean over
  /// members; nil if no target was clear.
  public var accuracy: Double?
  /// Cross-entropy and accuracy of the ensemble's mean probability on the held-out choices.
  public var heldOutLoss: Double?
  public var heldOutAccuracy: Double?
  /// One for each member.
  public var memberLosses: [Double]
  public var memberHeldOutLosses: [Double]?
  public var weightDecays: [Double]
}
