/// A row to read: why it is shown, and its texts; of two replies, with what differs marked.
public struct ReadingExample: Codable, Sendable, Hashable {
  /// The check that it belongs to.
  public var check: String
  /// Where the row stands: "pairs.jsonl:17".
  public var place: String
  /// Why it is here.
  public var reason: String
  /// In reading order.
  public var texts: [Text]

  /// One text with its score.
  public struct Text: Codable, Sendable, Hashable {
    /// What it is: "prompt", "preferred by people".
    public var name: String
    /// Its score as text; nil if it has none.
    public var score: String?
    /// The text in parts.
    public var parts: [Part]

    /// A text in parts.
    public init(_ name: String, score: String? = nil, parts: [Part]) {
      self.name = name
      self.score = score
      self.parts = parts
    }
  }

  /// A part of a text.
  public struct Part: Codable, Sendable, Hashable {
    /// The words, with the space after them.
    public var text: String
    /// Whether the other text does not have them.
    public var isDifferent: Bool

    /// A part of a text.
    public init(_ text: String, isDifferent: Bool = false) {
      self.text = text
      self.isDifferent = isDifferent
    }
  }

  /// A row of these texts.
  public init(check: String, place: String, reason: String, texts: [Text]) {
    self.check = check
    self.place = place
    self.reason = reason
    self.texts = texts
  }
}
