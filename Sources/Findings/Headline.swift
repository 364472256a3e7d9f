/// The sentences with which a product sums its findings up, one for each outcome.
///
/// Each audited product states its own, because the same verdicts mean different things: a failed claim about a run is
/// a reason not to rely on it, while for a task it can mean that no reward expresses it.
///
/// ```swift
/// TrustSummary(findings, headline: ExpressionAudit.headline).headline    // "No reward of this kind expresses the
/// task"
/// ```
public struct Headline: Codable, Sendable, Hashable {
  /// Every claim that matters for trust holds.
  public var holds: String
  /// At least one of them fails.
  public var fails: String
  /// None fails and some hold, but not all are settled.
  public var mixed: String
  /// None is settled.
  public var unknown: String

  /// One sentence, without a full stop, for each outcome.
  public init(holds: String, fails: String, mixed: String, unknown: String) {
    self.holds = holds
    self.fails = fails
    self.mixed = mixed
    self.unknown = unknown
  }
}
