import Compute

/// The kinds of feedback that there are: a value, so that a library user adds kinds without touching this package.
///
/// ```swift
/// let kinds = FeedbackRegistry.standard.adding(Approval.self)
/// let settings = try ResolvedSettings(flags: ["feedback.kinds": "comparison,approval"])
/// let run = try LearnRun.create(directory: "runs/mine", settings: settings, kinds: kinds)
/// ```
public struct FeedbackRegistry: Sendable {
  /// In the order of a list for people.
  public private(set) var kinds: [AnyFeedbackKind]

  /// A registry of these kinds.
  public init(_ kinds: [AnyFeedbackKind]) { self.kinds = kinds }

  /// All kinds of this package.
  public static let standard = FeedbackRegistry(FeedbackKinds.standard)

  /// The same with one more kind, which replaces another of its name.
  public func adding<Kind: FeedbackKind>(_ kind: Kind.Type) -> FeedbackRegistry {
    var copy = self
    copy.kinds.removeAll { $0.name == Kind.name }
    copy.kinds.append(AnyFeedbackKind(kind))
    return copy
  }

  /// The kind of this name.
  ///
  /// - Throws: `InputError` with the nearest names.
  public func kind(_ name: String) throws -> AnyFeedbackKind {
    guard let kind = kinds.first(where: { $0.name == name }) else {
      throw InputError.unknown("kind of feedback", name, among: kinds.map(\.name))
    }
    return kind
  }
}
