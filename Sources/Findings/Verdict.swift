extension Finding {
  /// Whether a claim holds. There is no fifth case; the raw value is the word in JSON and on every screen.
  ///
  /// `unknown` and `notMeasurable` both leave the claim unsettled, for different reasons: more data can settle the
  /// first, while the second asks about a quantity that these data do not have (no variance, all ties, no support).
  public enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
    /// The evidence excludes that the claim is false.
    case holds
    /// The evidence excludes that the claim is true.
    case fails
    /// An input is missing, or the data do not settle it.
    case unknown
    /// The quantity is degenerate: it does not exist for these data, however many there are of the same sort.
    case notMeasurable = "not measurable"

    /// The word for people, the same as in JSON.
    public var word: String { rawValue }

    /// Whether the claim is settled, one way or the other.
    public var isSettled: Bool { self == .holds || self == .fails }
  }
}
