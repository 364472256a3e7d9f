/// Every kind of feedback of this package; ``FeedbackRegistry`` finds them by name, with those of others.
public enum FeedbackKinds {
  /// In the order of a list for people.
  public static let standard: [AnyFeedbackKind] = [
    AnyFeedbackKind(PairComparison.self),
    AnyFeedbackKind(BestOfK.self),
    AnyFeedbackKind(Ranking.self),
    AnyFeedbackKind(ClipRating.self),
    AnyFeedbackKind(EvaluativeFeedback.self),
    AnyFeedbackKind(RewardSketch.self),
    AnyFeedbackKind(Credit.self),
    AnyFeedbackKind(FeatureHighlight.self),
    AnyFeedbackKind(Demonstration.self),
    AnyFeedbackKind(OptimalAction.self),
    AnyFeedbackKind(Intervention.self),
    AnyFeedbackKind(Correction.self),
    AnyFeedbackKind(OffSwitch.self),
    AnyFeedbackKind(Permission.self),
    AnyFeedbackKind(GoalState.self),
    AnyFeedbackKind(ProxyReward.self),
    AnyFeedbackKind(WorldState.self),
    AnyFeedbackKind(Language.self),
  ]
}
