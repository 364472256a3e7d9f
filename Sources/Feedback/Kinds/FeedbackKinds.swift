import Compute

/// Every kind of feedback of this package.
public enum FeedbackKinds {
  /// In the order of a list for people.
  public static let standard: [AnyFeedbackKind] = [
    AnyFeedbackKind(BestOfK.self)
  ]

  /// - Throws: `InputError` with the nearest names.
  public static func kind(_ name: String) throws -> AnyFeedbackKind {
    guard let kind = standard.first(where: { $0.name == name }) else {
      throw InputError.unknown("kind of feedback", name, among: standard.map(\.name))
    }
    return kind
  }
}
